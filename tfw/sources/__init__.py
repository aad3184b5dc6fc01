"""Where posts and comments come from; sources know nothing of relevance."""

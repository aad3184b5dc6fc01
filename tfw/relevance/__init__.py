"""What makes a post relevant to fashion; relevance knows nothing of sources."""

"""Posts and comments from public pages, read at a polite pace in a real Chromium."""

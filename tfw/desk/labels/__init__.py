"""Labels given by one key, and what they teach."""

"""Reports chosen, shown and compared."""

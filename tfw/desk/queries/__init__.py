"""Queries built at a desk, by the rules of the file."""

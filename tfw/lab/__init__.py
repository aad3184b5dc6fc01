"""A stand-in TikTok: an invented world for the demo and the tests."""

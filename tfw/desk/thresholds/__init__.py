"""Thresholds moved by sliders over all scored posts."""

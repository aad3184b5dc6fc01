"""Topics, thresholds and reports for colleagues, without code."""

"""The report of a run: one HTML page, a CSV and a Parquet file."""

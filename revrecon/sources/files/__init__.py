"""Exports in a folder: CSV, Parquet and Excel, full or changed rows only, dated by their names."""

"""The DuckDB warehouse: built aside from snapshots, curation and SQL models, then published by one rename."""

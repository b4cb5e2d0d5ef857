"""Tests, intervals and survival curves over the counts of the SQL models, written back as metrics tables."""

from tasks.statistics.tables import MEASURES, write_statistics

__all__ = ["MEASURES", "write_statistics"]

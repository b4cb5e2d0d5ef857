"""From trial to paper: find candidate papers by several routes, judge them, decide."""

from tasks.papers.sources.files import match_files

__all__ = ["match_files"]

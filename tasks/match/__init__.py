"""From trial to paper: find candidate papers by several routes, judge them, decide."""

from tasks.match.files import match_files

__all__ = ["match_files"]

"""The vocabularies that the project ships, read and compiled once a test process."""

from functools import cache

from tasks.curate import Vocabularies, load_vocabularies


@cache
def shipped_vocabularies() -> Vocabularies:
    """What `load_vocabularies` gives."""
    return load_vocabularies()

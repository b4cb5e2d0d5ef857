"""What a searched word may stand for: spellings of the vocabularies, which the page tries on what a reader types."""

from tasks.curate import load_vocabularies

SEARCHED = ("targets", "diseases", "products")
IGNORING_CASE = "(?i)"


def synonyms() -> list[tuple[str, str, str, bool]]:
    """Facet, value, pattern of its spellings, and whether case counts, of every value that a search may name."""
    terms = [term for term in load_vocabularies().terms if term.attribute in SEARCHED]
    return [
        (
            term.attribute,
            term.value,
            term.pattern.removeprefix(IGNORING_CASE),
            not term.pattern.startswith(IGNORING_CASE),
        )
        for term in terms
    ]

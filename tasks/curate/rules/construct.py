"""How the CAR-T product is built and given: domains, generation, vector, cell source, edits, armour, combinations.

Source: curation/RULES.md sections 5 to 9.
"""

from collections.abc import Callable, Iterable, Mapping

from tasks.curate.engine.attributes import Attribute
from tasks.curate.engine.matching import Match, Matches

# The level of titles and names of interventions in curation/fields.tsv: what they say of the cells outweighs the rest.
NAME_LEVEL = 1
# Sentences about other products are no evidence for this one.
NOT_OURS = frozenset({"prior", "background", "weak"})
PRODUCT_TEXTS = (
    "intervention",
    "other_name",
    "title",
    "arm",
    "intervention_text",
    "arm_text",
    "summary",
    "description",
    "keyword",
)


def own(matches: Iterable[Match]) -> list[Match]:
    """Matches that speak of the tested product; weak ones (a safety test, a transplant donor) are no evidence."""
    return [match for match in matches if not NOT_OURS & match.effects]


def first_of_each(matches: Iterable[Match]) -> dict[str, Match]:
    """The first match of each value."""
    found: dict[str, Match] = {}
    for match in matches:
        found.setdefault(match.value, match)
    return found


def read_by_words(attribute: str, matches: Matches) -> dict[str, Match]:
    """The values of an attribute that its words alone decide, where they speak of the tested product."""
    return first_of_each(own(matches.of(attribute, PRODUCT_TEXTS)))


def derive_generation(
    domains: dict[str, Match], armour: dict[str, Match], longest_gap: int
) -> tuple[str, Match] | None:
    """Generation that follows from the stated parts: two domains third, one second; with a cytokine fourth."""
    if not domains:
        return None
    last = list(domains.values())[-1]
    if {"CCL19", "cytokine"} & armour.keys() or any(name.startswith("IL-") for name in armour):
        return "4", next(iter(armour.values()))
    return ("3" if len(domains) > 1 and are_joined(list(domains.values()), longest_gap) else "2"), last


def are_joined(domains: list[Match], longest_gap: int) -> bool:
    """Whether the domains are named in one breath as parts of one receptor, not as alternatives."""
    for one in domains:
        for other in domains:
            if one is not other and one.text.field == other.text.field and 0 <= other.start - one.end < longest_gap:
                between = one.text.clean[one.end : other.start].lower()
                return " or " not in between and "with and without" not in between
    return False


def find_vectors(matches: Matches) -> dict[str, Match]:
    """Stated gene transfer of the tested CAR; an outcome tells it where the product's manufacture is measured."""
    found = first_of_each(own(matches.of("vectors", (*PRODUCT_TEXTS, "outcome"))))
    if {"CRISPR-KI", "transposon", "mRNA"} & found.keys():
        found.pop("nonviral", None)
    return found


def find_cell_sources(matches: Matches) -> dict[str, Match]:
    """Whose cells, and of which kind; apheresis alone means the patient's own unless a donor is named."""
    found = first_of_each(own(matches.of("cell_sources")))
    one, other = found.get("autologous"), found.get("allogeneic")
    if one and other:
        if other.level == NAME_LEVEL < one.level or one.term.row["is_collection"]:
            del found["autologous"]
        elif one.level == NAME_LEVEL < other.level:
            del found["allogeneic"]
    return found


def find_gene_edits(matches: Matches) -> dict[str, Match]:
    """Disrupted genes of the product; 'unnamed' where only the method is told."""
    found = read_by_words("gene_edits", matches)
    if len(found) > 1:
        found.pop("unnamed", None)
    return found


def find_combinations(matches: Matches) -> dict[str, Match]:
    """Treatments with an aim of their own that are studied together with the CAR-T.

    Where CAR-T is compared with another treatment, a drug among the interventions may be the comparator's.
    """
    found = own(matches.of("combinations"))
    if matches.of("design", values=("comparison",)):
        found = [match for match in found if match.text.kind not in ("intervention", "other_name")]
    return first_of_each(found)


# attributes whose words need a rule beside their vocabulary
RULES: Mapping[str, Callable[[Matches], dict[str, Match]]] = {
    "vectors": find_vectors,
    "cell_sources": find_cell_sources,
    "gene_edits": find_gene_edits,
    "combinations": find_combinations,
}


def find_construct(matches: Matches, attributes: Iterable[Attribute]) -> dict[str, dict[str, Match]]:
    """The values of every attribute of the product, by its rule or by its words alone."""
    found: dict[str, dict[str, Match]] = {}
    for one in attributes:
        if one.name in RULES:
            found[one.name] = RULES[one.name](matches)
        elif one.reading == "words":
            found[one.name] = read_by_words(one.name, matches)
    return found

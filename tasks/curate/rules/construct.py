"""How the CAR-T product is built and given: domains, generation, vector, cell source, edits, armour, combinations.

Source: domain/rules.md sections 5 to 9.
"""

from collections.abc import Iterable

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


def find_costimulatory_domains(matches: Matches) -> dict[str, Match]:
    """Stated costimulatory domains of the tested construct."""
    return first_of_each(own(matches.of("costimulatory_domains", PRODUCT_TEXTS)))


def find_generation(matches: Matches) -> dict[str, Match]:
    """The sponsor's own word for the generation."""
    return first_of_each(own(matches.of("generation_stated", PRODUCT_TEXTS)))


def derive_generation(domains: dict[str, Match], armour: dict[str, Match]) -> tuple[str, Match] | None:
    """Generation that follows from the stated parts: two domains third, one second; with a cytokine fourth."""
    if not domains:
        return None
    last = list(domains.values())[-1]
    if {"CCL19", "cytokine"} & armour.keys() or any(name.startswith("IL-") for name in armour):
        return "4", next(iter(armour.values()))
    return ("3" if len(domains) > 1 and are_joined(list(domains.values())) else "2"), last


def are_joined(domains: list[Match]) -> bool:
    """Whether the domains are named in one breath as parts of one receptor, not as alternatives."""
    for one in domains:
        for other in domains:
            if one is not other and one.text.field == other.text.field and 0 <= other.start - one.end < 30:
                between = one.text.clean[one.end : other.start].lower()
                return " or " not in between and "with and without" not in between
    return False


def find_vectors(matches: Matches) -> dict[str, Match]:
    """Stated gene transfer of the tested CAR."""
    found = first_of_each(own(matches.of("vectors", PRODUCT_TEXTS)))
    if {"CRISPR-KI", "transposon", "mRNA"} & found.keys():
        found.pop("nonviral", None)
    return found


def find_cell_sources(matches: Matches) -> dict[str, Match]:
    """Whose cells, and of which kind; apheresis alone means the patient's own unless a donor is named."""
    found = first_of_each(own(matches.of("cell_sources")))
    one, other = found.get("autologous"), found.get("allogeneic")
    if one and other:
        if other.level == NAME_LEVEL < one.level or "pheresis" in one.words.lower():
            del found["autologous"]
        elif one.level == NAME_LEVEL < other.level:
            del found["allogeneic"]
    return found


def find_gene_edits(matches: Matches) -> dict[str, Match]:
    """Disrupted genes of the product; 'unnamed' where only the method is told."""
    found = first_of_each(own(matches.of("gene_edits", PRODUCT_TEXTS)))
    if len(found) > 1:
        found.pop("unnamed", None)
    return found


def find_armouring(matches: Matches) -> dict[str, Match]:
    """What the product secretes or carries beside the CAR."""
    return first_of_each(own(matches.of("armouring", PRODUCT_TEXTS)))


def find_combinations(matches: Matches) -> dict[str, Match]:
    """Treatments with an aim of their own that are studied together with the CAR-T.

    Where CAR-T is compared with another treatment, a drug among the interventions may be the comparator's.
    """
    found = own(matches.of("combinations"))
    if matches.of("design", values=("comparison",)):
        found = [match for match in found if match.text.kind not in ("intervention", "other_name")]
    return first_of_each(found)

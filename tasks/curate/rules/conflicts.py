"""Contradictions inside a registration: shown, never hidden."""

from collections.abc import Iterator

from tasks.curate.engine.matching import Matches
from tasks.curate.engine.records import Assertion, Conflict

NAMES = ("intervention", "other_name")


def find_conflicts(nct_id: str, matches: Matches, assertions: list[Assertion]) -> Iterator[Conflict]:
    """Copy-paste slips of the antigen, and a generation that its own parts contradict."""
    yield from title_against_intervention(nct_id, matches)
    yield from required_antigen(nct_id, matches, assertions)
    yield from generation(nct_id, assertions)


def title_against_intervention(nct_id: str, matches: Matches) -> Iterator[Conflict]:
    """The title names one antigen, the intervention another."""
    titles = {match.value: match for match in matches.of("targets", ("title",))}
    given = {match.value: match for match in matches.of("targets", NAMES)}
    if titles and given and not titles.keys() & given.keys():
        both = [match.assertion(nct_id, "targets", match.value) for match in (*titles.values(), *given.values())]
        said = f"title names {', '.join(titles)}, intervention names {', '.join(given)}"
        yield Conflict(nct_id, "targets", said, tuple(both))


def required_antigen(nct_id: str, matches: Matches, assertions: list[Assertion]) -> Iterator[Conflict]:
    """Patients must be positive for an antigen that the CAR does not bind: a slip copied from another record."""
    required = {match.value: match for match in matches.of("targets", ("inclusion",)) if "expressed" in match.effects}
    antigens = {one.value for one in assertions if one.attribute == "targets"}
    if antigens and required and not antigens & required.keys():
        match = next(iter(required.values()))
        said = f"the CAR binds {', '.join(sorted(antigens))}, but patients must be positive for {match.value}"
        yield Conflict(nct_id, "targets", said, (match.assertion(nct_id, "targets", match.value),))


def generation(nct_id: str, assertions: list[Assertion]) -> Iterator[Conflict]:
    """The sponsor's word for the generation against what follows from the parts."""
    stated = [one for one in assertions if one.attribute == "generation_stated"]
    derived = [one for one in assertions if one.attribute == "generation_derived"]
    if stated and derived and {one.value for one in stated}.isdisjoint(one.value for one in derived):
        said = f"stated generation {stated[0].value}, derived {derived[0].value}"
        yield Conflict(nct_id, "generation_stated", said, (*stated, *derived))

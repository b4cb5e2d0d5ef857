"""Facts about pairs that are not similarity of wording: people, antigens, designs, phases, types, numbers, dates.

Every function takes the trials, the articles and the pairs (trial `rows[i]`, article `columns[i]`), and returns
numbers by the names of `tasks/papers/score/weights.toml`. Where one side does not say, all numbers are 0: unknown is
not held against a pair.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.terms import first_values
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.features.wordings import designs_of_trial, kinds, reports_no_results
from tasks.papers.names import Person, identities
from tasks.papers.trial import Trial
from tasks.papers.words import fold, vocabulary

Trials: TypeAlias = Sequence[Trial]
Articles: TypeAlias = Sequence[Article]


def all_facts(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """Every fact of this file for every pair but its dates, which need limits."""
    facts: dict[str, Floats] = {}
    for ask in (people, organisations, targets, designs, phases, numbers, references):
        facts |= ask(trials, articles, rows, columns)
    return facts


def people(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """An investigator among the authors, first or last of them, or missing although both sides name people."""
    names = ("investigator", "investigator_first_or_last", "investigator_missing")
    found = {name: np.zeros(len(rows)) for name in names}
    for place, (row, column) in enumerate(_pairs(rows, columns)):
        investigators, authors = trials[row].investigators, articles[column].authors
        if investigators and authors:
            position = author_position(investigators, [author.person for author in authors if author.person])
            found["investigator"][place] = position is not None
            found["investigator_first_or_last"][place] = position in ("first", "last")
            found["investigator_missing"][place] = position is None
    return found


def author_position(investigators: Sequence[str], authors: Sequence[Person]) -> str | None:
    """`first`, `last` or `middle`: where an investigator stands among the authors; None where none does."""
    sought = {identity for name in investigators for identity in identities(name)}
    places = [place for place, author in enumerate(authors) if author.identity in sought]
    if not places:
        return None
    ends = {len(authors) - 1: "last", 0: "first"}
    return next((ends[place] for place in places if place in ends), "middle")


def organisations(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """A sponsor's name within an affiliation."""
    places = {column: affiliations(articles[column]) for column in np.unique(columns).tolist()}
    names = [[fold(name) for name in trial.organisations] for trial in trials]
    return {
        "same_organisation": _flags(
            any(name in places[column] for name in names[row]) for row, column in _pairs(rows, columns)
        )
    }


def affiliations(article: Article) -> str:
    """All affiliations of a paper's authors as one folded text."""
    return fold(" | ".join(place for author in article.authors for place in author.affiliations))


def targets(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """Antigens in common, or none in common though both sides name some; only for CAR-T registrations."""
    wanted = [set(trial_antigens(trial)) for trial in trials]
    asked = {column for row, column in _pairs(rows, columns) if wanted[row]}
    held = {column: set(article_antigens(articles[column])) for column in asked}
    sides = [(wanted[row], held.get(column, set())) for row, column in _pairs(rows, columns)]
    return {
        "same_target": _flags(bool(ours & theirs) for ours, theirs in sides),
        "other_target": _flags(bool(ours and theirs and not ours & theirs) for ours, theirs in sides),
    }


def trial_antigens(trial: Trial) -> dict[str, str]:
    """Antigens that titles, else interventions, else summary of a CAR-T registration name, with the words."""
    texts = (trial.titles, " ".join(trial.interventions), trial.summary)
    return first_values("targets", texts) if trial.is_car_t else {}


def article_antigens(article: Article) -> dict[str, str]:
    """Antigens that a paper's title, else its abstract names, with the words."""
    return first_values("targets", (article.title, article.abstract))


def designs(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """Another design on the other side, and papers that report no results."""
    used = {column: articles[column] for column in np.unique(columns).tolist()}
    told = {column: kinds("design_wordings", article.title) for column, article in used.items()}
    without_results = {column: bool(reports_no_results(article)) for column, article in used.items()}
    planned = [designs_of_trial(trial) for trial in trials]
    sides = [(planned[row], told[column]) for row, column in _pairs(rows, columns)]
    return {
        "other_design": _flags(bool(ours and theirs and not ours & theirs) for ours, theirs in sides),
        "no_results": _flags(without_results[column] for column in columns.tolist()),
    }


def phases(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """Whether PubMed's publication type names a phase of the registration, or another."""
    planned = [types_of_phases(trial) for trial in trials]
    known = set(vocabulary()["types_of_phases"].values())
    typed = [{kind.lower() for kind in article.publication_types} & known for article in articles]
    sides = [(planned[row], typed[column]) for row, column in _pairs(rows, columns)]
    return {
        "same_phase": _flags(bool(ours & theirs) for ours, theirs in sides),
        "other_phase": _flags(bool(ours and theirs and not ours & theirs) for ours, theirs in sides),
    }


def types_of_phases(trial: Trial) -> set[str]:
    """The publication types that PubMed gives to papers on the phases of a trial."""
    types = vocabulary()["types_of_phases"]
    return {types[phase] for phase in trial.phases if phase in types}


def numbers(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """Trial numbers in the paper; one among many, as in a review, says little."""
    printed = [article.printed_numbers for article in articles]
    full_text = [frozenset(article.full_text_nct_ids) for article in articles]
    sides = [(trials[row].numbers, printed[column], full_text[column]) for row, column in _pairs(rows, columns)]
    return {
        "names_the_trial": np.array([bool(ours & held) / max(1, len(held)) for ours, held, _ in sides], dtype=float),
        "full_text_names_the_trial": np.array(
            [bool(ours & held) / max(1, len(held)) for ours, _, held in sides], dtype=float
        ),
        "names_other_trials_only": _flags(bool(held | more) and not ours & (held | more) for ours, held, more in sides),
    }


def references(trials: Trials, articles: Articles, rows: Integers, columns: Integers) -> dict[str, Floats]:
    """References of the registry, by type."""
    types = [{one.pmid: one.reference_type for one in trial.references} for trial in trials]
    sides = [(types[row], articles[column].pmid) for row, column in _pairs(rows, columns)]
    return {
        f"reference_{kind.lower()}": _flags(held.get(pmid) == kind for held, pmid in sides)
        for kind in ("RESULT", "DERIVED")
    }


def dates(
    trials: Trials,
    articles: Articles,
    rows: Integers,
    columns: Integers,
    years_after_completion: Mapping[str, Sequence[float]],
    start_tolerance_years: float,
) -> dict[str, Floats]:
    """How long after completion the paper appeared, in classes (name -> from, to), and whether before the start."""
    published = _years([article.publication_date for article in articles])[columns]
    started, completed = _years([trial.start for trial in trials]), _years([trial.completion for trial in trials])
    delay = published - completed[rows]
    limits = years_after_completion.items()
    classes = {name: ((delay >= low) & (delay < high)).astype(float) for name, (low, high) in limits}
    return classes | {"published_before_start": (published < started[rows] - start_tolerance_years).astype(float)}


def _years(entries: Sequence[object]) -> Floats:
    """Dates on a scale of years; unknown ones are not a number, so that no comparison with them holds."""
    return np.array([getattr(entry, "years", np.nan) if entry else np.nan for entry in entries], dtype=float)


def _flags(values: Iterable[bool]) -> Floats:
    return np.array(list(values), dtype=float)


def _pairs(rows: Integers, columns: Integers) -> list[tuple[int, int]]:
    return list(zip(rows.tolist(), columns.tolist(), strict=True))

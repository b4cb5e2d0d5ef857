"""The story of a landscape: sentences and findings made from its data, each number with the trials behind it.

Nothing is said where the numbers do not carry it: landscape.toml says in [story] from how many trials they do.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tasks.protocol import Story
from tasks.publish.page.facets import INCLUDED
from tasks.publish.page.links import Linker, address
from tasks.publish.published import Facts

LISTED_ANTIGENS = 6
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a sentence shows it, and the address of its trials."""

    value: int
    link: str | None

    def __str__(self) -> str:
        """The number with thousands apart."""
        return f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads to trials."""

    text: str
    link: str

    def __str__(self) -> str:
        """The word without its link."""
        return self.text


Sentence = list[tuple[str, str | None]]


def say(template: str, *values: Any) -> Sentence:
    """A sentence as pieces of text, each with its address or none; {} stands for the next value."""
    texts = template.split("{}")
    said: Sentence = [(texts[0], None)]
    for value, text in zip(values, texts[1:], strict=True):
        said += [(str(value), getattr(value, "link", None)), (text, None)]
    return [(text, link) for text, link in said if text]


def plain(sentence: Sentence) -> str:
    """A sentence without its links."""
    return "".join(text for text, _ in sentence)


def size_of(number: Number | int) -> int:
    """How many trials a number counts."""
    return number.value if isinstance(number, Number) else number


class Teller:
    """Counts trials behind filters, and asks the views of what is shown what to tell of."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, facts: Facts, linker: Linker, limits: Story) -> None:
        self.connection = connection
        self.facts = facts
        self.linker = linker
        self.limits = limits
        self.until: date = facts.as_of or facts.data_date

    def count(self, **filters: str) -> Number:
        """Trials of the landscape that pass the filters, as many as their address finds."""
        (size,) = self.linker.sizes([{"screening": INCLUDED, **filters}])
        return Number(size, address(filters) if size else None)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query to the published warehouse."""
        return self.connection.execute(query, list(values)).fetchall()

    def is_enough(self, *numbers: Number | int) -> bool:
        """Whether each number is large enough to say something of it."""
        return all(size_of(one) >= self.limits.smallest_count for one in numbers)

    def last_year(self) -> int:
        """The last year that the data cover whole."""
        return self.until.year if (self.until.month, self.until.day) == (12, 31) else self.until.year - 1


def share(part: Number | int, whole: Number | int) -> str:
    """A part of a whole in percent, without a digit that few trials would not carry."""
    return f"{100 * size_of(part) / size_of(whole):.0f}%"


def opening(teller: Teller) -> list[Sentence]:
    """What a reader comes for: how many, how fast, who leads, what is new, what is not published."""
    told = [how_many(teller), how_fast(teller), where(teller), which_antigens(teller), *what_is_new(teller)]
    return [sentence for sentence in [*told, unpublished(teller)] if sentence]


def how_many(teller: Teller) -> Sentence:
    """The size of the landscape, and how much of it moves."""
    trials = teller.count()
    if not trials.value:
        return say("This landscape holds no trial yet.")
    return say(
        "{} trials of CAR-T cells are registered; {} recruit, and {} are finished.",
        trials,
        teller.count(status="Recruiting"),
        teller.count(is_finished="true"),
    )


def how_fast(teller: Teller) -> Sentence | None:
    """The last whole year beside the one before it, and the year under way."""
    year = teller.last_year()
    last, before, now = (teller.count(year=str(one)) for one in (year, year - 1, year + 1))
    if not teller.is_enough(last, before):
        return None
    change = last.value / before.value - 1
    turn = "as many as" if abs(change) < 0.005 else f"{abs(change):.0%} {'more' if change > 0 else 'fewer'} than"
    under_way = f" {year + 1} has {{}} until {teller.until:%-d %B}." if now.value else ""
    values = [last, before, *([now] if now.value else [])]
    return say(f"In {year}, {{}} were first posted, {turn} the {{}} of {year - 1}.{under_way}", *values)


def where(teller: Teller) -> Sentence | None:
    """The two countries with most trials, and the sponsor that leads most."""
    countries = teller.rows(
        "select country, count(*) from landscape.trial_countries where country <> 'unstated'"
        " group by country order by 2 desc, 1 limit 2"
    )
    sponsors = teller.rows(
        "select party, count(*) from landscape.trial_sponsors group by party order by 2 desc, 1 limit 1"
    )
    if len(countries) < 2 or not teller.is_enough(countries[0][1], sponsors[0][1]):
        return None
    trials, (first, second) = teller.count(), [teller.count(country=name) for name, _ in countries]
    return say(
        f"{country(countries[0][0], begins=True)} leads with sites of {{}} trials ({share(first, trials)}), before "
        f"{country(countries[1][0])} with {{}} ({share(second, trials)}); {sponsors[0][0]} takes part in most, {{}}.",
        first,
        second,
        teller.count(sponsor=sponsors[0][0]),
    )


def country(name: str, begins: bool = False) -> str:
    """A country's name as a sentence has it: the United States."""
    article = "The " if begins else "the "
    return f"{article}{name}" if name.startswith(("United ", "Netherlands", "Philippines", "Czech Rep")) else name


def which_antigens(teller: Teller) -> Sentence | None:
    """How many antigens, and the two that most trials aim at."""
    targets = teller.rows("select target, count(*) from landscape.trial_targets group by target order by 2 desc, 1")
    if len(targets) < 2 or not teller.is_enough(targets[0][1]):
        return None
    named = teller.count(targets="!unstated")
    first, second = (teller.count(targets=name) for name, _ in targets[:2])
    return say(
        f"{len(targets)} antigens are named in {{}} records: {targets[0][0]} in {{}} ({share(first, named)}), "
        f"{targets[1][0]} in {{}} ({share(second, named)}).",
        named,
        first,
        second,
    )


def what_is_new(teller: Teller) -> list[Sentence | None]:
    """What entered since the snapshot before, and what this year brought: autoimmune, in vivo, first antigens."""
    return [since_last(teller), this_year(teller), first_antigens(teller)]


def since_last(teller: Teller) -> Sentence | None:
    """What entered and left the landscape since the snapshot before."""
    rows = teller.rows(
        "select changes.entered_cohort, changes.left_cohort, snapshots.finished_at::date"
        " from landscape.snapshot_changes as changes"
        " inner join raw.snapshots as snapshots on changes.previous_snapshot_id = snapshots.snapshot_id"
    )
    if not rows:
        return None
    entered, left, day = rows[0]
    return say(
        f"Since the snapshot of {day:%-d %B %Y}, {{}} trials entered the landscape and {left:,} left it.",
        Number(entered, "#history"),
    )


def this_year(teller: Teller) -> Sentence | None:
    """Autoimmune disease and CAR made in the patient, in the newest year on record."""
    year = str(teller.until.year)
    autoimmune, in_vivo = (teller.count(year=year, **one) for one in (AUTOIMMUNE, IN_VIVO))
    before = teller.count(year=str(teller.until.year - 1), **AUTOIMMUNE)
    if not autoimmune.value and not in_vivo.value:
        return None
    made = " {} make the CAR inside the patient." if in_vivo.value else ""
    values = [autoimmune, before, *([in_vivo] if in_vivo.value else [])]
    return say(f"New in {year}: {{}} trials in autoimmune disease, after {{}} in {int(year) - 1}.{made}", *values)


AUTOIMMUNE = {"disease_groups": "autoimmune"}
IN_VIVO = {"is_in_vivo": "yes"}


def first_antigens(teller: Teller) -> Sentence | None:
    """Antigens whose first trial was posted within the newest twelve months on record."""
    found = teller.rows(
        "select target, min(first_posted_date) as first from landscape.trials"
        " inner join landscape.trial_targets using (nct_id) group by target"
        f" having min(first_posted_date) > $1::date - interval {MONTHS} month and min(first_posted_date) <= $1::date"
        " order by first desc, target",
        teller.until,
    )
    if not found:
        return None
    names = [Link(target, address({"targets": target})) for target, _ in found[:LISTED_ANTIGENS]]
    more = f" and {len(found) - len(names)} more" if len(found) > len(names) else ""
    antigens = "antigen" if len(found) == 1 else "antigens"
    marks = ", ".join(["{}"] * len(names))
    return say(f"{len(found)} {antigens} had a first trial within twelve months: {marks}{more}.", *names)


def unpublished(teller: Teller) -> Sentence | None:
    """Finished trials without results anywhere, where publications were looked for."""
    finished = teller.count(is_finished="true")
    silent = teller.count(is_finished="true", publication="looked for, none found", has_results="false")
    if not teller.is_enough(finished) or not silent.value:
        return None
    return say(
        f"Of {{}} finished trials, {{}} ({share(silent, finished)}) have neither a paper that was found nor results in "
        "the registry.",
        finished,
        silent,
    )

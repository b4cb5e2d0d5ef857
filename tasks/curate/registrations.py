"""What each registration is, and the numbers that it states or mentions: rows that curation keeps with its labels."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tasks.registry.continuations import is_continuation, tells_of_parent
from tasks.registry.fields import stated_fields
from tasks.registry.parts import FieldText
from tasks.registry.readers.spellings import FOLDER, Number, numbers_in, read_table, registration_number
from tasks.registry.source_fields import source_fields
from tasks.registry.study import Study

WORD = re.compile(r"[^\W\d_]+")
Row = tuple[object, ...]
TABLES = ("registrations", "registration_numbers", "source_fields", "stated_fields", "unknown_spellings")


def registration_rows(studies: Iterable[tuple[Study, bool]]) -> dict[str, list[Row]]:
    """For registrations, each with whether a search found it: what they are, their numbers, spellings nobody knew.

    Free texts are read for numbers, and fields of the source told, only where a search found the registration: of the
    rest nothing is shown.
    """
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for study, is_found in studies:
        rows["registrations"].append(described(study))
        rows["registration_numbers"] += numbers_of(study, is_found)
        rows["source_fields"] += places_in_source(study) if is_found else ()
        rows["stated_fields"].append((study.nct_id, stated_fields(study, needed_fields())))
        rows["unknown_spellings"] += [
            (study.nct_id, one["kind"], one["spelling"], one["field"]) for one in study.unknown_spellings
        ]
    return rows


@cache
def needed_fields() -> tuple[str, ...]:
    """The fields that measures need."""
    return tuple(one["field"] for one in read_table(FOLDER.parent / "needed_fields.tsv"))


def described(study: Study) -> Row:
    """A row of raw.registrations: the registration's number, registry and what its record says of itself."""
    number = registration_number(study.nct_id)
    own = number.number if number else study.nct_id
    stated = (study.registry, own, study.form, study.address, study.source_date, list(study.not_carried))
    return (study.nct_id, *stated, is_continuation(study), study.is_in_part)


def numbers_of(study: Study, with_free_texts: bool) -> Iterator[Row]:
    """The registration's own number, and every other that it states in a field for numbers, or mentions elsewhere."""
    own = registration_number(study.nct_id)
    if own:
        yield row(study, own, "own", FieldText("", "", study.nct_id))
    for text in study.number_texts():
        for number in numbers_in(text.text):
            if not own or number.number != own.number:
                yield row(study, number, "stated" if is_its_own(study, text) else "mentioned", text)
    if with_free_texts:
        for text in study.texts():
            for number in numbers_in(text.text):
                if not own or number.number != own.number:
                    yield row(study, number, "mentioned", text)


def places_in_source(study: Study) -> Iterator[Row]:
    """Where each value of a registration that a reader mapped stands in the record as its source gave it."""
    for path, parts in source_fields(study):
        yield from ((study.nct_id, path, part.at, part.field, part.start) for part in parts)


def row(study: Study, number: Number, kind: str, text: FieldText) -> Row:
    """A row of core.registration_numbers."""
    words = text.text[number.start : number.end]
    return (study.nct_id, number.registry, number.number, kind, text.path, number.start, number.end, words)


def is_its_own(study: Study, text: FieldText) -> bool:
    """Whether the number in a field for numbers is said to be the trial's own: nothing calls it another study's."""
    described = study.text_at(f"{text.path.removesuffix('.id')}.domain")
    return is_alone(text.text) and not tells_of_parent(described)


def is_alone(text: str) -> bool:
    """Whether a text holds nothing but registration numbers and words that say what kind of number each is."""
    for number in numbers_in(text):
        text = text[: number.start] + " " * (number.end - number.start) + text[number.end :]
    return all(word in label_words() for word in WORD.findall(text.lower()))


@cache
def label_words() -> frozenset[str]:
    """Words that say what kind of number stands beside them."""
    return frozenset(one["word"] for one in read_table(FOLDER / "number_labels.tsv"))

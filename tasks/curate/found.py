"""What stands in the texts of some studies: all of them are searched for one thing after another.

So an automaton stays in the processor's cache while it is in use, which makes it several times as fast.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.curate.candidates import InSlot, find_in_slots
from tasks.curate.engine.places import Key, find_places
from tasks.curate.engine.terms import Places
from tasks.curate.engine.texts import Text
from tasks.curate.engine.vocabularies import Vocabularies
from tasks.curate.rules.participants import Criteria, read_criteria
from tasks.registry.study import Study


@dataclass(frozen=True)
class Found:
    """Terms and what stands in slots, by the kind and characters of a text; criteria by their raw characters."""

    places: Mapping[Key, Places]
    in_slots: Mapping[Key, Sequence[InSlot]]
    criteria: Mapping[str, Criteria]


def search(read: Sequence[tuple[Study, Iterable[Text]]], vocabularies: Vocabularies) -> Found:
    """What stands in these studies and the texts that are read of each."""
    studies, texts = [study for study, _ in read], [text for _, each in read for text in each]
    return Found(
        places=find_places(texts, vocabularies),
        in_slots=find_in_slots(texts, vocabularies.open_world),
        criteria=read_criteria(studies, vocabularies.criteria_words),
    )

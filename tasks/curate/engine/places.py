"""Where the terms of the vocabularies stand in the texts of many studies, and what the words around them make of them.

One thing after another is asked of all texts: which terms occur, where each stands, which contexts hold around. So an
automaton stays in the processor's cache while it is in use, and what repeats is searched once.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from tasks.curate.engine.terms import Place, Term
from tasks.curate.engine.texts import Text
from tasks.curate.engine.vocabularies import Side, Vocabularies

# attributes whose terms contain one another: mantle cell lymphoma is not also a lymphoma
NESTED = frozenset({"diseases", "targets", "products"})
# attributes of which a term's first place in a text says as much as all: what joins antigens has no context
SAID_ONCE = frozenset({"target_valency"})
# effects of which the first cancels the second
WINNERS = (("keep", "drop"), ("meant", "spelt"), ("strong", "weak"))
NOTHING: frozenset[str] = frozenset()
# a text's kind and cleaned characters, which alone decide what is found in it
Key = tuple[str, str]
# a term at a place of a text
Found = tuple[Text, int, int, Term]


def find_places(texts: Iterable[Text], vocabularies: Vocabularies) -> Mapping[Key, Sequence[Place]]:
    """For each text the places of the terms that may be read in it, with the effects of their contexts.

    Those of a short text are remembered, as conditions and names of drugs come again.
    """
    distinct = {(text.kind, text.clean): text for text in texts}
    remembered, limits = vocabularies.remembered, vocabularies.limits
    places: dict[Key, Sequence[Place]] = {key: remembered[key] for key in distinct if key in remembered}
    fresh = {key: text for key, text in distinct.items() if key not in places}
    found = locate(list(fresh.values()), vocabularies)
    judged: dict[Key, list[Place]] = {key: [] for key in fresh}
    for (text, start, end, term), effects in zip(found, judge(found, vocabularies), strict=True):
        judged[text.kind, text.clean].append((start, end, term, effects))
    short = {key: each for key, each in judged.items() if len(key[1]) <= limits.remembered_characters}
    if len(remembered) + len(short) > limits.remembered_texts:
        remembered.clear()
    remembered.update(islice(short.items(), limits.remembered_texts))
    return places | judged


def locate(texts: Sequence[Text], vocabularies: Vocabularies) -> list[Found]:
    """Where the terms stand in each text that they are read in, text by text and attribute by attribute."""
    terms, most = vocabularies.terms, vocabularies.limits.most_places
    by_attribute: list[dict[str, list[Found]]] = [{} for _ in texts]
    kinds = [text.kind for text in texts]
    for position, number, spans in vocabularies.patterns.spans_each([text.clean for text in texts], kinds):
        text, term = texts[number], terms[position]
        places = [(text, start, end, term) for start, end in islice(spans, 1 if term.attribute in SAID_ONCE else most)]
        by_attribute[number].setdefault(term.attribute, []).extend(places)
    found: list[Found] = []
    for in_text in by_attribute:
        for attribute, each in in_text.items():
            found += longest(each) if attribute in NESTED and len(each) > 1 else each
    return found


def longest(candidates: list[Found]) -> list[Found]:
    """Without those that lie inside a longer one: EGFR inside EGFRvIII, lymphoma inside mantle cell lymphoma."""
    ordered = sorted(candidates, key=lambda one: (one[1], -one[2]))
    kept: list[Found] = []
    reach = -1
    for one in ordered:
        _, start, end, term = one
        if end > reach or (kept and (start, end) == kept[-1][1:3] and term.value != kept[-1][3].value):
            kept.append(one)
            reach = max(reach, end)
    return kept


def judge(found: Sequence[Found], vocabularies: Vocabularies) -> list[frozenset[str]]:
    """The effects of the contexts that hold around each place, without those that others cancel."""
    effects: dict[int, set[str]] = {}
    for side, windows in windows_of(found, vocabularies).items():
        numbers = list(windows.values())
        for window, position in side.patterns.occurring_each(list(windows)):
            context = side.contexts[position]
            for number in numbers[window]:
                text, _, _, term = found[number]
                if context.is_for(term.value, text.kind):
                    effects.setdefault(number, set()).add(context.effect)
    for each in effects.values():
        if len(each) > 1:
            each.difference_update([loser for winner, loser in WINNERS if winner in each])
    return [frozenset(effects[number]) if number in effects else NOTHING for number in range(len(found))]


def windows_of(found: Sequence[Found], vocabularies: Vocabularies) -> dict[Side, dict[str, list[int]]]:
    """For each side that contexts read, the words there, within their sentences, with the numbers of their places."""
    near, far = vocabularies.limits.context_characters, vocabularies.limits.sentence_characters
    windows: dict[Side, dict[str, list[int]]] = {}
    for number, (text, start, end, term) in enumerate(found):
        if not (sides := vocabularies.sides_of(term, text.kind)):
            continue
        clean, (first, last) = text.clean, text.sentence(start, end)
        for side in sides:
            name = side.name
            if name == "before":
                words = clean[start - near if start - near > first else first : start]
            elif name == "after":
                words = clean[end : end + near if end + near < last else last]
            elif name == "sentence":
                words = clean[start - far if start - far > first else first : end + far if end + far < last else last]
            else:
                words = clean[start:end]
            if words:
                windows.setdefault(side, {}).setdefault(words, []).append(number)
    return windows

"""Where the terms of the vocabularies stand in the texts of many studies, and what the words around them make of them.

One thing after another is asked of all texts: which terms occur, where each stands, which contexts hold around. So an
automaton stays in the processor's cache while it is in use, and what repeats is searched once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count, islice

from tasks.curate.engine.terms import Context, Place, Places
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


def find_places(texts: Iterable[Text], vocabularies: Vocabularies) -> Mapping[Key, Places]:
    """For each text the places of the terms that may be read in it, with the effects of their contexts.

    Those of a short text are remembered, as conditions and names of drugs come again.
    """
    distinct = {(text.kind, text.clean): text for text in texts}
    remembered, limits = vocabularies.remembered, vocabularies.limits
    known = {key: remembered[key] for key in distinct if key in remembered}
    fresh = [text for key, text in distinct.items() if key not in known]
    located = locate(fresh, vocabularies)
    effects = iter(judge(fresh, located, vocabularies))
    judged = {
        (text.kind, text.clean): Places(each, list(islice(effects, len(each))))
        for text, each in zip(fresh, located, strict=True)
    }
    short = {key: each for key, each in judged.items() if len(key[1]) <= limits.remembered_characters}
    if len(remembered) + len(short) > limits.remembered_texts:
        remembered.clear()
    remembered.update(islice(short.items(), limits.remembered_texts))
    return known | judged


def locate(texts: Sequence[Text], vocabularies: Vocabularies) -> list[list[Place]]:
    """Where the terms stand in each text that they are read in, attribute by attribute."""
    terms, most = vocabularies.terms, vocabularies.limits.most_places
    by_attribute: list[dict[str, list[Place]]] = [{} for _ in texts]
    kinds = [text.kind for text in texts]
    for position, number, spans in vocabularies.patterns.spans_each([text.clean for text in texts], kinds):
        term = terms[position]
        places = [(start, end, term) for start, end in islice(spans, 1 if term.attribute in SAID_ONCE else most)]
        by_attribute[number].setdefault(term.attribute, []).extend(places)
    return [
        [one for attribute, each in found.items() for one in (longest(each) if attribute in NESTED else each)]
        for found in by_attribute
    ]


def longest(candidates: list[Place]) -> list[Place]:
    """Without those that lie inside a longer one: EGFR inside EGFRvIII, lymphoma inside mantle cell lymphoma."""
    if len(candidates) < 2:
        return candidates
    ordered = sorted(candidates, key=lambda one: (one[0], -one[1]))
    kept: list[Place] = []
    reach = -1
    for one in ordered:
        start, end, term = one
        if end > reach or (kept and (start, end) == kept[-1][:2] and term.value != kept[-1][2].value):
            kept.append(one)
            reach = max(reach, end)
    return kept


def judge(
    texts: Sequence[Text], located: Sequence[Sequence[Place]], vocabularies: Vocabularies
) -> list[frozenset[str]]:
    """The effects of the contexts that hold around each place, one text after another, without the cancelled ones."""
    kinds = [text.kind for text, places in zip(texts, located, strict=True) for _ in places]
    values = [term.value for places in located for _, _, term in places]
    effects: dict[int, set[str]] = {}
    for side, (numbers, words) in words_beside(texts, located, vocabularies).items():
        contexts = contexts_in(words, side)
        for number, around in zip(numbers, words, strict=True) if contexts else ():
            for context in contexts.get(around, ()):
                if context.is_for(values[number], kinds[number]):
                    effects.setdefault(number, set()).add(context.effect)
    return [without_cancelled(effects[number]) if number in effects else NOTHING for number in range(len(values))]


def without_cancelled(effects: set[str]) -> frozenset[str]:
    """The effects without those that others cancel."""
    if len(effects) == 1:
        return frozenset(effects)
    return frozenset(effects.difference([loser for winner, loser in WINNERS if winner in effects]))


def words_beside(
    texts: Sequence[Text], located: Sequence[Sequence[Place]], vocabularies: Vocabularies
) -> dict[Side, tuple[list[int], list[str]]]:
    """For each side that contexts read, the numbers of the places and the words there, within their sentences."""
    near, far = vocabularies.limits.context_characters, vocabularies.limits.sentence_characters
    beside: dict[Side, tuple[list[int], list[str]]] = defaultdict(lambda: ([], []))
    numbering = count()
    for text, places in zip(texts, located, strict=True):
        clean = text.clean
        for (start, end, term), number in zip(places, numbering, strict=False):
            if sides := vocabularies.sides_of(term, text.kind):
                first, last = text.sentence(start, end)
            for side in sides:
                numbers, words = beside[side]
                numbers.append(number)
                if side.name == "before":
                    words.append(clean[max(start - near, first) : start])
                elif side.name == "after":
                    words.append(clean[end : min(end + near, last)])
                elif side.name == "sentence":
                    words.append(clean[max(start - far, first) : min(end + far, last)])
                else:
                    words.append(clean[start:end])
    return beside


def contexts_in(words: Iterable[str], side: Side) -> dict[str, list[Context]]:
    """The contexts of a side that hold in each of the words; what repeats is searched once."""
    distinct = list(dict.fromkeys(filter(None, words)))
    contexts: dict[str, list[Context]] = {}
    for number, position in side.patterns.occurring_each(distinct):
        contexts.setdefault(distinct[number], []).append(side.contexts[position])
    return contexts

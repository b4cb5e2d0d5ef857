"""Finds the pairs worth comparing without looking at every pair: near in wording, or with an author in common.

Papers may be searched batch by batch: what each way finds in a batch carries its similarity, so the best of all batches
are those that one search of all papers finds.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import polars

from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers, cosine_similarity, nearest
from tasks.papers.names import readings
from tasks.protocol import Matching

FOUND = {"way": polars.String, "row": polars.Int64, "column": polars.Int64, "similarity": polars.Float64}
WORDING, ABSTRACT, AUTHOR = "wording", "abstract", "author"
BRIEF_TITLE, OFFICIAL_TITLE = "brief title", "official title"
REFERENCE, NUMBER = "reference", "number"
Pairs = tuple[Integers, Integers]
Near = tuple[Integers, Integers, Floats]  # trials, papers, and how similar they are


def candidate_pairs(features: PairFeatures, matching: Matching) -> Pairs:
    """Rows (trials) and columns (articles) of the pairs to compare, each pair once, by trial."""
    return distinct_pairs(found_by_each_way(features, matching))


def found_by_each_way(features: PairFeatures, matching: Matching) -> polars.DataFrame:
    """What each way finds among the articles: columns way, row, column, similarity (0 where the way asks for none)."""
    papers, limits = features.titles.papers, limits_of(matching)
    ways = {
        WORDING: nearest(features.titles.trials, papers, limits[WORDING]),
        BRIEF_TITLE: nearest(features.brief_titles, papers, limits[BRIEF_TITLE]),
        OFFICIAL_TITLE: nearest(features.official_titles, papers, limits[OFFICIAL_TITLE]),
        AUTHOR: _by_author(features),
        REFERENCE: _without_similarity(_by_reference(features)),
        NUMBER: _without_similarity(_by_number(features)),
    }
    if features.has_abstract.any():
        ways[ABSTRACT] = _by_abstract(features, limits[ABSTRACT], matching.commonest_word_share)
    frames = [
        polars.DataFrame(dict(zip(("row", "column", "similarity"), way, strict=True))).select(
            polars.lit(name).alias("way"), polars.all()
        )
        for name, way in ways.items()
    ]
    return best(polars.concat(frames), matching)


def limits_of(matching: Matching) -> dict[str, int]:
    """How many papers each way brings for a trial; one that is not named here brings all there are."""
    return {
        WORDING: matching.papers_by_wording,
        ABSTRACT: matching.papers_by_wording,
        BRIEF_TITLE: matching.papers_by_title,
        OFFICIAL_TITLE: matching.papers_by_title,
        AUTHOR: matching.papers_by_author,
    }


def best(found: polars.DataFrame, matching: Matching) -> polars.DataFrame:
    """The most similar papers of each way and trial, as many as the study protocol looks at; of equals the first."""
    limits = limits_of(matching)
    parts = found.sort("way", "row", "similarity", "column", descending=[False, False, True, False]).partition_by(
        "way", as_dict=True
    )
    return polars.concat(
        [
            part.group_by("row", maintain_order=True).head(limits[name]).select(list(FOUND)) if name in limits else part
            for (name,), part in parts.items()
        ]
        or [found]
    )


def distinct_pairs(found: polars.DataFrame) -> Pairs:
    """Rows and columns of what was found, each pair once, by trial and article."""
    pairs = found.select("row", "column").unique().sort("row", "column")
    return pairs["row"].to_numpy(), pairs["column"].to_numpy()


def _by_abstract(features: PairFeatures, count: int, commonest: float) -> Near:
    """Papers whose abstracts are nearest by words that at most a share of `commonest` of them hold."""
    rare = features.texts.is_rare(commonest)
    wording = features.texts.vectors(trial.wording_words for trial in features.trials)
    return nearest(wording[:, rare], features.texts.papers[:, rare], count)


def _by_author(features: PairFeatures) -> Near:
    """Papers with an investigator among their authors; for common names, those nearest in wording come first."""
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, trial in enumerate(features.trials):
        people = {(one.surname, one.given[:1]) for name in trial.investigators for one in readings(name)}
        for person in people:
            wanted[person].append(row)
    pairs = _distinct(
        (row, column)
        for column, article in enumerate(features.articles)
        for author in article.authors
        if author.person
        for row in wanted.get((author.person.surname, author.person.given[:1]), ())
    )
    return *pairs, cosine_similarity(features.titles.trials, pairs[0], features.titles.papers, pairs[1])


def _by_reference(features: PairFeatures) -> Pairs:
    """Papers that the registration refers to."""
    columns = {article.pmid: column for column, article in enumerate(features.articles) if article.pmid}
    return _distinct(
        (row, columns[one.pmid])
        for row, trial in enumerate(features.trials)
        for one in trial.references
        if one.pmid in columns
    )


def _by_number(features: PairFeatures) -> Pairs:
    """Papers that name the trial anywhere."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, trial in enumerate(features.trials):
        for number in trial.numbers:
            rows[number].append(row)
    return _distinct(
        (row, column)
        for column, article in enumerate(features.articles)
        for number in article.named_numbers
        for row in rows.get(number, ())
    )


def _distinct(pairs: Iterable[tuple[int, int]]) -> Pairs:
    """Each pair once, in order."""
    listed = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


def _without_similarity(pairs: Pairs) -> Near:
    return *pairs, np.zeros(len(pairs[0]))

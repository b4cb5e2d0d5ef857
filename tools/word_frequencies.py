"""Counts in how many registrations and papers each word stands: `python -m tools.word_frequencies FOLDER`.

FOLDER holds `publication_links/` (trials.jsonl, articles.jsonl, candidate_trials.jsonl.gz, candidates.csv.gz) and
`registry-2026.dev.jsonl.gz`, registrations of CAR-T: there CAR-T says nothing, and elsewhere much. Writes
`tasks/papers/features/word_frequencies.tsv.gz`: the same files give the same bytes.
"""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer

from tasks.files import write_file
from tasks.papers.article import Article
from tasks.papers.features.frequencies import FREQUENCIES, LETTERS, TEXTS, TITLES
from tasks.papers.features.texts import LETTERS_SPLITTING, WORDS_SPLITTING
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.trial import Trial
from tasks.papers.words import telling_words, tokens

FEWEST_TEXTS = 2  # a word of a single text weighs as much as an unknown one


def collections(trials: list[Trial], articles: list[Article]) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Each kind of text: its name, how it is split, and the texts."""
    titles = [tokens(one.wording) for one in trials] + [tokens(one.title) for one in articles]
    yield TITLES, WORDS_SPLITTING, titles
    texts = [tokens(f"{one.wording} {one.summary} {one.description}") for one in trials]
    yield TEXTS, WORDS_SPLITTING, texts + [tokens(f"{one.title} {one.abstract}") for one in articles]
    letters = [telling_words(f"{one.brief_title} {one.official_title}") for one in trials]
    yield LETTERS, LETTERS_SPLITTING, letters + [telling_words(one.title) for one in articles]


def counted(texts: list[Any], splitting: dict[str, Any]) -> list[tuple[str, int]]:
    """Words with the number of texts that hold them, in alphabetical order."""
    counter = CountVectorizer(binary=True, **splitting)
    totals = counter.fit_transform(texts).sum(axis=0).A1
    pairs = zip(counter.get_feature_names_out(), totals.tolist(), strict=True)
    return sorted((word, count) for word, count in pairs if count >= FEWEST_TEXTS)


def main(folder: Path) -> None:
    """Read the files, count, write."""
    links = folder / "publication_links"
    trials = [
        *read_trials(links / "trials.jsonl"),
        *read_trials(links / "candidate_trials.jsonl.gz"),
        *read_trials(folder / "registry-2026.dev.jsonl.gz"),
    ]
    articles = [*read_articles(links / "articles.jsonl"), *read_articles(links / "candidates.csv.gz")]
    lines = []
    for kind, splitting, texts in collections(trials, articles):
        words = counted(texts, splitting)
        lines += [f"{kind}\t\t{len(texts)}\n", *(f"{kind}\t{word}\t{count}\n" for word, count in words)]
        print(f"{kind}: {len(words):,} words in {len(texts):,} texts")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write("".join(lines).encode())
    write_file(FREQUENCIES, packed.getvalue())
    print(f"{FREQUENCIES}: written, {len(packed.getvalue()):,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.word_frequencies FOLDER")
    main(Path(sys.argv[1]))

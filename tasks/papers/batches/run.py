"""Matches files of any number of articles: cuts them into batches, has workers do them, puts the links together."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import orjson
import polars

from tasks.papers.article import Article
from tasks.papers.batches.find import best_of_all, find_batch
from tasks.papers.batches.read import articles_in, cut, read_batch
from tasks.papers.batches.repeats import join_repeats, places_of
from tasks.papers.batches.score import all_scored, judge_batch, kept_pairs, score_batch
from tasks.papers.score.candidates import distinct_pairs
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank_scored
from tasks.papers.sources.files import no_article_in, read_trials
from tasks.papers.sources.raw import raw_articles
from tasks.protocol import Matching
from tasks.registry.study import Study
from tasks.workers import Work, Workers, one_by_one

# a worker that has grown by 300 MB is taken for one that leaks, and replaced
ARTICLES_A_BATCH, TRIALS_A_BATCH, ALL_TRIALS = 10_000, 100, 1 << 40


@dataclass
class BatchedMatching:
    """One matching under way in a folder that all workers reach; `report` hears what is left out, and how far it is.

    `articles_a_batch`, `trials_a_batch`: how much a worker is given at once; the links are the same for any number.
    """

    folder: Path
    matching: Matching
    workers: Workers
    report: Callable[[str], None]
    articles_a_batch: int = ARTICLES_A_BATCH
    trials_a_batch: int = TRIALS_A_BATCH

    def links(self, trials: Path, articles: Path) -> Iterator[bytes]:
        """The links of a file of trials and one of articles, as CSV without header, some trials at a time."""
        read_trials(trials)  # names the file where something is wrong with it, before the long part
        shutil.copyfile(trials, self._trials)
        self._read(articles)
        self._find(frozenset())
        self._score()
        yield from self._judge()

    def candidates(self, trials: Iterable[Study], articles: Path, named: Set[str]) -> list[Article]:
        """The papers of a file that may be of a trial, and those that people named by a key; of one batch all."""
        Path(self._trials).write_bytes(b"\n".join(orjson.dumps(study.record) for study in trials))
        if self._read(articles) and Path(self._trials).stat().st_size:
            self._find(named)
            return articles_in(polars.read_parquet(self._candidates).sort("place"))
        return articles_in(polars.read_parquet(self.folder / "articles" / "*.parquet").sort("place"))

    def _read(self, articles: Path) -> bool:
        """Make batches of the articles; whether they are several."""
        raw, given = raw_articles(articles), list[tuple[Path, int]]()
        files = cut(raw, self._folder("raw"), self.articles_a_batch)
        first = list(islice(files, 2))
        are_several = len(first) > 1
        if not are_several:  # a second process, and reading a paper anew for some trials, would cost more
            self.workers, self.trials_a_batch = one_by_one, ALL_TRIALS

        def batches() -> Iterator[tuple[str, ...]]:
            for number, (path, records) in enumerate(chain(first, files)):
                given.append((path, records))
                yield str(path), raw.form, str(number * self.articles_a_batch), self._out("articles", path)

        read = 0
        for number, size in enumerate(self.workers(read_batch, batches())):
            read += size
            if are_several:
                self.report(f"{articles.name}: {read:,} articles read")
            given[number][0].unlink()
        if not read:
            raise no_article_in(articles)
        if left_out := sum(records for _, records in given) - read:
            self.report(f"{articles.name}: left out, as broken or without PMID, DOI and title: {left_out:,} records")
        if repeats := join_repeats(self.folder / "articles", self.articles_a_batch):
            self.report(f"{articles.name}: joined with another record of the same paper: {repeats:,} records")
        return are_several

    def _find(self, named: Set[str]) -> None:
        """Keep the records of candidates and of papers that people named, and which trials they are candidates of."""
        files = self._parts("articles")
        found = self._done(find_batch, files, "found", [], "articles compared")
        rows, columns = distinct_pairs(best_of_all(found, self.matching))
        pairs = polars.DataFrame({"row": rows, "column": columns})
        papers = polars.concat([pairs.select(place="column"), places_of(named, files)]).unique().lazy()
        records = polars.scan_parquet(files).select("place", "record").join(papers, on="place", how="semi")
        records.sink_parquet(self._candidates, compression="lz4")
        self._by_trial(pairs, "pairs")

    def _score(self) -> None:
        """Keep the best papers of each trial, with their rivals among all pairs."""
        scored = self._done(score_batch, self._parts("pairs"), "scored", [self._candidates], "pairs scored")
        model = load_model()
        ranking = rank_scored(all_scored(scored), self.matching, model, self.matching.papers_in_file)
        self._by_trial(kept_pairs(ranking), "kept")

    def _judge(self) -> Iterator[bytes]:
        judged = self._done(judge_batch, self._parts("kept"), "links", [self._candidates], "links judged")
        return (path.read_bytes() for path in judged)

    def _done(self, work: Work, parts: list[Path], kind: str, more: list[str], said: str) -> list[Path]:
        """Have workers do each part; returns what they wrote, in order."""
        self._folder(kind)
        outs = [self._out(kind, part) for part in parts]
        given = [self._trials, self.matching.model_dump_json()]
        done = 0
        batches = ((str(part), *more, *given, out) for part, out in zip(parts, outs, strict=True))
        for size in self.workers(work, batches):
            done += size
            if self.trials_a_batch != ALL_TRIALS:
                self.report(f"{done:,} {said}")
        return [Path(out) for out in outs]

    def _by_trial(self, pairs: polars.DataFrame, kind: str) -> None:
        """Write pairs to files of some trials each."""
        folder = self._folder(kind)
        for (part,), some in pairs.group_by(polars.col("row") // self.trials_a_batch, maintain_order=True):
            some.write_parquet(folder / f"{part:05d}.parquet")

    @property
    def _trials(self) -> str:
        return str(self.folder / "trials")

    @property
    def _candidates(self) -> str:
        return str(self.folder / "candidates.parquet")

    def _folder(self, kind: str) -> Path:
        (self.folder / kind).mkdir(exist_ok=True)
        return self.folder / kind

    def _out(self, kind: str, part: Path) -> str:
        return str(self._folder(kind) / part.name)

    def _parts(self, kind: str) -> list[Path]:
        return sorted((self.folder / kind).glob("*.parquet"))

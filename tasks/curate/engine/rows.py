"""Reading TSV files of `curation/`: rows with their line numbers, and patterns with their fragments written out."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tasks.curate.engine.patterns import compile_error
from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY

CURATION = REPOSITORY / "curation"
IGNORING_CASE = "(?i)"
FRAGMENT = re.compile(r"\{([a-z]\w*)(?::([^{}]*))?\}")
Row = Mapping[str, str]


def hash_files(folder: Path, names: Iterable[str]) -> str:
    """One hash over the names and bytes of the vocabulary files; other tables beside them do not count."""
    digest = hashlib.sha256()
    for name in sorted(set(names)):
        if not (folder / name).is_file():
            raise CartscapeError(f"{folder / name}: missing; restore it from the repository")
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def read_rows(path: Path, may_be_empty: bool = False) -> Iterator[tuple[int, Row]]:
    """Rows of a TSV file with their line numbers; lines that begin with '#' are comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); restore it from the repository") from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise CartscapeError(f"{path}:1: no header; restore the file from the repository")
    if len(numbered) == 1 and not may_be_empty:
        raise CartscapeError(f"{path}: no row under the header; restore the file from the repository")
    header = numbered[0][1].split("\t")
    for number, cells in zip(
        (number for number, _ in numbered[1:]),
        csv.reader((line for _, line in numbered[1:]), delimiter="\t", quoting=csv.QUOTE_NONE),
        strict=True,
    ):
        if len(cells) > len(header):
            raise CartscapeError(f"{path}:{number}: {len(cells)} cells for {len(header)} columns; remove a tab")
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))


def read_fragments(folder: Path) -> dict[str, str]:
    """The fragments of `fragments.tsv` by name, each written out as one group; a row may use those above it."""
    spellings: dict[str, list[str]] = {}
    fragments: dict[str, str] = {}
    path = folder / "fragments.tsv"
    for line, row in read_rows(path):
        name = row["name"]
        if not name or not row["spelling"]:
            raise CartscapeError(f"{path}:{line}: name and spelling are needed; fill them in or delete the row")
        spellings.setdefault(name, []).append(written_out(row["spelling"], fragments, f"{path}:{line}"))
        fragments[name] = group(spellings[name])
    return fragments


def group(alternatives: Iterable[str]) -> str:
    """Any of several patterns, as one."""
    return f"(?:{'|'.join(alternatives)})"


def written_out(pattern: str, fragments: Mapping[str, str], place: str) -> str:
    """A pattern with its fragments in place of their names; an unknown name is an error that names the place."""

    def expand(found: re.Match[str]) -> str:
        name, argument = found.groups()
        if name not in fragments:
            raise CartscapeError(f"{place}: unknown fragment {{{name}}}; add it to curation/fragments.tsv")
        return fragments[name].replace("#", argument or "")

    return FRAGMENT.sub(expand, pattern)


def read_pattern_rows(
    path: Path, fragments: Mapping[str, str], columns: Iterable[str] = ("pattern",)
) -> Iterator[tuple[int, Row]]:
    """Rows of a TSV file with the fragments of `columns` written out; errors name the line of what does not compile."""
    for line, row in read_rows(path):
        given = {name: row[name] for name in columns if row[name]}
        patterns = {name: compiled_pattern(one, "cs", fragments, f"{path}:{line}") for name, one in given.items()}
        yield line, {**row, **patterns}


def compiled_pattern(pattern: str, flags: str, fragments: Mapping[str, str], place: str) -> str:
    """The pattern with its fragments written out and its flags inside; errors name the place."""
    # a case-sensitive row has the flag cs; all others ignore case
    expanded = written_out(pattern, fragments, place)
    whole = expanded if flags == "cs" else IGNORING_CASE + expanded
    if error := compile_error(whole):
        raise CartscapeError(f"{place}: the pattern does not compile ({error}); RE2 has no look-around")
    return whole


def joined_pattern(patterns: Iterable[str]) -> str:
    """One pattern that finds what any of several does, the first first; all mind capitals, or none does."""
    alternatives = list(patterns)
    insensitive = all(one.startswith(IGNORING_CASE) for one in alternatives)
    bare = [one.removeprefix(IGNORING_CASE) for one in alternatives]
    return IGNORING_CASE + "|".join(bare) if insensitive else "|".join(bare)

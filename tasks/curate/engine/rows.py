"""Reading TSV files of `curation/`: rows with their line numbers, and patterns with their macros expanded."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tasks.curate.engine.patterns import compile_error
from tasks.errors import CartscapeError

MACRO = re.compile(r"<(\w+)(?::([^<>]*))?>")
Row = Mapping[str, str]


def hash_files(folder: Path, names: Iterable[str]) -> str:
    """One hash over the names and bytes of the vocabulary files; other tables beside them do not count."""
    digest = hashlib.sha256()
    for name in sorted(set(names)):
        if not (folder / name).is_file():
            raise CartscapeError(f"{folder / name}: missing; restore it from the repository")
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Rows of a TSV file with their line numbers; lines that begin with '#' are comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); restore it from the repository") from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise CartscapeError(f"{path}:1: no header; restore the file from the repository")
    header = numbered[0][1].split("\t")
    for number, cells in zip(
        (number for number, _ in numbered[1:]),
        csv.reader((line for _, line in numbered[1:]), delimiter="\t", quoting=csv.QUOTE_NONE),
        strict=True,
    ):
        if len(cells) > len(header):
            raise CartscapeError(f"{path}:{number}: {len(cells)} cells for {len(header)} columns; remove a tab")
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))


def compiled_pattern(pattern: str, flags: str, macros: Mapping[str, str], place: str) -> str:
    """The pattern with its macros expanded and its flags written inside; errors name the place."""

    def expand(macro: re.Match[str]) -> str:
        if macro.group(1) not in macros:
            raise CartscapeError(f"{place}: unknown spelling <{macro.group(1)}>; see curation/spellings.tsv")
        return macros[macro.group(1)].replace("#", macro.group(2) or "")

    # a case-sensitive row has the flag cs; all others ignore case
    expanded = MACRO.sub(expand, pattern)
    whole = expanded if flags == "cs" else f"(?i){expanded}"
    if error := compile_error(whole):
        raise CartscapeError(f"{place}: the pattern does not compile ({error}); RE2 has no look-around")
    return whole

"""People by country in `curation/populations.tsv`, written from a library's data: `python -m tools.populations`.

The numbers are the World Bank's (indicator SP.POP.TOTL), as the package pypopulation keeps them. Rows of states and
provinces, and of countries for which the World Bank gives none, are kept as they are. With `--check` it writes nothing
and fails where the file is out of date.
"""

import sys
from importlib.metadata import version

import pypopulation

from tasks.curate.engine.rows import CURATION, read_rows
from tasks.files import write_file

TABLE, COUNTRIES = CURATION / "populations.tsv", CURATION / "countries.tsv"
PROGRAM = ".venv/bin/python -m tools.populations"
YEAR = "2019"
SOURCE = "World Bank, SP.POP.TOTL, as of 1 July 2020, in pypopulation"
COLUMNS = ("iso_alpha3", "province", "people", "year", "source")


def table() -> str:
    """The whole file: its comments as they are, its rows by country and province."""
    text = TABLE.read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    source = f"{SOURCE} {version('pypopulation')}"
    rows: dict[tuple[str, str], tuple[str, ...]] = {
        (code, ""): (code, "", str(people), YEAR, source)
        for code in sorted({row["iso_alpha3"] for _, row in read_rows(COUNTRIES)})
        if (people := pypopulation.get_population_a3(code))
    }
    for _, row in read_rows(TABLE):
        rows.setdefault((row["iso_alpha3"], row["province"]), tuple(row[name] for name in COLUMNS))
    lines = ["\t".join(row) for row in (COLUMNS, *(rows[key] for key in sorted(rows)))]
    return "\n".join([*comments, *lines]) + "\n"


def main() -> None:
    """Write the file, or say where it is out of date."""
    if "--check" not in sys.argv:
        write_file(TABLE, table().encode())
    elif TABLE.read_text(encoding="utf-8") != table():
        sys.exit(f"{TABLE} is out of date: run {PROGRAM}")


if __name__ == "__main__":
    main()

"""Table 4 tested: each level against the rest, as the paper does it, and each variable as a whole."""

from functools import cache
from itertools import groupby

import duckdb

from tasks.protocol import Statistics
from tasks.statistics.contingency import LevelTest, VariableTest, adjusted, level_test, variable_test
from tasks.statistics.table import NOTE, Row, Table, fields_of, read_rows

# levels that say nothing of a trial and stay out of the tests
LEFT_OUT = ("unstated", "implausible", "not in this source")
NOT_LOOKED_FOR = "publications were not looked for"
FISHER, CHI_SQUARE = "Fisher's exact test", "Pearson's chi-square test"
COMPARED = """
    select
        snapshot_id, 'landscape' as counted_by, variable, level, level_order, published_trials, unpublished_trials,
        publications, null as printed_p_value
    from metrics.finished_trials_comparison
    union all
    select
        snapshot_id, 'paper' as counted_by, variable, level, level_order, published_trials, unpublished_trials,
        'looked for' as publications, printed_p_value
    from meta.paper_table4 cross join raw.snapshots
    order by snapshot_id, counted_by, variable, level_order nulls last, level
"""


def of_variables(connection: duckdb.DuckDBPyConnection) -> list[tuple[Row, list[Row]]]:
    """Each snapshot, source of the counts and variable, with its levels."""
    keys = ("snapshot_id", "counted_by", "variable")
    grouped = groupby(read_rows(connection, COMPARED), key=lambda row: tuple(row[key] for key in keys))
    return [(dict(zip(keys, key, strict=True)), list(rows)) for key, rows in grouped]


def finished_trials_statistics(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each level of Table 4 against the rest."""
    rows: list[Row] = []
    # most weeks count what the week before counted
    tested_once = cache(level_test)
    for _, levels in of_variables(connection):
        tested = [row for row in levels if row["level"] not in LEFT_OUT and row["published_trials"] is not None]
        totals = [sum(row[name] for row in tested) for name in ("published_trials", "unpublished_trials")]
        held = [row["level"] for row in tested if row["published_trials"] + row["unpublished_trials"]]
        for row in levels:
            if row["published_trials"] is None:
                test = LevelTest(note=NOT_LOOKED_FOR)
            elif row["level"] in LEFT_OUT:
                test = LevelTest(note="left out of the tests")
            else:
                pair = (row["published_trials"], row["unpublished_trials"])
                test = tested_once(*pair, totals[0], totals[1], settings.confidence_level)
            # either of two levels against the other is one question
            question = row["variable"] if len(held) == 2 else f"{row['variable']}: {row['level']}"
            numbers = fields_of(test) | decided(test, test.fisher_p_value, settings)
            rows.append(row | numbers | {"question": question})
    return adjusted_by_table(rows)


def finished_trials_variables(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each variable of Table 4 as a whole."""
    rows: list[Row] = []
    tested_once = cache(variable_test)
    for key, levels in of_variables(connection):
        tested = [row for row in levels if row["level"] not in LEFT_OUT]
        if any(row["published_trials"] is None for row in tested):
            test = VariableTest(0, note=NOT_LOOKED_FOR)
        else:
            counts = tuple((row["published_trials"], row["unpublished_trials"]) for row in tested)
            test = tested_once(counts, settings.exact_tables)
        numbers = fields_of(test) | decided(test, test.exact_p_value, settings)
        rows.append(key | numbers | {"question": key["variable"]})
    return adjusted_by_table(rows)


def decided(test: LevelTest | VariableTest, exact: float | None, settings: Statistics) -> Row:
    """Which test counts, and its P value: the exact one where an expected count is too small for chi-square."""
    smallest = test.smallest_expected_count
    if smallest is None:
        return {"test": None, "tested_p_value": None, "has_small_expected_count": False, "is_significant": None}
    is_small = smallest < settings.smallest_expected_count
    value = exact if is_small else test.p_value
    return {
        "test": FISHER if is_small else CHI_SQUARE,
        "tested_p_value": value,
        "has_small_expected_count": is_small,
        "is_significant": None if value is None else value < settings.significance_level,
    }


def adjusted_by_table(rows: list[Row]) -> list[Row]:
    """The rows with Benjamini and Hochberg's values, each question of a snapshot's table once."""
    for _, of_table in groupby(rows, key=lambda row: (row["snapshot_id"], row["counted_by"])):
        table = list(of_table)
        asked = {row["question"]: row["tested_p_value"] for row in table if row["tested_p_value"] is not None}
        values = dict(zip(asked, adjusted(list(asked.values())), strict=True))
        for row in table:
            row["adjusted_p_value"] = values.get(row["question"]) if row["tested_p_value"] is not None else None
    return rows


VARIABLE = ("varchar", "phase, enrollment, funding, start date or sites")
COUNTED_BY = ("varchar", "landscape for our counts, paper for those that Table 4 of the paper prints")
P_VALUE = ("double", "of Pearson's chi-square test without continuity correction")
TESTED = {
    "smallest_expected_count": ("double", "smallest expected count of the table"),
    "has_small_expected_count": ("boolean", "whether it is too small for the chi-square test"),
    "test": (
        "varchar",
        "the test that counts: Fisher's where an expected count is too small, else Pearson's",
    ),
    "tested_p_value": ("double", "P value of that test"),
    "adjusted_p_value": (
        "double",
        "that P value adjusted by Benjamini and Hochberg over the questions of the table; two levels ask one",
    ),
    "is_significant": ("boolean", "whether the tested P value, unadjusted, is under the paper's threshold"),
}
STATISTICS = Table(
    "finished_trials_statistics",
    "one row per snapshot, source of the counts, variable and level; paper: Table 4; why: each level against the "
    "rest as the paper tests it, with what the test leaves out; unstated and implausible levels are not tested",
    {
        "counted_by": COUNTED_BY,
        "variable": VARIABLE,
        "level": ("varchar", "band or value"),
        "level_order": ("integer", "place of the level"),
        "published_trials": ("bigint", "finished trials with published results; null where not looked for"),
        "unpublished_trials": ("bigint", "finished trials without; null where not looked for"),
        "chi_square": ("double", "Pearson's statistic, level against the rest, without continuity correction"),
        "p_value": P_VALUE,
        "printed_p_value": ("varchar", "P value as the paper prints it, null for our counts"),
        "fisher_p_value": ("double", "of Fisher's exact test, two-sided"),
        **TESTED,
        "odds_ratio": (
            "double",
            "odds of being published at the level against the rest; conditional where a cell "
            "is empty, null where infinite",
        ),
        "odds_ratio_low": ("double", "lower end of its interval"),
        "odds_ratio_high": ("double", "upper end of its interval, null where infinite"),
        "note": NOTE,
    },
    finished_trials_statistics,
    (
        ("key", "counted_by, variable, level"),
        ("among", "none (finished when counted_by is landscape)"),
        ("facets", "characteristic = {variable}: {level}"),
        ("links", "published_trials where publication = published"),
        ("links", "unpublished_trials where results = unpublished"),
    ),
)
VARIABLES = Table(
    "finished_trials_variables",
    "one row per snapshot, source of the counts and variable; paper: Table 4, which tests levels only; why: one "
    "test per variable over all its levels does not count the same difference several times",
    {
        "counted_by": COUNTED_BY,
        "variable": VARIABLE,
        "levels": ("bigint", "levels with a trial"),
        "chi_square": ("double", "Pearson's statistic over all levels"),
        "degrees_of_freedom": ("bigint", "levels less one"),
        "p_value": P_VALUE,
        "exact_p_value": (
            "double",
            "of Fisher's exact test; of more than two levels from tables drawn at random, always the same ones",
        ),
        **TESTED,
        "cramers_v": ("double", "size of the effect, 0 none to 1 complete"),
        "note": NOTE,
    },
    finished_trials_variables,
    (("key", "counted_by, variable"),),
)

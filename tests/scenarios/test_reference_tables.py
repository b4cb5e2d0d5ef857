"""Curation files that SQL joins to: another spelling of a name counts no trial twice; one in two rows is refused."""

from datetime import date
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.errors import CartscapeError
from tasks.warehouse.reference import CURATION_FOLDER, load_reference_tables
from tests.oracles.generated import build, empty_warehouse
from tests.oracles.records import Cohort, Trial

NUMBERS = (1, 2, 3)
# what a curation file may gain: another spelling of the registry's with a name that is there, or a band in two pieces
MORE_ROWS = (
    "insert into meta.phases values ('PHASE_ONE', 'Phase 1', 2, true, false, 'test')",
    "insert into meta.statuses values ('COMPLETE', 'Completed', 6, true, false, 'test')",
    "insert into meta.funding_classes values ('FIRM', 'Industry', 'company', 'test')",
    "insert into meta.enrollment_bands values ('<50', 1, -9, -1, 'test')",
    "insert into meta.start_date_bands values ('Before 2007', 1, '1800-01-01', '1800-12-31', 'test')",
    "insert into meta.diseases values ('MM', 'hematologic', 'hematologic', 'multiple myeloma', null)",
    "insert into meta.sponsor_names values ('KITE  Pharma.', 'Kite', 'variant of the name', 'test')",
)
NAMED = ("phases", "statuses", "target_landscape", "finished_trials_comparison", "indications", "sponsor_ranking")


def finished_trial(number: int) -> Trial:
    """A completed phase 1 trial of a firm in myeloma."""
    found = dict.fromkeys(ATTRIBUTES, ("unstated",))
    found |= {"eligibility": ("eligible",), "topic": ("treatment",), "diseases": ("MM",), "targets": ("BCMA",)}
    protocol = {
        "identificationModule": {"nctId": f"NCT{number:08d}"},
        "statusModule": {"overallStatus": "COMPLETED", "startDateStruct": {"date": "2005-01"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Kite Pharma", "class": "INDUSTRY"}},
        "designModule": {"phases": ["PHASE1"], "enrollmentInfo": {"count": 12}},
    }
    return Trial({"protocolSection": protocol}, found | {"disease_groups": ("hematologic",)}, {"s1"})


def counted(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """The rows of the metrics that name what reference tables name."""
    tables = {name: connection.execute(f"from metrics.{name}").fetchall() for name in NAMED}
    return tables | {"characteristics": connection.execute("from core.trial_characteristics order by all").fetchall()}


def test_another_spelling_counts_no_trial_twice() -> None:
    trials = [finished_trial(number) for number in NUMBERS]
    totals = {"query.cond: CAR T": len(trials), "query.intr: CAR T": 0}
    cohort = Cohort(trials, None, totals, [], snapshot_id="one", snapshot_day=date(2026, 8, 22))
    with empty_warehouse() as connection:
        build(connection, cohort)
        before = counted(connection)
        for row in MORE_ROWS:
            connection.execute(row)
        build(connection, cohort)
        assert counted(connection) == before
    assert before["phases"] == [("one", 2, "Phase 1", 3, 100.0)]
    assert before["statuses"] == [("one", 6, "Completed", True, 3, 100.0)]


def test_one_spelling_in_two_rows_is_refused_with_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "curation"
    copytree(CURATION_FOLDER, folder)
    with (folder / "phases.tsv").open("a", encoding="utf-8") as file:
        file.write("PHASE1\tPhase one\t2\ttrue\tfalse\ttest\n")
    with empty_warehouse() as connection:
        connection.execute("delete from meta.phases")
        with pytest.raises(CartscapeError, match=r"phases\.tsv: .*PHASE1.*correct the file"):
            load_reference_tables(connection, folder)


SEARCHED = {
    "MSLN": "MESO",
    "Mesothelin": "MESO",
    "systemic sclerosis": "SSC",
    "MS4A1": "CD20",
    "dermatomyositis": "IIM",
    "gamma-secretase inhibitor": "GSI",
}


def test_a_code_is_found_by_its_name_and_by_other_words() -> None:
    search = "list_contains(string_split(lower(concat_ws('|', value, name, synonyms)), '|'), lower($1))"
    with empty_warehouse() as connection:
        for words, code in SEARCHED.items():
            assert (code,) in connection.execute(f"select value from meta.codes where {search}", [words]).fetchall()
        nameless = "select value from meta.diseases where name is null or name = value"
        assert connection.execute(nameless).fetchall() == []
        target = 'select name, hgnc_symbol, hgnc_name, "group" from meta.targets where value = $1'
        assert connection.execute(target, ["FRA"]).fetchall() == [
            ("folate receptor alpha", "FOLR1", "folate receptor 1", "protein")
        ]
        assert connection.execute(target, ["HBSAG"]).fetchall() == [
            ("surface antigen of the hepatitis B virus", None, None, "viral")
        ]

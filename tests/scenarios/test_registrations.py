"""When registrations are one trial: by numbers, both ways and onwards, by decisions; what is only suspected."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from tasks.curate.registrations import is_alone, registration_rows
from tasks.curate.snapshot import SCHEMAS
from tasks.errors import CartscapeError
from tasks.frames import Rows
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.building import create_warehouse, open_build
from tasks.warehouse.load import LOADED_AS, load_snapshot
from tasks.warehouse.models import build_model, load_models
from tasks.warehouse.parameters import model_parameters
from tasks.warehouse.registrations import check_decisions, load_sources
from tests.conftest import silent
from tests.replica.material import study

MODELS = (
    "staging.studies",
    "core.registration_pairs",
    "core.registration_groups",
    "core.registrations",
    "core.registration_conflicts",
    "core.suspected_registrations",
)
HEADER = (
    "TrialID,Public title,Source Register,Primary sponsor,Secondary ID,Recruitment Status,Target size,"
    "Date enrollement,Date registration3,Last Refreshed on\n"
)
PARENT, CHILD, ALONE = "NCT00000001", "NCT00000002", "NCT00000003"


def american(number: int, *others: str, **modules: Any) -> dict[str, Any]:
    """A registration at ClinicalTrials.gov that states other numbers."""
    record = study(number, f"CAR T cells in lymphoma, study number {number}", updated="2020-01-01", **modules)
    record["protocolSection"]["identificationModule"]["secondaryIdInfos"] = [{"id": other} for other in others]
    return record


def row(number: str, others: str = "", title: str = "", **fields: str) -> str:
    """A row of ICTRP."""
    size, start = fields.get("size", "20"), fields.get("start", "20200301")
    status, sponsor = fields.get("status", "Recruiting"), fields.get("sponsor", "Somebody else")
    title = title or f"Something else, called {number}"
    return f'{number},"{title}",,{sponsor},"{others}",{status},{size},{start},20200401,27 May 2021\n'


class Built:
    """The tables of registrations, made of a few records and decisions."""

    def __init__(
        self, folder: Path, studies: list[dict[str, Any]], rows: list[str], decisions: Sequence[tuple[str, ...]] = ()
    ) -> None:
        """Make them in a folder."""
        protocol = load_protocol()
        (folder / "own.jsonl").write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
        (folder / "ictrp.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
        sources = [str(folder / "own.jsonl"), str(folder / "ictrp.csv")]
        snapshot = take_snapshot(sources, Home(folder / "home"), protocol, silent)
        parameters = model_parameters(protocol, None)
        models = {model.table: model for model in load_models()}
        with open_build(folder) as connection:
            create_warehouse(connection, STATISTICS)
            load_snapshot(connection, snapshot, protocol.registry.volatile_fields)
            load_sources(connection, snapshot, protocol.sources)
            found = set(snapshot.search_hits()["nct_id"])
            made = registration_rows((study, study.nct_id in found) for study in snapshot.studies())
            for name in made.keys() & LOADED_AS.keys():
                frame = Rows(polars.DataFrame(made[name], schema=SCHEMAS[name], orient="row"))  # noqa: F841 - read by the query
                connection.execute(
                    f"insert into {LOADED_AS[name]} select version, frame.* exclude (nct_id)"
                    " from frame inner join raw.study_versions using (nct_id)"
                )
            connection.execute(
                "insert into core.registration_labels_by_version"
                " select version, 'eligibility', 'eligible' from raw.study_versions"
            )
            for decision in decisions:
                connection.execute(
                    "insert into meta.registration_decisions values ($1, $2, $3, $4, $5, $6, $7)", decision
                )
            check_decisions(connection)
            for name in MODELS:
                build_model(connection, models[name], parameters)
        self.warehouse = folder / "warehouse.duckdb"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def trials(self) -> list[list[str]]:
        """The registrations of each trial, the one that speaks for it first."""
        return [
            row[0]
            for row in self.rows(
                "select list(nct_id order by place) from core.registrations group by trial_nct_id order by trial_nct_id"
            )
        ]

    @property
    def suspected(self) -> dict[tuple[str, str], str]:
        """The suspected pairs with what agrees."""
        return {
            (one, other): why
            for one, other, why in self.rows("select nct_id, other_nct_id, evidence from core.suspected_registrations")
        }


def decided(one: str, other: str, decision: str) -> tuple[str, ...]:
    """A signed decision."""
    return (one, other, decision, "read both", "the registries", "A. Reader", "2026-11-27")


def test_a_number_joins_whichever_registration_states_it(tmp_path: Path) -> None:
    built = Built(
        tmp_path,
        [american(1, "ChiCTR2000000001"), american(2), american(3)],
        [row("ChiCTR2000000001"), row("ChiCTR2000000002", "NCT number: NCT00000002"), row("ChiCTR2000000003")],
    )
    assert built.trials == [["ChiCTR2000000003"], [PARENT, "ChiCTR2000000001"], [CHILD, "ChiCTR2000000002"], [ALONE]]
    assert built.rows("select basis, words from core.registration_pairs order by all") == [
        ("number of the other", "ChiCTR2000000001"),
        ("number of the other", "NCT00000002"),
    ]


def test_numbers_join_onwards_and_by_a_number_that_both_state(tmp_path: Path) -> None:
    built = Built(
        tmp_path,
        [american(1, "EudraCT 2020-000890-25"), american(2, "U1111-1296-5487")],
        [
            row("EUCTR2020-000890-25-FR"),
            row("EUCTR2020-000890-25-DE"),
            row("CTIS2023-507385-11-00", "2020-000890-25"),
            row("JPRN-jRCT2031250039", "UTN: U1111-1296-5487"),
        ],
    )
    assert built.trials == [
        [PARENT, "2023-507385-11-00", "EUCTR2020-000890-25-DE", "EUCTR2020-000890-25-FR"],
        [CHILD, "jRCT2031250039"],
    ]


def test_a_second_submission_in_ctis_is_the_same_trial(tmp_path: Path) -> None:
    built = Built(tmp_path, [american(1)], [row("CTIS2023-507385-11-00"), row("CTIS2023-507385-11-01")])
    assert ["2023-507385-11-00", "2023-507385-11-01"] in built.trials


def test_an_extension_that_names_its_parent_is_another_trial(tmp_path: Path) -> None:
    built = Built(tmp_path, [american(1), american(2, PARENT)], [row("ChiCTR2000000003")])
    assert [PARENT] in built.trials
    assert [CHILD] in built.trials


def test_a_follow_up_that_states_its_parents_number_as_its_own_is_left_to_a_person(tmp_path: Path) -> None:
    parent = american(1, "ChiCTR2000000009")
    followed = american(2, "ChiCTR2000000002", "EudraCT 2020-000890-25")
    followed["protocolSection"]["identificationModule"]["briefTitle"] = "Roll-over study of CAR T cells in lymphoma"
    rows = [
        row("ChiCTR2000000001", PARENT, "Long-term follow-up of patients treated with CAR T cells"),
        # the follow-up itself, registered twice: both titles say so
        row("ChiCTR2000000002", CHILD, "CAR T cells in lymphoma: long-term follow-up study"),
        row("ChiCTR2000000009", title="CAR T cells in lymphoma, with long-term outcomes"),
        # the parent in Europe, whose number the follow-up states as well
        row("EUCTR2020-000890-25-DE", title="CAR T cells in lymphoma"),
    ]
    built = Built(tmp_path, [parent, followed], rows)
    assert built.trials == [
        ["ChiCTR2000000001"],
        ["EUCTR2020-000890-25-DE"],
        [PARENT, "ChiCTR2000000009"],
        [CHILD, "ChiCTR2000000002"],
    ]
    assert built.suspected == {
        (PARENT, "ChiCTR2000000001"): "parent and follow-up",
        (CHILD, "EUCTR2020-000890-25-DE"): "parent and follow-up",
    }


def test_a_number_that_its_field_calls_a_parents_joins_nothing(tmp_path: Path) -> None:
    record = american(1)
    number = {"id": "ChiCTR2000000001", "type": "REGISTRY", "domain": "ChiCTR, parent study"}
    record["protocolSection"]["identificationModule"]["secondaryIdInfos"] = [number]
    built = Built(tmp_path, [record], [row("ChiCTR2000000001")])
    assert built.suspected == {(PARENT, "ChiCTR2000000001"): "number in a free text"}


def test_numbers_that_would_join_two_trials_of_one_registry_join_nothing(tmp_path: Path) -> None:
    both = row("ChiCTR2000000001", f"{PARENT};{CHILD}")
    built = Built(tmp_path, [american(1), american(2)], [both])
    assert built.trials == [["ChiCTR2000000001"], [PARENT], [CHILD]]
    assert set(built.suspected) == {(PARENT, "ChiCTR2000000001"), (CHILD, "ChiCTR2000000001")}
    assert all("numbers that contradict" in why for why in built.suspected.values())


def test_a_person_settles_what_contradicts_and_undoes_what_is_joined(tmp_path: Path) -> None:
    both = row("ChiCTR2000000001", f"{PARENT};{CHILD}")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    same = Built(tmp_path / "a", [american(1), american(2)], [both], [decided("ChiCTR2000000001", CHILD, "same")])
    assert same.trials == [[PARENT], [CHILD, "ChiCTR2000000001"]]
    joined = row("ChiCTR2000000001", PARENT)
    apart = Built(tmp_path / "b", [american(1)], [joined], [decided(PARENT, "ChiCTR2000000001", "different")])
    assert apart.trials == [["ChiCTR2000000001"], [PARENT]]
    assert apart.suspected == {}


def test_a_number_in_a_sentence_joins_nothing_and_is_shown(tmp_path: Path) -> None:
    rows = [
        row("ChiCTR2000000001", f"follow-up of {PARENT}"),
        row("ChiCTR2000000002", title=f"CAR T cells after {PARENT}, a sub-study"),
    ]
    built = Built(tmp_path, [american(1)], rows)
    assert len(built.trials) == 3
    assert built.suspected == {
        (PARENT, "ChiCTR2000000001"): "number in a free text",
        (PARENT, "ChiCTR2000000002"): "number in a free text",
    }


def test_similarity_is_scored_and_joins_nothing(tmp_path: Path) -> None:
    modules = {
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Tongji Hospital"}},
        "designModule": {"enrollmentInfo": {"count": 20}},
    }
    record = american(1, **modules)
    record["protocolSection"]["statusModule"]["startDateStruct"] = {"date": "2020-03"}
    title = record["protocolSection"]["identificationModule"]["briefTitle"].replace("CAR T", "CAR－T")
    built = Built(tmp_path, [record], [row("ChiCTR2000000001", title=title, sponsor="TONGJI HOSPITAL")])
    assert built.trials == [["ChiCTR2000000001"], [PARENT]]
    assert built.suspected == {(PARENT, "ChiCTR2000000001"): "same size; same sponsor; same start; same title"}
    # 1 - .5 * .85 * .9 * .9
    assert built.rows("select score from core.suspected_registrations") == [(0.656,)]


def test_a_long_title_with_something_added_is_looked_at(tmp_path: Path) -> None:
    title = "ExtraCorporeal Membrane Oxygenation for 2019 novel Coronavirus Acute Respiratory Disease"
    rows = [
        row("ACTRN12620000421932", title=f"{title} (ECMOCARD)"),
        row("JPRN-UMIN000039686", title=title, start="20200401"),
        row("ChiCTR2000000001", title=title[:40]),
    ]
    built = Built(tmp_path, [american(1)], rows)
    assert built.suspected == {("UMIN000039686", "ACTRN12620000421932"): "same size; same sponsor; titles begin alike"}


def test_what_registrations_say_differently_is_kept(tmp_path: Path) -> None:
    record = american(1, "ChiCTR2000000001", designModule={"enrollmentInfo": {"count": 12}})
    record["protocolSection"]["statusModule"]["overallStatus"] = "COMPLETED"
    built = Built(tmp_path, [record], [row("ChiCTR2000000001", size="group:20;")])
    query = "select fact, registration_nct_id, value, is_shown, is_newest from core.registration_conflicts order by all"
    assert built.rows(query) == [
        ("size", "ChiCTR2000000001", "20", False, True),
        ("size", PARENT, "12", True, False),
        ("status", "ChiCTR2000000001", "RECRUITING", False, True),
        ("status", PARENT, "COMPLETED", True, False),
    ]


def test_a_decision_without_a_signature_is_refused(tmp_path: Path) -> None:
    unsigned: Any = (PARENT, "ChiCTR2000000001", "same", None, None, None, None)
    with pytest.raises(CartscapeError, match=r"registration_decisions\.tsv: NCT00000001 and ChiCTR2000000001"):
        Built(tmp_path, [american(1)], [row("ChiCTR2000000001")], [unsigned])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EudraCT number: 2020-000890-25", True),
        ("NCT00000001, ChiCTR2000000001", True),
        ("Universal Trial Number (UTN): U1111-1296-5487", True),
        ("extension of NCT00000001", False),
        ("NCT00000001 (parent study)", False),
    ],
)
def test_words_beside_a_number_tell_whether_it_is_the_trials_own(text: str, expected: bool) -> None:
    assert is_alone(text) is expected

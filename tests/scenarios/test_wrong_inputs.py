"""Inputs that can be read and are wrong in meaning: each is stopped by a critical check or refused, never published."""

import copy
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks import stages
from tasks.curate import Vocabularies, load_vocabularies
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.run import Run
from tasks.settings import REPOSITORY, load_protocol
from tasks.warehouse.building import open_build
from tasks.warehouse.publish import build_folder
from tests.conftest import build_landscape, silent

Study = dict[str, Any]
STUDIES = 60
CURATION = REPOSITORY / "curation"
DATES = ("startDateStruct", "primaryCompletionDateStruct", "completionDateStruct", "studyFirstPostDateStruct")


def shifted(years: int) -> Callable[[str], str]:
    """A date so many years later."""
    return lambda date: f"{int(date[:4]) + years:04d}{date[4:]}"


def dates_of(protocol: Study, change: Callable[[str], str]) -> None:
    """Change every date of a record."""
    for struct in (value for value in protocol["statusModule"].values() if isinstance(value, dict)):
        if "date" in struct:
            struct["date"] = change(struct["date"])


def texts_of(protocol: Study) -> None:
    """Empty every text that curation reads."""
    protocol["identificationModule"].update(briefTitle="", officialTitle="")
    read = ("conditionsModule", "armsInterventionsModule", "descriptionModule", "eligibilityModule", "outcomesModule")
    for name in read:
        protocol[name] = {"keywords": [""]}


def of_protocol(change: Callable[[Study], object]) -> Callable[[list[Study]], list[Study]]:
    """The change, made to the protocol section of each record."""

    def changed(records: list[Study]) -> list[Study]:
        for record in records:
            change(record["protocolSection"])
        return records

    return changed


def module(name: str, **fields: Any) -> Callable[[list[Study]], list[Study]]:
    """Fields of one module replaced in each record."""
    return of_protocol(lambda protocol: protocol.setdefault(name, {}).update(fields))


def without(name: str) -> Callable[[list[Study]], list[Study]]:
    """One module gone from each record."""
    return of_protocol(lambda protocol: protocol.pop(name, None))


# what the checks find in the records as they are
ELIGIBILITY = {"eligible": 23, "ineligible": 37}
CONTRADICTED = {"records_do_not_contradict_themselves": "warning"}
FLAGGED, EQUAL = "impossible_values_are_few", "records_differ"
# name -> what is done to sound records, what the refusal says, and whether it needs no earlier snapshot to compare with
WRONG: dict[str, tuple[Callable[[list[Study]], list[Study]], str, bool]] = {
    "all dates a century later": (of_protocol(lambda one: dates_of(one, shifted(100))), FLAGGED, True),
    "all dates a century earlier": (of_protocol(lambda one: dates_of(one, shifted(-100))), FLAGGED, True),
    "all dates 0000-00-00": (of_protocol(lambda one: dates_of(one, lambda date: "0000-00-00")), FLAGGED, True),
    "all dates as 04/30/2024": (of_protocol(lambda one: dates_of(one, lambda date: "04/30/2024")), FLAGGED, True),
    "all dates one day": (of_protocol(lambda one: dates_of(one, lambda date: "2024-01-01")), EQUAL, True),
    "half of the records gone": (lambda records: records[::2], "30 studies are 50% of the 60", False),
    "one record left": (lambda records: records[:1], "1 studies are 2% of the 60", False),
    "all one NCT number": (module("identificationModule", nctId="NCT01234567"), "1 studies are 2% of the 60", False),
    "every second record cut": (lambda records: records, "records_can_be_read: .*30 of 60 unreadable", True),
    "protocolSection renamed": (
        lambda records: [{"protocol": one["protocolSection"]} for one in records],
        "no study could be read \\(no protocolSection\\)",
        True,
    ),
    "statusModule renamed": (
        of_protocol(lambda one: one.update(status=one.pop("statusModule"))),
        r"protocolSection\.statusModule: no record has it, and protocolSection\.status is unknown to the registry",
        True,
    ),
    "designModule gone": (without("designModule"), r"protocolSection\.designModule: \d+ records had it", False),
    "sponsors gone": (without("sponsorCollaboratorsModule"), "sponsorCollaboratorsModule: .* none has it now", False),
    "sites gone": (without("contactsLocationsModule"), "contactsLocationsModule: .* none has it now", False),
    "interventions gone": (without("armsInterventionsModule"), "armsInterventionsModule: .* none has it now", False),
    "phases as text": (
        of_protocol(lambda one: one["designModule"].update(phases="PHASE1")),
        r"designModule\.phases: text in (\d+) of \1 records, where the registry gives a list",
        True,
    ),
    "conditions as text": (module("conditionsModule", conditions="Lymphoma"), "conditions: text in .* a list", True),
    "interventions as an object": (
        module("armsInterventionsModule", interventions={"name": "CAR-T"}),
        "interventions: object in .* a list",
        True,
    ),
    "all sponsors equal": (
        module("sponsorCollaboratorsModule", leadSponsor={"name": "x", "class": "INDUSTRY"}),
        EQUAL,
        True,
    ),
    "all sites in a country that is none": (
        module("contactsLocationsModule", locations=[{"facility": "x", "country": "Atlantis"}]),
        FLAGGED,
        True,
    ),
    "statuses in words": (module("statusModule", overallStatus="Active, not recruiting"), FLAGGED, True),
    "phases in words": (module("designModule", phases=["Phase 1"]), FLAGGED, True),
    "negative enrollment": (module("designModule", enrollmentInfo={"count": -1}), FLAGGED, True),
    "every text empty": (of_protocol(texts_of), "some_trial_is_eligible", True),
}


@pytest.fixture(scope="module")
def records(shared_file: Callable[[str], Path]) -> list[Study]:
    """Complete real registrations, all that speak of CAR-T cells among them."""
    with gzip.open(shared_file("real/registry-v2-2026.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        studies = [json.loads(line) for line in lines]
    return sorted(studies, key=lambda one: "CAR-T" not in json.dumps(one["protocolSection"]))[:STUDIES]


def write(folder: Path, records: list[Study], name: str = "") -> Path:
    """A file of the records; of 'every second record cut' it holds that."""
    lines = [json.dumps(record) for record in records]
    if name == "every second record cut":
        lines = [line[: len(line) // 2] if number % 2 else line for number, line in enumerate(lines)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "registry.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sound(records: list[Study], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose landscape of the records as they are is published."""
    folder = tmp_path_factory.mktemp("sound")
    return build_landscape(folder / "home", write(folder, records)).home


@dataclass(frozen=True)
class Checked:
    """What a run found that its checks let pass: trials by eligibility, failed checks by name, losses accepted."""

    eligibility: dict[str, int]
    failed: dict[str, str]
    accepted: list[str]


def check(
    home: Home, source: Path, vocabularies: Vocabularies, accept_loss: bool = False, smallest: int = 20
) -> Checked:
    """A run as far as the checks of its trials, without publishing; fewer than `smallest` say nothing."""
    protocol = load_protocol()
    judged = protocol.completeness.model_copy(update={"smallest_number_judged": smallest})
    protocol = protocol.model_copy(update={"completeness": judged})
    run = Run(home, protocol, report=silent, accept_loss=accept_loss)
    run.__dict__["vocabularies"] = vocabularies
    with home.writing():
        shown = stages.take(run, str(source), is_synthetic=False)
        curated = stages.curate(run)
        # one connection stays open, as in a run: each opening anew would cost more than the tables
        with build_folder(home), open_build(home.build) as connection:
            stages.load(run, shown, curated)
            stages.check(run, "raw")
            stages.make_tables(run, [model for model in run.models if model.schema in ("staging", "core")])
            stages.check(run, "core")
            return checked(connection)


def checked(connection: duckdb.DuckDBPyConnection) -> Checked:
    """What a build holds after its checks."""
    eligibility = "select eligibility, count(*) from core.trials group by eligibility"
    failed = "select object, severity from meta.checks where not is_passed"
    return Checked(
        dict(connection.execute(eligibility).fetchall()),
        dict(connection.execute(failed).fetchall()),
        [loss for (loss,) in connection.execute("select loss from meta.accepted_losses").fetchall()],
    )


def test_sound_records_pass_again(
    sound: Home, records: list[Study], vocabularies: Vocabularies, tmp_path: Path
) -> None:
    shutil.copytree(sound, tmp_path / "home")
    found = check(Home(tmp_path / "home"), write(tmp_path, records), vocabularies)
    assert found == Checked(ELIGIBILITY, CONTRADICTED, [])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_input_is_stopped(
    request: pytest.FixtureRequest, records: list[Study], vocabularies: Vocabularies, tmp_path: Path, name: str
) -> None:
    change, said, is_seen_alone = WRONG[name]
    if not is_seen_alone:
        shutil.copytree(request.getfixturevalue("sound"), tmp_path / "home")
    source = write(tmp_path, change(copy.deepcopy(records)), name)
    with pytest.raises(CartscapeError, match=said):
        check(Home(tmp_path / "home"), source, vocabularies)


def test_a_person_may_say_that_it_is_meant(records: list[Study], vocabularies: Vocabularies, tmp_path: Path) -> None:
    change, _, _ = WRONG["all sponsors equal"]
    source = write(tmp_path, change(copy.deepcopy(records)))
    found = check(Home(tmp_path / "home"), source, vocabularies, accept_loss=True)
    said = "many records do not all have one sponsor or one start date: lead sponsor: x in all 60 records"
    assert found == Checked(ELIGIBILITY, CONTRADICTED | {EQUAL: "warning"}, [said])


def test_trials_lost_since_the_last_build_are_asked_about(sound: Home, records: list[Study], tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "home")
    shutil.copytree(CURATION, tmp_path / "curation")
    for name, begins in (("targets.tsv", "B7H3\t"), ("codes.tsv", "targets\tB7H3\t")):
        path = tmp_path / "curation" / name
        path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith(begins)))
    with pytest.raises(CartscapeError, match=r"eligible trials of target B7H3: \d, of \d+ in the last build"):
        check(Home(tmp_path / "home"), write(tmp_path, records), load_vocabularies(tmp_path / "curation"), smallest=5)


@pytest.mark.parametrize("name", ["targets.tsv", "eligibility.tsv", "diseases.tsv", "contexts.tsv", "regions.tsv"])
def test_an_emptied_vocabulary_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copytree(CURATION, tmp_path / "curation")
    path = tmp_path / "curation" / name
    lines = path.read_text().splitlines(keepends=True)
    header = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    path.write_text("".join(lines[: header + 1]))
    with pytest.raises(CartscapeError, match=rf"{name}: no row under the header; restore the file"):
        load_vocabularies(tmp_path / "curation")

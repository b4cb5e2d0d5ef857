"""A signed decision through the whole build: it wins, it shows as decided, and it expires loudly."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.curate import load_vocabularies
from tasks.curate.engine.rows import CURATION
from tests.conftest import Built, build_landscape

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT04000001", "briefTitle": "CD19 CAR-T Cells in Lymphoma"},
        "conditionsModule": {"conditions": ["Lymphoma"]},
    }
}
DECISION = "NCT04000001\ttargets\tCD19\tCD19|CD22\ta tandem CAR\tletter of the sponsor\tM. B.\t2026-11-22\n"
STRANGER = "NCT04009999\ttargets\tCD19\tCD20\tmistaken\tletter of the sponsor\tM. B.\t2026-11-22\n"


@pytest.fixture
def curation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the vocabularies with two decisions, which the build reads."""
    folder = tmp_path / "curation"
    shutil.copytree(CURATION, folder)
    with (folder / "decisions.tsv").open("a", encoding="utf-8") as lines:
        lines.write(DECISION + STRANGER)
    monkeypatch.setattr("tasks.run.load_vocabularies", lambda: load_vocabularies(folder))
    return folder


def built(folder: Path, study: dict[str, Any]) -> Built:
    folder.mkdir(exist_ok=True)
    (folder / "registry.jsonl").write_text(json.dumps(study) + "\n", encoding="utf-8")
    return build_landscape(folder / "home", folder / "registry.jsonl")


def rows(landscape: Built, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(landscape.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.usefixtures("curation")
def test_a_decision_wins_and_shows_who_took_it(tmp_path: Path) -> None:
    landscape = built(tmp_path / "first", STUDY)
    assert rows(landscape, "select target from core.trial_targets order by 1") == [("CD19",), ("CD22",)]
    decided = rows(landscape, "select distinct kind, rule from core.assertions where attribute = 'targets'")
    assert decided == [("decided", "decision by M. B. on 2026-11-22: a tandem CAR")]


@pytest.mark.usefixtures("curation")
def test_a_decision_on_an_unknown_trial_is_named_with_its_line(tmp_path: Path) -> None:
    landscape = built(tmp_path / "first", STUDY)
    failed = "select examples from meta.checks where object = 'decisions_still_hold' and not is_passed"
    ((found,),) = rows(landscape, failed)
    assert found == "curation/decisions.tsv:3 NCT04009999 targets expected CD19 found no such trial"


@pytest.mark.usefixtures("curation")
def test_a_decision_expires_when_the_registry_s_text_changes_under_it(tmp_path: Path) -> None:
    changed = json.loads(json.dumps(STUDY).replace("CD19", "CD70"))
    landscape = built(tmp_path / "second", changed)
    assert rows(landscape, "select target from core.trial_targets") == [("CD70",)]
    failed = "select examples from meta.checks where object = 'decisions_still_hold' and not is_passed"
    ((found,),) = rows(landscape, failed)
    assert "curation/decisions.tsv:2 NCT04000001 targets expected CD19 found CD70" in found

"""The story is what the data say, to the number; where they say too little, it says nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.protocol import Story
from tasks.publish.page.facets import facets_of, read_facets
from tasks.publish.page.findings import finding
from tasks.publish.page.further_findings import FURTHER
from tasks.publish.page.links import Linker
from tasks.publish.page.story import Teller, opening, plain
from tasks.publish.page.trials import read_index
from tasks.publish.published import read_facts
from tasks.settings import load_protocol
from tasks.warehouse.publish import open_published
from tests.conftest import Built, build_landscape

# registrations by year: in autoimmune disease, and in lymphoma
POSTED = {2022: (2, 9), 2023: (5, 12), 2024: (14, 10), 2025: (3, 0)}


def study(number: int, day: date, condition: str) -> dict[str, Any]:
    """A registration of CD19 CAR-T cells that was posted on a day."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}", "briefTitle": f"CD19 CAR-T cells in {condition}"},
            "statusModule": {
                "overallStatus": "RECRUITING",
                "studyFirstPostDateStruct": {"date": day.isoformat()},
                "lastUpdatePostDateStruct": {"date": day.isoformat()},
            },
            "conditionsModule": {"conditions": [condition]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "CD19 CAR-T cells"}]},
            "contactsLocationsModule": {"locations": [{"city": "Ulm", "country": "Germany"}]},
        }
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A landscape whose numbers are known."""
    folder = tmp_path_factory.mktemp("story")
    studies = []
    for year, (autoimmune, lymphoma) in POSTED.items():
        for condition, count in (("Systemic Lupus Erythematosus", autoimmune), ("B-cell Lymphoma", lymphoma)):
            studies += [study(len(studies) + place, date(year, 3, 1), condition) for place in range(1, count + 1)]
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    return build_landscape(folder / "home", path)


def sentences(built: Built) -> tuple[list[str], dict[str, str | None]]:
    """The opening without its links, and the titles of three sections."""
    with open_published(built.home) as connection:
        facts = read_facts(connection)
        index = read_index(connection, facts.snapshot_id)
        facets = read_facets(connection, facts.snapshot_id, index["nct_id"], facets_of(connection))
        teller = Teller(connection, facts, Linker(facets), load_protocol().story)
        titles = {name: finding(teller, name) for name in ("growth", "targets", "finished")}
        return [plain(sentence) for sentence in opening(teller)], titles


def test_sentences_are_the_numbers_of_the_data(told: Built) -> None:
    said, _ = sentences(told)
    assert said[:2] == [
        "55 trials of CAR-T cells are registered; 55 recruit, and 0 are finished.",
        "In 2024, 24 were first posted, 41% more than the 17 of 2023. 2025 has 3 until 1 March.",
    ]
    assert "New in 2025: 3 trials in autoimmune disease, after 14 in 2024." in said


def test_a_title_is_the_finding_and_silent_without_numbers(told: Built) -> None:
    _, titles = sentences(told)
    assert titles == {
        "growth": "Autoimmune trials grew from 2 in 2022 to 14 in 2024",
        "targets": "CD19 is a target of 100% of the treatment trials that name one",
        "finished": None,
    }


def test_few_trials_carry_no_share(tmp_path: Path) -> None:
    path = tmp_path / "registry.jsonl"
    studies = [study(place, date(2024, 3, 1), "B-cell Lymphoma") for place in (1, 2)]
    path.write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    said, titles = sentences(build_landscape(tmp_path / "home", path))
    assert said[0] == "2 trials of CAR-T cells are registered; 2 recruit, and 0 are finished."
    assert not any("%" in sentence for sentence in said)
    assert set(titles.values()) == {None}


def test_sections_beyond_the_paper_find_what_their_tables_say(sample_landscape: Built) -> None:
    with open_published(sample_landscape.home) as connection:
        facts = read_facts(connection)
        teller = Teller(connection, facts, Linker([]), load_protocol().story)
        found = {name: tell(teller) for name, tell in FURTHER.items()}
        followed, stopped = connection.execute(
            "select count(*), count(*) filter (where ending in ('terminated', 'withdrawn', 'suspended'))"
            " from core.trial_endings inner join landscape.trials using (nct_id) where left_out is null"
        ).fetchall()[0]
        (changes,) = connection.execute(
            "select max(change_per_year) from landscape.attribute_trends"
            " where value <> 'unstated' and adjusted_p_value <= 0.01"
        ).fetchall()[0]
        few = Story(smallest_count=10**9, smallest_growth=9, largest_p_value=1e-9, smallest_yearly_change=99)
        silent = [tell(Teller(connection, facts, Linker([]), few)) for tell in FURTHER.values()]
    assert found["endings"] and found["endings"].startswith(
        f"{100 * stopped / followed:.0f}% of the trials were stopped"
    )
    assert found["years"] and f" gains {changes:.1f} percentage points a year (" in found["years"]
    assert found["firsts"] == "Of 54 antigens of treatment trials, 1 is new and 4 are stalled"
    # too few records of the sample are overdue to be told of; its products are invented, and so none is approved
    assert [name for name, said in found.items() if said is None] == ["plans", "approvals"]
    assert silent == [None] * len(FURTHER), "numbers below the thresholds carry no finding"

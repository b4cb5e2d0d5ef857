"""What a study is about, told by title, interventions and endpoints."""

from typing import Any

import pytest

from tasks.curate import curate_study
from tasks.registry.study import Study
from tests.scenarios.test_curation_builder import study
from tests.vocabularies import shipped_vocabularies

VOCABULARIES = shipped_vocabularies()


def topic(title: str, outcome: str = "", **fields: Any) -> tuple[str, str]:
    """Topic, and the words that decide it."""
    record = study(title, **fields)
    record["protocolSection"]["outcomesModule"] = {"primaryOutcomes": [{"measure": outcome}]}
    found = curate_study(Study(record), VOCABULARIES)
    (assertion,) = [one for one in found.assertions if one.attribute == "topic"]
    return found.labels["topic"][0], assertion.quote


@pytest.mark.parametrize(
    ("title", "interventions", "summary", "outcome", "wanted"),
    [
        ("Long-term Follow-up of Patients Treated With CAR-T Cells", ["Blood draw"], "", "Safety", "treatment"),
        ("Expanded Access to CD19 CAR-T Cells", ["CD19 CAR-T cells"], "", "", "treatment"),
        ("CAR-T in Lymphoma", ["Blood draw", "Quality of life questionnaire"], "", "Feasibility", "other"),
        ("CAR-T in Lymphoma", ["Voice recording"], "Voices are used to detect ICANS.", "Recordings", "toxicity"),
        ("CAR-T in Lymphoma", ["Axicabtagene ciloleucel"], "A non-interventional study.", "Response", "other"),
        ("Ibrutinib Maintenance After CAR-T Cells", ["Ibrutinib"], "", "Progression-free survival", "other"),
        ("Low Dose TBI Before Tisagenlecleucel", ["TBI", "Tisagenlecleucel"], "", "Toxicity", "other"),
        ("Radiotherapy Before CD70 CAR-T Cells", ["Radiotherapy", "CD70 CAR-T cells"], "", "Toxicity", "treatment"),
        ("A Vaccine With BCMA CAR-T", ["DC vaccine"], "", "Feasibility", "other"),
        ("A Vaccine With BCMA CAR-T", ["DC vaccine"], "", "Complete response", "treatment"),
        ("Anakinra With Axicabtagene Ciloleucel", ["Axicabtagene ciloleucel"], "", "Severe ICANS", "toxicity"),
        ("Safety of CD19 CAR-T", ["CD19 CAR-T"], "Observational studies have shown remissions.", "CRS", "treatment"),
        ("Study of XY123 in Lymphoma, a CAR-T Product", ["XY123"], "", "Safety", "treatment"),
    ],
)
def test_topic(title: str, interventions: list[str], summary: str, outcome: str, wanted: str) -> None:
    found, quote = topic(title, outcome, intervention=interventions, summary=summary)
    assert found == wanted
    assert quote

"""Who may take part, read from criteria: the answer by place, denial and exception, with its sentence."""

from typing import Any

import pytest

from tasks.curate.rules.participants import judge_participants, read_criteria
from tasks.registry.study import Study
from tests.vocabularies import shipped_vocabularies

INCLUSION, EXCLUSION = (
    "Inclusion Criteria:\n\n* {}\n",
    "Inclusion Criteria:\n\n* adults\n\nExclusion Criteria:\n\n* {}\n",
)
# words of real records
READ = [
    (EXCLUSION, "Prior treatment with any CD19 CAR T-cell therapy", "prior CAR-T: excluded"),
    (INCLUSION, "Relapse after prior CAR-T therapy targeting the same antigen", "prior CAR-T: admitted"),
    (INCLUSION, "Seronegative for HIV antibody", "HIV: excluded"),
    (EXCLUSION, "Active HBV, HCV (unless RNA-negative)", "hepatitis: excluded with exceptions"),
    (
        EXCLUSION,
        "Active central nervous system metastases (except those that are stable)",
        "CNS disease: excluded with ",
    ),
    (INCLUSION, "Participants with treated brain metastases are eligible", "CNS disease: admitted"),
    (EXCLUSION, "Pregnant or lactating women", "pregnancy: excluded"),
    (INCLUSION, "ECOG performance status of 0, or 1, or 2", "ECOG: up to 2"),
    (INCLUSION, "ECOG score 0\\~1 points", "ECOG: up to 1"),
]


def judged(criteria: str) -> list[tuple[str, str]]:
    """Values and quotes of a record with these criteria."""
    record: dict[str, Any] = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001"},
            "eligibilityModule": {"eligibilityCriteria": criteria},
        }
    }
    read = read_criteria([Study(record)], shipped_vocabularies().criteria_words)
    found = [one for each in read.values() for one in judge_participants(each, "NCT00000001")]
    for one in found:
        assert criteria[one.start : one.end] == one.quote
    return [(one.value, one.quote) for one in found]


@pytest.mark.parametrize(("form", "sentence", "expected"), READ)
def test_a_criterion_is_read_with_its_words(form: str, sentence: str, expected: str) -> None:
    ((value, quote),) = judged(form.format(sentence))
    assert value.startswith(expected)
    assert sentence in quote


def test_what_happens_before_a_car_t_is_no_prior_car_t() -> None:
    assert judged(EXCLUSION.format("Received therapeutic doses of glucocorticoids within 14 days before CAR-T")) == []


def test_silence_and_no_criteria_say_nothing() -> None:
    assert judged(EXCLUSION.format("Any other condition")) == []
    assert judged("") == []

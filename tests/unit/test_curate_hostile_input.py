"""Nothing that a registry, or a vandal, may send makes curation stop or crawl."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.curate import ATTRIBUTES, UNSTATED, curate_study
from tasks.curate.engine.texts import characters_read, read_texts
from tasks.registry.study import Study
from tests.vocabularies import shipped_vocabularies

VOCABULARIES = shipped_vocabularies()
WORDS = (
    "CAR-T",
    "anti-CD19",
    "chimeric antigen receptor",
    "\x00",
    "\\*",
    "&#39;",
    "淋巴瘤",
    "🧬",
    "\ud800",
    "CD19/22",
    "or",
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "description"]), inner),
    max_leaves=6,
)
MODULES = {
    "identificationModule": ("nctId", "briefTitle", "officialTitle"),
    "descriptionModule": ("briefSummary", "detailedDescription"),
    "conditionsModule": ("conditions", "keywords"),
    "armsInterventionsModule": ("interventions", "armGroups"),
    "eligibilityModule": ("eligibilityCriteria",),
    "contactsLocationsModule": ("locations",),
    "sponsorCollaboratorsModule": ("leadSponsor",),
    "outcomesModule": ("primaryOutcomes",),
}
studies = st.fixed_dictionaries(
    {},
    optional={
        name: values | st.fixed_dictionaries({}, optional=dict.fromkeys(keys, values)) for name, keys in MODULES.items()
    },
).map(lambda modules: Study({"protocolSection": modules}))


@given(studies)
@settings(max_examples=150)
def test_any_shape_gives_every_attribute_and_honest_evidence(study: Study) -> None:
    curation = curate_study(study, VOCABULARIES)
    assert tuple(curation.labels) == ATTRIBUTES
    texts = {text.field: text.raw for text in read_texts(study)}
    for assertion in curation.assertions:
        if assertion.field in texts:
            assert assertion.quote == texts[assertion.field][assertion.start : assertion.end]


@given(studies)
@settings(max_examples=150)
def test_the_characters_that_screening_reads_are_those_of_the_texts(study: Study) -> None:
    assert study.characters() == "\n".join(one.text for one in study.texts())
    assert characters_read(study).splitlines() == "\n".join(one.raw for one in read_texts(study)).splitlines()


@pytest.mark.parametrize("study", [None, 3, [], "", {}, {"protocolSection": None}, {"protocolSection": []}])
def test_what_is_no_study_is_ineligible(study: Any) -> None:
    assert curate_study(Study(study), VOCABULARIES).labels["eligibility"] == ("ineligible",)


@pytest.mark.parametrize(
    "text",
    [
        "CAR-T " * 170_000,
        "anti-CD19 and CD22 or " * 46_000,
        "a" * 1_000_000,
        "\\*" * 500_000,
        "(" * 1_000_000,
        "嵌合抗原受体" * 170_000,
        "\x00" * 1_000_000,
        "CAR-T " + "1234567890 " * 90_000,
    ],
    ids=["repeated", "lists", "one word", "escapes", "brackets", "Chinese", "nulls", "no letters"],
)
def test_a_megabyte_is_no_slow_path(text: str) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "descriptionModule": {"briefSummary": text},
        }
    }
    started = time.process_time()
    curate_study(Study(study), VOCABULARIES)
    assert time.process_time() - started < 5


def test_a_study_without_words_is_unstated_everywhere() -> None:
    silent_study = Study({"protocolSection": {"identificationModule": {"nctId": "NCT90000001"}}})
    curation = curate_study(silent_study, VOCABULARIES)
    silent = set(ATTRIBUTES) - {"eligibility", "exclusion_reason"}
    assert all(curation.labels[attribute] == (UNSTATED,) for attribute in silent)

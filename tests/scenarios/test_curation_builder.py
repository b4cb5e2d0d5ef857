"""A study as few words as a scenario needs, and its labels."""

from typing import Any

from tasks.curate import Curation, curate_study
from tasks.registry.study import Study
from tests.vocabularies import shipped_vocabularies

VOCABULARIES = shipped_vocabularies()


def study(
    title: str = "",
    *,
    summary: str = "",
    intervention: str | list[str] = "",
    arm: str = "",
    condition: str | list[str] = "",
    criteria: str = "",
    description: str = "",
    outcome: str = "",
    countries: tuple[str, ...] = (),
    sponsor: str = "",
) -> dict[str, Any]:
    """A study record in the registry's shape; a scenario names only the fields that matter to it."""
    interventions = [intervention] if isinstance(intervention, str) else intervention
    conditions = [condition] if isinstance(condition, str) else condition
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": title},
            "descriptionModule": {"briefSummary": summary, "detailedDescription": description},
            "conditionsModule": {"conditions": conditions},
            "armsInterventionsModule": {
                "interventions": [{"name": name} for name in interventions],
                "armGroups": [{"label": "arm", "description": arm}],
            },
            "eligibilityModule": {"eligibilityCriteria": criteria},
            "outcomesModule": {"primaryOutcomes": [{"measure": outcome}]},
            "contactsLocationsModule": {"locations": [{"facility": "Clinic", "country": one} for one in countries]},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": sponsor}},
        }
    }


def curate(title: str = "", **fields: Any) -> Curation:
    """The curation of such a study."""
    return curate_study(Study(study(title, **fields)), VOCABULARIES)


def labels(attribute: str, title: str = "", **fields: Any) -> set[str]:
    """The labels of one attribute of such a study."""
    return set(curate(title, **fields).values(attribute))


def test_the_builder_makes_a_study_that_is_read() -> None:
    assert labels("targets", "CD19 CAR-T in lymphoma") == {"CD19"}

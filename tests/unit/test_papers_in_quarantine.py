"""A paper dated after papers were looked for is in quarantine with its reason; a file without dates states no day."""

from datetime import UTC, date, datetime

import polars

from tasks.publish.published import Facts, citation, source_line
from tasks.warehouse.publications import dated_by_the_search

LOOKED_ON = date(2026, 11, 27)


def test_a_paper_of_the_future_is_in_quarantine_and_the_others_stay() -> None:
    days = {"pmid:1": date(2026, 11, 27), "pmid:2": date(2026, 12, 1), "pmid:3": None}
    publications = polars.DataFrame(
        {"nct_id": ["NCT1"] * 3, "paper_key": list(days), "title": ["a", "b", "c"], "publication_date": days.values()}
    )
    kept, ahead = dated_by_the_search(publications, polars.DataFrame({"nct_id": ["NCT1"], "searched_on": [LOOKED_ON]}))
    assert kept["paper_key"].to_list() == ["pmid:1", "pmid:3"]
    assert kept.columns == publications.columns
    reason = "dated after the day on which papers were looked for"
    assert ahead.rows() == [("NCT1", "pmid:2", "b", date(2026, 12, 1), LOOKED_ON, reason)]


OWN = {"ClinicalTrials.gov": "https://clinicaltrials.gov"}


def facts(is_stated: bool, origins: dict[str, str] = OWN) -> Facts:
    """What was published of a file whose records state a day of update, or none."""
    at = datetime(2026, 11, 27, tzinfo=UTC)
    about = ("file-x", "x.json", "file:x.json", False, None, None, at, at, None, "0" * 64, "0" * 64, "0" * 64, "0.1.0")
    return Facts(*about, LOOKED_ON, is_stated, 3, origins, ())


def test_the_day_of_the_import_does_not_pose_as_that_of_the_data() -> None:
    assert "ClinicalTrials.gov, data of 2026-11-27;" in source_line(facts(True))
    assert "data of a day that the source does not state, taken in on 2026-11-27;" in source_line(facts(False))
    assert "data of a day that the source does not state" in citation(facts(False), "Trials")


def test_every_source_is_named_where_its_data_are_cited() -> None:
    several = facts(True, OWN | {"WHO ICTRP": "https://trialsearch.who.int", "CTIS": "https://euclinicaltrials.eu"})
    assert source_line(several).startswith("Source: ClinicalTrials.gov, WHO ICTRP and CTIS, data of 2026-11-27;")
    assert "ClinicalTrials.gov, WHO ICTRP and CTIS data of 2026-11-27" in citation(several, "Trials")
    assert source_line(facts(True, {"CTIS": "https://euclinicaltrials.eu"})).startswith("Source: CTIS, data of")

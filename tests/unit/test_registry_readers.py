"""Readers of other registries and of older forms, on real records; evidence leads to the words of the source."""

import gzip
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.curate import curate_study
from tasks.errors import CartscapeError, UnreadableStudy
from tasks.registry.files import parse_study, read_studies
from tasks.registry.readers import MARK, REGISTRATION
from tasks.registry.source_fields import source_field, source_fields
from tasks.registry.study import Study
from tests.registry_forms import aact_archive
from tests.replica.material import quick, study
from tests.vocabularies import shipped_vocabularies
from tests.website_form import website_csv

LIMITS = quick().limits
CTIS = "real/other_registries/ctis-retrieve.jsonl.gz"
ICTRP = "real/other_registries/ictrp-sample.csv.gz"
HEADER = "TrialID,Public title,Source Register,Phase,Countries\n"


def read(path: Path, **limits: int) -> list[Study]:
    """Every study of a file."""
    return [parse_study(raw.content) for raw in read_studies(path, LIMITS.model_copy(update=limits))]


def written(path: Path, content: bytes) -> Path:
    """The file with the content."""
    path.write_bytes(content)
    return path


def about(one: Study) -> dict[str, Any]:
    """What a reader tells of a registration."""
    return dict(one.record[REGISTRATION])


def section(one: Study, name: str) -> dict[str, Any]:
    """A module of the protocol."""
    return dict(one.record["protocolSection"].get(name, {}))


def test_ictrp_sample_reads_every_row_of_eighteen_registers(shared_file: Callable[[str], Path]) -> None:
    studies = read(shared_file(ICTRP))
    registers = Counter(about(one)["registry"] for one in studies)
    assert (len(studies), len(registers)) == (463, 18)
    assert (registers["ClinicalTrials.gov"], registers["ChiCTR"], registers["EUCTR"]) == (45, 40, 40)
    unknown = Counter((one["kind"], one["spelling"]) for study in studies for one in about(study)["unknownSpellings"])
    assert unknown["study_types", "Others,meta-analysis etc"] == 3
    # of countries, the halves of names that the export's ';' cut in two, and islands without a trial
    assert {kind for kind, _ in unknown} == {"study_types", "countries"}
    assert unknown.total() <= 12
    assert all(one.text_at("protocolSection.statusModule.studyFirstPostDateStruct.date") for one in studies)


def test_every_text_of_ictrp_is_a_slice_of_its_own_field(shared_file: Callable[[str], Path]) -> None:
    kept = 0
    for one in read(shared_file(ICTRP)):
        for path, (field, start) in about(one)["fields"].items():
            kinds = ("title", "condition", "keyword", "interventions", "Criteria", "Outcomes", "leadSponsor.name")
            if any(kind in path for kind in kinds) and not path.endswith(".type"):
                text = one.text_at(path)
                assert one.received["fields"][field][start : start + len(text)] == text, path
                kept += 1
    assert kept > 3_500


def test_every_text_of_ctis_stands_in_its_own_field_and_joined_criteria_in_theirs(
    shared_file: Callable[[str], Path],
) -> None:
    joined = 0
    for one in read(shared_file(CTIS)):
        source = Study(one.received)
        for path, parts in source_fields(one):
            text, ends = one.text_at(path), [part.at - 1 for part in parts[1:]] + [None]
            for part, end in zip(parts, ends, strict=True):
                if text and not path.endswith((".date", ".type", "sex", "class", "country", "studyType", "Status")):
                    piece = text[part.at : end]
                    assert source.text_at(part.field)[part.start : part.start + len(piece)] == piece, path
            joined += len(parts) > 1
    assert joined >= 6
    (newer,) = [study for study in read(shared_file(CTIS)) if study.nct_id == "2023-505613-24-00"]
    field = "authorizedApplication.authorizedPartI.trialDetails.trialInformation.eligibilityCriteria"
    criteria = newer.eligibility_criteria
    assert source_field(newer, newer.eligibility_path, 0).startswith(f"{field}.principalInclusionCriteria[0].")
    assert source_field(newer, newer.eligibility_path, criteria.index("\n") + 1).startswith(
        f"{field}.principalInclusionCriteria[1]."
    )


def test_traps_of_the_ictrp_export(shared_file: Callable[[str], Path]) -> None:
    by_number = {one.nct_id: one for one in read(shared_file(ICTRP))}
    # a spreadsheet took '1/2' for the first of February
    dated = [one for one in by_number.values() if one.received["fields"]["Phase"] in ("43862", "43892")]
    assert {tuple(one.phases) for one in dated} == {("PHASE1", "PHASE2"), ("PHASE2", "PHASE3")}
    assert len(dated) == 15
    chinese = by_number["ChiCTR2000029953"]
    assert section(chinese, "designModule")["enrollmentInfo"]["count"] == 400
    assert chinese.intervention_names == ("none", "none")
    assert chinese.start_date == "2020-02-01"
    assert chinese.lead_sponsor.agency_class == ""
    assert "UMIN000039686" in by_number
    assert about(by_number["EUCTR2020-000890-25-FR"])["registry"] == "EUCTR"


def test_ictrp_xml_names_the_trials_other_numbers(shared_file: Callable[[str], Path]) -> None:
    (one,) = read(shared_file("real/other_registries/ictrp-one-trial.xml"))
    assert (one.nct_id, about(one)["registry"]) == ("2023-507385-11-00", "CTIS")
    numbers = [other["id"] for other in section(one, "identificationModule")["secondaryIdInfos"]]
    assert numbers == ["U1111-1296-5487", "2022-003405-30", "NCT05697861"]
    assert one.phases == ("PHASE2", "PHASE3")
    assert [site.country for site in one.locations] == ["Sweden", "United Kingdom", "New Zealand"]


def test_both_shapes_of_ctis_give_one_shape(shared_file: Callable[[str], Path]) -> None:
    older, _, _, newer = read(shared_file("real/other_registries/ctis-retrieve.jsonl.gz"))
    assert (older.nct_id, newer.nct_id) == ("2023-508143-51-01", "2023-505613-24-00")
    assert section(older, "statusModule")["overallStatus"] == "NOT_YET_RECRUITING"
    assert section(newer, "statusModule")["overallStatus"] == "RECRUITING"
    assert [one["id"] for one in section(newer, "identificationModule")["secondaryIdInfos"]][:2] == [
        "2019-003842-34",
        "NCT04665037",
    ]
    assert newer.lead_sponsor.agency_class == "INDUSTRY"
    assert newer.start_date == "2021-04-28"
    assert newer.locations[0].facility == "Universitair Ziekenhuis Gent"
    assert about(newer)["unknownSpellings"] == []


def test_chictr_xml_and_its_bilingual_page(shared_file: Callable[[str], Path]) -> None:
    (of_xml,) = read(shared_file("real/other_registries/ChiCTR2000034346.xml"))
    assert (of_xml.nct_id, section(of_xml, "statusModule")["overallStatus"]) == ("ChiCTR2000034346", "COMPLETED")
    assert section(of_xml, "designModule")["enrollmentInfo"]["count"] == 3239
    assert about(of_xml)["unknownSpellings"][0]["spelling"] == "Health services reaserch"
    (page,) = read(shared_file("real/other_registries/chictr_trial_page.html.gz"))
    assert (page.nct_id, page.phases, page.start_date) == ("ChiCTR2400084905", ("PHASE3",), "2024-06-01")
    assert page.brief_title.startswith("SUNRAY-01, A Global Pivotal Study in Participants with KRAS G12C-Mutant")
    assert page.intervention_names[0] == "LY3537982 in combination with pembrolizumab"
    assert section(page, "designModule")["enrollmentInfo"]["count"] == 936
    assert page.locations[0].facility == "Jilin Cancer Hospital"


def test_aact_archive_says_of_real_records_what_their_json_says(
    shared_file: Callable[[str], Path], tmp_path: Path
) -> None:
    with gzip.open(shared_file("real/registry-v2.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        studies = {one.nct_id: one for one in (Study(json.loads(line)) for line in lines)}
    vocabularies = shipped_vocabularies()
    for is_older in (False, True):
        path = aact_archive(tmp_path / f"{is_older}.zip", [one.record for one in studies.values()], is_older)
        read_back = read(path)
        assert [one.nct_id for one in read_back] == sorted(studies)
        for one in read_back:
            json_study = studies[one.nct_id]
            assert curate_study(one, vocabularies) == curate_study(json_study, vocabularies)
            for name in ("overallStatus", "startDateStruct", "completionDateStruct", "studyFirstPostDateStruct"):
                assert section(one, "statusModule").get(name) == section(json_study, "statusModule").get(name), name
            assert one.phases == json_study.phases
            assert [site.facility for site in one.locations] == [site.facility for site in json_study.locations]
            assert about(one)["unknownSpellings"] == []


def test_website_csv_says_of_real_records_what_their_json_says(
    shared_file: Callable[[str], Path], tmp_path: Path
) -> None:
    with gzip.open(shared_file("real/registry-v2.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        studies = [Study(json.loads(line)) for line in lines]
    for one, json_study in zip(
        read(website_csv(tmp_path / "ctg-studies.csv", [s.record for s in studies])), studies, strict=True
    ):
        for name in ("nct_id", "conditions", "phases", "start_date", "completion_date", "lead_sponsor", "study_type"):
            assert getattr(one, name) == getattr(json_study, name), name
        assert [site.country for site in one.locations] == [site.country for site in json_study.locations]
        assert one.brief_title == json_study.brief_title.strip()


OLDER_XML = """<?xml version="1.0" encoding="UTF-8"?>
<clinical_study rank="1">
  <required_header><url>https://clinicaltrials.gov/show/NCT02028455</url></required_header>
  <id_info><org_study_id>PLAT-02</org_study_id><secondary_id>2013-001234-12</secondary_id>
    <nct_id>NCT02028455</nct_id></id_info>
  <brief_title>CAR T Cells in Children</brief_title>
  <sponsors><lead_sponsor><agency>Seattle Children's Hospital</agency>
    <agency_class>Other</agency_class></lead_sponsor></sponsors>
  <brief_summary><textblock>
      Patients with CD19+ leukemia get CAR T cells.
    </textblock></brief_summary>
  <overall_status>Active, not recruiting</overall_status>
  <start_date type="Actual">February 2014</start_date>
  <study_first_posted type="Estimate">January 7, 2014</study_first_posted>
  <phase>Phase 1/Phase 2</phase><study_type>Interventional</study_type>
  <study_design_info><allocation>Non-Randomized</allocation><masking>None (Open Label)</masking></study_design_info>
  <enrollment type="Anticipated">200</enrollment>
  <condition>B-cell Leukemia</condition><condition>Relapse</condition>
  <intervention><intervention_type>Biological</intervention_type>
    <intervention_name>CD19 CAR T</intervention_name></intervention>
  <location><facility><name>Children's Hospital</name><address><city>Seattle</city>
    <country>United States</country></address></facility></location>
</clinical_study>"""


def test_older_xml_of_clinicaltrials_gov_alone_and_in_a_zip(tmp_path: Path) -> None:
    alone = written(tmp_path / "NCT02028455.xml", OLDER_XML.encode())
    with zipfile.ZipFile(tmp_path / "search_result.zip", "w") as archive:
        archive.writestr("NCT02028455.xml", OLDER_XML)
        archive.writestr("NCT1.xml", "<clinical_study><id_info>")
    (one,) = read(alone)
    raw = list(read_studies(tmp_path / "search_result.zip", LIMITS))
    assert parse_study(raw[0].content) == one
    assert "not whole XML" in raw[1].problem
    assert one.phases == ("PHASE1", "PHASE2")
    assert (one.start_date, section(one, "statusModule")["overallStatus"]) == ("2014-02", "ACTIVE_NOT_RECRUITING")
    assert section(one, "designModule")["designInfo"] == {
        "allocation": "NON_RANDOMIZED",
        "maskingInfo": {"masking": "NONE"},
    }
    assert one.summary == "Patients with CD19+ leukemia get CAR T cells."
    assert one.conditions == ("B-cell Leukemia", "Relapse")


BOMB = '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "cure"),
    [
        ("bomb.xml", f"{BOMB}<Trials_downloaded_from_ICTRP>&b;".encode(), "declares a document type"),
        ("cut.xml", b"<Trials_downloaded_from_ICTRP><Trial><TrialID>NCT00000001</TrialID></Tri", "cut short"),
        ("windows.csv", HEADER.encode() + "ChiCTR2000000001,Müller,ChiCTR,1,China\n".encode("cp1252"), "CSV UTF-8"),
        ("long.csv", HEADER.encode() + b'NCT00000001,"' + b"x" * 300_000, "one record of over|a row can't be"),
        ("cut.csv.gz", gzip.compress(HEADER.encode() + b"NCT00000001,a,b,1,China\n" * 9_000)[:-40], "download it"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(tmp_path: Path, name: str, content: bytes, cure: str) -> None:
    with pytest.raises(CartscapeError, match=cure) as caught:
        read(written(tmp_path / name, content), largest_study_bytes=100_000)
    assert name in str(caught.value)


def test_utf_16_and_semicolons_are_read(tmp_path: Path) -> None:
    text = HEADER.replace(",", ";") + "ChiCTR2000000001;ＣＡＲ－Ｔ细胞;ChiCTR;1;China\n"
    (one,) = read(written(tmp_path / "export.csv", text.encode("utf-16")))
    assert (one.nct_id, one.brief_title) == ("ChiCTR2000000001", "ＣＡＲ－Ｔ细胞")


def test_a_row_cut_short_is_told_and_the_rest_read(tmp_path: Path) -> None:
    rows = (
        HEADER + "NCT00000001,a,ClinicalTrials.gov,Phase 1,China\nNCT00000002,b\nNCT00000003,c,ClinicalTrials.gov,,\n"
    )
    raw = list(read_studies(written(tmp_path / "export.csv", rows.encode()), LIMITS))
    assert [one.problem for one in raw] == ["", "2 cells for 5 columns; cut short?", ""]
    assert raw[1].position == "export.csv:3"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({MARK: "ictrp", "fields": {"TrialID": "X-1"}}, "no valid registration number: X-1"),
        ({MARK: "ictrp", "fields": []}, "no valid registration number"),
        ({MARK: "unheard-of"}, "which no reader knows"),
        ({MARK: "clinicaltrials-xml", "xml": "<a>"}, "not a record of clinicaltrials-xml"),
        ({"ctNumber": "2023-505613-24-00"}, "not in a known shape of CTIS: no authorised part I"),
    ],
)
def test_a_record_in_no_known_shape_says_why(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableStudy, match=reason):
        parse_study(json.dumps(record).encode())


def test_an_aact_table_without_its_study_is_told(tmp_path: Path) -> None:
    path = aact_archive(tmp_path / "aact.zip", [study(1), study(2)])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("keywords.txt", "nct_id|name\nNCT00000009|CAR T\n")
    raw = {one.position: one.problem for one in read_studies(path, LIMITS)}
    assert raw["aact.zip:NCT00000009"] == "rows in keywords but none in studies"
    assert raw["aact.zip:NCT00000001"] == ""

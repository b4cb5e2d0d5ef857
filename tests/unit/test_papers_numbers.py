"""Numbers of trial registries, as papers and registrations print them."""

import pytest

from tasks.curate.engine.rows import read_rows
from tasks.papers.article import article_from_json
from tasks.papers.numbers import REGISTRIES, number_forms, registry_of, trial_numbers
from tasks.papers.trial import trial_from_study
from tasks.registry.study import Study


def test_trial_numbers_as_people_type_them():
    assert trial_numbers("nct 01234567, NCT01234567; NCT012345678") == ("NCT01234567",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Registered: ISRCTN 12345678.", "ISRCTN12345678"),
        ("(EudraCT number: 2004-000446-20)", "EUCTR2004-000446-20"),
        ("EU CT 2022-501234-12-00", "EUCTR2022-501234-12"),
        ("ChiCTR-OIC-17011310", "CHICTR17011310"),
        ("ChiCTR1800012345", "CHICTR1800012345"),
        ("JPRN-UMIN000012345", "UMIN000012345"),
        ("jRCTs031180123", "JRCTS031180123"),
        ("German registry DRKS00012345", "DRKS00012345"),
        ("ACTRN12605000123456", "ACTRN12605000123456"),
        ("IRCT20190101042196N1", "IRCT20190101042196N1"),
        ("CTRI/2018/05/013964", "CTRI2018/05/013964"),
        ("KCT0001234", "KCT0001234"),
        ("Netherlands Trial Register NTR1234", "NTR1234"),
    ],
)
def test_numbers_of_every_registry_are_read_in_one_spelling(text, number):
    assert trial_numbers(text) == (number,)


def test_every_row_of_the_vocabulary_reads_its_own_examples():
    for _, row in read_rows(REGISTRIES):
        for example in row["example"].split(", "):
            assert [registry_of(number) for number in trial_numbers(example)] == [row["registry"]], example
    assert len({form.registry for form in number_forms()}) == len(number_forms())


def test_what_looks_like_a_number_is_none():
    assert trial_numbers("Phase 2004-2010, 12345678 patients, GSE12345, CTRI, P = 0.0001, 2020-123-45") == ()


def test_a_registration_s_numbers_elsewhere_are_its_own_but_another_nct_number_is_not():
    ids = {
        "nctId": "NCT00000001",
        "orgStudyIdInfo": {"id": "CART-01"},
        "secondaryIdInfos": [{"id": "2004-000446-20", "type": "EUDRACT_NUMBER"}, {"id": "NCT00000002"}],
    }
    trial = trial_from_study(Study({"protocolSection": {"identificationModule": ids}}))
    assert trial.numbers == {"NCT00000001", "EUCTR2004-000446-20"}
    assert article_from_json({"pmid": "1", "nct_ids": ["EudraCT/2004-000446-20"]}).printed_numbers <= trial.numbers

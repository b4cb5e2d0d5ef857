"""Words and kinds of wording that matching compares."""

from tasks.papers.article import Article
from tasks.papers.features.wordings import designs_of_trial, kinds, reports_no_results
from tasks.papers.trial import Trial
from tasks.papers.words import acronyms, fold, tokens


def test_spellings_meet():
    assert tokens("Randomised trial of leukaemias") == tokens("randomized trial of leukemia")
    assert tokens("tumours") == tokens("tumor")
    assert tokens("SARS-CoV-2") == tokens("COVID-19")
    assert tokens("CAR-T cells") == tokens("chimeric antigen receptor T cells")


def test_lymphoma_and_lymphoblastic_stay_apart():
    assert tokens("lymphoma") != tokens("lymphoblastic")


def test_hyphenated_words_count_in_parts_and_whole():
    assert tokens("STEP-UP") == ["step", "up", "stepup"]


def test_accents_and_greek_letters():
    assert fold("Guillain-Barré β2 Ørnefjell™") == "guillain-barre beta2 ornefjell "


def test_acronyms_are_names_of_studies():
    assert {"isar", "desire"} <= acronyms("Efficacy Study (ISAR-DESIRE) in Patients")
    assert acronyms("DIFFICULT ACCESS IN ADULTS") == set()


def test_reviews_and_protocols_report_no_results():
    assert reports_no_results(Article(title="A study", publication_types=("Systematic Review",))) == "systematic review"
    assert reports_no_results(Article(title="CD19 CAR-T: study protocol for a phase 2 trial")) == "study protocol"
    assert reports_no_results(Article(title="CD19 CAR-T in lymphoma: a phase 1 trial")) == ""


def test_design_comes_from_the_design_module_first():
    assert designs_of_trial(Trial("NCT90000001", brief_title="A randomized trial", study_type="OBSERVATIONAL")) == {
        "observational"
    }
    assert designs_of_trial(Trial("NCT90000001", brief_title="A randomized trial")) == {"randomized"}


def test_aims_are_told_by_wording():
    assert kinds("aim_wordings", "Development of a risk score to predict relapse") >= {"prediction"}
    assert kinds("aim_wordings", "Cost of care") == {"care"}

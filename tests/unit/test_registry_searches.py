import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.errors import CartscapeError
from tasks.registry.local_search import LocalSearch, tokens
from tasks.registry.searches import Search, plan_searches
from tasks.registry.study import Study
from tests.replica.clinicaltrials import holds_phrase
from tests.replica.material import quick, study


def hits(one: dict[str, Any], *phrases: str) -> list[str]:
    searches = LocalSearch(plan_searches(quick(phrases=list(phrases)).search))
    return [search.search_id for search in searches.hits(Study(one))]


def test_each_phrase_in_each_field_is_a_search_of_its_own() -> None:
    settings = quick(phrases=["CAR T", "CAR-T Therapy"]).search
    assert plan_searches(settings) == [
        Search("cond-01", "query.cond", "CAR T", False),
        Search("cond-02", "query.cond", "CAR-T Therapy", False),
        Search("intr-01", "query.intr", "CAR T", False),
        Search("intr-02", "query.intr", "CAR-T Therapy", False),
    ]
    extended = settings.model_copy(update={"use_extended_phrases": True, "extended_phrases": ["CTL019"]})
    assert plan_searches(extended)[4:] == [
        Search("cond-x01", "query.cond", "CTL019", True),
        Search("intr-x01", "query.intr", "CTL019", True),
    ]


@pytest.mark.parametrize("phrase", ["ALL", "CAR AND T", "NOT CAR", "CAR (T)", '"CAR T', "AREA[Phase]", "- -", ""])
def test_a_phrase_that_the_registry_would_read_as_an_instruction_is_refused(phrase: str) -> None:
    with pytest.raises(CartscapeError, match=r"landscape\.toml: search phrase"):
        plan_searches(quick(phrases=[phrase, "x"]).search)


def test_small_words_are_no_operators() -> None:
    assert len(plan_searches(quick(phrases=["all car t and more"]).search)) == 2


@pytest.mark.parametrize(
    ("title", "is_found"),
    [
        ("CAR T cells", True),
        ("anti-CD19 CAR-T", True),
        ("CAR\\-T with a Markdown escape", True),
        ("car  t", True),
        ("CAR‑T with a hyphen that does not break", True),
        ("CART cells", False),
        ("scar tissue", False),
        ("CAR and T", False),
        ("CAR TCR", False),
    ],
)
def test_words_of_a_phrase_stand_side_by_side(title: str, is_found: bool) -> None:
    assert hits(study(1, title), "CAR T") == (["cond-01", "intr-01"] if is_found else [])


BESIDE = st.sampled_from(["", " ", "-", "_", '"', "\\", "\n", "\t", "\b", "\f", "\u00a0", "\u2011", "\u00e9", "x", "1"])
FIRST = st.sampled_from(["CAR", "car", "KTE", "\u212ate", "\uff23\uff21\uff32", "\uff43\uff41\uff52", "SCAR"])
LAST = st.sampled_from(["T", "t", "C19", "\uff34", "\uff54", "TCR"])


@example(("", "\u212aTE", "-", "C19", ""), False)
@given(st.tuples(BESIDE, FIRST, BESIDE, LAST, BESIDE), st.booleans())
def test_a_look_at_the_bytes_lets_nothing_go_that_a_search_finds(words: tuple[str, ...], is_escaped: bool) -> None:
    record = study(1, "".join(words))
    content = json.dumps(record, ensure_ascii=is_escaped).encode()
    searches = LocalSearch(plan_searches(quick(phrases=["CAR T", "KTE-C19"]).search))
    assert searches.hits(Study(record), content) == searches.hits(Study(record))


def test_a_look_at_the_bytes_lets_others_go() -> None:
    searches = LocalSearch(plan_searches(quick(phrases=["CAR T"]).search))
    assert not searches.screen.may_hold_phrase(json.dumps(study(1, "Cart tests in scar tissue")).encode())


def test_a_phrase_does_not_reach_from_one_value_into_the_next() -> None:
    conditions = {"conditions": ["CAR", "T cell lymphoma"], "keywords": ["CAR"]}
    assert hits(study(1, "T", conditionsModule=conditions), "CAR T") == []


def test_condition_and_intervention_look_at_their_own_fields() -> None:
    arms = {"armGroups": [{"label": "A", "description": "CAR-T infusion"}], "interventions": [{"name": "x"}]}
    assert hits(study(1, "Lymphoma", armsInterventionsModule=arms), "CAR T") == ["intr-01"]
    assert hits(study(1, "Lymphoma", conditionsModule={"conditions": ["CAR-T toxicity"]}), "CAR T") == ["cond-01"]
    assert hits(study(1, "Lymphoma", descriptionModule={"briefSummary": "CAR-T"}), "CAR T") == []
    mesh = {
        **study(1, "x"),
        "derivedSection": {"interventionBrowseModule": {"ancestors": [{"id": "D1", "term": "CAR T"}]}},
    }
    assert hits(mesh, "CAR T") == ["intr-01"]


def test_an_nct_number_is_found_as_a_condition_search_finds_it() -> None:
    assert hits(study(1, "x"), "NCT00000001") == ["cond-01"]


def test_fields_of_another_kind_than_expected_are_unstated() -> None:
    odd = study(
        1, "x", conditionsModule={"conditions": {"a": 1}, "keywords": 7}, armsInterventionsModule={"armGroups": "CAR T"}
    )
    assert hits(odd, "CAR T") == []


def test_a_field_that_files_do_not_have_is_refused() -> None:
    with pytest.raises(
        CartscapeError, match=r"query\.term can't be searched in a file; use query\.cond or query\.intr"
    ):
        LocalSearch([Search("term-01", "query.term", "CAR T", False)])


def test_tokens_are_lower_case_runs_of_letters_and_digits() -> None:
    assert tokens("CAR-T_Cell (CD19⁺) Größe 4-1BB") == "car t cell cd19 größe 4 1bb"


words = st.lists(
    st.sampled_from(["CAR", "car", "T", "t", "cell", "-", " ", "_", "/", "ü", "s", "19", "\\"]), max_size=9
)


@given(words.map("".join), words.map("".join), st.sampled_from(["CAR T", "car-t cell", "Chimeric", "19"]))
def test_two_independent_searches_agree(title: str, keyword: str, phrase: str) -> None:
    one = study(
        1,
        title,
        conditionsModule={"keywords": [keyword]},
        armsInterventionsModule={"interventions": [{"name": keyword}]},
    )
    expected = [f"{area[6:]}-01" for area in ("query.cond", "query.intr") if holds_phrase(one, area, phrase)]
    assert hits(one, phrase) == expected

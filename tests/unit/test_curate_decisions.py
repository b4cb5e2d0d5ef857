"""Human decisions win while the old value holds, and expire loudly when it does not."""

from pathlib import Path

import pytest

from tasks.curate import apply_decisions
from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.decisions import HEADER, Decision, read_decisions
from tasks.curate.engine.records import UNSTATED, Assertion, Curation
from tasks.errors import CartscapeError

NUMBER = "NCT90000001"


def curation(target: str) -> Curation:
    """A study with one target."""
    labels: dict[str, tuple[str, ...]] = dict.fromkeys(ATTRIBUTES, (UNSTATED,))
    labels["targets"] = (target,)
    proof = Assertion(NUMBER, "targets", target, "stated", "f", 0, 4, "CD19", "r", 0.9)
    return Curation(NUMBER, labels, (proof,))


def decision(old: str, new: str, number: str = NUMBER) -> Decision:
    """A signed decision on the target."""
    return Decision(number, "targets", old, new, "slip", "letter", "M. B.", "2026-11-22", "decisions.tsv:2")


def test_a_decision_replaces_the_label_and_its_assertion() -> None:
    decided, warnings = apply_decisions(curation("CD19"), (decision("CD19", "CD20|CD22"),))
    assert warnings == []
    assert decided.labels["targets"] == ("CD20", "CD22")
    assert [one.kind for one in decided.assertions] == ["decided", "decided"]


def test_a_decision_expires_when_the_registry_changed() -> None:
    decided, warnings = apply_decisions(curation("CD7"), (decision("CD19", "CD20"),))
    assert decided.labels["targets"] == ("CD7",)
    assert warnings[0].startswith("decisions.tsv:2 expected CD19, found CD7")


def test_a_decision_to_unstated_leaves_no_assertion() -> None:
    decided, _ = apply_decisions(curation("CD19"), (decision("CD19", UNSTATED),))
    assert decided.labels["targets"] == (UNSTATED,)
    assert decided.assertions == ()


def test_decisions_on_other_studies_do_nothing() -> None:
    same, warnings = apply_decisions(curation("CD19"), (decision("CD19", "CD20", "NCT90000002"),))
    assert same.labels["targets"] == ("CD19",)
    assert warnings == []


def test_a_second_contradictory_decision_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    row = [NUMBER, "targets", "CD19|CD22", "CD19", "slip", "letter", "M. B.", "2026-11-22"]
    other = [NUMBER, "targets", "CD22|CD19", "CD22", "slip", "letter", "R. S.", "2026-11-23"]
    path.write_text("\n".join("\t".join(cells) for cells in (HEADER, row, other)), encoding="utf-8")
    with pytest.raises(CartscapeError, match=r"tsv:3: 'CD22' for targets of .* contradicts 'CD19' in .*tsv:2; delete"):
        read_decisions(path, {})
    path.write_text("\n".join("\t".join(cells) for cells in (HEADER, row, row)), encoding="utf-8")
    assert len(read_decisions(path, {})) == 2

"""`cartscape survey` as a user types it, and the deployments that do the same."""

import inspect
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from cli.main import app
from tasks.settings import REPOSITORY
from tests.survey_home import ask_all, make_home, respondent, sheet, write_csv

runner = CliRunner()


def test_import_names_each_bad_row_and_counts_them(tmp_path: Path) -> None:
    make_home(tmp_path)
    ask_all(tmp_path, 3)
    path = write_csv(tmp_path / "answers.csv", [sheet(1, obstacles="funding"), sheet(2, obstacles="weather", more="x")])
    result = runner.invoke(app, ["survey", "import", str(path), "--home", str(tmp_path)])
    assert result.exit_code == 0
    assert (
        "quarantined: answers.csv:3: unknown option: obstacles: 'weather' is no option of this question"
        in result.output
    )
    assert "passed over: answers.csv: column more: no question has this code" in result.output
    assert "answers: 1 added, 0 known before, 1 quarantined" in result.output


def test_summary_prints_counts_and_where_the_aggregates_are(tmp_path: Path) -> None:
    make_home(tmp_path)
    result = runner.invoke(app, ["survey", "summary", "--home", str(tmp_path), "--at", "2026-03-01T09:30+01:00"])
    assert result.exit_code == 0
    assert "survey_response: 2 rows" in result.output
    assert str(tmp_path / "survey") in result.output
    assert '"counted_at": "2026-03-01T08:30:00"' in (tmp_path / "survey" / "survey.json").read_text()


def test_forget_says_what_it_can_not_reach(tmp_path: Path) -> None:
    make_home(tmp_path)
    result = runner.invoke(app, ["survey", "forget", "person1@example.org", "--home", str(tmp_path)])
    assert result.exit_code == 0
    assert "forgotten" in result.output
    assert "the registry's own record is not ours to change" in result.output
    assert respondent(1) not in (tmp_path / "survey" / "private" / "tracking.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["summary", "--at", "March"], "--at March: not a time; write it like"),
        (["summary", "--at", "2026-03-01T09:30"], "no time zone; write it like"),
        (["import", "nowhere.csv"], "nowhere.csv: No such file or directory; give a CSV"),
        (["import", "README.md", "--time-zone", "Berlin"], "--time-zone Berlin: no such time zone"),
        (["forget", "nobody"], "nobody: no e-mail address"),
        (["contacts"], "run 'cartscape run' first"),
    ],
)
def test_mistake_is_one_sentence_with_the_cure(tmp_path: Path, arguments: list[str], error: str) -> None:
    result = runner.invoke(app, ["survey", *arguments, "--home", str(tmp_path)])
    assert result.exit_code == 1
    (said,) = [line for line in result.output.splitlines() if line.startswith("cartscape: ")]
    assert error in said


def test_deployments_of_both_directions_start_with_what_they_are_given() -> None:
    import flows.survey

    deployments = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    found = {row["name"]: row for row in deployments if "survey" in row["tags"]}
    assert found.keys() == {"survey-contacts", "survey-import"}
    for row in found.values():
        path, name = row["entrypoint"].split(":")
        assert path == "flows/survey.py"
        parameters = inspect.signature(getattr(flows.survey, name).fn).parameters
        assert row["parameters"].keys() <= parameters.keys()
        assert all(parameter.default is not inspect.Parameter.empty for parameter in parameters.values())

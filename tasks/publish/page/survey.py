"""What investigators say, as the page shows it: the survey's aggregates, which give nobody away, and nothing else."""

from dataclasses import dataclass
from typing import Any

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.seals import unsealed
from tasks.survey.instrument import load_instrument
from tasks.survey.summary import AGGREGATES

EVERYBODY = "all"
NOT_SHOWN = "–"
COUNTS = {
    "quantity": "trials or people",
    "population_size": "all of the population",
    "answers": "how many chose it",
    "could_answer": "how many the question was asked of, whether they answered or not",
    "trials": "trials answered for",
    "answered_trials": "all trials answered for",
    "percentage": "of the denominator before it, in percent",
}
NUMBERS = (*COUNTS, "interval")
HEADINGS = {"interval": "Wilson interval", "population_size": "of", "could_answer": "of", "answered_trials": "of"}
RESPONSE = ("population", "step", "quantity", "population_size", "percentage", "interval")
OPTIONS = ("option", "answers", "could_answer", "percentage", "interval")
GAP = ("said", "found", "reading", "trials", "answered_trials", "percentage", "interval")


@dataclass(frozen=True, slots=True)
class Survey:
    """The section of the page: when and of whom it was counted, and its tables."""

    counted_on: str
    instrument_version: str
    smallest_group: int
    snapshots: list[str]
    is_synthetic: bool
    response: dict[str, Any]
    questions: list[dict[str, Any]]
    gap: dict[str, Any]


def read_survey(home: Home) -> Survey | None:
    """The aggregates that `cartscape survey summary` wrote, or None where there was no survey."""
    path = home.survey / AGGREGATES
    if not path.exists():
        return None
    try:
        content = unsealed(path.read_bytes())
        if content is None:
            raise CartscapeError(f"{path}: damaged; run 'cartscape survey summary' again")
        return survey_of(content)
    except (KeyError, TypeError, AttributeError) as error:
        raise CartscapeError(
            f"{path}: not what 'cartscape survey summary' writes ({type(error).__name__}: {error}); "
            "run it again, or move the file away to leave the survey off the page"
        ) from error


def survey_of(content: dict[str, Any]) -> Survey:
    """The section of one file; only the columns named here are taken, whatever else a row holds."""
    texts = {question.code: question for question in load_instrument().question}
    options = {code: {one.code: one.text for one in question.options} for code, question in texts.items()}
    status = next(question.code for question in texts.values() if question.is_publication_status)
    gap = [{**row, "said": options[status].get(row["said"], row["said"])} for row in content["survey_publication_gap"]]
    answers: dict[str, list[dict[str, Any]]] = {}
    for row in content["survey_answers"]:
        text = options.get(row["question"], {}).get(row["option"], row["option"])
        answers.setdefault(row["question"], []).append({**row, "option": text})
    return Survey(
        counted_on=str(content["counted_at"])[:10],
        instrument_version=str(content["instrument_version"]),
        smallest_group=int(content["smallest_group"]),
        snapshots=[one["snapshot_id"] for one in content["snapshot"]],
        is_synthetic=any(one["is_synthetic"] for one in content["snapshot"]),
        response=table("Who could be asked, and who answered", RESPONSE, content["survey_response"]),
        questions=[
            question_of(code, texts[code].text if code in texts else code, rows) for code, rows in answers.items()
        ],
        gap=table("What they say of publication, beside what was found", GAP, gap),
    )


def question_of(code: str, text: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One question: its answers of all, and by region, funding source and disease group where enough answered."""
    everybody = [row for row in rows if row["breakdown"] == EVERYBODY]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["breakdown"] != EVERYBODY:
            groups.setdefault((row["breakdown"], row["level"]), []).append(row)
    return {
        "code": code,
        "text": text,
        "answered": everybody[0]["answered"] if everybody else None,
        "could_answer": everybody[0]["could_answer"] if everybody else None,
        "all": table(text, OPTIONS, everybody),
        "groups": [
            table(f"{breakdown}: {level} ({some[0]['answered']} answered)", OPTIONS, some)
            for (breakdown, level), some in groups.items()
        ],
    }


def table(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows as the template's grid takes them: a count that is held back is a dash, not nothing."""
    return {
        "title": title,
        "columns": [(HEADINGS.get(name, name), COUNTS.get(name, ""), name in NUMBERS) for name in columns],
        "rows": [[(name, cell(row, name), None) for name in columns] for row in rows],
        "further": [],
        "empty": [],
        "left_out": 0,
    }


def cell(row: dict[str, Any], name: str) -> Any:
    """One value; both ends of an interval are one."""
    if name != "interval":
        return NOT_SHOWN if row[name] is None else row[name]
    if row["percentage_low"] is None or row["percentage_high"] is None:
        return NOT_SHOWN
    return f"{row['percentage_low']:.1f} to {row['percentage_high']:.1f}"

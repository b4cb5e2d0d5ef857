"""CTIS's public interface as observed in July 2026: a search by POST, one record a trial, pages instead of errors."""

import json
from typing import Any

from tests.replica.answers import Answer, Parameters, html_answer, json_answer, text_answer
from tests.replica.faults import Faults

PAGE = "<!doctype html><html><body><app-root></app-root></body></html>"


class Ctis:
    """Answers of trials in the shape in which `retrieve` gives them."""

    def __init__(self, trials: list[dict[str, Any]], faults: Faults) -> None:
        """Serve these trials."""
        self.trials = {trial["ctNumber"]: trial for trial in trials}
        self.faults = faults

    def answer(self, path: str, parameters: Parameters) -> Answer:
        """What a path answers: a wrong one is the portal's page with status 200, as there."""
        if path == "/search":
            body = json.loads(parameters.get("", "null"))
            return self.search(body) if body else text_answer(403, "Forbidden")
        number = path.removeprefix("/retrieve/")
        if number == path or number not in self.trials:
            return html_answer(200, PAGE)
        trial = self.trials[number]
        if self.faults.strikes("changed-shape"):
            return json_answer({"clinicalTrial": trial})
        return json_answer(trial)

    def search(self, body: dict[str, Any]) -> Answer:
        """The trials in which the words stand one after the other, whatever the field."""
        phrase = str(body.get("searchCriteria", {}).get("containAll", "")).lower()
        found = [one for one in self.trials.values() if phrase in json.dumps(one, ensure_ascii=False).lower()]
        page, size = body["pagination"]["page"], body["pagination"]["size"]
        pages = -(-len(found) // size)
        listed = [{"ctNumber": one["ctNumber"], "ctTitle": ""} for one in found[(page - 1) * size : page * size]]
        pagination = {
            "totalRecords": len(found),
            "currentPage": page,
            "totalPages": pages,
            "nextPage": page < pages,
            "prevPage": page > 1,
        }
        return json_answer({"pagination": pagination, "data": listed})

"""ClinicalTrials.gov API v2: version, search by page tokens, single studies."""

import base64
import binascii
import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.replica.answers import Answer, Parameters, json_answer, text_answer
from tests.replica.faults import Faults

# The search areas as the registry documents them: names of pieces, found wherever they stand in their module.
AREAS = {
    "query.cond": {
        "identificationModule": {"briefTitle", "officialTitle", "nctId"},
        "conditionsModule": {"conditions", "keywords"},
        "conditionBrowseModule": {"meshes", "ancestors"},
    },
    "query.intr": {
        "identificationModule": {"briefTitle", "officialTitle"},
        "conditionsModule": {"keywords"},
        "armsInterventionsModule": {"interventions", "armGroups"},
        "interventionBrowseModule": {"meshes", "ancestors"},
    },
}
NOT_SEARCHED = {"id", "armGroupLabels", "interventionNames"}
KNOWN = {"format", "pageSize", "pageToken", "countTotal", "filter.ids", "fields", "markupFormat", "sort", *AREAS}
LARGEST_PAGE = 1000
DEFAULT_PAGE = 10
FIRST_DAY = date(2026, 8, 14)
AFTER_EMPTY = "after an empty page"


class ClinicalTrials:
    def __init__(self, studies: list[dict[str, Any]], faults: Faults) -> None:
        self.studies = studies
        self.faults = faults
        self.versions_asked = 0
        self.data_day = FIRST_DAY
        self.found: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
        self.names: set[str] = set()
        self.by_id = {number(study): study for study in studies}
        self.aliases = {
            alias: number(study) for study in studies for alias in identification(study).get("nctIdAliases", [])
        }

    def answer(self, path: str, parameters: Parameters) -> Answer:
        if path == "/version":
            return self.version()
        if path == "/studies":
            return self.search(parameters)
        if path.startswith("/studies/"):
            return self.study(path.removeprefix("/studies/"))
        return text_answer(404, f"No endpoint {path}")

    def version(self) -> Answer:
        moves = self.versions_asked if self.faults.has("moving-always") else min(self.versions_asked, 1)
        is_moving = self.faults.has("moving-once") or self.faults.has("moving-always")
        self.versions_asked += 1
        day = self.data_day + timedelta(days=moves if is_moving else 0)
        return json_answer({"apiVersion": "2.0.5", "dataTimestamp": f"{day}T09:00:05"})

    def study(self, name: str) -> Answer:
        if name in self.aliases:
            answer = text_answer(301, "")
            answer.headers["Location"] = f"/api/v2/studies/{self.aliases[name]}"
            return answer
        if not re.fullmatch(r"NCT\d{8}", name):
            return text_answer(400, f"Incorrect format of NCT number: {name}")
        if name not in self.by_id:
            return text_answer(404, f"NCT number {name} not found")
        return json_answer(self.by_id[name])

    def search(self, parameters: Parameters) -> Answer:
        unknown = sorted(set(parameters) - KNOWN)
        if unknown:
            return text_answer(400, f"`{unknown[0]}` is unknown parameter")
        size = parameters.get("pageSize", str(DEFAULT_PAGE))
        if not size.isdigit():
            return text_answer(400, f"Query parameter `pageSize` has incorrect value: {size}")
        start = read_token(parameters.get("pageToken"))
        if start is None or (start and self.faults.strikes("lost-token")):
            return text_answer(400, "Query parameter `pageToken` has incorrect value")
        pieces = re.split(r"[|,]", parameters["fields"]) if "fields" in parameters else []
        if unknown := [piece for piece in pieces if piece.lower() not in self.pieces()]:
            return text_answer(400, f"Query parameter `fields` contains unknown field: {unknown[0]}")
        return self.page(self.matches(parameters), start, min(int(size) or DEFAULT_PAGE, LARGEST_PAGE), parameters)

    def page(self, found: list[dict[str, Any]], start: int, size: int, parameters: Parameters) -> Answer:
        page: dict[str, Any] = {}
        if self.faults.strikes("nothing"):
            found = []
        if parameters.get("countTotal") == "true" and "pageToken" not in parameters:
            page["totalCount"] = len(found)
        if self.faults.strikes("short"):
            found = found[: len(found) // 2]
        token = parameters.get("pageToken", "")
        if token != write_token(start, AFTER_EMPTY) and self.faults.strikes("empty-page"):
            return json_answer({**page, "studies": [], "nextPageToken": write_token(start, AFTER_EMPTY)})
        if token and self.faults.strikes("token-loop"):
            studies = [only(study, parameters.get("fields")) for study in found[start : start + size]]
            return json_answer({"studies": studies, "nextPageToken": token})
        page["studies"] = [only(study, parameters.get("fields")) for study in found[start : start + size]]
        if start + size < len(found):
            page["nextPageToken"] = write_token(start + size)
        return json_answer(page)

    def pieces(self) -> set[str]:
        """The names of all pieces that the studies have, in small letters, and of the number, which each has."""
        if not self.names:
            self.names = {"nctid"} | {name.lower() for study in self.studies for name in names(study)}
        return self.names

    def matches(self, parameters: Parameters) -> list[dict[str, Any]]:
        asked = tuple(sorted((name, parameters[name]) for name in parameters if name in AREAS or name == "filter.ids"))
        if asked not in self.found:
            self.found[asked] = [study for study in self.studies if self.is_match(study, dict(asked))]
        return self.found[asked]

    def is_match(self, study: dict[str, Any], asked: dict[str, str]) -> bool:
        ids = asked.pop("filter.ids", None)
        own = {number(study), *identification(study).get("nctIdAliases", [])}
        if ids is not None and not own & set(re.split(r"[,|\s]+", ids)):
            return False
        return all(holds_phrase(study, area, phrase) for area, phrase in asked.items())


def names(value: Any) -> Iterator[str]:
    """Every name within a study, however deep."""
    if isinstance(value, dict):
        for name, element in value.items():
            yield name
            yield from names(element)
    elif isinstance(value, list):
        for element in value:
            yield from names(element)


def only(value: Any, fields: str | None) -> Any:
    """A study reduced to the pieces asked for, as `NCTId|BriefTitle`, with what leads to them; whole without any."""
    if fields is None:
        return value
    wanted = {piece.lower() for piece in re.split(r"[|,]", fields)}

    def reduced(part: Any) -> Any:
        if isinstance(part, list):
            return [kept for element in part if (kept := reduced(element))]
        if not isinstance(part, dict):
            return None
        kept = {name: element if name.lower() in wanted else reduced(element) for name, element in part.items()}
        return {name: element for name, element in kept.items() if element or name.lower() in wanted}

    return reduced(value)


def identification(study: dict[str, Any]) -> dict[str, Any]:
    module: dict[str, Any] = study.get("protocolSection", {}).get("identificationModule", {})
    return module


def number(study: dict[str, Any]) -> str:
    return str(identification(study).get("nctId", ""))


def holds_phrase(study: dict[str, Any], area: str, phrase: str) -> bool:
    if phrase == "ALL":
        return True
    words = re.findall(r"[^\W_]+", phrase.lower())
    pattern = re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])")
    modules = {**study.get("protocolSection", {}), **study.get("derivedSection", {})}
    return any(
        pattern.search(text.lower())
        for module, pieces in AREAS[area].items()
        for piece in pieces
        for text in texts(modules.get(module, {}).get(piece))
    )


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from texts(element)
    elif isinstance(value, dict):
        for key, element in value.items():
            if key not in NOT_SEARCHED:
                yield from texts(element)


def write_token(start: int, note: str = "") -> str:
    return base64.urlsafe_b64encode(f"{start} {note}".encode()).decode().rstrip("=")


def read_token(token: str | None) -> int | None:
    """Where the page starts; None for what is no token."""
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(" ")[0])
    except (ValueError, binascii.Error):
        return None


def load_studies(path: Path) -> list[dict[str, Any]]:
    """Studies of JSON lines, a JSON list, a zip or a folder; what is no study is not served."""
    if path.is_dir():
        values = [json.loads(file.read_bytes()) for file in sorted(path.glob("*.json"))]
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            values = [json.loads(archive.read(name)) for name in archive.namelist()]
    else:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        is_list = content.lstrip()[:1] == b"["
        values = json.loads(content) if is_list else [json.loads(line) for line in content.splitlines() if line.strip()]
    return [value for value in values if isinstance(value, dict)]

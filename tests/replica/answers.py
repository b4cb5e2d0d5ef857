"""What an interface answers, before it goes over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

Parameters = Mapping[str, str]


@dataclass
class Answer:
    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: object) -> Answer:
    return Answer(200, json.dumps(value, ensure_ascii=False).encode(), "application/json")


def text_answer(status: int, sentence: str) -> Answer:
    return Answer(status, sentence.encode(), "text/plain;charset=utf-8")


def html_answer(status: int, page: str) -> Answer:
    return Answer(status, page.encode(), "text/html;charset=utf-8")


def xml_answer(text: str) -> Answer:
    return Answer(200, text.encode(), "text/xml; charset=UTF-8")

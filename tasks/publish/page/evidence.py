"""Evidence for the page: each quote in the field that it stands in, long fields shortened around their quotes."""

from typing import Any

from tasks.registry.parts import short_path
from tasks.registry.source_fields import source_field
from tasks.registry.study import Study

SHORT_FIELD = 420
AROUND = 130


def widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with what stands around it, from the beginning of a word to the end of one."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    if first > 0:
        first = max(text.find(" ", first, start) + 1, first)
    if last < len(text):
        blank = text.rfind(" ", end, last)
        last = blank if blank >= end else last
    return first, last


def windows(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of a text to show: all of a short one, else what stands around each span, merged where parts touch."""
    if len(text) <= SHORT_FIELD:
        return [(0, len(text))]
    parts: list[tuple[int, int]] = []
    for start, end in sorted(widened(text, start, end) for start, end in spans):
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(end, parts[-1][1]))
        else:
            parts.append((start, end))
    return parts


def excerpt(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A text shortened around its spans with an ellipsis where it was cut, and where the spans stand in it now."""
    pieces: list[str] = []
    moves: list[tuple[int, int, int]] = []
    length = 0
    parts = windows(text, spans)
    for place, (start, end) in enumerate(parts):
        lead = "… " if start > 0 and place == 0 else ""
        tail = " … " if place + 1 < len(parts) else (" …" if end < len(text) else "")
        moves.append((start, end, length + len(lead) - start))
        pieces.append(f"{lead}{text[start:end]}{tail}")
        length += len(pieces[-1])
    moved = [
        next((start + move, end + move) for first, last, move in moves if first <= start and end <= last)
        for start, end in spans
    ]
    return "".join(pieces), moved


def browser_offset(text: str, offset: int) -> int:
    """A character offset as browsers count it: characters beyond the basic plane count twice."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def evidence_of(study: Study, assertions: list[dict[str, Any]]) -> tuple[list[list[Any]], list[list[Any]]]:
    """The fields quoted (path, shown text, whether shortened, the source's own), and for each assertion its place.

    The source's own fields are '' where the record is as received. A place is a field, start and end in it; an
    assertion without words, or whose words no longer stand in the record, has field -1.
    """
    by_field: dict[str, list[int]] = {}
    for place, one in enumerate(assertions):
        text = study.text_at(one["field"]) if one["field"] else ""
        if one["quote"] and text[one["start"] : one["end"]] == one["quote"]:
            by_field.setdefault(one["field"], []).append(place)
    fields: list[list[Any]] = []
    spots: list[list[Any]] = [[-1, 0, 0] for _ in assertions]
    for path, places in by_field.items():
        text = study.text_at(path)
        shown, moved = excerpt(text, [(assertions[place]["start"], assertions[place]["end"]) for place in places])
        for place, (start, end) in zip(places, moved, strict=True):
            spots[place] = [len(fields), browser_offset(shown, start), browser_offset(shown, end)]
        of_source = dict.fromkeys(source_field(study, path, assertions[place]["start"]) for place in places)
        fields.append([short_path(path), shown, len(text) > SHORT_FIELD, ", ".join(filter(None, of_source))])
    return fields, spots

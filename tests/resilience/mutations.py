"""Registrations and articles as no sender should send them: mutated at random from real ones, the same by seed."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

Paths = list[tuple[Any, Any]]  # a container, and the key or index of a value in it
HOSTILE = (
    "'; drop table core.trials; --",
    "=cmd|' /C calc'!A0",
    "</script><script>alert(1)</script>",
    "\x1b[2J\x1b]0;owned\x07",
    "../../../etc/passwd",
    "{{ 7 * 7 }} ${7*7} %s %n",
    "\u202egnp.exe",
    "\x00",
    "NaN",
    "淋巴瘤 CAR-T " * 50,
    "1e999",
    "9999-99-99",
    "x" * 40_000,
)
OTHERS = (None, True, 0, -1, 2**63, -(2**63), 10**30, 1e308, 0.1, "", "\ud800", [], {}, [[]], [None], {"": {}})


def containers(value: Any) -> Iterator[Any]:
    """Every object and list of a record that holds something, the record itself first."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (dict, list)) and one:
            yield one
            waiting.extend(one.values() if isinstance(one, dict) else one)


def somewhere(record: Any, draw: random.Random) -> tuple[Any, Any]:
    """A container of the record and a key of it; the modules themselves in one case of eight."""
    found = list(containers(record))
    container = draw.choice(found[:3] if draw.random() < 0.12 else found)
    return container, draw.choice(list(container) if isinstance(container, dict) else range(len(container)))


def swap_type(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    value = container[key]
    text = str(len(value)) if isinstance(value, (dict, list)) else str(value)
    container[key] = draw.choice([*copy.deepcopy(OTHERS), text, [value], {"value": value}])


def drop(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    del container[key]


def rename(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    if isinstance(container, dict):
        container[draw.choice([str(key).upper(), str(key) + "\x00", "", "__proto__", "a.b"])] = container.pop(key)


def poison(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    container[key] = draw.choice(HOSTILE)


def deepen(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    value, opened = container[key], draw.choice([5, 60, 100, 200, 240])
    for _ in range(opened):
        value = [value] if draw.random() < 0.5 else {"a": value}
    container[key] = value


def repeat(record: Any, draw: random.Random) -> None:
    container, key = somewhere(record, draw)
    value = container[key]
    if isinstance(value, (str, list)) and value:
        container[key] = value * min(draw.choice([2, 50, 1_000]), 1 + 200_000 // len(str(value)))


def cross(record: Any, draw: random.Random) -> None:
    (one, key), (other, place) = somewhere(record, draw), somewhere(record, draw)
    one[key] = copy.deepcopy(other[place])


CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (swap_type, drop, rename, poison, deepen, repeat, cross)


def double_key(text: bytes, draw: random.Random) -> bytes:
    """A key that stands twice in its object, with another value."""
    places = [place for place in range(len(text)) if text.startswith(b'":', place)]
    end = draw.choice(places) if places else 0
    start = text.rfind(b'"', 0, end)
    return text[:start] + text[start : end + 2] + draw.choice([b"7", b'"x"', b"null", b"[]"]) + b", " + text[start:]


def cut(text: bytes, draw: random.Random) -> bytes:
    return text[: draw.randrange(len(text))]


def flip(text: bytes, draw: random.Random) -> bytes:
    changed = bytearray(text)
    for _ in range(draw.choice([1, 3, 20])):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def bury(text: bytes, draw: random.Random) -> bytes:
    """The record at the bottom of a nesting that no reader walks."""
    depth = draw.choice([250, 1_100, 100_000])
    return b'{"protocolSection":' * depth + text + b"}" * depth


def encode(text: bytes, draw: random.Random) -> bytes:
    return text.decode("utf-8", "replace").encode(draw.choice(["utf-16", "utf-8-sig", "latin-1", "utf-7"]), "replace")


SPOILS: tuple[Callable[[bytes, random.Random], bytes], ...] = (double_key, double_key, cut, flip, bury, encode)


def mutated(record: dict[str, Any], draw: random.Random) -> bytes:
    """The record with one to four changes, sometimes with its bytes spoilt too; never more than one line."""
    changed = copy.deepcopy(record)
    for _ in range(draw.randint(1, 4)):
        if changed:
            draw.choice(CHANGES)(changed, draw)
    text = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if draw.random() < 0.15 and text:
        text = draw.choice(SPOILS)(text, draw)
    return text.replace(b"\n", b" ").replace(b"\r", b" ")


def renumbered(record: dict[str, Any], number: int) -> dict[str, Any]:
    """A copy under an NCT number of its own."""
    changed = copy.deepcopy(record)
    changed["protocolSection"]["identificationModule"]["nctId"] = f"NCT{number:08d}"
    return changed


def mutated_studies(records: list[dict[str, Any]], count: int, seed: int) -> Iterator[bytes]:
    """So many mutated registrations, numbered from NCT70000000."""
    draw = random.Random(seed)
    for number in range(count):
        yield mutated(renumbered(draw.choice(records), 70_000_000 + number), draw)

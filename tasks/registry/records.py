"""JSON taken apart without changing a byte: each record of a list, a page or an archive stays as it was received."""

import re
from collections.abc import Iterator

import msgspec
import orjson

from tasks.errors import UnreadableStudy

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)
STRING_OR_BLANKS = re.compile(rb'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)
LIST = msgspec.json.Decoder(list[msgspec.Raw])
OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def list_items(content: bytes) -> list[bytes]:
    """The items of a JSON list, each as it was written.

    Items need not be valid by themselves: one with a stray control character or NaN is one bad item, not a bad list.
    Raises UnreadableStudy for what is no list, or where brackets do not close.
    """
    if content.lstrip()[:1] != b"[":
        raise UnreadableStudy("not a list")
    try:
        return [bytes(item) for item in LIST.decode(content)]
    except (msgspec.DecodeError, RecursionError):
        return list(split(content))


def object_members(content: bytes) -> dict[str, bytes]:
    """The members of a JSON object by name, each value as it was written; raises UnreadableStudy like `list_items`."""
    try:
        return {name: bytes(value) for name, value in OBJECT.decode(content).items()}
    except (msgspec.DecodeError, RecursionError):
        members = {}
        for member in split(content):
            name = TOKEN.match(member)
            _, colon, value = member[name.end() :].partition(b":") if name else (b"", b"", b"")
            if not name or not colon:
                raise UnreadableStudy("not JSON: an object without names") from None
            members[orjson.loads(name[0])] = value.strip()
        return members


def split(content: bytes) -> Iterator[bytes]:
    """What stands between the commas of the outermost list or object, whatever it is."""
    depth = start = 0
    for token in TOKEN.finditer(content):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in (b"]", b"}"):
            depth -= 1
        if (mark == b"," and depth == 1) or (mark in (b"]", b"}") and depth == 0):
            if part := content[start : token.start()].strip():
                yield part
            start = token.end()
            if depth == 0:
                return
    raise UnreadableStudy("cut short: its brackets do not close")


def one_line(content: bytes) -> bytes:
    """A record on one line: blanks and line ends outside of its texts are left out, nothing else is touched."""
    if b"\n" not in content and b"\r" not in content:
        return content
    return STRING_OR_BLANKS.sub(lambda found: found[1] or b"", content)

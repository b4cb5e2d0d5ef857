"""However a registry drips, repeats or never ends, a question and a search end when patience does."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.registry.client import Registry, search_query
from tasks.registry.searches import plan_searches
from tasks.registry.session import PoliteSession
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent
from tests.replica.material import quick

PATIENCE, MUCH = 0.6, 6.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def drip(line: socket.socket, content: bytes) -> None:
    """Send a byte now and then, for ever."""
    while True:
        for byte in content or b" ":
            line.sendall(bytes([byte]))
            time.sleep(0.05)


def drip_headers(line: socket.socket) -> None:
    line.sendall(HEAD)
    drip(line, b"X-More: yes\r\n")


def drip_body(line: socket.socket) -> None:
    line.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
    drip(line, b" ")


def drip_body_without_length(line: socket.socket) -> None:
    line.sendall(HEAD + b"Connection: close\r\n\r\n{")
    drip(line, b" ")


def continue_for_ever(line: socket.socket) -> None:
    while True:
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads a question and answers it like this; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(line: socket.socket) -> None:
        try:
            line.recv(65536)
            answer(line)
        except OSError:
            pass

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v2"
    finally:
        listener.close()


@pytest.mark.parametrize("answer", [drip_headers, drip_body, drip_body_without_length, continue_for_ever])
def test_whatever_drips_a_question_ends_with_our_patience(answer: Any, tmp_path: Path) -> None:
    with answering(answer) as url:
        protocol, began = quick(url, patience_seconds=PATIENCE, read_timeout_seconds=60.0), time.monotonic()
        with pytest.raises(CartscapeError, match=r"the answer takes too long; gave up after \d s"):
            take_snapshot("live", Home(tmp_path), protocol, silent)
    assert PATIENCE <= time.monotonic() - began < MUCH


class Pages:
    """A registry whose every page has a token to another, and perhaps studies."""

    def __init__(self, total: int | None, token: Callable[[int], str], studies: bytes = b"[]", wait: float = 0) -> None:
        self.total, self.token, self.studies, self.wait, self.asked = total, token, studies, wait, 0

    def __call__(self, line: socket.socket) -> None:
        self.asked += 1
        time.sleep(self.wait)
        total = b"" if self.total is None else b', "totalCount": %d' % self.total
        body = b'{"studies": %s, "nextPageToken": "%s"%s}' % (self.studies, self.token(self.asked).encode(), total)
        line.sendall(HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)


def search(url: str, protocol: Protocol, token: str | None = None) -> str:
    """With what sentence a search ends."""
    with PoliteSession(protocol) as session, pytest.raises(CartscapeError) as caught:
        list(Registry(session, url, 10).pages(search_query(plan_searches(protocol.search)[0]), token))
    return str(caught.value)


def test_ever_fresh_page_tokens_end_with_our_patience() -> None:
    with answering(Pages(None, lambda number: f"t{number}", wait=0.05)) as url:
        began = time.monotonic()
        assert "gave up after" in search(url, quick(url, patience_seconds=PATIENCE))
    assert time.monotonic() - began < MUCH


def test_more_pages_than_the_total_needs_end_the_search() -> None:
    pages = Pages(25, lambda number: f"t{number}")
    with answering(pages) as url:
        assert "more pages than the studies that it announced need (7)" in search(url, quick(url))
    assert pages.asked == 7


@pytest.mark.parametrize(("token", "asked"), [(None, 3), ("a", 2)])
def test_a_page_token_seen_before_ends_the_search_also_after_a_resume(token: str | None, asked: int) -> None:
    pages = Pages(None, lambda number: "ab"[(number + (token is not None) - 1) % 2])
    with answering(pages) as url:
        assert "repeats the page token 'a' for ever" in search(url, quick(url), token)
    assert pages.asked == asked


def test_a_redirect_is_followed_to_the_same_host_alone(tmp_path: Path) -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://localhost:1/x\r\nContent-Length: 0\r\n\r\n"
    refused = pytest.raises(CartscapeError, match=r"sends us on to http://localhost:1, another host")
    with answering(lambda line: line.sendall(elsewhere)) as url, refused:
        take_snapshot("live", Home(tmp_path), quick(url), silent)

    def once(line: socket.socket) -> None:
        body = b'{"apiVersion": "2", "dataTimestamp": "2026"}'
        line.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    asked: list[int] = []

    def first_elsewhere(line: socket.socket) -> None:
        asked.append(1)
        if len(asked) > 1:
            return once(line)
        return line.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: /api/v2/now?key=x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    with answering(first_elsewhere) as url, PoliteSession(quick(url)) as session:
        assert Registry(session, url, 10).version().api_version == "2"
        assert session.redirects == [f"{url}/now"]

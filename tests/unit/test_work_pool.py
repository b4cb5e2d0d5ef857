"""The service's work pool is made, or set right, of a server that is busy at first; one that refuses is named."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cli.application import SETUP_HEADER
from cli.server import POOL_TEMPLATE, WORK_POOL, make_pool
from tasks.errors import CartscapeError

Asked = list[tuple[str, str, Any, str | None]]


@contextmanager
def server(*statuses: int) -> Iterator[tuple[dict[str, str], Asked]]:
    """What a server's programs know of one that answers with these statuses in turn, and what it was asked.

    0: it breaks off without an answer.
    """
    answers, asked = iter(statuses), list[tuple[str, str, Any, str | None]]()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.command, self.path, body, self.headers[SETUP_HEADER]))
            if not (status := next(answers)):
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PATCH = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{served.server_address[1]}/api"
        try:
            yield {"PREFECT_API_URL": address, "PREFECT_API_AUTH_STRING": "cartscape:word"}, asked
        finally:
            served.shutdown()


def test_a_pool_that_is_there_is_set_right_and_a_busy_server_is_asked_again() -> None:
    with server(503, 0, 409, 200) as (settings, asked):
        make_pool(settings, "token")
    limits = {"base_job_template": POOL_TEMPLATE, "concurrency_limit": 1}
    made = ("POST", "/api/work_pools/", {"name": WORK_POOL, "type": "process", **limits}, "token")
    assert asked == [made, made, made, ("PATCH", f"/api/work_pools/{WORK_POOL}", limits, "token")]


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_server_that_refuses_is_named_with_the_cure(status: int) -> None:
    with (
        server(status) as (settings, asked),
        pytest.raises(CartscapeError, match=f"did not make the work pool: {status} .*; start the service again"),
    ):
        make_pool(settings, "token")
    assert len(asked) == 1

"""The three interfaces behind one port of 127.0.0.1, with a log of every request."""

import gzip
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.replica.answers import Answer, json_answer, text_answer
from tests.replica.clinicaltrials import ClinicalTrials, load_studies
from tests.replica.ctis import Ctis
from tests.replica.europepmc import Annotations, EuropePMC
from tests.replica.faults import Fault, Faults
from tests.replica.pubmed import PubMed

LONGEST_ADDRESS = 8190  # letters of a usual web server
RELAYED = b"<eFetchResult><ERROR>Unable to obtain query #1: backend failed</ERROR></eFetchResult>"
WEB_PAGE = b"<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `at` in seconds of the monotonic clock."""

    at: float
    method: str
    path: str
    parameters: dict[str, str]
    user_agent: str
    status: int
    fault: str | None


class Replica:
    """Serves studies and articles; use it as `with Replica(studies=...) as replica: replica.url`."""

    def __init__(
        self,
        studies: Path | list[dict[str, Any]] | None = None,
        articles: Path | list[dict[str, Any]] | None = None,
        faults: Sequence[str | Fault] = (),
        seed: int = 0,
        port: int = 0,
        slow_seconds: float = 2.0,
        retry_after: str = "1",
        ctis: Path | list[dict[str, Any]] | None = None,
    ) -> None:
        self.faults = Faults([Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults], seed)
        self.slow_seconds = slow_seconds
        self.retry_after = retry_after
        self.requests: list[Request] = []
        self.bytes_sent = 0
        listed = load_studies(studies) if isinstance(studies, Path) else studies or []
        papers = load_studies(articles) if isinstance(articles, Path) else articles or []
        self.registry = ClinicalTrials(listed, self.faults)
        european = load_studies(ctis) if isinstance(ctis, Path) else ctis or []
        self.interfaces: dict[str, ClinicalTrials | PubMed | EuropePMC | Annotations | Ctis] = {
            "/api/v2": self.registry,
            "/entrez/eutils": PubMed([paper for paper in papers if paper.get("pmid")]),
            "/europepmc/webservices/rest": EuropePMC(papers),
            "/europepmc/annotations_api": Annotations(papers),
            "/ctis-public-api": Ctis(european, self.faults),
        }
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.replica = self
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.origin}/api/v2"
        self.pubmed_url = f"{self.origin}/entrez/eutils"
        self.europepmc_url = f"{self.origin}/europepmc/webservices/rest"
        self.ctis_url = f"{self.origin}/ctis-public-api"

    def __enter__(self) -> Self:
        # a short poll makes leaving quick
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, parameters: dict[str, str]) -> Answer:
        """What the interface at this path answers, without faults of the line."""
        if path == "/replica/requests":
            return json_answer([asdict(request) for request in self.requests])
        for prefix, interface in self.interfaces.items():
            if path.startswith(prefix + "/"):
                return interface.answer(path.removeprefix(prefix), parameters)
        return text_answer(404, "Not found")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    replica: Replica

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, as killed ones do, is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if len(self.path) > LONGEST_ADDRESS:
            return self.send(text_answer(414, "URI Too Long"), is_dropped=False)
        return self.serve(address.path, dict(parse_qsl(address.query, keep_blank_values=True)))

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        # a body of JSON goes under the empty name
        stated = {"": body} if "json" in self.headers.get("Content-Type", "") else dict(parse_qsl(body))
        self.serve(address.path, {**dict(parse_qsl(address.query)), **stated})

    def serve(self, path: str, parameters: dict[str, str]) -> None:
        replica, at = self.server.replica, time.monotonic()
        is_own = path.startswith("/replica/")
        if not is_own and replica.faults.strikes("slow"):
            time.sleep(replica.slow_seconds)
        fault = (
            None
            if is_own
            else replica.faults.strikes("403", "429", "429-retry-after", "500", "html", "truncated", "dropped")
        )
        if fault is None and path.startswith("/entrez/") and replica.faults.strikes("relayed-400"):
            fault = "relayed-400"
        answer = self.spoil(fault, path, parameters)
        if not is_own:
            agent = self.headers.get("User-Agent", "")
            replica.requests.append(Request(at, self.command, path, parameters, agent, answer.status, fault))
        self.send(answer, is_dropped=fault == "dropped")

    def spoil(self, fault: str | None, path: str, parameters: dict[str, str]) -> Answer:
        """The answer to a request that meets this fault."""
        if fault == "403":
            return Answer(403, b"<html><body>Request blocked</body></html>", "text/html")
        if fault in {"429", "429-retry-after"}:
            headers = {"Retry-After": self.server.replica.retry_after} if fault == "429-retry-after" else {}
            return Answer(429, b"Too many requests", "text/plain", headers)
        if fault == "500":
            return text_answer(500, "Internal server error")
        if fault == "relayed-400":
            return Answer(400, RELAYED, "text/xml; charset=UTF-8")
        if fault == "html":
            return Answer(200, WEB_PAGE, "text/html")
        answer = self.server.replica.answer(path, parameters)
        if fault == "truncated":
            answer.body = answer.body[: len(answer.body) // 2]
        return answer

    def send(self, answer: Answer, is_dropped: bool) -> None:
        if "gzip" in self.headers.get("Accept-Encoding", "") and answer.status == 200:
            answer.body = gzip.compress(answer.body, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
        self.server.replica.bytes_sent += len(answer.body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if is_dropped else answer.body)
        if is_dropped:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The log is `replica.requests`."""


def forever(replica: Replica) -> None:
    """Serve until interrupted, saying where."""
    print(
        json.dumps(
            {
                "clinicaltrials": replica.url,
                "pubmed": replica.pubmed_url,
                "europepmc": replica.europepmc_url,
                "ctis": replica.ctis_url,
            }
        ),
        flush=True,
    )
    replica.server.serve_forever()

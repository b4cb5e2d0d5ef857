"""One polite conversation with a registry: paced, patient, honest about who asks, and counted."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests_ratelimiter import LimiterSession
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential

from tasks.errors import CartscapeError, InterfaceUnreachable
from tasks.protocol import Interfaces, Politeness, Protocol
from tasks.registry.answers import keep_answer, kept_answer, place_of
from tasks.registry.deadline import DeadlineAdapter
from tasks.registry.refusals import TurnedAway, UnusableAnswer, address, describe, refuse_or_retry

T = TypeVar("T")
PASSING_TROUBLE = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
TOO_LONG = "the answer takes too long"


class SameHostSession(LimiterSession):  # type: ignore[misc]
    """A session that follows a redirect only to the host that was asked, and remembers it."""

    def __init__(self, **options: Any) -> None:
        """Open a session that was not redirected yet; `options` are those of requests-ratelimiter."""
        super().__init__(**options)
        self.redirects: dict[str, None] = {}

    def get_redirect_target(self, response: requests.Response) -> str | None:
        """Where an answer sends us, if anywhere. Raises CartscapeError for another host, or from HTTPS to HTTP."""
        target: str | None = super().get_redirect_target(response)
        if target is None:
            return None
        asked, sent = urlsplit(response.url), urlsplit(urljoin(response.url, target))
        if sent.netloc != asked.netloc or (asked.scheme, sent.scheme) == ("https", "http"):
            raise CartscapeError(
                f"{address(response)}: sends us on to {sent.scheme}://{sent.netloc.rpartition('@')[2]}, another host; "
                "if that is right, set the address in landscape.toml [interfaces]"
            )
        self.redirects[f"{sent.scheme}://{sent.netloc.rpartition('@')[2]}{sent.path}"] = None
        return target


class PoliteSession:
    """Requests one at a time, at the protocol's rate, retried while that can help; `requests` and `retries` count."""

    def __init__(
        self,
        protocol: Protocol,
        report: Callable[[str], None] = lambda line: None,
        requests_per_second: float | None = None,
    ) -> None:
        self.politeness: Politeness = protocol.politeness
        self.largest_answer_bytes = protocol.limits.largest_json_bytes
        self.clock_tolerance_hours = protocol.monitoring.clock_tolerance_hours
        self.is_clock_told = False
        self.report = report
        self.requests = 0
        self.retries = 0
        # limit_statuses is empty because a 429 is waited for here, as long as the registry says
        self.session = SameHostSession(
            per_second=requests_per_second or self.politeness.requests_per_second, limit_statuses=()
        )
        self.adapter = DeadlineAdapter()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, self.adapter)
        self._deadline: float | None = None
        self.session.headers["User-Agent"] = introduce(protocol.interfaces)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    @property
    def redirects(self) -> list[str]:
        """Addresses to which the registry sent us on, each once."""
        return list(self.session.redirects)

    @contextmanager
    def one_patience(self) -> Iterator[None]:
        """Let all that is asked meanwhile, retries included, share one patience in total."""
        self._deadline = time.monotonic() + self.politeness.patience_seconds
        try:
            yield
        finally:
            self._deadline = None

    def ask(
        self,
        method: str,
        url: str,
        parameters: Mapping[str, str] | None,
        decode: Callable[[bytes], T],
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """What `decode` makes of the answer; `decode` raises UnusableAnswer for what is worth asking again.

        `body`: what is posted as JSON, for an interface that wants that.
        """
        started = time.monotonic()
        deadline = self._deadline or started + self.politeness.patience_seconds
        retrying = Retrying(
            retry=retry_if_exception_type((*PASSING_TROUBLE, UnusableAnswer)),
            stop=stop_after_attempt(self.politeness.attempts) | stop_before_delay(deadline - started),
            wait=self._wait,
            before_sleep=self._tell,
            reraise=True,
        )
        asked = (method, url, parameters, decode, deadline, body)
        try:
            try:
                answer: T = retrying(self._ask_once, *asked)
            except TurnedAway as error:  # once more after a while: firewalls judge by the minute
                if self.politeness.attempts == 1:
                    raise
                self.retries += 1
                self.report(f"registry: {error}; asking once more in {self.politeness.longest_wait_seconds:.0f} s")
                time.sleep(self.politeness.longest_wait_seconds)
                answer = retrying(self._ask_once, *asked)
            return answer
        except (*PASSING_TROUBLE, UnusableAnswer) as error:
            seconds = time.monotonic() - started
            raise InterfaceUnreachable(
                f"{url}: {describe(error)}; gave up after {seconds:.0f} s: check the network and the addresses in "
                "landscape.toml [interfaces] (CARTSCAPE_..._URL), or run again later"
            ) from error
        except (requests.RequestException, UnicodeError) as error:
            raise CartscapeError(f"{url}: {error}; correct the address or User-Agent in landscape.toml") from error

    def _ask_once(
        self,
        method: str,
        url: str,
        parameters: Mapping[str, str] | None,
        decode: Callable[[bytes], T],
        deadline: float,
        body: Mapping[str, Any] | None,
    ) -> T:
        place = place_of(method, url, parameters, body)
        if (kept := kept_answer(place)) is not None:
            return decode(kept)
        self.requests += 1
        timeout = (self.politeness.connect_timeout_seconds, self.politeness.read_timeout_seconds)
        where: dict[str, Any] = {"params" if method == "GET" else "data": parameters}
        if body is not None:
            where = {"json": body}
        with self.adapter.until(deadline - time.monotonic()) as is_over:
            try:
                with self.session.request(method, url, timeout=timeout, stream=True, **where) as response:
                    self._compare_clocks(response)
                    content = self._read(response)
            except PASSING_TROUBLE as error:
                if is_over.is_set():
                    raise UnusableAnswer(TOO_LONG) from error
                raise
            if is_over.is_set():  # an answer that does not say its length looks whole where it was cut
                raise UnusableAnswer(TOO_LONG)
        refuse_or_retry(response, content)
        decoded = decode(content)
        keep_answer(place, content)
        return decoded

    def _compare_clocks(self, response: requests.Response) -> None:
        """Say once where our clock and the registry's are far apart: our dates would be wrong."""
        with suppress(KeyError, ValueError, TypeError):
            theirs = parsedate_to_datetime(response.headers["Date"])
            hours = (datetime.now(UTC) - theirs).total_seconds() / 3600
            if abs(hours) > self.clock_tolerance_hours and not self.is_clock_told:
                self.is_clock_told = True
                self.report(
                    f"{address(response)}: its clock says {theirs:%Y-%m-%d %H:%M}, ours is {abs(hours):,.0f} hours "
                    f"{'ahead' if hours > 0 else 'behind'}; correct this machine's clock, or dates will be wrong"
                )

    def _read(self, response: requests.Response) -> bytes:
        """The body; one that never ends is cut off."""
        content = bytearray()
        for chunk in response.iter_content(1 << 16):
            content += chunk
            if len(content) > self.largest_answer_bytes:
                where = address(response)
                raise CartscapeError(f"{where}: an answer over limits.largest_json_bytes; check the address")
        return bytes(content)

    def _wait(self, state: RetryCallState) -> float:
        growing = wait_exponential(
            multiplier=self.politeness.first_wait_seconds, max=self.politeness.longest_wait_seconds
        )
        asked = getattr(_error(state), "retry_after", None)
        return max(growing(state), asked or 0.0)

    def _tell(self, state: RetryCallState) -> None:
        self.retries += 1
        wait = state.next_action.sleep if state.next_action else 0.0
        self.report(f"registry: {describe(_error(state))}; asking again in {wait:.1f} s")


def introduce(interfaces: Interfaces) -> str:
    """The User-Agent: what we are, and whom to write to when a contact address is given."""
    contact = f" (mailto:{interfaces.contact_email})" if interfaces.contact_email else ""
    return f"{interfaces.user_agent}{contact}"


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None

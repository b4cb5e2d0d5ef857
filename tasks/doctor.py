"""Looks whether all is there that a live run needs: services, clock, disk, versions, settings, browser."""

import datetime
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.papers.sources.europepmc_client import EuropePMCClient
from tasks.papers.sources.pubmed_client import KEY_VARIABLE, PubMedClient
from tasks.protocol import Protocol
from tasks.registry.client import Registry
from tasks.registry.session import PoliteSession
from tasks.settings import OVERRIDES

LIBRARIES = ("cartscape", "prefect", "duckdb", "polars", "scikit-learn")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox")
QUESTION = "chimeric antigen receptor"


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether a live run can do with it, and what it said."""

    name: str
    is_well: bool
    said: str


def examine(home: Home, protocol: Protocol) -> Iterator[Finding]:
    """Every finding in turn; each service is asked once, and once only."""
    once = protocol.politeness.model_copy(update={"attempts": 1})
    dates: list[str] = []
    with PoliteSession(protocol.model_copy(update={"politeness": once})) as session:
        session.session.hooks["response"].append(lambda answer, **_: dates.append(answer.headers.get("Date", "")))
        yield _service("ClinicalTrials.gov", protocol.interfaces.clinicaltrials_url, _registry(session, protocol))
        yield _service("PubMed", protocol.interfaces.pubmed_url, _pubmed(session, protocol))
        yield _service("Europe PMC", protocol.interfaces.europepmc_url, _europepmc(session, protocol))
    yield clock(dates, datetime.datetime.now(datetime.UTC), protocol.monitoring.clock_tolerance_hours * 3600)
    yield disk(home, protocol.monitoring.least_free_bytes)
    yield Finding(
        "versions", True, f"Python {sys.version.split()[0]}, " + ", ".join(f"{n} {version(n)}" for n in LIBRARIES)
    )
    yield from settings(protocol)
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    yield Finding("browser", True, browser or "none found here: open the page on another machine")


def _service(name: str, address: str, ask: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, f"{address}: {ask()}")
    except CartscapeError as error:
        return Finding(name, False, str(error))


def _registry(session: PoliteSession, protocol: Protocol) -> Callable[[], str]:
    def ask() -> str:
        answered = Registry(session, protocol.interfaces.clinicaltrials_url, 1).version()
        return f"API {answered.api_version}, data of {answered.data_timestamp}"

    return ask


def _pubmed(session: PoliteSession, protocol: Protocol) -> Callable[[], str]:
    return lambda: f"{len(PubMedClient(protocol, session).search(f'{QUESTION}[ti] AND clinical trial[pt]')):,} papers"


def _europepmc(session: PoliteSession, protocol: Protocol) -> Callable[[], str]:
    return lambda: f"{EuropePMCClient(protocol, session).count(f'TITLE:{chr(34)}{QUESTION}{chr(34)}'):,} papers"


def clock(dates: list[str], now: datetime.datetime, largest_error_seconds: float) -> Finding:
    """How far our clock is from those of the services, by the Date that their answers carry."""
    stated = [parsedate_to_datetime(date) for date in dates if date]
    if not stated:
        return Finding("clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC, compared with nothing: no service answered")
    error = (now - stated[-1]).total_seconds()
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC, {error:+.0f} s against the services"
    if abs(error) <= largest_error_seconds:
        return Finding("clock", True, said)
    return Finding("clock", False, f"{said}: set the clock, or days of searches and snapshots are wrong")


def disk(home: Home, least_free_bytes: int) -> Finding:
    """How much room there is where the home lies, or will lie."""
    place = next(path for path in (home.root, *home.root.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:,.1f} GB free at {place}"
    if free >= least_free_bytes:
        return Finding("disk", True, said)
    return Finding(
        "disk", False, f"{said}: a live run wants {least_free_bytes / 1e9:,.1f} GB; free some, or set --home"
    )


def settings(protocol: Protocol) -> Iterator[Finding]:
    """What the environment overrides, and who we say we are; keys are never shown."""
    set_here = sorted(name for name in OVERRIDES if name in os.environ)
    yield Finding("settings", True, f"landscape.toml; from the environment: {', '.join(set_here) or 'nothing'}")
    e_mail = protocol.interfaces.contact_email
    advice = (
        "none: set CARTSCAPE_CONTACT_EMAIL, or start a live run at a terminal, which asks for it; NCBI writes to you "
        "before it blocks this address"
    )
    yield Finding("e-mail", True, e_mail or advice)
    rates: Any = protocol.politeness
    with_key, without = rates.pubmed_requests_per_second_with_key, rates.pubmed_requests_per_second
    said = (
        f"set: {with_key:g} requests a second"
        if os.environ.get(KEY_VARIABLE)
        else f"none: {without:g} requests a second"
    )
    yield Finding("NCBI key", True, said)

"""Small studies and quick settings for tests that talk to the replica."""

from pathlib import Path
from typing import Any

import pytest

from tasks.protocol import Protocol
from tasks.settings import REPOSITORY, load_protocol

REAL = REPOSITORY.parent / "shared" / "real"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real registrations are not at {REAL}")


def study(number: int, title: str = "CAR T cells in lymphoma", updated: str = "", **modules: Any) -> dict[str, Any]:
    """A study of few fields; its NCT number is the given number padded."""
    status: dict[str, Any] = {"lastUpdatePostDateStruct": {"date": updated}} if updated else {}
    identification = {"nctId": f"NCT{number:08d}", "briefTitle": title}
    return {"protocolSection": {"identificationModule": identification, "statusModule": status, **modules}}


def quick(
    url: str = "http://127.0.0.1:9/api/v2",
    phrases: list[str] | None = None,
    page_size: int = 10,
    interfaces: dict[str, Any] | None = None,
    limits: dict[str, Any] | None = None,
    **politeness: Any,
) -> Protocol:
    """The protocol, in a hurry: hardly any waiting, small pages, one phrase."""
    protocol = load_protocol(REPOSITORY / "landscape.toml")
    hurry = {
        "requests_per_second": 1000.0,
        "first_wait_seconds": 0.01,
        "longest_wait_seconds": 0.05,
        "page_size": page_size,
    }
    return protocol.model_copy(
        update={
            "search": protocol.search.model_copy(update={"phrases": phrases or ["CAR T"]}),
            "interfaces": protocol.interfaces.model_copy(update={"clinicaltrials_url": url, **(interfaces or {})}),
            "politeness": protocol.politeness.model_copy(update={**hurry, **politeness}),
            "limits": protocol.limits.model_copy(update=limits or {}),
        }
    )


def found_numbers(folder: Path) -> list[str]:
    """Names of the snapshots in a home, finished ones only."""
    return sorted(path.name for path in (folder / "snapshots").iterdir() if not path.name.startswith("."))

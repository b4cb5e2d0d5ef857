"""The study protocol (`landscape.toml`) and the environment that may override parts of it."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tasks.errors import CartscapeError
from tasks.protocol import Protocol

REPOSITORY = Path(__file__).resolve().parent.parent


# environment variable -> section and key of landscape.toml
OVERRIDES = {
    "CARTSCAPE_CLINICALTRIALS_URL": ("interfaces", "clinicaltrials_url"),
    "CARTSCAPE_PUBMED_URL": ("interfaces", "pubmed_url"),
    "CARTSCAPE_EUROPEPMC_URL": ("interfaces", "europepmc_url"),
    "CARTSCAPE_CTIS_URL": ("interfaces", "ctis_url"),
    "CARTSCAPE_USER_AGENT": ("interfaces", "user_agent"),
    "CARTSCAPE_CONTACT_EMAIL": ("interfaces", "contact_email"),
    "CARTSCAPE_RUNNER": ("compute", "runner"),
    "CARTSCAPE_PROCESSES": ("compute", "processes"),
    "CARTSCAPE_COMPUTE_ADDRESS": ("compute", "address"),
    "CARTSCAPE_COMPUTE_EXCHANGE": ("compute", "exchange"),
    "CARTSCAPE_REQUESTS_PER_SECOND": ("politeness", "requests_per_second"),
    "CARTSCAPE_PATIENCE_SECONDS": ("politeness", "patience_seconds"),
    "CARTSCAPE_FIRST_WAIT_SECONDS": ("politeness", "first_wait_seconds"),
}


def load_protocol(path: Path | None = None) -> Protocol:
    """Read `landscape.toml` and apply the environment; errors name the file, the key and the cure."""
    path = path or Path(os.environ.get("CARTSCAPE_PROTOCOL", REPOSITORY / "landscape.toml"))
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CartscapeError(
            f"{path}: no study protocol there; set CARTSCAPE_PROTOCOL to your landscape.toml"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: not valid TOML ({error}); correct that line") from error
    for variable, (section, key) in OVERRIDES.items():
        if variable in os.environ:
            content.setdefault(section, {})[key] = os.environ[variable]
    try:
        return Protocol.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CartscapeError(
            f"{path}: {place}: {first['msg']}; correct it there or in its CARTSCAPE_ variable"
        ) from error

"""Where Prefect keeps its state, and how its log shows an error that is ours: set before Prefect is imported."""

import logging
import os
import tempfile
from pathlib import Path

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.masking import mask_logs

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "cartscape",
    "PREFECT_CLI_PROMPT": "false",
}


def prepare_prefect(home: Home) -> None:
    """Set Prefect's environment for a home, leaving what the user has set, and shorten the log of our errors."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str(home.prefect))
    make_writable_folder(home.root)
    make_writable_folder(Path(os.environ.get("PREFECT_HOME", home.root)))
    mask_logs()
    logging.getLogger("great_expectations").setLevel(logging.WARNING)


def make_writable_folder(folder: Path) -> None:
    """Make a folder and try to write there, so that a run that can't keep its result does not begin."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CartscapeError(
            f"{folder}: {error.strerror}; set --home or CARTSCAPE_HOME to a folder that you may write to"
        ) from error

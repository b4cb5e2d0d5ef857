"""Where Prefect keeps its state, and how its log shows an error that is ours: set before Prefect is imported."""

import logging
import os
from pathlib import Path

from tasks.errors import CartscapeError

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    # the first start in a fresh home writes a database, which takes longer than Prefect allows by itself
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_CLI_PROMPT": "false",
}


def prepare_prefect(home: Path) -> None:
    """Set Prefect's environment for a home, leaving what the user has set, and shorten the log of our errors."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str(home / "prefect"))
    shorten_errors()


def shorten_errors() -> None:
    """A CartscapeError is one sentence with its cure; a traceback around it would only hide it."""
    make_record = logging.getLogRecordFactory()

    def make_shorter(*arguments: object, **options: object) -> logging.LogRecord:
        record: logging.LogRecord = make_record(*arguments, **options)
        if record.exc_info and isinstance(record.exc_info[1], CartscapeError):
            record.exc_info = None
        return record

    logging.setLogRecordFactory(make_shorter)

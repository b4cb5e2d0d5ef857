"""What every process of cartscape sets for itself as it starts, a command's as well as a deployment's."""

import atexit
import gc
import os
import sys

OBJECTS_MADE = 50_000


def collect_seldom() -> None:
    """Let the garbage collector look for circular references after every 50,000 objects made, instead of 700.

    At 700 it goes again and again through what large libraries leave in memory for good: a tenth of the processor
    time of a run over the sample.
    """
    gc.set_threshold(OBJECTS_MADE)


def end_quietly() -> None:
    """Drop what DuckDB 2.0's binding prints of its own objects ('nanobind: leaked ...') while Python shuts down.

    It does so wherever polars has read a query's rows. Call this first: what is registered with atexit later still
    finds the standard error output.
    """
    atexit.register(_close_standard_error)


def _close_standard_error() -> None:
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

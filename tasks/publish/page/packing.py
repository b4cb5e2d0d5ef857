"""What makes the page self-contained: packed data, inlined scripts, and a policy for no others."""

import base64
import gzip
import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import vl_convert
from markupsafe import Markup

from tasks.files import writing_folder
from tasks.home import Home
from tasks.seals import is_usable, seal
from tasks.settings import REPOSITORY

VEGA = "vega.js"
REPORT = REPOSITORY / "report"
# in the order in which they need each other
SCRIPTS = (
    "data.js",
    "address.js",
    "elements.js",
    "search.js",
    "filters.js",
    "explorer.js",
    "compare.js",
    "sitemap.js",
    "profiles.js",
    "trial.js",
    "corrections.js",
    "figures.js",
    "main.js",
)


def packed(content: Any) -> Markup:
    """JSON, gzipped and in base64: no character of it can end a script element."""
    return Markup(base64.b64encode(gzip.compress(orjson.dumps(content), 9, mtime=0)).decode("ascii"))


@cache
def bundled() -> str:
    """The three programs in one, put together once a process."""
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle


def vega_script(home: Home) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that offers `vegaEmbed`; made once a version."""
    kept = home.cached("scripts", f"vl-convert-{version('vl-convert-python')}")
    if not is_usable(kept):
        with writing_folder(kept) as unfinished:
            (unfinished / VEGA).write_text(bundled(), encoding="utf-8")
            seal(unfinished)
    return inline((kept / VEGA).read_text(encoding="utf-8"))


def page_script(folder: Path = REPORT) -> str:
    """The page's own scripts as one module."""
    return inline("\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS))


def inline(script: str) -> str:
    """A script that can stand in a page: nothing in it ends its element or opens a comment."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def policy(scripts: list[str]) -> str:
    """A Content-Security-Policy that runs these scripts and no others, and that lets nothing out."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )

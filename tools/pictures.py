"""The pictures in the README: `python -m tools.pictures HOME`, where HOME holds a run of the sample.

The page is opened in chromium; Prefect's server starts on loopback over the home's own state to show the run's graph.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from playwright.sync_api import ViewportSize, sync_playwright

from tasks.home import Home
from tasks.settings import REPOSITORY
from tools.architecture import architecture

PICTURES = REPOSITORY / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_SECONDS = 180
PATIENCE_MILLISECONDS = 3_000
# where the graph is looked at more closely, and how many steps
NEAR = (600, 130)
STEPS_NEARER = 3


@contextmanager
def prefect_server(home: Home) -> Iterator[str]:
    """Prefect's server over a home's state, without a password, for as long as a picture takes; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = {
        **os.environ,
        "PREFECT_HOME": str(home.prefect),
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"{address}/api/health")
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Return when a server answers there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise SystemExit(f"{address}: no answer within {PATIENCE_SECONDS} seconds")


def last_run(address: str) -> str:
    """The id of the last flow run that completed."""
    wanted = {"sort": "END_TIME_DESC", "limit": 1, "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    runs: list[dict[str, Any]] = requests.post(f"{address}/api/flow_runs/filter", json=wanted, timeout=30).json()
    if not runs:
        raise SystemExit("no completed run in this home; run 'cartscape run --home HOME' first")
    return str(runs[0]["id"])


def take_page(browser: Any, home: Home) -> None:
    """The first screen of the page."""
    tab = browser.new_page(viewport=SIZE, color_scheme="light")
    tab.goto(home.page.as_uri())
    tab.locator("html[data-ready=yes]").wait_for(state="attached")
    tab.locator("svg.marks").first.wait_for()
    tab.screenshot(path=PICTURES / "page.png")


def take_graph(browser: Any, address: str) -> None:
    """Which task of the last run needs which, as Prefect's server draws it, near enough to read their names."""
    tab = browser.new_page(viewport=SIZE)
    tab.add_init_script("localStorage.setItem('color-scheme', '\"light\"')")
    tab.goto(f"{address}/runs/flow-run/{last_run(address)}")
    tab.locator("canvas").first.wait_for()
    options = tab.get_by_label("Run Graph Options")
    options.click()
    for choice in ("Dependency grid", "Hide events", "Hide artifacts"):
        tab.get_by_text(choice).click()
    options.click()
    tab.get_by_title("Toggle fullscreen (f)").click()
    tab.get_by_title("Recenter graph (c)").click()
    tab.wait_for_timeout(PATIENCE_MILLISECONDS)
    tab.mouse.move(*NEAR)
    for _ in range(STEPS_NEARER):
        tab.mouse.wheel(0, -300)
        tab.wait_for_timeout(PATIENCE_MILLISECONDS / 10)
    tab.wait_for_timeout(PATIENCE_MILLISECONDS)  # the graph is drawn on a canvas, which says nothing when it is done
    tab.screenshot(path=PICTURES / "prefect.png")


def main(arguments: list[str]) -> int:
    """Draw the architecture, and take both pictures."""
    home = Home(arguments[0])
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "architecture.svg").write_text(architecture(), encoding="utf-8")
    with sync_playwright() as player, prefect_server(home) as address:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take_page(browser, home)
        take_graph(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

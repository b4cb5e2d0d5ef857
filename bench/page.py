"""What a large page costs its reader: size, time until it answers, time of a filter, of opening a trial, and memory.

usage: python -m bench.page [HOME [TIMES ...]]     (a new run of the sample, 1 and 12 times, unless told)

HOME holds a run; each of its trials is taken TIMES times over, each time under another number, and the page is written
anew from that. Times are the best of three in headless chromium and depend on the machine; their growth with the size
much less.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import sync_playwright

from tasks.home import Home
from tasks.publish.page.page import write_page
from tasks.settings import load_protocol

FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
REPEATED = 3
MEGABYTE = 1e6
TABLES = """
    select schema_name || '.' || table_name
    from duckdb_columns() inner join duckdb_tables() using (schema_name, table_name)
    where schema_name in ('core', 'raw') and column_name = 'nct_id' order by all
"""


def multiplied(warehouse: Path, times: int) -> None:
    """Take every row about a trial `times` times over, each time under another number of the trial."""
    with duckdb.connect(str(warehouse)) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            connection.execute(
                f"insert into {table} select * exclude (copy) replace (nct_id || '-' || copy as nct_id)"
                f" from {table} cross join (select unnest(range(1, $1))::varchar as copy) as copies",
                [times],
            )


def run_of_the_sample(place: Path) -> Home:
    """A home with a run of the bundled sample."""
    command = [sys.executable, "-m", "cli.main", "run", "--source", "sample", "--quiet", "--home", str(place)]
    subprocess.run(command, check=True)
    return Home(place)


def page_of(home: Home, folder: Path, times: int) -> tuple[Path, float]:
    """The page of a multiplied landscape, and the processor seconds that writing it took."""
    large = Home(folder / str(times))
    large.warehouse.parent.mkdir(parents=True)
    shutil.copyfile(home.warehouse, large.warehouse)
    multiplied(large.warehouse, times)
    started = time.process_time()
    return write_page(large, load_protocol()), time.process_time() - started


def said(tab: Any, name: str) -> float:
    """A number that the page says of itself."""
    return float(tab.locator("html").get_attribute(f"data-{name}"))


def opened(browser: Any, page: Path) -> dict[str, float]:
    """What one reader meets who opens the page, filters its list, and opens a trial."""
    tab = browser.new_page()
    started = time.monotonic()
    tab.goto(page.as_uri() + "#trials?", timeout=120_000)
    tab.locator("html[data-ready=yes]").wait_for(state="attached", timeout=120_000)
    found = {"s until ready": time.monotonic() - started}
    tab.evaluate("location.hash = '#trials?targets=CD19'")
    tab.locator("html[data-shown='#trials?targets=CD19']").wait_for(state="attached")
    found["ms a filter"] = said(tab, "filter-milliseconds")
    tab.locator("#list li a").first.click()
    tab.locator("#detail h2").first.wait_for()
    found["ms to open a trial"] = said(tab, "open-milliseconds")
    found["MB of heap"] = tab.evaluate("performance.memory.usedJSHeapSize") / MEGABYTE
    tab.close()
    return found


def main(arguments: list[str]) -> None:
    """Measure each size."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        home = Home(arguments[0]) if arguments else run_of_the_sample(Path(folder) / "home")
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for times in [int(one) for one in arguments[1:]] or [1, 12]:
            page, seconds = page_of(home, Path(folder), times)
            rounds = [opened(browser, page) for _ in range(REPEATED)]
            best = {name: min(one[name] for one in rounds) for name in rounds[0]}
            figures = {"MB of page": page.stat().st_size / MEGABYTE, "s processor to write": seconds, **best}
            print(
                f"{times:>4} times  " + "  ".join(f"{value:,.1f} {name}" for name, value in figures.items()), flush=True
            )
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

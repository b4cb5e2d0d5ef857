"""No text from a registry acts: not in SQL, page, workbook, shell, path, log or Prefect's UI; secrets stay inside."""

import gzip
import logging
import os
import re
import stat
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import orjson
import pytest
import requests

from cli import prefect_server
from tasks.check import CheckResult
from tasks.check.rules import Rule, run_rule
from tasks.errors import CartscapeError, UnreadableStudy, harmless
from tasks.home import Home
from tasks.masking import mask_logs
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.publish.exports import write_exports
from tasks.publish.page.page import write_page
from tasks.registry.files import RawStudy, parse_study, read_studies
from tasks.registry.refusals import refuse_or_retry
from tasks.settings import load_protocol
from tasks.snapshot.take import open_snapshot, take_snapshot
from tests.conftest import Built, build_landscape, silent
from tests.replica import Replica
from tests.replica.material import quick, study
from tests.resilience.hostile import ACTS, EMAIL, OWNED, PERSON, PHONE, hostile_registry
from tests.resilience.whole import rows_of

SECRET = "s3cr3t-ncbi-key-0123456789"
ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The hostile registry's landscape, in a home and from a file whose names try to act too."""
    folder = tmp_path_factory.mktemp("it's; drop table x --")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARTSCAPE_NCBI_API_KEY", SECRET)
        built = build_landscape(folder / "home $(touch owned)", hostile_registry(folder / "'); drop table x; --.jsonl"))
        write_page(built.home, load_protocol())
        write_exports(built.home, load_protocol())
    return built


def texts_of(home: Path) -> dict[Path, str]:
    """Every file of the page and the exports that is text."""
    paths = [path for folder in ("report", "exports") for path in (home / folder).rglob("*") if path.is_file()]
    return {path: path.read_bytes().decode("utf-8", "replace") for path in paths}


def test_quotes_in_texts_and_names_do_not_act_in_sql(built: Built) -> None:
    rows = rows_of(built.warehouse)
    assert len(rows["core.trials"]) == len(ACTS)
    assert len(rows["raw.quarantine"]) == len(ACTS)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.execute("select count(*) from core.trials where brief_title like '%drop table%'").fetchone()
    assert found == (1,)


def test_nothing_was_written_outside_the_home(built: Built) -> None:
    assert not OWNED.exists()
    assert sorted(path.name for path in built.home.root.parent.iterdir()) == sorted(
        ["'); drop table x; --.jsonl", built.home.root.name]
    )
    assert re.fullmatch(r"[a-z0-9._-]+", built.snapshot.id)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_holds_no_element_of_theirs(built: Built) -> None:
    page = built.home.page.read_text(encoding="utf-8")
    elements = Elements()
    elements.feed(page)
    assert not [found for found in elements.found if found[0] == "img"]
    assert not [found for found in elements.found if any(name.startswith("on") for name in found[1])]
    assert not [found for found in elements.found if str(found[1].get("href")).startswith("javascript")]
    policies = [found[1]["content"] for found in elements.found if found[1].get("http-equiv")]
    assert any("default-src 'none'" in str(policy) for policy in policies)
    assert str(7 * 191) not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_a_formula_in_a_text_stays_a_text_in_the_workbook(built: Built) -> None:
    book = openpyxl.load_workbook(built.home.workbook)
    cells = [cell for sheet in book for row in sheet for cell in row if str(cell.value).startswith("=")]
    assert cells and {cell.data_type for cell in cells} == {"s"}
    links = {cell.hyperlink.target for sheet in book for row in sheet for cell in row if cell.hyperlink}
    assert links and all(re.fullmatch(r"https://clinicaltrials\.gov/study/NCT\d{8}", str(link)) for link in links)


def test_prefect_s_ui_gets_no_markdown_of_theirs(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import artifacts

    left: list[dict[str, Any]] = []
    for kind in ("table", "markdown", "link"):
        monkeypatch.setattr(artifacts, f"create_{kind}_artifact", lambda **content: left.append(content))
    artifacts.leave_artifacts(built.home)
    # what the UI renders as Markdown; cells of a table it shows as they are
    rendered = "".join(f"{content.get('markdown')}{content.get('description')}" for content in left)
    assert "screening-flow" in {content["key"] for content in left}
    assert not [act for act in ACTS.values() if act in rendered]
    assert not ESCAPES.search(repr([content.get("table") for content in left]).encode().decode("unicode_escape"))


def test_contacts_stay_in_the_raw_schema(built: Built) -> None:
    rows = rows_of(built.warehouse)
    holding = {table for table, found in rows.items() if any(word in repr(found) for word in (EMAIL, PHONE, PERSON))}
    assert holding == {"raw.study_versions"}
    for path, text in texts_of(built.home.root).items():
        assert not any(word in text for word in (EMAIL, PHONE, PERSON)), path
    for path in (built.home.exports / "parquet").glob("*.parquet"):
        found = duckdb.sql(f"select * from read_parquet([$1])", params=[str(path)]).fetchall()  # noqa: F541
        assert EMAIL not in repr(found), path


def test_quarantine_reasons_and_positions_are_one_line_without_escapes(built: Built) -> None:
    for aside in built.snapshot.quarantine():
        assert not ESCAPES.search(aside["reason"] + aside["position"])
        assert "\n" not in aside["reason"]


def test_escape_sequences_are_shown_and_do_not_act() -> None:
    assert harmless("a\x1b[2J\x07\x9b\u202eb\tc\n") == "a\\x1b[2J\\x07\\x9b\\x202eb\tc\n"
    assert str(CartscapeError("x\x1b[0m")) == "x\\x1b[0m"
    with pytest.raises(UnreadableStudy, match=r"^no valid NCT number: a b\\x1b$"):
        parse_study(b'{"protocolSection": {"identificationModule": {"nctId": "a\\nb\\u001b"}}}')


def test_what_a_registry_says_in_an_error_does_not_act() -> None:
    answer = requests.Response()
    answer.status_code, answer.url = 400, f"https://user:pw@registry.example/api?api_key={SECRET}&email=me@x.example"
    with pytest.raises(CartscapeError) as caught:
        refuse_or_retry(answer, b"bad \x1b[31m question\r\n2026-11-22 INFO all is well")
    assert str(caught.value) == (
        "https://registry.example/api: HTTP 400: bad \\x1b[31m question 2026-11-22 INFO all is well; "
        "correct the question or address"
    )


def test_logs_of_runs_show_no_escape_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CARTSCAPE_NCBI_API_KEY", SECRET)
    before = logging.getLogRecordFactory()
    try:
        mask_logs()
        with caplog.at_level(logging.INFO):
            logging.getLogger("prefect.task_runs").info("status %s, key %s", "\x1b[2Jowned", SECRET)
    finally:
        logging.setLogRecordFactory(before)
    assert caplog.messages == ["status \\x1b[2Jowned, key ***"]


def test_a_failed_check_shows_registry_text_harmlessly() -> None:
    with duckdb.connect() as connection:
        rule = Rule("core", "rule", "holds", "warning", "select 'a' || chr(27) || '[2J'")
        result: CheckResult = run_rule(connection, rule)
    assert result.examples == "a\\x1b[2J"


def test_the_key_is_in_no_file_of_the_home(built: Built) -> None:
    paths = [path for path in built.home.root.rglob("*") if path.is_file()]
    assert len(paths) > 20
    assert not [path for path in paths if SECRET.encode() in path.read_bytes()]
    assert SECRET not in repr(rows_of(built.warehouse))


def test_a_contact_address_is_sent_and_stands_in_no_snapshot(tmp_path: Path) -> None:
    with Replica([study(1)]) as replica:
        protocol = quick(replica.url, interfaces={"contact_email": "me@institute.example"})
        taken = take_snapshot("live", Home(tmp_path), protocol, silent)
        assert {request.user_agent.endswith("(mailto:me@institute.example)") for request in replica.requests} == {True}
    assert not [path for path in taken.folder.iterdir() if b"me@institute.example" in path.read_bytes()]


@pytest.mark.parametrize("name", ["../../x", "..", "/etc", "a/b", "", ".hidden", "a\nb", "-rf"])
def test_a_snapshot_s_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    from tasks.snapshot.read import manifest_sha256

    manifest: dict[str, Any] = {"snapshot_id": name, "files": {}}
    (tmp_path / "manifest.json").write_bytes(orjson.dumps({**manifest, "manifest_sha256": manifest_sha256(manifest)}))
    with pytest.raises(CartscapeError, match="changed since the snapshot was taken"):
        open_snapshot(tmp_path)


def bomb(path: Path) -> Path:
    """A thousand times larger unpacked: a gzip of zeros, or a zip that holds one."""
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(b'{"a": "' + b"0" * 30_000_000 + b'"}'))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.json", b"0" * 30_000_000)
    return path


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.json.gz", "bomb.zip"])
def test_a_bomb_is_refused_by_size_before_it_fills_anything(tmp_path: Path, name: str) -> None:
    small = {"largest_study_bytes": 10**6, "largest_json_bytes": 10**6, "largest_file_bytes": 10**7}
    path = bomb(tmp_path / name)
    assert path.stat().st_size < 100_000
    with pytest.raises(CartscapeError, match=r"raise limits\.largest_(file|json)_bytes"):
        take_snapshot(str(path), Home(tmp_path / "home"), quick(limits=small), silent)
    assert sorted(path.name for path in (tmp_path / "home" / "snapshots").iterdir()) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_a_zip_entry_that_can_not_be_unpacked_is_quarantined_alone(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("../../broken.json", b'{"a": 1}' * 5_000)
        archive.writestr("\x1b[2J.json", b"{")
    content = bytearray(path.read_bytes())
    content[60:75] = b"\xff" * 15
    path.write_bytes(content)
    broken, other = read_studies(path, quick().limits)
    assert broken.problem.startswith("damaged entry") and broken.content == b""
    assert other == RawStudy("a.zip:\x1b[2J.json", b"{")
    assert not (tmp_path.parent.parent / "broken.json").exists()


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
    ],
)
def test_xml_entities_are_refused(entity: str) -> None:
    text = (
        f"<!DOCTYPE x [{entity}]><PubmedArticleSet><PubmedArticle><PMID>&c;</PMID></PubmedArticle></PubmedArticleSet>"
    )
    answer = articles_from_pubmed(text.encode())
    assert answer.articles == []
    assert len(answer.quarantine) == 1 and "EntitiesForbidden" in answer.quarantine[0]


def test_the_server_binds_to_loopback_and_its_page_asks_loopback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: commands.append(command))
    environment = prefect_server.environment(Home(tmp_path), 4321)
    prefect_server.start_server(4321, environment)
    assert commands[0][commands[0].index("--host") :][:4] == ["--host", "127.0.0.1", "--port", "4321"]
    assert environment["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert environment["PREFECT_API_URL"] == environment["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4321/api"
    assert environment["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4321"


def test_a_home_is_closed_to_nobody_by_accident(built: Built) -> None:
    modes = [path.stat().st_mode for path in built.home.root.rglob("*") if path.is_file()]
    assert not [mode for mode in modes if mode & (stat.S_IXUSR | stat.S_IWOTH)]
    assert os.access(built.warehouse, os.R_OK)

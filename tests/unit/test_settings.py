"""The study protocol: what it refuses, and what the environment may override."""

from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.home import home_at
from tasks.settings import REPOSITORY, load_protocol

WRITTEN = (REPOSITORY / "landscape.toml").read_text(encoding="utf-8")


def protocol_with(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "landscape.toml"
    assert old in WRITTEN
    path.write_text(WRITTEN.replace(old, new), encoding="utf-8")
    return path


def test_the_paper_s_nine_phrases_in_two_fields() -> None:
    search = load_protocol(REPOSITORY / "landscape.toml").search
    assert (len(search.phrases), search.fields) == (9, ["query.cond", "query.intr"])


def test_environment_overrides_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTSCAPE_CLINICALTRIALS_URL", "http://127.0.0.1:9/api/v2")
    assert load_protocol().interfaces.clinicaltrials_url == "http://127.0.0.1:9/api/v2"


def test_addresses_do_not_change_the_protocol_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_protocol().sha256
    monkeypatch.setenv("CARTSCAPE_CLINICALTRIALS_URL", "http://127.0.0.1:9/api/v2")
    assert load_protocol().sha256 == before


def test_unknown_key_names_file_and_key(tmp_path: Path) -> None:
    path = protocol_with(tmp_path, "page_size = 1000  ", "page_sise = 1000  ")
    with pytest.raises(CartscapeError, match=r"landscape\.toml: politeness\.page_si[sz]e: "):
        load_protocol(path)


def test_impossible_value_names_the_key(tmp_path: Path) -> None:
    path = protocol_with(tmp_path, "requests_per_second = 1.0", "requests_per_second = 0")
    with pytest.raises(CartscapeError, match=r"politeness\.requests_per_second: .*greater than 0"):
        load_protocol(path)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    path = protocol_with(tmp_path, "[search]", "[search")
    with pytest.raises(CartscapeError, match=r"not valid TOML .*line \d+"):
        load_protocol(path)


def test_missing_protocol_says_where_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="set CARTSCAPE_PROTOCOL"):
        load_protocol(tmp_path / "nowhere.toml")


def test_home_is_the_argument_then_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARTSCAPE_HOME", str(tmp_path / "set"))
    assert home_at().root == tmp_path / "set"
    assert home_at(tmp_path / "given").root == tmp_path / "given"

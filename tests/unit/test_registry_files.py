import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import CartscapeError, UnreadableStudy
from tasks.registry.files import RawStudy, parse_study, read_studies
from tests.replica.material import quick, study

LIMITS = quick().limits
STUDIES = [study(1), study(2, "Über CAR-T"), study(3)]
LINES = b"".join(json.dumps(one).encode() + b"\n" for one in STUDIES)
LIST = json.dumps(STUDIES, indent=2).encode()
PAGE = json.dumps({"totalCount": 3, "studies": STUDIES, "nextPageToken": "x"}).encode()


def read(path: Path, **limits: int) -> list[RawStudy]:
    return list(read_studies(path, LIMITS.model_copy(update=limits)))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", LIST),
        ("page.json", PAGE),
        ("lines.jsonl", LINES),
        ("lines.ndjson", LINES),
        ("lines.json", LINES),
        ("no-extension", LINES),
        ("list.json.gz", gzip.compress(LIST)),
        ("lines.jsonl.gz", gzip.compress(LINES)),
        ("gzipped-without-saying-so.jsonl", gzip.compress(LINES)),
        ("windows.jsonl", b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n\r\n")),
        ("no-last-newline.jsonl", LINES.rstrip()),
        ("bom.json", b"\xef\xbb\xbf" + LIST),
    ],
)
def test_every_form_of_file_gives_the_same_studies(tmp_path: Path, name: str, content: bytes) -> None:
    assert [parse_study(raw.content).record for raw in read(write(tmp_path / name, content))] == STUDIES


def test_zip_folder_and_single_file_give_the_same_studies(tmp_path: Path) -> None:
    each = {f"NCT{number:08d}.json": json.dumps(one, indent=1).encode() for number, one in enumerate(STUDIES, 1)}
    zipped(tmp_path / "each.zip", {**each, "README.txt": b"not a study"})
    zipped(tmp_path / "list.zip", {"ctg-studies.json": LIST})
    zipped(tmp_path / "lines.zip", {"ctg-studies.jsonl": LINES})
    (tmp_path / "folder" / "below").mkdir(parents=True)
    for name, content in each.items():
        write(tmp_path / "folder" / "below" / name, content)
    for name in ("each.zip", "list.zip", "lines.zip", "folder"):
        assert [parse_study(raw.content).record for raw in read(tmp_path / name)] == STUDIES, name
    single = read(tmp_path / "folder" / "below" / "NCT00000001.json")
    assert single == [RawStudy("NCT00000001.json", each["NCT00000001.json"])]


def test_positions_lead_back_to_the_record(tmp_path: Path) -> None:
    assert [raw.position for raw in read(write(tmp_path / "a.jsonl.gz", gzip.compress(b"\n" + LINES)))] == [
        "a.jsonl.gz:2",
        "a.jsonl.gz:3",
        "a.jsonl.gz:4",
    ]
    path = zipped(tmp_path / "d.zip", {"NCT01.json": LIST[:9], "b.json": LIST})
    assert [raw.position for raw in read(path)] == [
        "d.zip:NCT01.json",
        "d.zip:b.json:1",
        "d.zip:b.json:2",
        "d.zip:b.json:3",
    ]


def test_lines_are_kept_as_received(tmp_path: Path) -> None:
    line = b'{"protocolSection":  {"identificationModule": {"nctId":"NCT00000001"}}, "n": 1.00}'
    assert [raw.content for raw in read(write(tmp_path / "a.jsonl", line + b"\n"))] == [line]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"  <!DOCTYPE html><html>", "a web page"),
        (b'{"protocolSection": ', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "no protocolSection"),
        (b'{"protocolSection": []}', "no protocolSection"),
        (b'{"protocolSection": {}}', "no valid NCT number: None"),
        (b'{"protocolSection": {"identificationModule": []}}', "identificationModule is not an object"),
        (b'{"protocolSection": {"identificationModule": {"nctId": 1}}}', "no valid NCT number: 1"),
        (b'{"protocolSection": {"identificationModule": {"nctId": "NCT123"}}}', "no valid NCT number: NCT123"),
        (b'{"protocolSection": {"identificationModule": {"nctId": "nct00000001"}}}', "nct00000001"),
        (b'{"protocolSection": {"identificationModule": {"nctId": "NCT00000001\\n"}}}', "no valid NCT number"),
        (b'{"protocolSection":' * 300 + b"1" + b"}" * 300, "nested too deep"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_study_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableStudy, match=reason):
        parse_study(content)


def test_missing_modules_and_unknown_enums_are_a_study() -> None:
    odd = {**study(1), "hasResults": None}
    odd["protocolSection"]["designModule"] = {"phases": ["PHASE99"]}
    assert parse_study(json.dumps(odd).encode()).record == odd
    assert parse_study(b'{"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}')


def test_a_bad_record_does_not_stop_the_rest(tmp_path: Path) -> None:
    lines = LINES.splitlines()
    mixed = b"\n".join([lines[0], b"<html>", lines[1][:50], lines[2]])
    readable = []
    for raw in read(write(tmp_path / "a.jsonl", mixed)):
        try:
            readable.append(parse_study(raw.content).record)
        except UnreadableStudy:
            continue
    assert readable == [STUDIES[0], STUDIES[2]]
    deep = json.dumps(STUDIES[:1])[:-1].encode() + b"," + b'{"a":' * 300 + b"1" + b"}" * 300 + b"]"
    first, second = read(write(tmp_path / "deep.json", deep))
    assert parse_study(first.content).record == STUDIES[0]
    with pytest.raises(UnreadableStudy, match="nested too deep"):
        parse_study(second.content)


def test_a_line_beyond_the_limit_is_quarantined_and_not_held_in_memory(tmp_path: Path) -> None:
    long = b'{"a": "' + b"x" * 5000 + b'"}\n'
    records = read(write(tmp_path / "a.jsonl", LINES + long + LINES), largest_study_bytes=1000)
    assert [raw.problem for raw in records] == ["", "", "", "longer than 1,000 bytes", "", "", ""]
    assert records[3].position == "a.jsonl:4" and records[3].content == long[:200]
    assert records[4].position == "a.jsonl:5"


def test_bombs_are_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 3_000_000)
    with pytest.raises(CartscapeError, match="largest_file_bytes"):
        read(write(tmp_path / "bomb.jsonl.gz", bomb), largest_study_bytes=1000, largest_file_bytes=1_000_000)
    with pytest.raises(CartscapeError, match="largest_json_bytes"):
        read(write(tmp_path / "bomb.json.gz", gzip.compress(b"[" + b" " * 3_000_000)), largest_json_bytes=1_000_000)
    path = zipped(tmp_path / "bomb.zip", {"a.json": b" " * 3_000_000, "b.json": LIST})
    with pytest.raises(CartscapeError, match="largest_file_bytes"):
        read(path, largest_file_bytes=1_000_000)
    with pytest.raises(CartscapeError, match="largest_archive_entries"):
        read(path, largest_archive_entries=1)
    assert next(raw.problem for raw in read(path, largest_json_bytes=1_000_000)) == "larger than 1,000,000 bytes"


def test_a_zip_entry_that_understates_its_size_is_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"bomb.json": b" " * 3_000_000})
    content = path.read_bytes()
    assert content.count((3_000_000).to_bytes(4, "little")) == 2
    write(path, content.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    [raw] = read(path)
    assert raw.content == b"" and raw.problem.startswith("damaged entry")


def test_zip_names_lead_nowhere(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"../../outside.json": LIST, str(tmp_path / "outside.json"): LIST})
    before = sorted(tmp_path.parent.rglob("*"))
    assert len(read(path)) == 6
    assert sorted(tmp_path.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "content", "cure"),
    [
        ("cut.jsonl.gz", gzip.compress(LINES * 50)[:-20], "download it again"),
        ("cut.json.gz", gzip.compress(LIST * 50)[:-20], "download it again"),
        ("cut.zip", b"PK\x03\x04 and then nothing", "download it again"),
        ("cut.json", LIST[:-30], "download it again"),
        ("page.json", b"<html><body>Sign in", "neither JSON"),
        ("studies.csv", b"Title,Sponsor\na,b\n", "neither JSON"),
        ("empty.json", b"", "empty"),
        ("picture.png", b"\x89PNG\r\n", "neither JSON"),
    ],
)
def test_what_is_no_source_names_the_cure(tmp_path: Path, name: str, content: bytes, cure: str) -> None:
    with pytest.raises(CartscapeError, match=cure) as caught:
        read(write(tmp_path / name, content))
    assert name in str(caught.value)


def test_missing_file_and_folder_without_studies_name_the_cure(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match=r"No such file or directory; give a \.json"):
        read(tmp_path / "nowhere.json")
    with pytest.raises(CartscapeError, match=r"no \.json or \.xml study in this folder"):
        read(tmp_path)
    with pytest.raises(CartscapeError, match=r"no \.json or \.xml study in this zip"):
        read(zipped(tmp_path / "a.zip", {"a.txt": b""}))


keys = st.sampled_from(["protocolSection", "identificationModule", "nctId", "a"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.just("NCT00000001"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_study_or_unreadable(content: bytes) -> None:
    try:
        parsed = parse_study(content)
    except UnreadableStudy as error:
        assert str(error)
    else:
        assert parsed.nct_id.startswith("NCT")


@given(st.lists(json_values, max_size=6))
def test_a_list_loses_no_record(tmp_path_factory: pytest.TempPathFactory, values: list[Any]) -> None:
    path = write(tmp_path_factory.mktemp("list") / "list.json", json.dumps(values).encode())
    assert [json.loads(raw.content) for raw in read(path)] == values

"""Files of batches by way of an object store: the same comes back, and the store is left empty."""

from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.exchange import Exchange, work_through
from tasks.workers import Work


def joined_file(part: str, shared: str, words: str, out: str) -> int:
    """A batch's work that writes one file."""
    Path(out).write_text(f"{Path(part).name} {Path(part).read_text()} {Path(shared).read_text()} {words}")
    return 1


def two_files(part: str, words: str, out: str) -> int:
    """A batch's work that writes several files into a folder."""
    for name in ("first", "second"):
        (Path(out) / f"{name}-{Path(part).stem}").write_text(f"{Path(part).read_text()} {words}")
    return 2


@pytest.mark.parametrize("is_folder", [False, True])
def test_batches_come_and_go_through_a_store(tmp_path: Path, is_folder: bool) -> None:
    store, here = tmp_path / "store", tmp_path / "here"
    (here / "made").mkdir(parents=True)
    for name in ("1", "2", "all"):
        (here / name).write_text(f"of {name}")
    parts, made = [str(here / "1"), str(here / "2")], here / "made"
    work: Work
    batches: list[tuple[str, ...]]
    if is_folder:
        work, batches = two_files, [(part, '{"a": 1}', str(made)) for part in parts]
        expected = {f"{name}-{n}": f'of {n} {{"a": 1}}' for name in ("first", "second") for n in (1, 2)}
    else:
        work = joined_file
        batches = [(part, str(here / "all"), "text", str(made / f"{n}.txt")) for n, part in enumerate(parts, 1)]
        expected = {f"{n}.txt": f"{n} of {n} of all text" for n in (1, 2)}
    exchange = Exchange(f"file://{store}")
    sent = exchange.send(batches)
    assert not any(str(here) in argument for batch in sent for argument in batch), "workers reach nothing of the run"
    for batch in [*sent, sent[0]]:  # one of them again, as when its worker died
        work_through(f"{__name__}.{work.__name__}", *batch)
    exchange.fetch(batches)
    assert {path.name: path.read_text() for path in made.iterdir()} == expected
    exchange.clear()
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_a_store_that_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("of 1")
    with pytest.raises(CartscapeError, match=r"compute\.exchange: nowhere://bucket/.* can't be written to"):
        Exchange("nowhere://bucket").send([(str(tmp_path / "1"), str(tmp_path / "out"))])

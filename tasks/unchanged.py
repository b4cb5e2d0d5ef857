"""Whether a run would make the landscape that is there already."""

from tasks.made import is_made, sources_of_exports, sources_of_page
from tasks.run import Run, Sources
from tasks.snapshot.seen import taken_before
from tasks.snapshot.sources import are_synthetic, as_files


def shown_by_files(run: Run, source: Sources) -> str | None:
    """The snapshot that a run over files would show, where it was taken of them before; None where one is to be."""
    files = as_files(source)
    taken = taken_before(files, run.home, run.protocol, are_synthetic(files), run.search_inside)
    return taken.id if taken else None


def stands(run: Run, shown: str) -> bool:
    """Whether the landscape of a snapshot is published as a build would publish it, its page and exports too."""
    home, program, protocol = run.home, run.program, run.protocol
    return (
        not run.accept_loss
        and is_made(home, home.warehouse, run.sources_of_warehouse(shown))
        and is_made(home, home.page, sources_of_page(home, program, protocol))
        and is_made(home, home.exports, sources_of_exports(home, program, protocol))
    )

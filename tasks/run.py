"""What one run is given, and what its stages share."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import Any

from tasks.curate import Vocabularies, load_vocabularies
from tasks.errors import CartscapeError
from tasks.hashes import program_sha256, sha256_of_all
from tasks.home import Home
from tasks.made import snapshots_of_same_rows, sources_of_rows, sources_of_warehouse
from tasks.protocol import Protocol
from tasks.snapshot.kept import kept_snapshots
from tasks.snapshot.read import Snapshot
from tasks.warehouse.kept import KeptRows, tables_of_one_snapshot
from tasks.warehouse.models import Model, load_models
from tasks.warehouse.parameters import model_parameters
from tasks.warehouse.publish import open_published
from tasks.workers import Workers, workers_here

Report = Callable[[str], None]
Sources = str | Sequence[str]


class Run:
    """What the stages of one run share, each read once: home, protocol, vocabularies, models, verified snapshots.

    `as_of`: the last first-posted date that counts. `report` and `warn` take a line of progress, or of trouble.
    `accept_loss`: a person says that what a snapshot or a build lost is meant.
    `search_inside`: the protocol's phrases are asked in files, whose every record counts as found otherwise.
    `workers`: who works on batches; where none are given, this machine as `landscape.toml` says.
    """

    def __init__(
        self,
        home: Home,
        protocol: Protocol,
        as_of: date | None = None,
        report: Report = print,
        warn: Report | None = None,
        accept_loss: bool = False,
        search_inside: bool = False,
        workers: Workers | None = None,
    ) -> None:
        """Take what the run is given; everything else is read when a stage asks for it."""
        self.home = home
        self.protocol = protocol
        self.as_of = as_of
        self.report = report
        self.warn = warn or report
        self.accept_loss = accept_loss
        self.search_inside = search_inside
        self.workers = workers or workers_here(protocol.compute)

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """The vocabularies and signed decisions of curation."""
        return load_vocabularies()

    @cached_property
    def models(self) -> list[Model]:
        """The SQL models, each after those that it reads."""
        return load_models()

    @cached_property
    def snapshots(self) -> dict[str, Snapshot]:
        """Every snapshot kept, by id; each was verified when the run first asked."""
        return {snapshot.id: snapshot for snapshot in kept_snapshots(self.home)}

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The values that SQL models name with a dollar sign."""
        return model_parameters(self.protocol, self.as_of)

    @cached_property
    def program(self) -> str:
        """Hash of the program and the vocabularies that the run works with."""
        return sha256_of_all([program_sha256(), self.vocabularies.sha256])

    def sources_of_warehouse(self, shown: str) -> str | None:
        """Hash of all that the warehouse is made from; None where something of it is damaged."""
        return sources_of_warehouse(self.home, self.program, self.protocol, self.snapshots, shown, self.as_of)

    @property
    def sources_of_rows(self) -> dict[str, str]:
        """By snapshot, in their order, the hash of all that its rows of the warehouse are made from."""
        return sources_of_rows(self.home, self.program, self.protocol, self.snapshots, self.as_of)

    @cached_property
    def kept_rows(self) -> KeptRows | None:
        """What a build need not make again of the warehouse published before; looked up before the next is."""
        if not (kept := snapshots_of_same_rows(self.home, self.sources_of_rows)):
            return None
        # by its one door, so that nothing that a program wrote beside it comes in; one that still writes locks it
        with suppress(CartscapeError), open_published(self.home):
            later = tuple(name for name in self.snapshots if name not in kept)
            return KeptRows(self.home.warehouse, kept, later, tables_of_one_snapshot(self.models))
        return None

    @property
    def volatile_fields(self) -> list[str]:
        """What the registry changes on every record every day."""
        return self.protocol.registry.volatile_fields

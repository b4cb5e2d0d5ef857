"""A registration as a record of some registry: its numbers, its form, and the text at any path of it."""

import re
from collections.abc import Iterator
from typing import Any

from tasks.registry.parts import PROTOCOL, FieldText, keyed, single
from tasks.registry.values import as_object, as_text, objects_of, texts_of

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
REGISTRATION = "registrationSection"  # what a reader tells of a record that it mapped
CLINICALTRIALS, API = "ClinicalTrials.gov", "api"
SECOND_HAND = ("ictrp",)


class Registration:
    """What tells one record from another: its numbers, its registry, the form in which it came, what it can not say."""

    def __init__(self, record: Any, received: Any = None) -> None:
        """Take the parsed record; it is read when something is asked for.

        `received`: the record as its source gave it, where a reader mapped it to the API's shape.
        """
        self.record: dict[str, Any] = as_object(record)
        self.received: dict[str, Any] = as_object(received) or self.record
        self._protocol = as_object(self.record.get(PROTOCOL))

    def __eq__(self, other: object) -> bool:
        """Whether both are registrations of equal records."""
        return isinstance(other, Registration) and self.record == other.record

    __hash__ = None  # type: ignore[assignment]

    def _module(self, name: str) -> dict[str, Any]:
        return as_object(self._protocol.get(name))

    @property
    def nct_id(self) -> str:
        """The registration's number: the NCT number, or that of another registry; '' where there is none."""
        return as_text(self._module("identificationModule").get("nctId")).strip()

    @property
    def _registration(self) -> dict[str, Any]:
        return as_object(self.record.get(REGISTRATION))

    @property
    def registry(self) -> str:
        """The registry of the registration, as `curation/registries.tsv` calls it."""
        return as_text(self._registration.get("registry")) or CLINICALTRIALS

    @property
    def form(self) -> str:
        """The form in which the record was received: `api`, or the name of its reader."""
        return as_text(self._registration.get("format")) or API

    @property
    def is_second_hand(self) -> bool:
        """Whether the record is not the registry's own: WHO ICTRP's copy of it."""
        return self.form in SECOND_HAND

    @property
    def source_date(self) -> str:
        """The day of which a record that was not had from the registry itself says that it is; '' elsewhere."""
        return as_text(self._registration.get("sourceDate"))

    @property
    def not_carried(self) -> tuple[str, ...]:
        """Modules and fields that the source never fills: unknown, not 'no'."""
        return texts_of(self._registration.get("notCarried"))

    @property
    def is_in_part(self) -> bool:
        """Whether the record lacks what ClinicalTrials.gov gives of every study: then its silence says nothing."""
        is_withheld = self._module("statusModule").get("overallStatus") == "WITHHELD"
        return self.form == API and not self._module("designModule").get("studyType") and not is_withheld

    @property
    def address(self) -> str:
        """Where the registration is read, as its source says; '' where it does not."""
        return as_text(self._registration.get("address"))

    @property
    def unknown_spellings(self) -> tuple[dict[str, str], ...]:
        """Spellings of the source that no vocabulary knows, each with kind, spelling and field."""
        return tuple(objects_of(self._registration.get("unknownSpellings")))

    def number_texts(self) -> Iterator[FieldText]:
        """The fields for the trial's numbers: the sponsor's own, and those of other registries."""
        identification = self._module("identificationModule")
        own, path = as_object(identification.get("orgStudyIdInfo")), f"{PROTOCOL}.identificationModule"
        yield from single("number", own, f"{path}.orgStudyIdInfo", ("id",))
        yield from keyed("number", identification.get("secondaryIdInfos"), f"{path}.secondaryIdInfos", "id")

    @property
    def aliases(self) -> tuple[str, ...]:
        """NCT numbers that the study had before."""
        return texts_of(self._module("identificationModule").get("nctIdAliases"))

    @property
    def other_ids(self) -> tuple[str, ...]:
        """The sponsor's own number of the study, and its numbers elsewhere, as typed."""
        identification = self._module("identificationModule")
        infos = (identification.get("orgStudyIdInfo"), *objects_of(identification.get("secondaryIdInfos")))
        return tuple(number for info in infos if (number := as_text(as_object(info).get("id")).strip()))

    def text_at(self, path: str) -> str:
        """The text at a path like protocolSection.conditionsModule.keywords[2]; '' where there is none."""
        value: Any = self.record
        for name, position in STEP.findall(path):
            try:
                value = value[int(position)] if position else value[name]
            except (KeyError, IndexError, TypeError):
                return ""
        return value if isinstance(value, str) else ""

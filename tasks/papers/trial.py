"""A registration as matching reads it: sparse or full records of the registry's API v2."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tasks.papers.dates import PartialDate, parse_date


@dataclass(frozen=True)
class Trial:
    """What a registration says that a paper about it would say too; every part may be empty."""

    nct_id: str
    aliases: tuple[str, ...] = ()
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""
    interventions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    investigators: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    study_type: str = ""
    allocation: str = ""
    purpose: str = ""
    start: PartialDate | None = None
    completion: PartialDate | None = None
    references: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its number and the numbers it once had."""
        return frozenset((self.nct_id, *self.aliases))

    @cached_property
    def titles(self) -> str:
        """Both titles and the acronym."""
        return " ".join(part for part in (self.brief_title, self.official_title, self.acronym) if part)

    @cached_property
    def wording(self) -> str:
        """Titles, interventions, conditions and keywords: what is compared with a paper's title."""
        return " ".join((self.titles, *self.interventions, *self.conditions, *self.keywords))


def trial_from_study(study: dict[str, Any]) -> Trial:
    """A trial from one study record; modules it lacks leave their parts empty."""
    protocol = _module(study, "protocolSection")
    identification, status = _module(protocol, "identificationModule"), _module(protocol, "statusModule")
    conditions, design = _module(protocol, "conditionsModule"), _module(protocol, "designModule")
    design_info, texts = _module(design, "designInfo"), _module(protocol, "descriptionModule")
    return Trial(
        nct_id=str(identification.get("nctId") or ""),
        aliases=_texts(identification.get("nctIdAliases")),
        brief_title=str(identification.get("briefTitle") or ""),
        official_title=str(identification.get("officialTitle") or ""),
        acronym=str(identification.get("acronym") or ""),
        interventions=tuple(_interventions(protocol)),
        conditions=_texts(conditions.get("conditions")),
        keywords=_texts(conditions.get("keywords")),
        summary=str(texts.get("briefSummary") or ""),
        description=str(texts.get("detailedDescription") or ""),
        investigators=tuple(_investigators(protocol)),
        organisations=tuple(_organisations(protocol)),
        phases=_texts(design.get("phases")),
        study_type=str(design.get("studyType") or ""),
        allocation=str(design_info.get("allocation") or ""),
        purpose=str(design_info.get("primaryPurpose") or ""),
        start=parse_date(_module(status, "startDateStruct").get("date")),
        completion=_completion(status),
        references=tuple(_references(protocol)),
    )


def _module(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _entries(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = parent.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(entry) for entry in value) if isinstance(value, list) else ()


def _interventions(protocol: dict[str, Any]) -> list[str]:
    entries = _entries(_module(protocol, "armsInterventionsModule"), "interventions")
    return [
        name for entry in entries for name in (str(entry.get("name") or ""), *_texts(entry.get("otherNames"))) if name
    ]


def _investigators(protocol: dict[str, Any]) -> list[str]:
    """Officials and the responsible investigator, each once; contacts are often study nurses and are left out."""
    officials = _entries(_module(protocol, "contactsLocationsModule"), "overallOfficials")
    names = [str(entry.get("name") or "") for entry in officials]
    responsible = _module(_module(protocol, "sponsorCollaboratorsModule"), "responsibleParty")
    names.append(str(responsible.get("investigatorFullName") or ""))
    return list(dict.fromkeys(name for name in names if name))


def _organisations(protocol: dict[str, Any]) -> list[str]:
    sponsors = _module(protocol, "sponsorCollaboratorsModule")
    names = [str(_module(sponsors, "leadSponsor").get("name") or "")]
    names += [str(entry.get("name") or "") for entry in _entries(sponsors, "collaborators")]
    officials = _entries(_module(protocol, "contactsLocationsModule"), "overallOfficials")
    names += [str(entry.get("affiliation") or "") for entry in officials]
    return list(dict.fromkeys(name for name in names if name and name != "[Redacted]"))


def _completion(status: dict[str, Any]) -> PartialDate | None:
    """Completion, else primary completion."""
    dates = (
        parse_date(_module(status, name).get("date"))
        for name in ("completionDateStruct", "primaryCompletionDateStruct")
    )
    return next((entry for entry in dates if entry), None)


def _references(protocol: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(type, PMID, citation) of each reference of the registry; the PMID may be missing or of no paper."""
    entries = _entries(_module(protocol, "referencesModule"), "references")
    return [(str(e.get("type") or "DERIVED"), str(e.get("pmid") or ""), str(e.get("citation") or "")) for e in entries]

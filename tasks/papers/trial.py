"""A registration as matching reads it: what a paper about it would say too."""

from dataclasses import dataclass
from functools import cached_property

from tasks.papers.dates import PartialDate, parse_date
from tasks.papers.numbers import of_other_registries, trial_numbers
from tasks.papers.words import tokens
from tasks.registry.parts import Reference
from tasks.registry.study import Study

# what the registry writes in place of a sponsor's name
WITHHELD = "[Redacted]"


@dataclass(frozen=True)
class Trial:
    """What a registration says that a paper about it would say too; every part may be empty.

    `other_numbers`: of other registries; another number of ClinicalTrials.gov among a record's ids is another study.
    `primary_completion`: the day that the registry says has come; an expected one is left out.
    """

    nct_id: str
    aliases: tuple[str, ...] = ()
    other_numbers: frozenset[str] = frozenset()
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
    primary_completion: PartialDate | None = None
    references: tuple[Reference, ...] = ()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its number, the numbers it once had, and its numbers in other registries."""
        return frozenset((self.nct_id, *self.aliases)) | self.other_numbers

    @cached_property
    def titles(self) -> str:
        """Both titles and the acronym."""
        return " ".join(part for part in (self.brief_title, self.official_title, self.acronym) if part)

    @cached_property
    def wording(self) -> str:
        """Titles, interventions, conditions and keywords: what is compared with a paper's title."""
        return " ".join((self.titles, *self.interventions, *self.conditions, *self.keywords))

    @cached_property
    def wording_words(self) -> list[str]:
        """The comparable words of its wording."""
        return tokens(self.wording)

    @cached_property
    def text_words(self) -> list[str]:
        """The comparable words of wording, summary and description: what is compared with a paper's abstract."""
        return tokens(f"{self.wording} {self.summary} {self.description}")

    @cached_property
    def is_car_t(self) -> bool:
        """Whether it speaks of CAR-T at all; elsewhere CD4 or EGFR are no targets."""
        return "cart" in tokens(f"{self.wording} {self.summary}")


def trial_from_study(study: Study) -> Trial:
    """A trial from a registration; modules that it lacks leave their parts empty."""
    return Trial(
        nct_id=study.nct_id,
        aliases=study.aliases,
        other_numbers=of_other_registries(trial_numbers(" ; ".join(study.other_ids))),
        brief_title=study.brief_title,
        official_title=study.official_title,
        acronym=study.acronym,
        interventions=study.intervention_names,
        conditions=study.conditions,
        keywords=study.keywords,
        summary=study.summary,
        description=study.description,
        investigators=investigators(study),
        organisations=organisations(study),
        phases=study.phases,
        study_type=study.study_type,
        allocation=study.allocation,
        purpose=study.primary_purpose,
        start=parse_date(study.start_date),
        completion=parse_date(study.completion_date),
        primary_completion=parse_date(study.actual_primary_completion_date),
        references=study.references,
    )


def investigators(study: Study) -> tuple[str, ...]:
    """Officials and the responsible investigator, each once; contacts are often study nurses and are left out."""
    names = (*(official.name for official in study.overall_officials), study.responsible_party.name)
    return tuple(dict.fromkeys(name for name in names if name))


def organisations(study: Study) -> tuple[str, ...]:
    """Sponsor, collaborators and the officials' affiliations, each once; what the registry withholds is left out."""
    names = [party.name for party in (study.lead_sponsor, *study.collaborators)]
    names += [official.organization for official in study.overall_officials]
    return tuple(dict.fromkeys(name for name in names if name and name != WITHHELD))

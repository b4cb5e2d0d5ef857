"""The study protocol: the sections of `landscape.toml`, and what each value may be."""

import hashlib
from datetime import date
from functools import cached_property
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A section of `landscape.toml`; a key it does not know is an error, so that a slip never passes unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Landscape(Section):
    """What this landscape is called and which paper it follows."""

    title: str
    reference: str


class Search(Section):
    """Search phrases and the registry's search fields that each is asked in."""

    phrases: list[str] = Field(min_length=1)
    fields: list[str] = Field(min_length=1)
    use_extended_phrases: bool
    extended_phrases: list[str]


class Interfaces(Section):
    """Base addresses of the interfaces that are asked, and how we introduce ourselves."""

    clinicaltrials_url: str
    pubmed_url: str
    europepmc_url: str
    ctis_url: str
    user_agent: str
    contact_email: str


class Source(Section):
    """What a source of records is called, where it is, and its terms; what they forbid, the program does not do."""

    name: str
    address: str
    terms_of_use: str


class Sources(Section):
    """The sources that records are read from, ClinicalTrials.gov in each of its forms as one."""

    aact: Source
    chictr: Source
    clinicaltrials: Source
    ctis: Source
    ictrp: Source

    def of_form(self, form: str) -> Source | None:
        """The source of records of a form, as its reader is named; None where none is known."""
        family = "clinicaltrials" if form == "api" else form.partition("-")[0]
        return getattr(self, family, None)


class Politeness(Section):
    """How often, how long and how patiently we ask a registry. Times in seconds."""

    requests_per_second: float = Field(gt=0)
    page_size: int = Field(ge=1, le=1000)
    records_at_once: int = Field(ge=1, le=1000)
    attempts: int = Field(ge=1)
    first_wait_seconds: float = Field(ge=0)
    longest_wait_seconds: float = Field(ge=0)
    connect_timeout_seconds: float = Field(gt=0)
    read_timeout_seconds: float = Field(gt=0)
    patience_seconds: float = Field(gt=0)
    pubmed_requests_per_second: float = Field(gt=0)
    pubmed_requests_per_second_with_key: float = Field(gt=0)
    europepmc_requests_per_second: float = Field(gt=0)
    pubmed_papers_at_once: int = Field(ge=1)
    pubmed_trials_at_once: int = Field(ge=1)
    pubmed_contents_at_once: int = Field(ge=1)
    europepmc_trials_at_once: int = Field(ge=1)
    europepmc_page_size: int = Field(ge=1, le=1000)


class Limits(Section):
    """Sizes beyond which input is refused instead of filling memory or disk. Sizes in bytes, times in seconds."""

    largest_study_bytes: int
    largest_json_bytes: int
    largest_file_bytes: int
    largest_archive_entries: int
    screened_file_bytes: int
    unfound_records_in_full: int = Field(ge=0)
    seconds_to_look_into_source: float = Field(gt=0)


class Registry(Section):
    """How the registry writes what it does not know, and which fields it changes every day."""

    enrollment_placeholder: int
    volatile_fields: list[str]


class Completeness(Section):
    """When a snapshot or a build lost so much that a person has to say that it is meant. Shares from 0 to 1."""

    least_share_of_last_snapshot: float = Field(gt=0, le=1)
    largest_drop_between_builds: float = Field(gt=0, le=1)
    usual_share: float = Field(gt=0, le=1)
    largest_odd_share: float = Field(gt=0, le=1)
    smallest_number_judged: int = Field(ge=1)
    top_targets: int = Field(ge=1)


class Deduplication(Section):
    """When two registrations are suspected to be one trial."""

    shortest_study_id: int = Field(ge=1)
    near_equal_title_similarity: float = Field(ge=0, le=1)
    titles_in_a_stretch: int = Field(ge=1)
    shortest_title: int = Field(ge=1)
    long_title: int = Field(ge=1)
    suspicion_from: float = Field(ge=0, le=1)


class Metrics(Section):
    """What the metrics count as plausible, and when a landscape may stand beside the paper."""

    paper_as_of: date
    comparable_days: int = Field(ge=0)
    comparable_size_percent: float = Field(ge=0)
    approximate_percent: float = Field(ge=0)
    earliest_start_date: date
    longest_planning_days: int = Field(ge=0)
    published_until: date | None = None
    published_kinds: list[str] = Field(min_length=1)
    antigen_threshold_words: str
    registration_grace_days: int = Field(ge=0)
    results_law_from: date
    results_due_months: int = Field(ge=0)
    certified_delay_months: int = Field(ge=0)
    results_posting_days: int = Field(ge=0)
    update_due_months: int = Field(ge=0)
    read_out_months: int = Field(ge=0)
    status_unknown_months: int = Field(ge=0)
    leading_sponsors: list[int] = Field(min_length=1)
    smallest_trend_trials: int = Field(ge=1)
    new_target_months: int = Field(ge=1)
    stalled_target_months: int = Field(ge=1)
    age_of_adults: int = Field(ge=1)
    age_of_old_people: int = Field(ge=1)


class Statistics(Section):
    """Values that the statistics need."""

    confidence_level: float = Field(gt=0, lt=1)
    significance_level: float = Field(gt=0, lt=1)
    smallest_expected_count: float = Field(gt=0)
    fewest_nowcast_trials: int = Field(ge=1)
    exact_tables: int = Field(ge=999)
    smallest_tested_group: int = Field(ge=2)
    years_to_publish: int = Field(ge=1)


class Survey(Section):
    """When a person counts as not answering, and how few answers stay private."""

    messages: int = Field(ge=1, le=2)
    days_to_answer: int = Field(ge=1)
    counted_from: Literal["first message", "last message"]
    smallest_group: int = Field(ge=1)


class HomeFolder(Section):
    """What the home folder keeps, and how snapshots share records. Times in days."""

    unused_cache_days: float = Field(gt=0)
    most_parts_of_a_snapshot: int = Field(ge=1)
    most_records_read_for_one: float = Field(ge=1)


class Compute(Section):
    """Who works on batches of registrations and papers: this process, several, or a cluster at an address.

    `exchange`: the object store by which a cluster is given its batches; empty where it shares a folder with the run.
    """

    runner: Literal["threads", "processes", "dask", "ray"]
    processes: int = Field(ge=0)
    address: str
    exchange: str
    memory_megabytes: int = Field(ge=200)


class Monitoring(Section):
    """When `cartscape status` raises an alarm, and how far our clock may be off."""

    clock_tolerance_hours: float = Field(gt=0)
    least_free_bytes: int = Field(ge=0)
    stale_after_days: float = Field(gt=0)


class Story(Section):
    """From which numbers on the page tells of a share or a growth."""

    smallest_count: int = Field(ge=1)
    smallest_growth: float = Field(gt=1)
    largest_p_value: float = Field(gt=0, lt=1)
    smallest_yearly_change: float = Field(gt=0)


class Page(Section):
    """How much the page holds."""

    most_records: int = Field(ge=1)


class Matching(Section):
    """Which papers are compared with a trial, and from which score on a link is accepted or looked at by a person."""

    accept_from: float = Field(gt=0, lt=1)
    review_from: float = Field(gt=0, lt=1)
    review_unrivalled_from: float = Field(gt=0, lt=1)
    least_lead_over_papers: float = Field(ge=0)
    least_lead_over_trials: float = Field(ge=0)
    needed_criteria: list[str]
    indication_words_share: float = Field(gt=0, le=1)
    intervention_words_share: float = Field(gt=0, le=1)
    start_tolerance_years: float = Field(ge=0)
    interim_before_completion_years: float = Field(ge=0)
    papers_by_wording: int = Field(ge=1)
    papers_by_title: int = Field(ge=1)
    papers_by_author: int = Field(ge=1)
    commonest_word_share: float = Field(gt=0, le=1)
    papers_in_warehouse: int = Field(ge=1)
    papers_in_file: int = Field(ge=1)
    content_search_phrase: str = Field(min_length=1)


class Review(Section):
    """Which labels a person should look at, and where they read the registration."""

    asked_share: float = Field(ge=0, le=1)
    agreement: float = Field(ge=0, le=1)
    words_beside: int = Field(ge=0)
    study_page: str
    judged_pairs: int = Field(ge=1)
    score_bands: list[float] = Field(min_length=1)


class Protocol(Section):
    """`landscape.toml` as a whole."""

    landscape: Landscape
    search: Search
    interfaces: Interfaces
    sources: Sources
    politeness: Politeness
    limits: Limits
    registry: Registry
    completeness: Completeness
    deduplication: Deduplication
    home: HomeFolder
    compute: Compute
    monitoring: Monitoring
    matching: Matching
    review: Review
    metrics: Metrics
    statistics: Statistics
    survey: Survey
    story: Story
    page: Page

    def terms_of(self, form: str) -> str:
        """The terms of a form of records, as its reader is named; '' where none are known."""
        source = self.sources.of_form(form)
        return source.terms_of_use if source else ""

    @cached_property
    def sha256(self) -> str:
        """Hash of what decides the landscape's content; addresses, politeness and the like do not."""
        left_out = {
            "interfaces",
            "sources",
            "politeness",
            "limits",
            "completeness",
            "home",
            "compute",
            "monitoring",
            "survey",
        }
        content = self.model_dump(mode="json", exclude=left_out)
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

"""The title of each section as its finding, computed; a section whose numbers carry none keeps its topic's name."""

from tasks.publish.page.further_findings import FURTHER, Finding
from tasks.publish.page.story import Teller, country, share

YEARS_COMPARED = 2


def growth(teller: Teller) -> str | None:
    """The disease group that grew fastest over two whole years, else all registrations."""
    last = teller.last_year()
    first = last - YEARS_COMPARED
    groups = [name for (name,) in teller.rows("select distinct disease_group from landscape.trial_disease_groups")]
    grown = []
    for group in sorted(groups):
        before, after = (teller.count(year=str(year), disease_groups=group).value for year in (first, last))
        growth_factor = after / max(before, 1)
        if teller.is_enough(after) and growth_factor >= teller.limits.smallest_growth:
            grown.append((growth_factor, group, before, after))
    if grown:
        _, group, before, after = max(grown)
        return f"{group[0].upper()}{group[1:]} trials grew from {before:,} in {first} to {after:,} in {last}"
    before, after = (teller.count(year=str(year)).value for year in (first, last))
    if not teller.is_enough(before, after) or before == after:
        return None
    return f"Registrations {'rose' if after > before else 'fell'} from {before:,} in {first} to {after:,} in {last}"


def targets(teller: Teller) -> str | None:
    """The antigen of most treatment trials."""
    found = teller.rows(
        "select target, count(*) from landscape.trial_targets inner join landscape.trials using (nct_id)"
        " where topic = 'treatment' group by target order by 2 desc, 1 limit 1"
    )
    named = teller.count(topic="treatment", targets="!unstated")
    if not found or not teller.is_enough(found[0][1]):
        return None
    return f"{found[0][0]} is a target of {share(found[0][1], named)} of the treatment trials that name one"


def landscape(teller: Teller) -> str | None:
    """How many pairs of antigen and disease have come to a late phase."""
    rows = teller.rows(
        "select count(*), count(*) filter (where late) from (select target, disease,"
        " bool_or(phase in ('Phase 2/3', 'Phase 3', 'Phase 4')) as late from landscape.target_landscape"
        " where target <> 'unstated' and disease <> 'unstated' group by all)"
    )
    pairs, late = rows[0]
    if not teller.is_enough(pairs):
        return None
    return f"Of {pairs:,} pairs of antigen and disease, {late:,} have come to phase 2/3 or later"


def world(teller: Teller) -> str | None:
    """The share of trials of the two countries with most."""
    rows = teller.rows("select country, trials from landscape.countries order by trials desc, country limit 2")
    if len(rows) < 2 or not teller.is_enough(rows[1][1]):
        return None
    (either,) = teller.rows(
        "select count(distinct nct_id) from landscape.trial_countries where country in ($1, $2)", rows[0][0], rows[1][0]
    )
    whole = teller.count()
    return f"{share(either[0], whole)} of the trials have a site in {country(rows[0][0])} or {country(rows[1][0])}"


def sponsors(teller: Teller) -> str | None:
    """The share of trials with money of a company."""
    whole, known, industry = teller.rows(
        "select count(*), count(*) filter (where funding_source <> 'not in this source'),"
        " count(*) filter (where funding_source like '%Industry%') from landscape.trials"
    )[0]
    is_known = whole and known == whole
    return f"Companies fund {share(industry, whole)} of the trials, alone or with others" if is_known else None


def progress(teller: Teller) -> str | None:
    """The share of trials in phase 2 or later."""
    whole, late = teller.rows("select count(*), count(*) filter (where is_late_phase) from landscape.trials")[0]
    return f"{share(late, whole)} of the trials are in phase 2 or later" if teller.is_enough(whole) else None


def constructs(teller: Teller) -> str | None:
    """How many records do not say how the gene gets in."""
    whole, silent = teller.count(topic="treatment"), teller.count(topic="treatment", vectors="unstated")
    return f"{share(silent, whole)} of the records do not say which vector is used" if teller.is_enough(whole) else None


def relapse(teller: Teller) -> str | None:
    """The strategy that most trials show."""
    rows = teller.rows("select strategy, trials from landscape.relapse_strategies order by trials desc, 1 limit 1")
    if not rows or not teller.is_enough(rows[0][1]):
        return None
    return f"{rows[0][0]} is the most frequent strategy: {rows[0][1]:,} trials"


def finished(teller: Teller) -> str | None:
    """Finished trials without a paper, where papers were looked for."""
    whole = teller.count(is_finished="true")
    silent = teller.count(is_finished="true", publication="looked for, none found")
    if not teller.is_enough(whole) or not silent.value:
        return None
    return f"No paper was found of {share(silent, whole)} of the finished trials"


def completeness(teller: Teller) -> str | None:
    """The attribute that fewest records state, of those that any does."""
    rows = teller.rows(
        "select attribute, stated_percentage from landscape.completeness where attribute = 'targets' and trials >= $1",
        teller.limits.smallest_count,
    )
    return f"{rows[0][1]:.0f}% of the records name the target" if rows else None


FINDINGS: dict[str, Finding] = {
    "growth": growth,
    "targets": targets,
    "landscape": landscape,
    "world": world,
    "sponsors": sponsors,
    "progress": progress,
    "constructs": constructs,
    "relapse": relapse,
    "finished": finished,
    "completeness": completeness,
    **FURTHER,
}


def finding(teller: Teller, section: str) -> str | None:
    """What a section finds, where its numbers carry a sentence."""
    tell = FINDINGS.get(section)
    return tell(teller) if tell else None

"""Findings of the sections that go beyond the paper: what became of trials, who may take part, where, and what next."""

from collections.abc import Callable

from tasks.publish.page.story import Teller, country, share

Finding = Callable[[Teller], str | None]


def firsts(teller: Teller) -> str | None:
    """How many antigens are new, and how many are stalled."""
    antigens, new, stalled = teller.rows(
        "select count(*), count(*) filter (where state = 'new'), count(*) filter (where state = 'stalled')"
        " from landscape.first_in_class"
    )[0]
    is_said = teller.is_enough(antigens) and (new or stalled)
    return (
        f"Of {antigens:,} antigens of treatment trials, {are(new)} new and {are(stalled)} stalled" if is_said else None
    )


def are(number: int) -> str:
    """A number with its verb."""
    return f"{number:,} {'is' if number == 1 else 'are'}"


def years(teller: Teller) -> str | None:
    """The share that rises most over the years, by a trend that is more than chance."""
    rows = teller.rows(
        "select attribute, value, change_per_year, change_low, change_high from landscape.attribute_trends"
        " where value <> 'unstated' and trials >= $1 and adjusted_p_value <= $2 and change_per_year >= $3"
        " order by change_per_year desc, attribute, value limit 1",
        teller.limits.smallest_count,
        teller.limits.largest_p_value,
        teller.limits.smallest_yearly_change,
    )
    if not rows:
        return None
    attribute, value, change, low, high = rows[0]
    return (
        f"{attribute.replace('_', ' ').capitalize()}: {value} gains {change:.1f} percentage points a year "
        f"({low:.1f} to {high:.1f})"
    )


def endings(teller: Teller) -> str | None:
    """How many trials were stopped, and of how many nobody knows."""
    rows = teller.rows(
        "select any_value(followed_trials), coalesce(sum(trials) filter (where ending = 'unknown'), 0)::bigint,"
        " coalesce(sum(trials) filter (where ending in ('terminated', 'withdrawn', 'suspended')), 0)::bigint"
        " from landscape.trial_attrition where dimension = 'all'"
    )
    followed, unknown, stopped = rows[0]
    if not followed or not teller.is_enough(followed):
        return None
    return f"{share(stopped, followed)} of the trials were stopped; of {share(unknown, followed)} the status is unknown"


def due(teller: Teller) -> str | None:
    """Of the trials whose results were due by good practice, how many owe them."""
    rows = teller.rows(
        "select due_trials, overdue_trials from landscape.results_due where rule = 'any' and dimension = 'all'"
    )
    if not rows or not teller.is_enough(rows[0][0]):
        return None
    return f"Results are overdue from {share(rows[0][1], rows[0][0])} of the trials that ended a year ago or earlier"


def timing(teller: Teller) -> str | None:
    """How many trials were registered before they began, of those whose record tells."""
    known, prospective = teller.rows(
        "select coalesce(sum(trials), 0)::bigint,"
        " coalesce(sum(trials) filter (where registration_timing = 'prospective'), 0)::bigint"
        " from landscape.registration_timing"
        " where registration_timing in ('prospective', 'within 21 days', 'after')"
    )[0]
    is_said = teller.is_enough(known)
    return f"{share(prospective, known)} of the trials were registered before they began" if is_said else None


def plans(teller: Teller) -> str | None:
    """How many trials fell short of their plan, else how many records are out of date."""
    rows = teller.rows(
        "select compared_trials, short_trials, active_trials, update_overdue_trials"
        " from landscape.enrollment_and_slippage where dimension = 'all'"
    )
    compared, short, active, overdue = rows[0] if rows else (0, 0, 0, 0)
    if teller.is_enough(compared or 0):
        return f"{share(short, compared)} of the trials took in fewer participants than planned"
    if teller.is_enough(active or 0, overdue or 0):
        return f"The records of {share(overdue, active)} of the trials under way are overdue for an update"
    return None


def concentration(teller: Teller) -> str | None:
    """What the ten sponsors with most trials hold."""
    rows = teller.rows(
        "select top_ten_percentage, holders, holdings from landscape.sponsor_concentration"
        " where holder = 'lead sponsor' and disease_group = 'all' and registration_year is null"
    )
    if not rows or not teller.is_enough(rows[0][1], rows[0][2]):
        return None
    return f"Ten of {rows[0][1]:,} lead sponsors hold {rows[0][0]:.0f}% of the trials"


def access(teller: Teller) -> str | None:
    """The country with most recruiting centres for its people, of those with enough trials."""
    rows = teller.rows(
        "select country, recruiting_centres_per_ten_million from landscape.site_access"
        " where province is null and recruiting_centres_per_ten_million is not null and recruiting_centres >= $1"
        " order by 2 desc, 1 limit 1",
        teller.limits.smallest_count,
    )
    if not rows:
        return None
    name, centres = country(rows[0][0], begins=True), rows[0][1]
    return f"{name} has most recruiting centres for its people: {centres:.0f} for ten million"


def participants(teller: Teller) -> str | None:
    """Whom most trials leave out."""
    rows = teller.rows(
        "select subject, trials, asked_trials from landscape.participants where answer = 'excluded'"
        " and asked_trials >= $1 and trials >= $1 order by percentage desc, subject limit 1",
        teller.limits.smallest_count,
    )
    if not rows:
        return None
    return f"Most often left out: {rows[0][0]}, by {share(rows[0][1], rows[0][2])} of the trials"


def approvals(teller: Teller) -> str | None:
    """The approved product of most trials registered after its first approval."""
    rows = teller.rows(
        "select product, first(trials), max(later_trials) from landscape.approvals group by product"
        " having max(later_trials) >= $1 order by 3 desc, 1 limit 1",
        teller.limits.smallest_count,
    )
    if not rows:
        return None
    product, trials, later = rows[0]
    return f"{later:,} of {trials:,} trials of {product} were registered after its first approval"


FURTHER: dict[str, Finding] = {
    "firsts": firsts,
    "years": years,
    "endings": endings,
    "due": due,
    "timing": timing,
    "plans": plans,
    "concentration": concentration,
    "access": access,
    "participants": participants,
    "approvals": approvals,
}

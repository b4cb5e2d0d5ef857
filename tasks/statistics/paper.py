"""The P values of the paper's Table 4 beside ours, which stand in metrics.paper_comparison like its other claims."""

import duckdb

# a P value is as comparable as the count of published trials at its level
P_VALUES = """
    insert into metrics.paper_comparison by name
    with claims as (
        select *, printed[1] = '<' as is_limit, length(split_part(printed, '.', 2))::integer as digits
        from meta.paper_claims where unit = 'P value'
    ),
    beside as (
        select
            counts.snapshot_id, claims.*, counts.comparability,
            counts.verdict = 'not looked for' as is_not_looked_for,
            case when counts.our_value is not null then tested.p_value end as our_p_value
        from claims
        inner join meta.paper_claims as counted
            on claims.numerator = counted.numerator and counted.metric = 'published_finished_trials'
            and counted.denominator is null
        inner join metrics.paper_comparison as counts on counted.claim_id = counts.claim_id
        left join metrics.finished_trials_statistics as tested
            on counts.snapshot_id = tested.snapshot_id and tested.counted_by = 'landscape'
            and regexp_full_match(tested.variable || ' | ' || tested.level, claims.numerator)
    ),
    judged as (
        select
            *,
            case
                when is_not_looked_for then 'not looked for'
                when comparability <> 'comparable' or our_p_value is null then 'not comparable'
                when is_limit and our_p_value < value then 'holds as stated'
                when not is_limit and round(our_p_value, digits) = value then 'equal within rounding'
                when definition is not null then 'differs by definition'
                else 'differs by snapshot'
            end as verdict
        from beside
    )
    select
        snapshot_id, claim_id, section, claim, unit, printed, case when is_limit then '<' else '=' end as operator,
        value as paper_value, our_p_value as our_value, our_p_value - value as difference, verdict, comparability,
        case when verdict = 'differs by definition' then definition end as why_they_differ, computation
    from judged
    order by snapshot_id, claim_id
"""


def add_p_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the P values to the comparison with the paper; those of a time before are replaced."""
    connection.execute("delete from metrics.paper_comparison where unit = 'P value'")
    connection.execute(P_VALUES)

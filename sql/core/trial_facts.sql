-- one row per snapshot, trial and fact that is followed over time
-- why: what may change in a registration, as text, so that two snapshots are compared fact by fact
-- key: nct_id, fact
-- fact: name of the column of core.trials
-- value: its value as text, null where unstated
with trials as (
    select * from core.trials
),

listed as (
    select
        snapshot_id,
        nct_id,
        unnest([
            { 'fact': 'overall_status', 'value': overall_status },
            { 'fact': 'phase', 'value': phase },
            { 'fact': 'start_date', 'value': start_date::varchar },
            { 'fact': 'primary_completion_date', 'value': primary_completion_date::varchar },
            { 'fact': 'completion_date', 'value': completion_date::varchar },
            { 'fact': 'enrollment_count', 'value': enrollment_count::varchar },
            { 'fact': 'site_count', 'value': site_count::varchar },
            { 'fact': 'lead_sponsor_name', 'value': lead_sponsor_name },
            { 'fact': 'funding_source', 'value': funding_source },
            { 'fact': 'brief_title', 'value': brief_title },
            { 'fact': 'has_results', 'value': has_results::varchar },
            { 'fact': 'is_in_cohort', 'value': is_in_cohort::varchar }
        ]) as entry
    from trials
),

final as (
    select
        snapshot_id,
        nct_id,
        entry.fact as fact,
        entry.value as value
    from listed
)

select * from final

-- must hold: no kind of impossible value is that of many trials (landscape.toml, completeness)
-- severity: question
with limits as (
    select
        snapshot_id,
        (parameters ->> 'smallest_number_judged')::bigint as smallest_number_judged,
        (parameters ->> 'largest_odd_share')::double as largest_odd_share
    from meta.published
),

trials as (
    select
        snapshot_id,
        count(*) as trials
    from core.trials
    group by snapshot_id
),

flagged as (
    select
        snapshot_id,
        flag,
        count(distinct nct_id) as trials,
        any_value(found order by nct_id) as example
    from core.trial_flags
    group by snapshot_id, flag
)

select flagged.flag || ': ' || flagged.trials || ' of ' || trials.trials || ' trials, like ' || flagged.example as found
from limits
inner join trials using (snapshot_id)
inner join flagged using (snapshot_id)
where
    trials.trials >= limits.smallest_number_judged
    and flagged.trials > limits.largest_odd_share * trials.trials
order by flagged.flag

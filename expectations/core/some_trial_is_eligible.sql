-- must hold: a source of many studies holds a trial that is eligible
-- severity: question
with limits as (
    select
        snapshot_id,
        (parameters ->> 'smallest_number_judged')::bigint as smallest_number_judged
    from meta.published
)

select 'none of ' || count(*) || ' studies is eligible' as found
from limits
inner join core.trials using (snapshot_id)
having
    count(*) >= any_value(limits.smallest_number_judged)
    and count(*) filter (where trials.is_eligible) = 0

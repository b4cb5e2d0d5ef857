-- must hold: many records do not all have one sponsor or one start date
-- severity: question
with limits as (
    select
        snapshot_id,
        (parameters ->> 'smallest_number_judged')::bigint as smallest_number_judged
    from meta.published
),

fields as (
    select
        unnest(['lead sponsor', 'start date']) as field,
        unnest([lead_sponsor_name, start_date::varchar]) as value,
        limits.smallest_number_judged
    from limits
    inner join core.trials using (snapshot_id)
)

select field || ': ' || any_value(value) || ' in all ' || count(*) || ' records' as found
from fields
where value is not null
group by field
having
    count(*) >= any_value(smallest_number_judged)
    and count(distinct value) = 1
order by field

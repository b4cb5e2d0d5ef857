-- must hold: every signed decision still finds the label that it replaces; else delete or renew its row
-- severity: warning
with labels as (
    select
        nct_id,
        attribute,
        string_agg(value, '|' order by value) as value
    from core.labels
    inner join meta.published using (snapshot_id)
    group by nct_id, attribute
),

applied as (
    select distinct
        nct_id,
        attribute
    from core.assertions
    inner join meta.published using (snapshot_id)
    where kind = 'decided'
)

select
    decisions.place,
    decisions.nct_id,
    decisions.attribute,
    'expected ' || decisions.old_value as expected,
    'found ' || coalesce(labels.value, 'no such trial') as found
from meta.decisions
left join labels using (nct_id, attribute)
left join applied using (nct_id, attribute)
where
    applied.nct_id is null
    -- a decision that a value is unstated leaves no assertion, only the label
    and labels.value is distinct from decisions.new_value

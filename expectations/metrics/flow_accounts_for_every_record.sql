-- must hold: records found and not repeated are those removed plus those in the landscape
-- severity: critical
select
    flow.snapshot_id,
    sum(flow.records) filter (where flow.step = 'unique records') as unique_records,
    sum(flow.records) filter (where flow.stage in ('screening', 'included')) as screened_records
from metrics.screening_flow as flow
group by flow.snapshot_id
having
    coalesce(sum(flow.records) filter (where flow.step = 'unique records'), 0)
    <> coalesce(sum(flow.records) filter (where flow.stage in ('screening', 'included')), 0)

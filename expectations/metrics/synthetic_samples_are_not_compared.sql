-- must hold: the paper stands beside real snapshots only
-- severity: critical
select
    comparison.snapshot_id,
    comparison.claim_id,
    comparison.our_value
from metrics.paper_comparison as comparison
inner join raw.snapshots using (snapshot_id)
where
    snapshots.is_synthetic
    and (comparison.our_value is not null or comparison.comparability = 'comparable')

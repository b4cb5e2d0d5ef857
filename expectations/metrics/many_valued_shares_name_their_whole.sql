-- must hold: every count that is a share is no more than the whole it names
-- severity: critical
select
    snapshot_id,
    metric,
    category,
    quantity,
    whole
from metrics.measures
where quantity > whole

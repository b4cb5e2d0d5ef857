-- must hold: no trial of the cohort is flagged for a value that can not be meant
-- severity: warning
select
    snapshot_id,
    flag,
    affected_metric,
    trials
from metrics.flagged_records
where
    flag <> 'none'
    and trials > 0

-- must hold: a trial starts before it is completed
-- severity: warning
select
    snapshot_id,
    nct_id,
    start_date,
    completion_date
from core.trials
where
    is_in_cohort
    and start_date > completion_date

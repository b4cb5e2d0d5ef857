-- must hold: a trial starts between the earliest plausible day and the longest planning ahead (landscape.toml, metrics)
-- severity: warning
select
    snapshot_id,
    nct_id,
    flag,
    found
from core.trial_flags
where flag in ('start before the earliest plausible day', 'start too far ahead')

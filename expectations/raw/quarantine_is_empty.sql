-- must hold: every record could be read; one that could not is in quarantine with its reason
-- severity: warning
select
    position,
    reason
from raw.quarantine
semi join meta.published using (snapshot_id)
order by position

-- one row per snapshot, trial and disease
-- why: a trial of several diseases counts once for each; unstated is in core.labels
-- key: nct_id, disease
-- disease: code of a disease that the trial studies
select
    snapshot_id,
    nct_id,
    value as disease
from core.labels
where
    attribute = 'diseases'
    and value <> 'unstated'

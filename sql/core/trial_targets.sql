-- one row per snapshot, trial and target
-- why: a trial with several targets counts once for each; unstated is in core.labels
-- key: nct_id, target
-- target: antigen that the CAR binds, as its field label
select
    snapshot_id,
    nct_id,
    value as target
from core.labels
where
    attribute = 'targets'
    and value <> 'unstated'

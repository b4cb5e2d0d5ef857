-- one row per snapshot, trial and organ group
-- why: a trial of several organs counts once for each; unstated is in core.labels
-- key: nct_id, organ_group
select
    snapshot_id,
    nct_id,
    value as organ_group
from core.labels
where
    attribute = 'organ_groups'
    and value <> 'unstated'

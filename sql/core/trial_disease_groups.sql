-- one row per snapshot, trial and disease group
-- why: a basket trial is in several groups, so group totals may exceed the trials
-- key: nct_id, disease_group
-- disease_group: group of the diseases that the trial studies
select
    snapshot_id,
    nct_id,
    value as disease_group
from core.labels
where
    attribute = 'disease_groups'
    and value <> 'unstated'

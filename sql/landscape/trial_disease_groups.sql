-- one row per trial and disease group
-- why: a trial of several groups counts once for each
select
    groups.nct_id,
    groups.disease_group
from core.trial_disease_groups as groups
semi join landscape.shown
    on groups.snapshot_id = shown.snapshot_id and groups.nct_id = shown.nct_id

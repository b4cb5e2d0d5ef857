-- one row per trial, attribute and value
-- why: every label of a trial, unstated among them, of attributes that have no view of their own
-- attribute: what is labelled
-- value: label
select
    labels.nct_id,
    labels.attribute,
    labels.value
from core.labels
semi join landscape.shown
    on labels.snapshot_id = shown.snapshot_id and labels.nct_id = shown.nct_id

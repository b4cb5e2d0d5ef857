-- one row per trial, attribute and value
-- why: every label of a trial, unstated among them, of attributes that have no view of their own
-- attribute: what is labelled
-- value: label
-- value_name: what the label stands for, null where no vocabulary has it
select
    labels.nct_id,
    labels.attribute,
    labels.value,
    named.name as value_name
from core.labels
semi join landscape.shown
    on labels.snapshot_id = shown.snapshot_id and labels.nct_id = shown.nct_id
left join meta.codes as named
    on labels.attribute = named.attribute and labels.value = named.value

-- one row per snapshot, trial, attribute and value; unstated is a value
-- why: the labels of the registration that speaks for each trial; core.registration_labels holds those of all
-- key: nct_id, attribute, value
-- attribute: what is labelled: eligibility, targets, vectors ...
-- value: the label, unstated where the record is silent
with speaking as (
    select
        snapshot_id,
        nct_id
    from core.registrations
    where is_primary
)

select labels.*
from core.registration_labels as labels
semi join speaking using (snapshot_id, nct_id)

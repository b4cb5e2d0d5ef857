-- one row per trial and disease
-- why: a trial of several diseases counts once for each; trials whose record names none have no row
-- disease: code of a disease that the trial studies
-- disease_name: full name of the disease
-- disease_group: group of the disease
with grouped as (
    select distinct
        value as disease,
        name as disease_name,
        "group" as disease_group
    from meta.diseases
)

select
    studied.nct_id,
    studied.disease,
    grouped.disease_name,
    grouped.disease_group
from core.trial_diseases as studied
semi join landscape.shown
    on studied.snapshot_id = shown.snapshot_id and studied.nct_id = shown.nct_id
left join grouped
    on studied.disease = grouped.disease

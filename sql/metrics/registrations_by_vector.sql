-- one row per snapshot, year of registration and vector
-- paper: none; section 2.2 extracts the vector and counts it nowhere
-- numerator: treatment trials of the cohort first posted in the year whose record states the vector
-- denominator: treatment trials of the cohort; each vector of a trial counts, and most records state none
-- why: whether ways around viruses, and cells made inside the patient, gain on lentivirus
-- key: registration_year (undated), vector
-- among: treatment
-- facets: year = {registration_year} and vectors = {vector}
-- counts: trials, as share of treatment
-- figure: years by vector
-- caption: Treatment trials by year of registration and vector; a trial of several vectors counts in each.
-- vector: how the CAR gene is brought in; unstated where the record does not say
-- trials: trials first posted in that year with that vector
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

final as (
    select
        cohort.snapshot_id,
        cohort.registration_year,
        labels.value as vector,
        count(*) as trials
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    where labels.attribute = 'vectors'
    group by cohort.snapshot_id, cohort.registration_year, labels.value
)

select * from final
order by snapshot_id, registration_year nulls last, vector

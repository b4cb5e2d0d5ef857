-- one row per snapshot, year of registration and disease group
-- paper: Figure 2, section 3.1
-- numerator: trials of the cohort first posted in the year that study the group
-- denominator: none; a basket trial counts in each of its groups, so groups may exceed the year's trials
-- why: solid and autoimmune trials grow differently from hematologic ones
-- key: registration_year (undated), disease_group
-- among: cohort
-- facets: year = {registration_year} and disease_groups = {disease_group}
-- counts: trials, as share of cohort
-- figure: years by disease_group
-- caption: By year of registration; a trial of several groups counts in each.
-- trials: trials first posted in that year that study that group
with cohort as (
    select * from core.trials
    where is_in_cohort
),

final as (
    select
        cohort.snapshot_id,
        cohort.registration_year,
        coalesce(disease_groups.disease_group, 'unstated') as disease_group,
        count(*) as trials
    from cohort
    left join core.trial_disease_groups as disease_groups using (snapshot_id, nct_id)
    group by cohort.snapshot_id, cohort.registration_year, coalesce(disease_groups.disease_group, 'unstated')
)

select * from final
order by snapshot_id, registration_year nulls last, disease_group

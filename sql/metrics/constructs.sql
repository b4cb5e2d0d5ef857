-- one row per snapshot, attribute of the construct and value
-- paper: section 2.2 extracts them, section 4.1.1 counts some
-- numerator: treatment trials of the cohort whose record states the value; several values of a trial each count
-- denominator: treatment trials of the cohort, and those that state the attribute
-- why: generation, domains, vector, cell source, edits and armour, with the unstated share, which is most
-- key: attribute, value
-- among: treatment
-- counts: trials where {attribute} = {value}, as share of treatment_trials
-- links: stated_trials where {attribute} = !unstated
-- links: treatment_trials
-- attribute: generation_stated, costimulatory_domains, vectors ...
-- value: value of the attribute; unstated where the record is silent
-- trials: trials with that value
-- treatment_trials: treatment trials of the cohort
-- stated_trials: treatment trials that state the attribute
-- percentage: of the treatment trials
-- stated_percentage: of the trials that state the attribute; null for unstated
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

labels as (
    select
        cohort.snapshot_id,
        cohort.nct_id,
        labels.attribute,
        labels.value
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    inner join meta.attributes using (attribute)
    where attributes.construct_order is not null
),

sizes as (
    select
        snapshot_id,
        attribute,
        count(distinct nct_id) as treatment_trials,
        count(distinct nct_id) filter (where value <> 'unstated') as stated_trials
    from labels
    group by snapshot_id, attribute
),

final as (
    select
        labels.snapshot_id,
        labels.attribute,
        labels.value,
        count(*) as trials,
        any_value(sizes.treatment_trials) as treatment_trials,
        any_value(sizes.stated_trials) as stated_trials,
        100.0 * count(*) / any_value(sizes.treatment_trials) as percentage,
        100.0 * count(*) filter (where labels.value <> 'unstated')
        / nullif(any_value(sizes.stated_trials) filter (where labels.value <> 'unstated'), 0) as stated_percentage
    from labels
    inner join sizes using (snapshot_id, attribute)
    group by labels.snapshot_id, labels.attribute, labels.value
)

select * from final
order by snapshot_id asc, attribute asc, trials desc, value asc

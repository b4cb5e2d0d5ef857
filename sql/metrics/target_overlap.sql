-- one row per snapshot and pair of disease groups
-- paper: section 3.3, Figure 4: 137 antigens, 62 hematologic, 90 solid, 17 shared
-- numerator: antigens that treatment trials of both groups bind
-- denominator: none
-- why: an antigen of leukemia and solid tumours carries lessons over; a group with itself has all of its own
-- key: disease_group, other_disease_group
-- counts: targets
-- disease_group: group of the diseases, or any for all trials together
-- other_disease_group: the group compared with; the same for the group's own antigens
-- targets: antigens used in both
-- target_list: their names in alphabetical order, joined by commas
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

used as (
    select distinct
        cohort.snapshot_id,
        groups.disease_group,
        targets.target
    from cohort
    inner join core.trial_targets as targets using (snapshot_id, nct_id)
    inner join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    union all
    select distinct
        cohort.snapshot_id,
        'any' as disease_group,
        targets.target
    from cohort
    inner join core.trial_targets as targets using (snapshot_id, nct_id)
),

final as (
    select
        used.snapshot_id,
        used.disease_group,
        other.disease_group as other_disease_group,
        count(*) as targets,
        string_agg(used.target, ', ' order by used.target) as target_list
    from used
    inner join used as other
        on used.snapshot_id = other.snapshot_id
        and used.target = other.target
    where
        used.disease_group = other.disease_group
        or (used.disease_group < other.disease_group and 'any' not in (used.disease_group, other.disease_group))
    group by used.snapshot_id, used.disease_group, other.disease_group
)

select * from final
order by snapshot_id, disease_group, other_disease_group

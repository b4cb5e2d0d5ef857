-- one row per snapshot, variable and level
-- paper: Table 4: 195 published and 484 unpublished of 679 finished trials
-- numerator: finished trials of the cohort at the level, with and without published results
-- denominator: finished trials of the cohort with, and without, published results
-- why: what makes a trial's results appear; metrics.finished_trials_statistics tests it
-- key: variable, level
-- among: finished
-- facets: characteristic = {variable}: {level}
-- counts: finished_trials called finished_trials, each trial once per variable
-- counts: published_trials called published_finished_trials where publication = published, as share of each variable
-- counts: unpublished_trials called unpublished_finished_trials where results = unpublished, as share of each variable
-- needs: designModule.phases where variable is phase
-- needs: designModule.enrollmentInfo.count where variable is enrollment
-- needs: sponsorCollaboratorsModule.collaborators.class where variable is funding
-- needs: statusModule.startDateStruct.date where variable is start date
-- variable: phase, enrollment, funding, start date or sites
-- level: band or value; unstated and implausible values are levels that the tests leave out
-- level_order: place of the level
-- finished_trials: completed, terminated and withdrawn trials at the level
-- looked_for_trials: those whose publications were looked for
-- published_trials: those with published results; null where no publication of the snapshot was looked for
-- unpublished_trials: looked for without finding results; null where none was looked for
-- published_percentage: of all published finished trials
-- unpublished_percentage: of all unpublished finished trials
-- publications: looked for, partly looked for, or not looked for
with finished as (
    select
        trials.snapshot_id,
        trials.nct_id,
        status.is_looked_for,
        status.is_published
    from core.trials
    inner join core.trial_publication_status as status using (snapshot_id, nct_id)
    where
        trials.is_in_cohort
        and trials.is_finished
),

looked_for as (
    select
        snapshot_id,
        count(*) filter (where is_looked_for) as looked_for_trials,
        count(*) filter (where is_published) as published_trials,
        count(*) filter (where is_looked_for and not is_published) as unpublished_trials,
        case
            when bool_and(is_looked_for) then 'looked for'
            when bool_or(is_looked_for) then 'partly looked for'
            else 'not looked for'
        end as publications
    from finished
    group by snapshot_id
),

levels as (
    -- the paper's levels appear without a trial too; funding sources only where there are any
    -- a label may stand in several rows, one for each spelling of the registry's
    select
        'phase' as variable,
        phase as level,
        min(phase_order) as level_order
    from meta.phases
    group by phase
    union all
    select
        'enrollment' as variable,
        band as level,
        min(band_order) as level_order
    from meta.enrollment_bands
    group by band
    union all
    select
        'start date' as variable,
        band as level,
        min(band_order) as level_order
    from meta.start_date_bands
    group by band
),

counted as (
    select
        finished.snapshot_id,
        characteristics.variable,
        characteristics.level,
        count(*) as finished_trials,
        count(*) filter (where finished.is_looked_for) as looked_for_trials,
        count(*) filter (where finished.is_published) as published_trials,
        count(*) filter (where finished.is_looked_for and not finished.is_published) as unpublished_trials
    from finished
    inner join core.trial_characteristics as characteristics using (snapshot_id, nct_id)
    group by finished.snapshot_id, characteristics.variable, characteristics.level
),

listed as (
    select
        snapshot_id,
        variable,
        level
    from counted
    union
    select
        looked_for.snapshot_id,
        levels.variable,
        levels.level
    from looked_for
    cross join levels
    where levels.level <> 'unstated'
),

final as (
    select
        listed.snapshot_id,
        listed.variable,
        listed.level,
        levels.level_order,
        coalesce(counted.finished_trials, 0) as finished_trials,
        coalesce(counted.looked_for_trials, 0) as looked_for_trials,
        case when looked_for.looked_for_trials > 0 then coalesce(counted.published_trials, 0) end as published_trials,
        case when looked_for.looked_for_trials > 0 then coalesce(counted.unpublished_trials, 0) end
            as unpublished_trials,
        100.0 * coalesce(counted.published_trials, 0) / nullif(looked_for.published_trials, 0)
            as published_percentage,
        100.0 * coalesce(counted.unpublished_trials, 0) / nullif(looked_for.unpublished_trials, 0)
            as unpublished_percentage,
        looked_for.publications
    from listed
    inner join looked_for using (snapshot_id)
    left join counted using (snapshot_id, variable, level)
    left join levels using (variable, level)
)

select * from final
order by snapshot_id, variable, level_order nulls last, level

-- one row per snapshot, kind of holder, disease group and year of registration
-- paper: Table 2 ranks sponsors; it measures no concentration
-- numerator: trials of the cohort of the ten holders with most
-- denominator: trials of the cohort, each once for every holder
-- why: whether the field lies in few hands, and whether new ones join
-- key: holder, disease_group, registration_year (all)
-- needs: contactsLocationsModule.locations.facility where holder is centre
-- needs: contactsLocationsModule.locations.country where holder is country
-- holder: lead sponsor, centre (facility and city) or country
-- disease_group: all, or a group of diseases, which counts treatment trials only
-- registration_year: year, null for all years together
-- holders: holders with a trial
-- holdings: pairs of trial and holder
-- concentration_index: Herfindahl's: the sum of squared shares of holdings, 1 where a single holder has all
-- top_ten_percentage: share of the holdings of the ten holders with most
-- new_holders: holders whose first trial of that group was registered in that year; null for all years together
with trials as (
    select
        snapshot_id,
        nct_id,
        registration_year,
        'all' as disease_group
    from core.trials
    where is_in_cohort
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.registration_year,
        groups.disease_group
    from core.trials
    inner join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    where
        trials.is_in_cohort
        and trials.topic = 'treatment'
        and groups.disease_group <> 'unstated'
),

holders as (
    select
        snapshot_id,
        nct_id,
        'lead sponsor' as holder,
        party as name
    from core.trial_parties
    where is_lead
    union all
    select distinct
        snapshot_id,
        nct_id,
        'centre' as holder,
        comparable_text(facility) || ', ' || comparable_text(city) as name
    from core.trial_sites
    where
        facility is not null
        and city is not null
    union all
    select distinct
        snapshot_id,
        nct_id,
        'country' as holder,
        country as name
    from core.trial_sites
    where country <> 'unstated'
),

held as (
    select
        *,
        min(registration_year) over (partition by snapshot_id, holder, disease_group, name) as first_year
    from trials
    inner join holders using (snapshot_id, nct_id)
),

counted as (
    select
        snapshot_id,
        holder,
        disease_group,
        registration_year,
        name,
        any_value(first_year) as first_year,
        count(*) as trials
    from held
    where registration_year is not null
    group by snapshot_id, holder, disease_group, registration_year, name
    union all
    select
        snapshot_id,
        holder,
        disease_group,
        null as registration_year,
        name,
        any_value(first_year) as first_year,
        count(*) as trials
    from held
    group by snapshot_id, holder, disease_group, name
),

ranked as (
    select
        *,
        row_number() over (
            partition by snapshot_id, holder, disease_group, registration_year
            order by trials desc, name asc
        ) as place
    from counted
),

final as (
    select
        snapshot_id,
        holder,
        disease_group,
        registration_year,
        count(*) as holders,
        sum(trials)::bigint as holdings,
        -- whole numbers up to the end: a sum of shares depends on their order
        sum(trials * trials)::double / (sum(trials) * sum(trials)) as concentration_index,
        100.0 * sum(trials) filter (where place <= 10) / sum(trials) as top_ten_percentage,
        case
            when registration_year is not null then count(*) filter (where first_year = registration_year)
        end as new_holders
    from ranked
    group by snapshot_id, holder, disease_group, registration_year
)

select * from final
order by snapshot_id, holder, disease_group, registration_year nulls first

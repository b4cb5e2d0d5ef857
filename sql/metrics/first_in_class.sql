-- one row per snapshot and target
-- paper: none
-- numerator: treatment trials of the cohort against the target
-- denominator: none
-- why: who was first against an antigen, how crowded it is, and whether it is new, rising, steady or stalled
-- key: target
-- among: treatment
-- facets: targets = {target}
-- counts: trials, as share of treatment
-- links: active_trials where is_active = true
-- needs: contactsLocationsModule.locations.country for first_country
-- needs: designModule.phases for latest_phase
-- first_nct_id: trial of the cohort first registered against the target
-- first_registered_date: its day of registration
-- first_sponsor: its lead sponsor, under the name that the gazetteer counts it by
-- first_country: country of most of its sites, unstated where it lists none
-- trials: treatment trials against the target
-- active_trials: those recruiting, about to recruit, or following participants
-- sponsors: lead sponsors of its trials
-- latest_phase: latest phase of its trials
-- last_registered_date: day of its last registration
-- last_activity_date: day of the last registration or update of its trials
-- recent_trials: registered within the last months that make a target new
-- earlier_trials: registered in as many months before those
-- state: new, stalled, rising or steady, by landscape.toml
with countries as (
    select
        snapshot_id,
        nct_id,
        country,
        count(*) as sites
    from core.trial_sites
    where country <> 'unstated'
    group by snapshot_id, nct_id, country
),

most_sites as (
    select
        snapshot_id,
        nct_id,
        first(country order by sites desc, country asc) as country
    from countries
    group by snapshot_id, nct_id
),

leads as (
    select
        snapshot_id,
        nct_id,
        party
    from core.trial_parties
    where is_lead
),

trials as (
    select
        trials.snapshot_id,
        trials.nct_id,
        targets.target,
        trials.first_posted_date,
        trials.is_active,
        trials.phase,
        case when trials.phase like '%Phase%' then trials.phase_order end as phase_order,
        greatest(trials.first_posted_date, trials.last_update_posted_date) as activity_date,
        coalesce(leads.party, 'unstated') as lead_party,
        coalesce(most_sites.country, 'unstated') as country,
        (days.observed_until - to_months($new_target_months::integer))::date as recent_from,
        (days.observed_until - to_months(2 * $new_target_months::integer))::date as earlier_from,
        (days.observed_until - to_months($stalled_target_months::integer))::date as stalled_before
    from core.trials
    inner join core.trial_targets as targets using (snapshot_id, nct_id)
    inner join core.snapshot_days as days using (snapshot_id)
    left join leads using (snapshot_id, nct_id)
    left join most_sites using (snapshot_id, nct_id)
    where
        trials.is_in_cohort
        and trials.topic = 'treatment'
        and targets.target <> 'unstated'
),

counted as (
    select
        snapshot_id,
        target,
        first(nct_id order by first_posted_date asc nulls last, nct_id asc) as first_nct_id,
        min(first_posted_date) as first_registered_date,
        first(lead_party order by first_posted_date asc nulls last, nct_id asc) as first_sponsor,
        first(country order by first_posted_date asc nulls last, nct_id asc) as first_country,
        count(*) as trials,
        count(*) filter (where is_active) as active_trials,
        count(distinct lead_party) filter (where lead_party <> 'unstated') as sponsors,
        coalesce(first(phase order by phase_order desc nulls last) filter (where phase_order is not null), 'unstated')
            as latest_phase,
        max(first_posted_date) as last_registered_date,
        max(activity_date) as last_activity_date,
        count(*) filter (where first_posted_date > recent_from) as recent_trials,
        count(*) filter (where first_posted_date > earlier_from and first_posted_date <= recent_from)
            as earlier_trials,
        any_value(recent_from) as recent_from,
        any_value(stalled_before) as stalled_before
    from trials
    group by snapshot_id, target
),

final as (
    select
        * exclude (recent_from, stalled_before),
        case
            when first_registered_date > recent_from then 'new'
            when active_trials = 0 and last_registered_date <= stalled_before then 'stalled'
            when recent_trials > earlier_trials then 'rising'
            else 'steady'
        end as state
    from counted
)

select * from final
order by snapshot_id asc, trials desc, target asc

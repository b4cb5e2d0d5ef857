-- one row per snapshot and line of development
-- paper: none
-- numerator: lines whose first trial in phase 2, 1/2 or later was registered
-- denominator: lines that began with a trial in phase 1 or early phase 1
-- why: how often and how soon a product moves on; inferred, since no registration says which trial follows which
-- key: development_kind, development
-- needs: designModule.phases
-- development: product by one name, else lead sponsor and targets
-- development_kind: product where a record names one, else sponsor and targets
-- first_nct_id: first registered trial of the line
-- first_registered_date: its day of registration
-- next_nct_id: first trial in phase 1/2 or later registered after it; null where there is none yet
-- until_date: day of registration of that trial, else the last day observed
-- has_moved_on: whether there is such a trial; otherwise the line is censored
-- trials: trials of the line
-- days_to_next_phase: days from the one to the other; null where the line is left out
-- left_out: why the line can not be counted: it did not begin in phase 1, or has no date
with trials as (
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.first_posted_date,
        trials.is_late_phase or trials.phase = 'Phase 1/2' as is_beyond_phase_1
    from core.trials
    where
        trials.is_in_cohort
        and trials.topic = 'treatment'
        and (trials.is_early_phase or trials.is_late_phase)
),

products as (
    select
        snapshot_id,
        nct_id,
        value as product
    from core.labels
    where
        attribute = 'products'
        and value <> 'unstated'
),

combinations as (
    select
        snapshot_id,
        nct_id,
        string_agg(target, ' + ' order by target) as targets
    from core.trial_targets
    where target <> 'unstated'
    group by snapshot_id, nct_id
),

lines as (
    select
        trials.*,
        products.product as development,
        'product' as development_kind
    from trials
    inner join products using (snapshot_id, nct_id)
    union all
    select
        trials.*,
        parties.party || ': ' || combinations.targets as development,
        'sponsor and targets' as development_kind
    from trials
    inner join combinations using (snapshot_id, nct_id)
    inner join core.trial_parties as parties using (snapshot_id, nct_id)
    anti join products using (snapshot_id, nct_id)
    where parties.is_lead
),

begun as (
    select
        snapshot_id,
        development,
        development_kind,
        first(nct_id order by first_posted_date asc nulls last, nct_id asc) as first_nct_id,
        min(first_posted_date) as first_registered_date,
        not first(is_beyond_phase_1 order by first_posted_date asc nulls last, nct_id asc) as began_in_phase_1,
        count(*) as trials
    from lines
    group by snapshot_id, development, development_kind
),

moved as (
    select
        begun.snapshot_id,
        begun.development,
        begun.development_kind,
        first(lines.nct_id order by lines.first_posted_date asc, lines.nct_id asc) as next_nct_id,
        min(lines.first_posted_date) as next_registered_date
    from begun
    inner join lines using (snapshot_id, development, development_kind)
    where
        lines.is_beyond_phase_1
        and lines.first_posted_date >= begun.first_registered_date
        and lines.nct_id <> begun.first_nct_id
    group by begun.snapshot_id, begun.development, begun.development_kind
),

timed as (
    select
        begun.*,
        moved.next_nct_id,
        coalesce(moved.next_registered_date, days.observed_until) as until_date,
        moved.next_nct_id is not null as has_moved_on,
        case
            when begun.first_registered_date is null then 'no date'
            when not begun.began_in_phase_1 then 'did not begin in phase 1'
            when coalesce(moved.next_registered_date, days.observed_until) < begun.first_registered_date
                then 'registered after the last day observed'
        end as left_out
    from begun
    inner join core.snapshot_days as days using (snapshot_id)
    left join moved using (snapshot_id, development, development_kind)
),

final as (
    select
        snapshot_id,
        development,
        development_kind,
        first_nct_id,
        first_registered_date,
        next_nct_id,
        until_date,
        has_moved_on,
        trials,
        case when left_out is null then until_date - first_registered_date end as days_to_next_phase,
        left_out
    from timed
)

select * from final
order by snapshot_id, development_kind, development

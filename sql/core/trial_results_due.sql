-- one row per snapshot, trial and rule under which its results are or may be due
-- why: the law and good practice ask different things of a trial, and the record says only part of what the law asks
-- key: nct_id, rule
-- rule: law for FDAAA 801 as docs/results-due.md reads it, or any for every trial that ended
-- applies: yes, or unknown where the record does not say what the law asks
-- reason: what leaves it unknown
-- completed_date: last day that the actual primary completion can mean, else that of the completion
-- is_delay_certified: whether a delay, certified in time, moved the due date
-- due_date: last day to submit results
-- reported_date: day of submission, else of posting; null where the record holds no results
-- outcome: in time, late, overdue, being posted, reported before due, not yet due or unknown
-- days_late: days from the due date to the report, or to the last day observed; null where neither late nor overdue
with american_sites as (
    select distinct
        snapshot_id,
        nct_id
    from core.trial_sites
    where country = 'United States'
),

trials as (
    select
        studies.snapshot_id,
        studies.nct_id,
        days.observed_until,
        studies.has_results,
        studies.design_module.studytype as study_type,
        nullif(studies.design_module.phases, []) as phases,
        studies.oversight_module.isfdaregulateddrug as is_regulated,
        coalesce(studies.oversight_module.isusexport, false) or american_sites.nct_id is not null
            as is_of_united_states,
        coalesce(
            studies.status_module.primarycompletiondatestruct, studies.status_module.completiondatestruct
        ) as completion,
        coalesce(studies.status_module.overallstatus in ('COMPLETED', 'TERMINATED'), false) as is_ended,
        registry_date(studies.status_module.dispfirstsubmitdate) as certified_date,
        registry_date(studies.status_module.resultsfirstsubmitdate) as submitted_date,
        registry_date(studies.status_module.resultsfirstpostdatestruct.date) as posted_date
    from staging.studies
    inner join core.snapshot_days as days using (snapshot_id)
    left join american_sites using (snapshot_id, nct_id)
    where coalesce(studies.status_module.overallstatus, '') not in ('WITHDRAWN', 'WITHHELD')
),

completed as (
    -- where the record does not say whether a date is actual, the status of a trial that ended says it
    select
        *,
        registry_last_date(completion.date) as completed_date,
        coalesce(submitted_date, posted_date) as reported_date
    from trials
    where completion.type = 'ACTUAL' or (completion.type is null and is_ended)
),

applicable as (
    select
        *,
        'any' as rule,
        null as reason
    from completed
    where completed_date is not null
    union all
    select
        *,
        'law' as rule,
        case
            when is_regulated is null then 'whether the product is regulated by the FDA is not stated'
            when phases is null then 'no phase stated'
            when not is_of_united_states then 'no site in the United States; whether under an IND is not public'
        end as reason
    from completed
    where
        study_type = 'INTERVENTIONAL'
        and completed_date >= $results_law_from::date
        and coalesce(is_regulated, true)
        and phases is distinct from ['PHASE1']
        and phases is distinct from ['EARLY_PHASE1']
),

dated as (
    select
        *,
        (completed_date + to_months($results_due_months::integer))::date as usual_due_date,
        (certified_date + to_months($certified_delay_months::integer))::date as delayed_due_date
    from applicable
),

due as (
    select
        *,
        coalesce(rule = 'law' and certified_date <= usual_due_date, false) as is_delay_certified,
        case
            when rule = 'law' and certified_date <= usual_due_date then greatest(usual_due_date, delayed_due_date)
            else usual_due_date
        end as due_date,
        -- only the posting is known: the registry may have held the results for that long
        case when submitted_date is null then $results_posting_days::integer else 0 end as days_for_posting
    from dated
),

judged as (
    select
        *,
        case
            when reported_date <= observed_until and observed_until <= due_date then 'reported before due'
            when reported_date <= observed_until and reported_date <= due_date + days_for_posting then 'in time'
            when reported_date <= observed_until then 'late'
            when observed_until <= due_date then 'not yet due'
            when has_results is null or (has_results and reported_date is null) then 'unknown'
            when observed_until <= due_date + $results_posting_days::integer then 'being posted'
            else 'overdue'
        end as outcome
    from due
),

final as (
    select
        snapshot_id,
        nct_id,
        rule,
        case when reason is null then 'yes' else 'unknown' end as applies,
        reason,
        completed_date,
        is_delay_certified,
        due_date,
        reported_date,
        outcome,
        case outcome
            when 'late' then reported_date - due_date
            when 'overdue' then observed_until - due_date
        end as days_late
    from judged
)

select * from final

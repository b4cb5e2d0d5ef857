-- one row per snapshot, trial that stopped, and reason that its words name
-- why: what stops trials, in the sponsor's words; a reason denied ('not due to safety') is none
-- key: nct_id, reason
-- reason: a reason of curation/why_stopped.tsv, other where no row reads the words, unstated where there are none
-- words: the words that name it
-- rule: pattern of curation/why_stopped.tsv that found them
with denials as (
    select string_agg('(?:' || pattern || ')', '|' order by pattern) as pattern
    from meta.why_stopped
    where reason = 'not a reason'
),

stopped as (
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.why_stopped,
        regexp_replace(
            regexp_replace(trials.why_stopped, '\s+', ' ', 'g'), '(?i)' || denials.pattern, ' ', 'g'
        ) as affirmed
    from core.trials
    cross join denials
    where trials.overall_status in ('TERMINATED', 'WITHDRAWN', 'SUSPENDED')
),

found as (
    select
        stopped.snapshot_id,
        stopped.nct_id,
        rules.reason,
        rules.pattern,
        regexp_extract(stopped.affirmed, '(?i)' || rules.pattern) as words
    from stopped
    inner join meta.why_stopped as rules
        on regexp_matches(stopped.affirmed, '(?i)' || rules.pattern)
    where rules.reason <> 'not a reason'
),

named as (
    select
        snapshot_id,
        nct_id,
        reason,
        first(words order by pattern) as words,
        min(pattern) as rule
    from found
    group by snapshot_id, nct_id, reason
),

final as (
    select * from named
    union all
    select
        stopped.snapshot_id,
        stopped.nct_id,
        case when stopped.why_stopped is null then 'unstated' else 'other' end as reason,
        stopped.why_stopped as words,
        null as rule
    from stopped
    anti join named using (snapshot_id, nct_id)
)

select * from final

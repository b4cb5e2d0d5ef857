-- one row per snapshot and topic
-- paper: section 3, 92.2% treatment, 3.2% toxicity, 4.6% other
-- numerator: trials of the cohort with the topic
-- denominator: trials of the cohort
-- why: trials about CAR-T and trials about its consequences are counted apart
-- key: topic
-- among: cohort
-- facets: topic = {topic}
-- counts: trials, each trial once, as share of cohort
-- trials: trials with that topic
-- percentage: of the cohort's trials
select
    snapshot_id,
    topic,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by snapshot_id) as percentage
from core.trials
where is_in_cohort
group by snapshot_id, topic
order by snapshot_id asc, trials desc, topic asc

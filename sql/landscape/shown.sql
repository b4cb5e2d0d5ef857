-- one row per trial of the landscape in the snapshot that the page shows
-- why: the other views are cut by it; join core tables with it by snapshot_id and nct_id to stay within what is shown
select
    trials.snapshot_id,
    trials.nct_id
from core.trials
semi join meta.published
    on trials.snapshot_id = published.snapshot_id
where trials.is_in_cohort

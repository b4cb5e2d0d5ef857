-- must hold: a record says the same in its title, its interventions and its text
-- severity: warning
select
    conflicts.nct_id,
    conflicts.attribute,
    conflicts.description
from core.label_conflicts as conflicts
inner join core.trials as trials using (snapshot_id, nct_id)
where trials.is_in_cohort

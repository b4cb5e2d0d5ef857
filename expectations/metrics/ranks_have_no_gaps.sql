-- must hold: each sponsor's rank is one more than the number of sponsors with more trials
-- severity: critical
select
    sponsor.snapshot_id,
    sponsor.sponsor_name,
    sponsor.sponsor_rank,
    count(better.sponsor_name) + 1 as expected_rank
from metrics.sponsor_ranking as sponsor
left join metrics.sponsor_ranking as better
    on sponsor.snapshot_id = better.snapshot_id
    and sponsor.trials < better.trials
group by all
having sponsor.sponsor_rank <> count(better.sponsor_name) + 1

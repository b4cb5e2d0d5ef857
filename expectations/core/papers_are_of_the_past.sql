-- must hold: no paper is dated after the day on which it was looked for; such papers are set aside
-- severity: warning
select
    nct_id,
    paper_key,
    publication_date
from core.papers_set_aside

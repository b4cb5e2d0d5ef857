-- one row per snapshot, attribute and candidate
-- paper: none
-- numerator: trials of the cohort whose record names the word where an antigen or a partner drug is named
-- denominator: none
-- why: new to us: antigens and drugs that no vocabulary knows, until a person adopts or refuses them
-- key: attribute, candidate
-- among: cohort
-- counts: trials where {attribute} = {candidate}
-- attribute: target_candidates for antigens, combination_candidates for partner drugs
-- candidate: the word; 'cartscape review adopt' makes an antigen a row of curation/targets.tsv
-- gene_name: name of the gene whose symbol it is, null where no open list confirms it, and for drugs
-- trials: trials that name it
-- first_nct_id: the first of them by first-posted date
with cohort as (
    select
        snapshot_id,
        nct_id,
        first_posted_date
    from core.trials
    where is_in_cohort
),

final as (
    select
        cohort.snapshot_id,
        candidates.attribute,
        candidates.candidate,
        any_value(candidates.gene_name) as gene_name,
        count(*) as trials,
        arg_min(
            cohort.nct_id, (coalesce(cohort.first_posted_date, '9999-12-31'::date), cohort.nct_id)
        ) as first_nct_id
    from cohort
    inner join core.candidates using (snapshot_id, nct_id)
    group by cohort.snapshot_id, candidates.attribute, candidates.candidate
)

select * from final
order by snapshot_id asc, attribute desc, trials desc, candidate asc

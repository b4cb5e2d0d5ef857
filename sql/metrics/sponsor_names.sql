-- one row per snapshot and sponsor name as written
-- paper: Table 2 counts Kite and Gilead together
-- numerator: trials of the cohort that name the sponsor so
-- denominator: none
-- why: makes each merge of sponsor_ranking visible; a name without an entry in the gazetteer stays itself
-- key: party, written_name
-- written_name: the name as written in the registry
-- is_merged: whether the party goes by another name
-- trials: trials of the cohort with that name
with cohort as (
    select * from core.trials
    where is_in_cohort
),

written as (
    select
        parties.snapshot_id,
        parties.nct_id,
        parties.party,
        unnest(string_split(parties.written_names, ' | ')) as written_name
    from core.trial_parties as parties
    inner join cohort using (snapshot_id, nct_id)
),

final as (
    select
        snapshot_id,
        party,
        written_name,
        written_name <> party as is_merged,
        count(*) as trials
    from written
    group by snapshot_id, party, written_name
)

select * from final
order by snapshot_id, party, written_name

-- one row per snapshot and sponsor or collaborator
-- paper: Table 2
-- numerator: trials of the cohort that name the party as lead sponsor or collaborator
-- denominator: none
-- why: who runs the field; a firm and its parent are one party, see sponsor_names; equal totals share a rank
-- key: sponsor_name
-- among: cohort
-- facets: sponsor = {sponsor_name}
-- counts: individual_trials (individual) where parties = one party, as share of trials
-- counts: cooperative_trials (cooperative) where parties = several parties, as share of trials
-- counts: trials (total), as share of cohort
-- needs: sponsorCollaboratorsModule.collaborators for individual_trials, cooperative_trials
-- sponsor_rank: by total, 1 is the most; ties share the better rank and leave a gap
-- sponsor_name: the name that the gazetteer counts the party by, else as written in the registry
-- individual_trials: trials that name no other party
-- cooperative_trials: trials that name other parties too
-- trials: individual and cooperative
with cohort as (
    select * from core.trials
    where is_in_cohort
),

parties as (
    select
        parties.snapshot_id,
        parties.nct_id,
        parties.party as sponsor_name,
        count(*) over (partition by parties.snapshot_id, parties.nct_id) as party_count
    from core.trial_parties as parties
    inner join cohort using (snapshot_id, nct_id)
),

counted as (
    select
        snapshot_id,
        sponsor_name,
        count(*) filter (where party_count = 1) as individual_trials,
        count(*) filter (where party_count > 1) as cooperative_trials,
        count(*) as trials
    from parties
    group by snapshot_id, sponsor_name
),

final as (
    select
        snapshot_id,
        rank() over (partition by snapshot_id order by trials desc) as sponsor_rank,
        sponsor_name,
        individual_trials,
        cooperative_trials,
        trials
    from counted
)

select * from final
order by snapshot_id, sponsor_rank, sponsor_name

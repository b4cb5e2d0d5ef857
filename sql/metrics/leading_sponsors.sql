-- one row per snapshot, number of leading sponsors and kind
-- paper: section 3.2: the first five are no companies; Table 2 has six companies among twenty
-- numerator: sponsors of the kind among the leading ones of metrics.sponsor_ranking; ties at the last rank are in
-- denominator: sponsors among the leading ones
-- why: whether companies or institutions lead the field
-- key: leading_sponsors, kind
-- counts: sponsors
-- needs: sponsorCollaboratorsModule.leadSponsor.class
-- leading_sponsors: how many lead, by landscape.toml
-- kind: company, where a record calls the sponsor industry; other; or unknown, where none gives its class
-- sponsors: sponsors of the kind
with classes as (
    select
        sponsors.snapshot_id,
        parties.party as sponsor_name,
        bool_or(sponsors.funding_class = 'Industry') as is_company,
        bool_and(sponsors.funding_class in ('unstated', 'not in this source')) as is_unknown
    from core.trials
    inner join core.trial_parties as parties using (snapshot_id, nct_id)
    inner join core.trial_sponsors as sponsors
        on
        parties.snapshot_id = sponsors.snapshot_id
        and parties.nct_id = sponsors.nct_id
        and list_contains(string_split(parties.written_names, ' | '), sponsors.sponsor_name)
    where trials.is_in_cohort
    group by sponsors.snapshot_id, parties.party
),

limits as (
    select unnest($leading_sponsors::integer[]) as leading_sponsors
),

final as (
    select
        ranking.snapshot_id,
        limits.leading_sponsors,
        case
            when classes.is_company then 'company'
            when classes.is_unknown then 'unknown'
            else 'other'
        end as kind,
        count(*) as sponsors
    from metrics.sponsor_ranking as ranking
    inner join limits on ranking.sponsor_rank <= limits.leading_sponsors
    inner join classes using (snapshot_id, sponsor_name)
    group by all
)

select * from final
order by snapshot_id, leading_sponsors, kind

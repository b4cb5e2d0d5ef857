-- one row per snapshot and approval
-- paper: none
-- numerator: treatment trials of the cohort that name the product, by when they were registered
-- denominator: none
-- why: what trials ask once a product is approved: earlier lines of therapy, and whether it beats something else
-- key: product, agency, approved_date, indication
-- among: treatment
-- links: trials where products = {product}
-- needs: designModule.designInfo.allocation for later_randomized_trials
-- product: product by one name
-- agency: FDA, EC, NMPA, MHLW, CDSCO or AEMPS
-- approved_date: day of the approval, or the first of its month
-- indication: what it was approved for, in short
-- trials: treatment trials that name the product
-- earlier_trials: those registered before the approval
-- later_trials: those registered on that day or after
-- later_disease_trials: of the later ones, those in the disease of the approval
-- later_first_line_trials: of the later ones, those whose title names a first line of therapy
-- later_second_line_trials: of the later ones, those whose title names a second line of therapy
-- later_randomized_trials: of the later ones, those that compare by lot
-- source: where the approval is published
with trials as (
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.first_posted_date,
        trials.allocation = 'RANDOMIZED' as is_randomized,
        concat_ws(' ', trials.brief_title, trials.official_title) as titles,
        labels.value as product
    from core.trials
    inner join core.labels
        on
        trials.snapshot_id = labels.snapshot_id
        and trials.nct_id = labels.nct_id
        and labels.attribute = 'products'
    where
        trials.is_in_cohort
        and trials.topic = 'treatment'
),

-- the same titles of several snapshots are read once
lines as (
    select distinct
        named.titles,
        rules.line
    from (select distinct titles from trials) as named
    inner join meta.lines_of_therapy as rules
        on regexp_matches(named.titles, '(?i)' || rules.pattern)
),

approved as (
    select
        snapshots.snapshot_id,
        approvals.product,
        approvals.agency,
        registry_date(approvals.approved_on) as approved_date,
        approvals.indication,
        approvals.disease,
        approvals.source
    from meta.approvals
    cross join raw.snapshots
),

joined as (
    select
        approved.*,
        trials.nct_id,
        trials.first_posted_date >= approved.approved_date as is_later,
        trials.is_randomized,
        diseases.nct_id is not null as is_in_disease,
        first_lines.line is not null as is_first_line,
        second_lines.line is not null as is_second_line
    from approved
    left join trials using (snapshot_id, product)
    left join core.trial_diseases as diseases
        on
        trials.snapshot_id = diseases.snapshot_id
        and trials.nct_id = diseases.nct_id
        and approved.disease = diseases.disease
    left join lines as first_lines
        on
        trials.titles = first_lines.titles
        and first_lines.line = 'first line'
    left join lines as second_lines
        on
        trials.titles = second_lines.titles
        and second_lines.line = 'second line'
),

final as (
    select
        snapshot_id,
        product,
        agency,
        approved_date,
        indication,
        count(nct_id) as trials,
        count(nct_id) filter (where not is_later) as earlier_trials,
        count(nct_id) filter (where is_later) as later_trials,
        count(nct_id) filter (where is_later and is_in_disease) as later_disease_trials,
        count(nct_id) filter (where is_later and is_first_line) as later_first_line_trials,
        count(nct_id) filter (where is_later and is_second_line) as later_second_line_trials,
        count(nct_id) filter (where is_later and is_randomized) as later_randomized_trials,
        source
    from joined
    group by snapshot_id, product, agency, approved_date, indication, source
)

select * from final
order by snapshot_id, approved_date, product, agency

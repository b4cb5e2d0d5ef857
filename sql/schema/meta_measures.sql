-- curation files that say how measures count, and what people decided

create table meta.nct_number_dates (
    first_posted_from date not null,
    first_nct_number bigint not null,
    source varchar not null,
    unique (first_nct_number)
);
comment on table meta.nct_number_dates is 'one row per known day of an NCT number, from curation/nct_number_dates.tsv';
comment on column meta.nct_number_dates.first_posted_from is 'records of this number were first posted about this day';
comment on column meta.nct_number_dates.first_nct_number is 'digits of the NCT number';
comment on column meta.nct_number_dates.source is 'where the row comes from';

create table meta.enrollment_bands (
    band varchar not null,
    band_order integer not null,
    minimum bigint,
    maximum bigint,
    source varchar not null
);
comment on table meta.enrollment_bands is 'one row per band of enrollment, from curation/enrollment_bands.tsv';
comment on column meta.enrollment_bands.band is 'the band as Table 4 of the paper prints it';
comment on column meta.enrollment_bands.band_order is 'place from small to large';
comment on column meta.enrollment_bands.minimum is 'fewest participants, null for no limit';
comment on column meta.enrollment_bands.maximum is 'most participants, null for no limit';
comment on column meta.enrollment_bands.source is 'where the row comes from';

create table meta.start_date_bands (
    band varchar not null,
    band_order integer not null,
    first_day date,
    last_day date,
    source varchar not null
);
comment on table meta.start_date_bands is 'one row per band of start dates, from curation/start_date_bands.tsv';
comment on column meta.start_date_bands.band is 'the band as Table 4 of the paper means it';
comment on column meta.start_date_bands.band_order is 'place from early to late';
comment on column meta.start_date_bands.first_day is 'first day of the band, null for no limit';
comment on column meta.start_date_bands.last_day is 'last day of the band, null for no limit';
comment on column meta.start_date_bands.source is 'where the row comes from';

create table meta.needed_fields (
    field varchar not null,
    words varchar not null,
    usual_share double not null,
    source varchar not null,
    unique (field)
);
comment on table meta.needed_fields is
'one row per field of a registration that a measure needs, from curation/needed_fields.tsv';
comment on column meta.needed_fields.field is 'path of the field within the protocol section, or of the record';
comment on column meta.needed_fields.words is 'what the field is called';
comment on column meta.needed_fields.usual_share is 'share of complete records that state it';
comment on column meta.needed_fields.source is 'where the share was counted';

create table meta.relapse_strategies (
    strategy_order integer not null,
    mechanism varchar not null,
    strategy varchar not null,
    attribute varchar not null,
    value varchar not null,
    source varchar not null
);
comment on table meta.relapse_strategies is
'one row per strategy against relapse and label that shows it, from curation/relapse_strategies.tsv';
comment on column meta.relapse_strategies.strategy_order is 'place in Table 3 of the paper';
comment on column meta.relapse_strategies.mechanism is 'what the strategy works against';
comment on column meta.relapse_strategies.strategy is 'the strategy';
comment on column meta.relapse_strategies.attribute is 'label that shows it, or text';
comment on column meta.relapse_strategies.value is 'value of the label; * stands for any that is stated';
comment on column meta.relapse_strategies.source is 'where the row comes from';

create table meta.trial_sets (
    trial_set varchar not null,
    population varchar not null,
    attribute varchar not null,
    value varchar not null,
    started_from date,
    started_until date,
    paper varchar,
    note varchar
);
comment on table meta.trial_sets is
'one row per set of trials that the paper counts and label that puts a trial into it, from curation/trial_sets.tsv';
comment on column meta.trial_sets.trial_set is 'names the set';
comment on column meta.trial_sets.population is
'trials it is a part of: cohort, treatment, or treatment of a disease group';
comment on column meta.trial_sets.attribute is 'label, phase or status';
comment on column meta.trial_sets.value is 'value of it; * stands for any that is stated';
comment on column meta.trial_sets.started_from is 'first start date, null for no limit';
comment on column meta.trial_sets.started_until is 'last start date, null for no limit';
comment on column meta.trial_sets.paper is 'where the paper counts it';
comment on column meta.trial_sets.note is 'what to know of the count';

create table meta.growth_windows (
    growth_window varchar not null,
    window_order integer not null,
    definition varchar not null,
    base_first_day date,
    base_last_day date,
    later_first_day date,
    later_last_day date,
    source varchar not null,
    unique (growth_window)
);
comment on table meta.growth_windows is
'one row per pair of windows that are compared, from curation/growth_windows.tsv';
comment on column meta.growth_windows.growth_window is 'what is compared, in words';
comment on column meta.growth_windows.window_order is 'place in the list';
comment on column meta.growth_windows.definition is
'stock, all trials registered by the end of a window; or registrations, those within it';
comment on column meta.growth_windows.base_first_day is 'first day of the base window, null for no limit';
comment on column meta.growth_windows.base_last_day is 'last day of the base window';
comment on column meta.growth_windows.later_first_day is 'first day of the later window, null for no limit';
comment on column meta.growth_windows.later_last_day is 'last day of the later window, null for no limit';
comment on column meta.growth_windows.source is 'which sentence of the paper it reads, and how';

create table meta.growth_readings (
    growth_window varchar not null,
    dimension varchar not null,
    value varchar not null,
    claim_id varchar not null,
    source varchar not null,
    unique (growth_window, dimension, value)
);
comment on table meta.growth_readings is
'one row per comparison that a sentence of the paper can mean, from curation/growth_readings.tsv';
comment on column meta.growth_readings.growth_window is 'what is compared, as in meta.growth_windows';
comment on column meta.growth_readings.dimension is 'dimension of metrics.growth';
comment on column meta.growth_readings.value is 'value of the dimension';
comment on column meta.growth_readings.claim_id is 'the claim, as in meta.paper_claims';
comment on column meta.growth_readings.source is 'why the sentence can be read so';

create table meta.yearly_attributes (
    attribute varchar not null,
    attribute_order integer not null,
    source varchar not null
);
comment on table meta.yearly_attributes is
'one row per label that is followed over the years, from curation/yearly_attributes.tsv';
comment on column meta.yearly_attributes.attribute is 'label';
comment on column meta.yearly_attributes.attribute_order is 'place in the list';
comment on column meta.yearly_attributes.source is 'why it is followed';

create table meta.paper_claims (
    claim_id varchar not null,
    section varchar not null,
    claim varchar not null,
    printed varchar not null,
    value double,
    unit varchar not null,
    metric varchar not null,
    numerator varchar not null,
    denominator_metric varchar,
    denominator varchar,
    computation varchar not null,
    contradiction varchar,
    definition varchar,
    definition_numerator varchar,
    unique (claim_id)
);
comment on table meta.paper_claims is
'one row per claim of the paper that a query answers, from curation/paper_claims.tsv';
comment on column meta.paper_claims.claim_id is 'numbers the claim';
comment on column meta.paper_claims.section is 'section or table of the paper';
comment on column meta.paper_claims.claim is 'what the paper says';
comment on column meta.paper_claims.printed is 'the number as printed';
comment on column meta.paper_claims.value is 'the number to compare with';
comment on column meta.paper_claims.unit is
'trials, %, antigens, records, phrases, products, year, last year or P value';
comment on column meta.paper_claims.metric is
'metric of metrics.measures that ours comes from; of phrases and products, what is listed';
comment on column meta.paper_claims.numerator is 'pattern of the categories summed';
comment on column meta.paper_claims.denominator_metric is 'metric of the denominator, null for a count';
comment on column meta.paper_claims.denominator is 'pattern of the categories of the denominator';
comment on column meta.paper_claims.computation is 'how ours is computed, in words';
comment on column meta.paper_claims.contradiction is 'where the paper contradicts itself about the number';
comment on column meta.paper_claims.definition is 'what we define otherwise than the paper';
comment on column meta.paper_claims.definition_numerator is
'pattern of the categories summed by the paper''s definition';

create table meta.paper_table4 (
    variable varchar not null,
    level_order integer not null,
    level varchar not null,
    published_trials bigint not null,
    unpublished_trials bigint not null,
    printed_p_value varchar not null,
    source varchar not null,
    unique (variable, level)
);
comment on table meta.paper_table4 is
'one row per variable and level of Table 4 of the paper, from curation/paper_table4.tsv';
comment on column meta.paper_table4.variable is 'phase, enrollment, funding, start date or sites';
comment on column meta.paper_table4.level_order is 'place of the level';
comment on column meta.paper_table4.level is 'band or value, as we name it';
comment on column meta.paper_table4.published_trials is 'finished trials with published results, as printed';
comment on column meta.paper_table4.unpublished_trials is 'finished trials without, as printed';
comment on column meta.paper_table4.printed_p_value is 'P value as printed';
comment on column meta.paper_table4.source is 'where the row comes from';

create table meta.decisions (
    place varchar not null,
    nct_id varchar not null,
    attribute varchar not null,
    old_value varchar not null,
    new_value varchar not null,
    reason varchar not null,
    source varchar not null,
    reviewer varchar not null,
    decided_on date not null
);
comment on table meta.decisions is 'one row per signed human decision, from curation/decisions.tsv';
comment on column meta.decisions.place is 'file and line of the decision';
comment on column meta.decisions.nct_id is 'number of the registration, of any registry';
comment on column meta.decisions.attribute is 'what is decided';
comment on column meta.decisions.old_value is 'the labels, joined by |, that the decision replaces';
comment on column meta.decisions.new_value is 'the labels decided, joined by |';
comment on column meta.decisions.reason is 'why';
comment on column meta.decisions.source is 'what the reviewer went by';
comment on column meta.decisions.reviewer is 'who decided';
comment on column meta.decisions.decided_on is 'when';

create table meta.registration_decisions (
    nct_id varchar,
    other_nct_id varchar,
    decision varchar,
    reason varchar,
    source varchar,
    reviewer varchar,
    date varchar
);
comment on table meta.registration_decisions is 'one row per signed decision on two registrations';
comment on column meta.registration_decisions.nct_id is 'number of the one registration';
comment on column meta.registration_decisions.other_nct_id is 'number of the other';
comment on column meta.registration_decisions.decision is 'same or different';
comment on column meta.registration_decisions.reason is 'why';
comment on column meta.registration_decisions.source is 'what the person read';
comment on column meta.registration_decisions.reviewer is 'who decided';
comment on column meta.registration_decisions.date is 'when';

create table meta.suspicion_weights (
    evidence varchar not null,
    weight varchar not null,
    source varchar not null
);
comment on table meta.suspicion_weights is
'one row per agreement of two registrations (curation/suspicion_weights.tsv)';
comment on column meta.suspicion_weights.evidence is 'what agrees';
comment on column meta.suspicion_weights.weight is 'the chance that they are one trial, were there nothing else';
comment on column meta.suspicion_weights.source is 'where the row comes from';

-- The meta schema: what the warehouse knows about itself. Reference tables are the curation files of the same name.
create schema meta;

create table meta.published (
    snapshot_id varchar not null,
    as_of date,
    protocol_sha256 varchar not null,
    curation_sha256 varchar not null,
    code_version varchar not null,
    parameters json not null
);
comment on table meta.published is 'one row: what this warehouse was built for and from';
comment on column meta.published.snapshot_id is 'the snapshot that the page and the exports show';
comment on column meta.published.as_of is 'last first-posted date that the landscape counts, null for no limit';
comment on column meta.published.protocol_sha256 is 'hash of landscape.toml without addresses and politeness';
comment on column meta.published.curation_sha256 is 'hash of the vocabularies and decisions';
comment on column meta.published.code_version is 'version of cartscape';
comment on column meta.published.parameters is 'values that the SQL models were given';

create table meta.checks (
    suite varchar not null,
    "check" varchar not null,
    object varchar not null,
    severity varchar not null,
    is_passed boolean not null,
    unexpected_rows bigint not null,
    examples varchar not null
);
comment on table meta.checks is 'one row per data-quality check of this build';
comment on column meta.checks.suite is 'layer that was checked: raw, core or metrics';
comment on column meta.checks."check" is 'what must hold';
comment on column meta.checks.object is 'table, with the column where the check has one';
comment on column meta.checks.severity is 'critical stops publishing, warning shows on the page';
comment on column meta.checks.is_passed is 'whether it held';
comment on column meta.checks.unexpected_rows is 'rows that broke it';
comment on column meta.checks.examples is 'a few of the values that broke it';

create table meta.accepted_losses (
    layer varchar not null,
    loss varchar not null
);
comment on table meta.accepted_losses is 'one row per loss that a person accepted with --accept-loss';
comment on column meta.accepted_losses.layer is 'snapshot where it was accepted as that was taken, else layer checked';
comment on column meta.accepted_losses.loss is 'what was lost, in words';

create table meta.lineage (
    model varchar not null,
    reads varchar not null
);
comment on table meta.lineage is 'one row per model and table that it reads, found from the SQL itself';
comment on column meta.lineage.model is 'table that the model makes';
comment on column meta.lineage.reads is 'table that it reads';

create table meta.dictionary (
    table_name varchar not null,
    column_name varchar,
    data_type varchar,
    meaning varchar not null
);
comment on table meta.dictionary is 'one row per table, and per column of it';
comment on column meta.dictionary.table_name is 'schema and table';
comment on column meta.dictionary.column_name is 'column, null for the table itself';
comment on column meta.dictionary.data_type is 'DuckDB type';
comment on column meta.dictionary.meaning is 'what a row or the column means';

create table meta.phases (
    registry_value varchar,
    phase varchar not null,
    phase_order integer not null,
    is_early_phase boolean not null,
    is_late_phase boolean not null,
    source varchar not null,
    unique (registry_value)
);
comment on table meta.phases is
'one row per phase of the registry, of which several may have one name, from curation/phases.tsv';
comment on column meta.phases.registry_value is 'the registry''s phases, joined by |, null where absent';
comment on column meta.phases.phase is 'the phase as Table 4 of the paper names it';
comment on column meta.phases.phase_order is 'place from early to late';
comment on column meta.phases.is_early_phase is 'early phase 1, phase 1 or phase 1/2';
comment on column meta.phases.is_late_phase is 'phase 2 to 4';
comment on column meta.phases.source is 'where the row comes from';

create table meta.statuses (
    registry_value varchar,
    status varchar not null,
    status_order integer not null,
    is_finished boolean not null,
    is_active boolean not null,
    source varchar not null,
    unique (registry_value)
);
comment on table meta.statuses is
'one row per recruitment status of the registry, of which several may have one name, from curation/statuses.tsv';
comment on column meta.statuses.registry_value is 'the registry''s Status, null where absent';
comment on column meta.statuses.status is 'the status in words';
comment on column meta.statuses.status_order is 'place in a trial''s life';
comment on column meta.statuses.is_finished is 'completed, terminated or withdrawn';
comment on column meta.statuses.is_active is 'recruiting, about to recruit, or following participants';
comment on column meta.statuses.source is 'where the row comes from';

create table meta.publication_kinds (
    publication_kind varchar not null,
    kind_order integer not null,
    accepted_by varchar,
    meaning varchar not null,
    source varchar not null
);
comment on table meta.publication_kinds is 'one row per kind of publication, from curation/publication_kinds.tsv';
comment on column meta.publication_kinds.publication_kind is 'the kind';
comment on column meta.publication_kinds.kind_order is 'place in the list';
comment on column meta.publication_kinds.accepted_by is
'what must speak for such a paper without a person: content, number (or RESULT reference), else person';
comment on column meta.publication_kinds.meaning is 'what belongs to it';
comment on column meta.publication_kinds.source is 'whose definition it follows';

create table meta.funding_classes (
    registry_value varchar,
    funding_class varchar not null,
    class_name varchar not null,
    source varchar not null,
    unique (registry_value)
);
comment on table meta.funding_classes is 'one row per sponsor class, from curation/funding_classes.tsv';
comment on column meta.funding_classes.registry_value is 'the registry''s AgencyClass, null where absent';
comment on column meta.funding_classes.funding_class is 'the class as Table 1 of the paper names it';
comment on column meta.funding_classes.class_name is 'what the registry''s class means, in words';
comment on column meta.funding_classes.source is 'where the row comes from';

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

create table meta.codes (
    attribute varchar not null,
    value varchar not null,
    name varchar not null,
    synonyms varchar,
    unique (attribute, value)
);
comment on table meta.codes is
'one row per attribute and value that a label may have, with its name, from curation/codes.tsv and the vocabularies; '
'join it to core.labels on attribute and value, or to a column of codes on value where attribute is the label''s; '
'a search by words asks value, name and synonyms';
comment on column meta.codes.attribute is 'label of a trial, as meta.attributes lists them';
comment on column meta.codes.value is 'the code';
comment on column meta.codes.name is 'what the code stands for; the code itself where it is a word';
comment on column meta.codes.synonyms is
'other words for it, joined by |, of targets with symbol and name of the gene; null where there are none';

create table meta.targets (
    value varchar not null,
    name varchar not null,
    hgnc_symbol varchar,
    hgnc_name varchar,
    "group" varchar not null,
    synonyms varchar,
    unique (value)
);
comment on table meta.targets is
'one row per target code, from curation/targets.tsv, codes.tsv and gene_symbols.tsv; '
'join it on value to the column target of core.trial_targets, landscape.trial_targets and the metrics of targets';
comment on column meta.targets.value is 'code of the antigen';
comment on column meta.targets.name is 'the antigen''s name in the field';
comment on column meta.targets.hgnc_symbol is
'symbol of the human gene, approved by HGNC; of glycans that of an enzyme that makes them, of ligand receptors '
'that of the receptor; null where no human gene belongs to it';
comment on column meta.targets.hgnc_name is 'name of that gene, approved by HGNC';
comment on column meta.targets."group" is
'protein, pMHC (peptide on HLA), glycan, ligand (bound by a ligand CAR), bait (binds the receptors of B cells), viral, '
'fungal';
comment on column meta.targets.synonyms is 'other words for it, joined by |, as in meta.codes';

create table meta.gene_symbols (
    symbol varchar not null,
    name varchar not null,
    unique (symbol)
);
comment on table meta.gene_symbols is
'one row per human gene that may code for an antigen, known to curation or not, from curation/gene_symbols.tsv';
comment on column meta.gene_symbols.symbol is 'symbol approved by HGNC';
comment on column meta.gene_symbols.name is 'name approved by HGNC';

create table meta.diseases (
    value varchar not null,
    "group" varchar not null,
    organ_group varchar,
    name varchar,
    synonyms varchar
);
comment on table meta.diseases is
'one row per disease code, from curation/diseases.tsv and codes.tsv; join it on value to the column disease of '
'core.trial_diseases, landscape.trial_diseases and the metrics of diseases';
comment on column meta.diseases.value is 'code of the disease';
comment on column meta.diseases."group" is 'disease group that the code belongs to';
comment on column meta.diseases.organ_group is 'organ group as section 3.3 of the paper names them';
comment on column meta.diseases.name is 'full name of the disease';
comment on column meta.diseases.synonyms is 'other words for it, joined by |, as in meta.codes';

create table meta.countries (
    country varchar not null,
    iso_alpha3 varchar not null,
    source varchar not null,
    unique (country)
);
comment on table meta.countries is 'one row per country name that the registry uses, from curation/countries.tsv';
comment on column meta.countries.country is 'the name';
comment on column meta.countries.iso_alpha3 is 'the country''s ISO 3166 code; names that the registry used at other times share it';
comment on column meta.countries.source is 'where the row comes from';

create table meta.sponsor_names (
    sponsor_name varchar not null,
    party varchar not null,
    merge_kind varchar not null,
    source varchar not null
);
comment on table meta.sponsor_names is 'one row per known spelling of a sponsor, from curation/sponsor_names.tsv';
comment on column meta.sponsor_names.sponsor_name is 'as written in the registry; case and punctuation do not count';
comment on column meta.sponsor_names.party is 'the name that the landscape counts it under';
comment on column meta.sponsor_names.merge_kind is
'variant of the name, unit of the institution, or firm of the parent';
comment on column meta.sponsor_names.source is 'why the two are one';

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

create table meta.needs (
    metric varchar not null,
    need integer not null,
    measures varchar[] not null,
    fields varchar[] not null,
    columns varchar[] not null,
    place varchar,
    is_other boolean not null,
    "values" varchar[] not null
);
comment on table meta.needs is 'one row per measure and need, from the header of its model';
comment on column meta.needs.metric is 'the measure, a table of metrics';
comment on column meta.needs.need is 'number of the need';
comment on column meta.needs.measures is 'names of its counts in metrics.measures';
comment on column meta.needs.fields is 'fields any one of which is enough';
comment on column meta.needs.columns is 'columns that need them; none where rows do';
comment on column meta.needs.place is 'column whose values need them; null where every row does';
comment on column meta.needs.is_other is 'whether it is the other values that need them';
comment on column meta.needs."values" is 'the values';

create table meta.attributes (
    attribute varchar not null,
    construct_order integer,
    meaning varchar not null,
    source varchar not null,
    unique (attribute)
);
comment on table meta.attributes is 'one row per attribute that curation labels, from curation/attributes.tsv';
comment on column meta.attributes.attribute is 'label of a trial';
comment on column meta.attributes.construct_order is
'place among the attributes of the construct, null for the others';
comment on column meta.attributes.meaning is 'what the label says';
comment on column meta.attributes.source is 'where the row comes from';

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

create table meta.why_stopped (
    reason varchar not null,
    pattern varchar not null,
    source varchar not null
);
comment on table meta.why_stopped is
'one row per phrase that names a reason why a trial stopped, from curation/why_stopped.tsv';
comment on column meta.why_stopped.reason is 'the reason; not a reason for phrases that deny one';
comment on column meta.why_stopped.pattern is 'regular expression; case does not count';
comment on column meta.why_stopped.source is 'where the phrase comes from';

create table meta.populations (
    iso_alpha3 varchar not null,
    province varchar,
    people bigint not null,
    year integer not null,
    source varchar not null
);
comment on table meta.populations is
'one row per country, and per state or province of the largest, from curation/populations.tsv';
comment on column meta.populations.iso_alpha3 is 'country by its ISO 3166 code';
comment on column meta.populations.province is 'state or province as the registry spells it, null for the whole country';
comment on column meta.populations.people is 'people who live there';
comment on column meta.populations.year is 'year of the count or estimate';
comment on column meta.populations.source is 'who counted, or whose estimate it is';

create table meta.province_names (
    iso_alpha3 varchar not null,
    written varchar not null,
    province varchar not null,
    source varchar not null
);
comment on table meta.province_names is
'one row per spelling of a state or province, or of a city that lies in one, from curation/province_names.tsv';
comment on column meta.province_names.iso_alpha3 is 'country by its ISO 3166 code';
comment on column meta.province_names.written is 'state or city as records write it; case and punctuation do not count';
comment on column meta.province_names.province is 'the state or province, a row of curation/populations.tsv';
comment on column meta.province_names.source is 'why the two are one';

create table meta.approvals (
    product varchar not null,
    agency varchar not null,
    approved_on varchar not null,
    indication varchar not null,
    disease varchar not null,
    source varchar not null
);
comment on table meta.approvals is
'one row per product, agency and indication approved, from curation/approvals.tsv';
comment on column meta.approvals.product is 'product, a value of curation/products.tsv';
comment on column meta.approvals.agency is 'FDA, EC, NMPA or MHLW';
comment on column meta.approvals.approved_on is 'day or month of the approval';
comment on column meta.approvals.indication is 'what it was approved for, in short';
comment on column meta.approvals.disease is 'its disease, a value of curation/diseases.tsv';
comment on column meta.approvals.source is 'where the approval is published';

create table meta.participants (
    subject varchar not null,
    answer varchar,
    pattern varchar not null,
    source varchar not null
);
comment on table meta.participants is
'one row per phrase of criteria that names who may take part, from curation/participants.tsv';
comment on column meta.participants.subject is 'what is named; denial, exception and misreading are words that judge it';
comment on column meta.participants.answer is 'what the words say by themselves, null where their place decides';
comment on column meta.participants.pattern is 'regular expression; case does not count';
comment on column meta.participants.source is 'where the phrase comes from';

create table meta.lines_of_therapy (
    line varchar not null,
    pattern varchar not null,
    source varchar not null
);
comment on table meta.lines_of_therapy is
'one row per phrase of a title that names a line of therapy, from curation/lines_of_therapy.tsv';
comment on column meta.lines_of_therapy.line is 'first line, second line or later';
comment on column meta.lines_of_therapy.pattern is 'regular expression; case does not count';
comment on column meta.lines_of_therapy.source is 'where the phrase comes from';

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
    unique (claim_id)
);
comment on table meta.paper_claims is
'one row per claim of the paper that a query answers, from curation/paper_claims.tsv';
comment on column meta.paper_claims.claim_id is 'numbers the claim';
comment on column meta.paper_claims.section is 'section or table of the paper';
comment on column meta.paper_claims.claim is 'what the paper says';
comment on column meta.paper_claims.printed is 'the number as printed';
comment on column meta.paper_claims.value is 'the number to compare with';
comment on column meta.paper_claims.unit is 'trials, %, antigens, records, year, last year or P value';
comment on column meta.paper_claims.metric is 'metric of metrics.measures that ours comes from';
comment on column meta.paper_claims.numerator is 'pattern of the categories summed';
comment on column meta.paper_claims.denominator_metric is 'metric of the denominator, null for a count';
comment on column meta.paper_claims.denominator is 'pattern of the categories of the denominator';
comment on column meta.paper_claims.computation is 'how ours is computed, in words';
comment on column meta.paper_claims.contradiction is 'where the paper contradicts itself about the number';
comment on column meta.paper_claims.definition is 'what we define otherwise than the paper';

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

create table meta.runs (
    run_id varchar not null,
    stage varchar not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    seconds double,
    outcome varchar not null,
    count bigint,
    message varchar
);
comment on table meta.runs is 'one row per ended stage of the runs before this one; of this home, not of the snapshots';
comment on column meta.runs.run_id is 'names the run; its beginning in UTC and six letters';
comment on column meta.runs.stage is 'stage, with the table where it makes one; run for the run as a whole';
comment on column meta.runs.started_at is 'when it began';
comment on column meta.runs.ended_at is 'when it ended';
comment on column meta.runs.seconds is 'how long it took';
comment on column meta.runs.outcome is 'completed or failed';
comment on column meta.runs.count is 'rows that it made, where it makes rows';
comment on column meta.runs.message is 'why it failed';

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

create table meta.registries (
    registry varchar not null,
    precedence varchar not null,
    ictrp_name varchar,
    pattern varchar not null,
    address varchar,
    source varchar not null
);
comment on table meta.registries is 'one row per registry, from curation/registries.tsv';
comment on column meta.registries.registry is 'the registry';
comment on column meta.registries.precedence is 'which of a trial''s registrations speaks for it first';
comment on column meta.registries.ictrp_name is 'what WHO ICTRP calls it';
comment on column meta.registries.pattern is 'how its numbers are written';
comment on column meta.registries.address is 'where a registration is read';
comment on column meta.registries.source is 'where the row comes from';

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
comment on table meta.suspicion_weights is 'one row per agreement of two registrations (curation/suspicion_weights.tsv)';
comment on column meta.suspicion_weights.evidence is 'what agrees';
comment on column meta.suspicion_weights.weight is 'the chance that they are one trial, were there nothing else';
comment on column meta.suspicion_weights.source is 'where the row comes from';

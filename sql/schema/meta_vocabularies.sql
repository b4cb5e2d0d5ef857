-- curation files that say what codes and spellings mean

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
comment on column meta.countries.iso_alpha3 is
'the country''s ISO 3166 code; names that the registry used at other times share it';
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
comment on column meta.populations.province is
'state or province as the registry spells it, null for the whole country';
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
comment on column meta.participants.subject is
'what is named; denial, exception and misreading are words that judge it';
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

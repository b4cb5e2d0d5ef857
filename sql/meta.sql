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
    source varchar not null
);
comment on table meta.phases is 'one row per phase, from curation/phases.tsv';
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
    source varchar not null
);
comment on table meta.statuses is 'one row per recruitment status, from curation/statuses.tsv';
comment on column meta.statuses.registry_value is 'the registry''s Status, null where absent';
comment on column meta.statuses.status is 'the status in words';
comment on column meta.statuses.status_order is 'place in a trial''s life';
comment on column meta.statuses.is_finished is 'completed, terminated or withdrawn';
comment on column meta.statuses.is_active is 'recruiting, about to recruit, or following participants';
comment on column meta.statuses.source is 'where the row comes from';

create table meta.funding_classes (
    registry_value varchar,
    funding_class varchar not null,
    source varchar not null
);
comment on table meta.funding_classes is 'one row per sponsor class, from curation/funding_classes.tsv';
comment on column meta.funding_classes.registry_value is 'the registry''s AgencyClass, null where absent';
comment on column meta.funding_classes.funding_class is 'the class as Table 1 of the paper names it';
comment on column meta.funding_classes.source is 'where the row comes from';

create table meta.nct_number_dates (
    first_posted_from date not null,
    first_nct_number bigint not null,
    source varchar not null
);
comment on table meta.nct_number_dates is 'one row per known day of an NCT number, from curation/nct_number_dates.tsv';
comment on column meta.nct_number_dates.first_posted_from is 'records of this number were first posted about this day';
comment on column meta.nct_number_dates.first_nct_number is 'digits of the NCT number';
comment on column meta.nct_number_dates.source is 'where the row comes from';

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

create table meta.needs (
    metric varchar not null,
    need integer not null,
    measures varchar[] not null,
    fields varchar[] not null,
    columns varchar[] not null,
    place varchar,
    is_other boolean not null,
    values varchar[] not null
);
comment on table meta.needs is 'one row per measure and need, from the header of its model';
comment on column meta.needs.metric is 'the measure, a table of metrics';
comment on column meta.needs.need is 'number of the need';
comment on column meta.needs.measures is 'names of its counts in metrics.measures';
comment on column meta.needs.fields is 'fields any one of which is enough';
comment on column meta.needs.columns is 'columns that need them; none where rows do';
comment on column meta.needs.place is 'column whose values need them; null where every row does';
comment on column meta.needs.is_other is 'whether it is the other values that need them';
comment on column meta.needs.values is 'the values';

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

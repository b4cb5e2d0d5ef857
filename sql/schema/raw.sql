-- The raw schema: what the sources said, as they said it. Tables are filled from snapshots, never edited.
create schema raw;

create table raw.snapshots (
    snapshot_id varchar not null,
    series varchar not null,
    source varchar not null,
    is_synthetic boolean not null,
    api_version varchar,
    data_timestamp varchar,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    protocol_sha256 varchar not null,
    studies_sha256 varchar not null,
    manifest json not null,
    order_number integer not null
);
comment on table raw.snapshots is 'one row per snapshot that the warehouse was built from';
comment on column raw.snapshots.snapshot_id is 'names the snapshot; a folder of that name holds its files';
comment on column raw.snapshots.series is 'snapshots of one series follow each other: live, sample or a file';
comment on column raw.snapshots.source is 'where the studies came from, as asked for';
comment on column raw.snapshots.is_synthetic is 'true for the bundled sample, whose trials do not exist';
comment on column raw.snapshots.api_version is 'version that the registry stated, null for files';
comment on column raw.snapshots.data_timestamp is 'day and time that the registry stated of its data, null for files';
comment on column raw.snapshots.started_at is 'when retrieval began';
comment on column raw.snapshots.finished_at is 'when the snapshot was complete';
comment on column raw.snapshots.protocol_sha256 is 'hash of the study protocol in force';
comment on column raw.snapshots.studies_sha256 is 'hash of the hashes of its records, by number';
comment on column raw.snapshots.manifest is 'the snapshot''s manifest as a whole';
comment on column raw.snapshots.order_number
is 'place of the snapshot, the earliest first: by the registry''s own time, then as taken, whatever our clock said';

create table raw.study_versions (
    version integer not null,
    nct_id varchar not null,
    study json not null,
    content_sha256 varchar not null,
    is_found_by_search boolean not null,
    first_snapshot_id varchar not null
);
comment on table raw.study_versions is
'one row per version of a record: what differs only in what the registry changes every day is one version';
comment on column raw.study_versions.version is 'numbers the versions in the order of the snapshots';
comment on column raw.study_versions.nct_id is 'number of the registration, of any registry';
comment on column raw.study_versions.study is 'the record as the first snapshot that holds the version received it';
comment on column raw.study_versions.content_sha256 is 'hash of the record without what the registry changes every day';
comment on column raw.study_versions.is_found_by_search is
'whether a search found it, which decides how much is read of it; a record found once and once not is two versions';
comment on column raw.study_versions.first_snapshot_id is 'the first snapshot that holds the version';

create table raw.snapshot_studies (
    snapshot_id varchar not null,
    nct_id varchar not null,
    version integer not null
);
comment on table raw.snapshot_studies is 'one row per snapshot and study, with the version of its record then';
comment on column raw.snapshot_studies.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.snapshot_studies.nct_id is 'number of the registration, of any registry';
comment on column raw.snapshot_studies.version is 'the version, as raw.study_versions numbers it';

create table raw.background (
    snapshot_id varchar not null,
    nct_id varchar not null,
    brief_title varchar not null
);
comment on table raw.background is
'one row per snapshot and record of a whole registry that is of something else; in full it is in the snapshot alone';
comment on column raw.background.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.background.nct_id is 'number of the registration, of any registry';
comment on column raw.background.brief_title is 'as written, empty where the record has none';

create table raw.searches (
    snapshot_id varchar not null,
    search_id varchar not null,
    field varchar not null,
    phrase varchar not null,
    is_extended boolean not null,
    total bigint,
    pages bigint,
    studies bigint not null
);
comment on table raw.searches is 'one row per snapshot and search';
comment on column raw.searches.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.searches.search_id is 'names the search';
comment on column raw.searches.field is 'query.cond or query.intr of the registry; file where a file counts as found';
comment on column raw.searches.phrase is 'the phrase searched for';
comment on column raw.searches.is_extended is 'whether the phrase is of the extended vocabulary';
comment on column raw.searches.total is 'hits that the source announced';
comment on column raw.searches.pages is 'pages received';
comment on column raw.searches.studies is 'studies received';

create table raw.search_hits (
    snapshot_id varchar not null,
    search_id varchar not null,
    nct_id varchar not null,
    rank bigint
);
comment on table raw.search_hits is 'one row per snapshot, search and study that it found';
comment on column raw.search_hits.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.search_hits.search_id is 'names the search in raw.searches';
comment on column raw.search_hits.nct_id is 'number of the registration, of any registry';
comment on column raw.search_hits.rank is 'place among the search''s hits, from 1';

create table raw.quarantine (
    snapshot_id varchar not null,
    position varchar not null,
    nct_id varchar,
    reason varchar not null,
    excerpt varchar
);
comment on table raw.quarantine is 'one row per snapshot and record that could not be read';
comment on column raw.quarantine.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.quarantine.position is 'file and line, archive entry or page where the record stood';
comment on column raw.quarantine.nct_id is 'its NCT number where one could be read';
comment on column raw.quarantine.reason is 'why it could not be read';
comment on column raw.quarantine.excerpt is 'how the record begins';

create table raw.sources (
    snapshot_id varchar not null,
    place bigint not null,
    source varchar not null,
    names varchar[] not null,
    addresses varchar[] not null,
    forms varchar,
    records bigint not null,
    studies bigint not null,
    copies bigint not null,
    left_out bigint not null,
    data_date varchar,
    terms_of_use varchar,
    problem varchar
);
comment on table raw.sources is 'one row per snapshot and source that it was taken from';
comment on column raw.sources.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.sources.place is 'place among the sources, from 1';
comment on column raw.sources.source is 'the source as asked for';
comment on column raw.sources.names is
'what those are called whose records it gave: ClinicalTrials.gov, WHO ICTRP, CTIS ...';
comment on column raw.sources.addresses is 'where those are, in the same order';
comment on column raw.sources.forms is 'forms of its records: api, ictrp, ctis, aact ...';
comment on column raw.sources.records is 'records that it gave';
comment on column raw.sources.studies is 'registrations kept from it';
comment on column raw.sources.copies is 'its copies of registrations that another source has from the registry itself';
comment on column raw.sources.left_out is 'its records that no search can find, which a large export keeps';
comment on column raw.sources.data_date is 'the day that an export says it is of';
comment on column raw.sources.terms_of_use is 'the terms on which it may be used';
comment on column raw.sources.problem is 'why nothing more could be had from it';

create table raw.registrations_by_version (
    version integer not null,
    registry varchar not null,
    number varchar not null,
    form varchar not null,
    address varchar not null,
    source_date varchar not null,
    not_carried varchar[] not null,
    is_continuation boolean not null,
    is_in_part boolean not null
);
comment on table raw.registrations_by_version is
'one row per version of a record: its registry, what is not carried; raw.registrations has them by snapshot';
comment on column raw.registrations_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column raw.registrations_by_version.registry is 'the registry, as in meta.registries';
comment on column raw.registrations_by_version.number is 'the number without what tells its country or submission';
comment on column raw.registrations_by_version.form is
'the form in which the record was received: api, aact, ictrp, ctis ...';
comment on column raw.registrations_by_version.address is 'where the registration is read, empty where unknown';
comment on column raw.registrations_by_version.source_date is 'the day of an export that holds the record, else empty';
comment on column raw.registrations_by_version.not_carried is
'modules and fields that the source never fills: unknown, not no';
comment on column raw.registrations_by_version.is_continuation is
'whether a title tells of a study that goes on with another''s participants (curation/registries/continuations.tsv)';
comment on column raw.registrations_by_version.is_in_part is
'the record lacks what its registry gives of every study, so that what it does not state is unknown';

create table raw.source_fields_by_version (
    version integer not null,
    field varchar not null,
    start bigint not null,
    source_field varchar not null,
    source_start bigint not null
);
comment on table raw.source_fields_by_version is
'one row per version that a reader mapped, field and part; raw.source_fields has them by snapshot';
comment on column raw.source_fields_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column raw.source_fields_by_version.field is 'path of the value in the registration as every stage reads it';
comment on column raw.source_fields_by_version.start is 'first character of the part in that text, from 0';
comment on column raw.source_fields_by_version.source_field is
'field of the record as its source gave it that the part stands in';
comment on column raw.source_fields_by_version.source_start is
'first character of the part in the source''s field, from 0';

create table raw.stated_fields_by_version (
    version integer not null,
    fields varchar[] not null
);
comment on table raw.stated_fields_by_version is
'one row per version of a record that is read: which fields it states; raw.carried_fields counts them by snapshot';
comment on column raw.stated_fields_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column raw.stated_fields_by_version.fields is
'paths of the fields that a measure needs, as in meta.needed_fields';

create table raw.carried_fields (
    snapshot_id varchar not null,
    form varchar not null,
    is_in_part boolean not null,
    field varchar not null,
    records bigint not null,
    stating_records bigint not null,
    is_declared_absent boolean not null
);
comment on table raw.carried_fields is 'one row per snapshot, form of its records and field that a measure needs';
comment on column raw.carried_fields.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.carried_fields.form is 'the form in which the records were received: api, aact, ictrp, ctis ...';
comment on column raw.carried_fields.is_in_part is 'records that lack what their registry gives of every study';
comment on column raw.carried_fields.field is 'path of the field, as in meta.needed_fields';
comment on column raw.carried_fields.records is 'records of the form';
comment on column raw.carried_fields.stating_records is 'those that state the field';
comment on column raw.carried_fields.is_declared_absent is 'whether the form never fills it, as its reader says';

create table raw.unknown_spellings_by_version (
    version integer not null,
    kind varchar not null,
    spelling varchar not null,
    field varchar not null
);
comment on table raw.unknown_spellings_by_version is
'one row per version and spelling that no vocabulary knows; raw.unknown_spellings has them by snapshot';
comment on column raw.unknown_spellings_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column raw.unknown_spellings_by_version.kind is 'the vocabulary in curation/registries that lacks it';
comment on column raw.unknown_spellings_by_version.spelling is 'what the record says';
comment on column raw.unknown_spellings_by_version.field is 'where it says so';

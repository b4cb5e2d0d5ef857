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
    manifest json not null
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
comment on column raw.snapshots.studies_sha256 is 'hash of the file of studies';
comment on column raw.snapshots.manifest is 'the snapshot''s manifest as a whole';

create table raw.studies (
    snapshot_id varchar not null,
    nct_id varchar not null,
    study json not null,
    content_sha256 varchar not null
);
comment on table raw.studies is 'one row per snapshot and study, the record as received';
comment on column raw.studies.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.studies.nct_id is 'ClinicalTrials.gov identifier';
comment on column raw.studies.study is 'the record as the registry gave it';
comment on column raw.studies.content_sha256 is 'hash of the record without what the registry changes every day';

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
comment on column raw.searches.field is 'the registry''s search field: query.cond or query.intr';
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
comment on column raw.search_hits.nct_id is 'ClinicalTrials.gov identifier';
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

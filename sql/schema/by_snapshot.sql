-- What snapshots hold, by snapshot. A version of a record, and what curation makes of it, is kept once, in tables whose
-- names end in _by_version; these views give it to each snapshot that holds the version. Their columns mean what those
-- of the tables do, and take the comments from there (tasks/warehouse/building.py).

create view raw.studies as
select
    held.snapshot_id,
    held.nct_id,
    versions.study,
    versions.content_sha256
from raw.snapshot_studies as held
inner join raw.study_versions as versions using (version);
comment on view raw.studies is 'one row per snapshot and study, the record as received';
comment on column raw.studies.snapshot_id is 'the snapshot that the row belongs to';
comment on column raw.studies.nct_id is 'number of the registration, of any registry';
comment on column raw.studies.study is 'the record as the registry gave it when it first gave this version';
comment on column raw.studies.content_sha256 is 'hash of the record without what the registry changes every day';

create view raw.registrations as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join raw.registrations_by_version as found using (version);
comment on view raw.registrations is 'one row per snapshot and registration: its registry, what is not carried';

create view raw.source_fields as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join raw.source_fields_by_version as found using (version);
comment on view raw.source_fields is
'one row per snapshot, registration found that a reader mapped, field of ours, and part of its text';

create view raw.unknown_spellings as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join raw.unknown_spellings_by_version as found using (version);
comment on view raw.unknown_spellings is 'one row per snapshot, registration and spelling that no vocabulary knows';

create view core.registration_labels as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join core.registration_labels_by_version as found using (version);
comment on view core.registration_labels is 'one row per snapshot, registration, attribute and value, unstated too';

create view core.assertions as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join core.assertions_by_version as found using (version);
comment on view core.assertions is 'one row per snapshot, trial and piece of evidence for a label';

create view core.label_conflicts as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join core.label_conflicts_by_version as found using (version);
comment on view core.label_conflicts is 'one row per snapshot, trial and contradiction within the record';

create view core.registration_numbers as
select
    held.snapshot_id,
    held.nct_id,
    found.* exclude (version)
from raw.snapshot_studies as held
inner join core.registration_numbers_by_version as found using (version);
comment on view core.registration_numbers is 'one row per snapshot, registration and number that it bears or names';

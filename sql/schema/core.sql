-- Core tables that curation fills: every label, and for each the words that say so.
create schema core;

create table core.registration_labels_by_version (
    version integer not null,
    attribute varchar not null,
    value varchar not null
);
comment on table core.registration_labels_by_version is
'one row per version of a record, attribute and value; core.registration_labels has them by snapshot';
comment on column core.registration_labels_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column core.registration_labels_by_version.attribute is
'what is labelled: eligibility, targets, vectors ...';
comment on column core.registration_labels_by_version.value is 'the label, unstated where the record is silent';

create table core.assertions_by_version (
    version integer not null,
    attribute varchar not null,
    value varchar not null,
    kind varchar not null,
    field varchar not null,
    start bigint not null,
    "end" bigint not null,
    quote varchar not null,
    rule varchar not null,
    confidence double not null
);
comment on table core.assertions_by_version is
'one row per version of a record and piece of evidence for a label; core.assertions has them by snapshot';
comment on column core.assertions_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column core.assertions_by_version.attribute is 'what is labelled';
comment on column core.assertions_by_version.value is 'the label that the evidence is for';
comment on column core.assertions_by_version.kind is
'stated, derived, product, inferred, decided, or silent: unstated, though words of it stand there';
comment on column core.assertions_by_version.field is 'path of the text in the registry''s record';
comment on column core.assertions_by_version.start is 'first character of the quote in that text, from 0';
comment on column core.assertions_by_version."end" is 'character after the quote''s last';
comment on column core.assertions_by_version.quote is 'the words themselves';
comment on column core.assertions_by_version.rule is 'rule or vocabulary row that read them';
comment on column core.assertions_by_version.confidence is
'chance that the attribute of the trial is right, fitted to hand labels (docs/accuracy.md)';

create table core.label_conflicts_by_version (
    version integer not null,
    attribute varchar not null,
    description varchar not null
);
comment on table core.label_conflicts_by_version is
'one row per version of a record and contradiction in it; core.label_conflicts has them by snapshot';
comment on column core.label_conflicts_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column core.label_conflicts_by_version.attribute is 'what the record contradicts itself about';
comment on column core.label_conflicts_by_version.description is 'the contradiction, in words';

create table core.publication_searches (
    snapshot_id varchar not null,
    nct_id varchar not null,
    searched_on date not null,
    primary key (snapshot_id, nct_id)
);
comment on table core.publication_searches is
'one row per snapshot and trial whose publications were looked for; none found differs from not looked for';
comment on column core.publication_searches.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.publication_searches.nct_id is 'number of the registration, of any registry';
comment on column core.publication_searches.searched_on is 'day of the search, when observation of the trial ends';

create table core.trial_publications (
    snapshot_id varchar not null,
    nct_id varchar not null,
    paper_key varchar not null,
    pmid varchar,
    doi varchar,
    title varchar,
    journal varchar,
    publication_date date,
    publication_date_precision varchar,
    route varchar not null,
    score double,
    decision varchar not null,
    decided_by varchar,
    kind varchar not null,
    kind_words varchar,
    primary key (snapshot_id, nct_id, paper_key)
);
comment on table core.trial_publications is 'one row per snapshot, trial and publication that may be of it';
comment on column core.trial_publications.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.trial_publications.nct_id is 'number of the registration, of any registry';
comment on column core.trial_publications.paper_key is
'what the paper is named by: pmid: and its PMID, else doi: and its DOI, else title: and its title and year';
comment on column core.trial_publications.pmid is 'PubMed identifier, null where the paper has none';
comment on column core.trial_publications.doi is 'digital object identifier, null where unknown';
comment on column core.trial_publications.title is 'title of the paper';
comment on column core.trial_publications.journal is 'journal as PubMed abbreviates it';
comment on column core.trial_publications.publication_date is 'first day that the stated date can mean';
comment on column core.trial_publications.publication_date_precision is 'day, month or year, as stated';
comment on column core.trial_publications.route is
'the surest route that found the paper; all of them are in core.publication_routes';
comment on column core.trial_publications.score is 'how well paper and trial match, 0 to 1';
comment on column core.trial_publications.decision is 'accept, review or reject';
comment on column core.trial_publications.decided_by is 'matching, or the person who signed and the day';
comment on column core.trial_publications.kind is
'what sort of paper it is, as meta.publication_kinds lists them; core.trial_publication_kinds counts those accepted';
comment on column core.trial_publications.kind_words is 'what says so';

create table core.papers_in_quarantine (
    snapshot_id varchar not null,
    nct_id varchar not null,
    paper_key varchar not null,
    title varchar,
    publication_date date not null,
    searched_on date not null,
    reason varchar not null,
    primary key (snapshot_id, nct_id, paper_key)
);
comment on table core.papers_in_quarantine is 'one row per snapshot, trial and paper that can not be what it says';
comment on column core.papers_in_quarantine.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.papers_in_quarantine.nct_id is 'number of the registration, of any registry';
comment on column core.papers_in_quarantine.paper_key is 'the paper, as in core.trial_publications';
comment on column core.papers_in_quarantine.title is 'title of the paper';
comment on column core.papers_in_quarantine.publication_date is 'first day that the stated date can mean';
comment on column core.papers_in_quarantine.searched_on is 'day on which papers were looked for';
comment on column core.papers_in_quarantine.reason is 'why it is in quarantine';

create table core.publication_routes (
    snapshot_id varchar not null,
    nct_id varchar not null,
    paper_key varchar not null,
    route varchar not null,
    detail varchar,
    primary key (snapshot_id, nct_id, paper_key, route)
);
comment on table core.publication_routes is 'one row per snapshot, trial, publication and route that found it';
comment on column core.publication_routes.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.publication_routes.nct_id is 'number of the registration, of any registry';
comment on column core.publication_routes.paper_key is 'the paper, as in core.trial_publications';
comment on column core.publication_routes.route is
'registry reference with its type, accession number, title or abstract, full text, content, or hand find';
comment on column core.publication_routes.detail is 'found by what: the number, the citation, the score, the finder';

create table core.publication_criteria (
    snapshot_id varchar not null,
    nct_id varchar not null,
    paper_key varchar not null,
    criterion varchar not null,
    verdict varchar not null,
    words varchar,
    primary key (snapshot_id, nct_id, paper_key, criterion)
);
comment on table core.publication_criteria is 'one row per snapshot, trial, publication and criterion';
comment on column core.publication_criteria.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.publication_criteria.nct_id is 'number of the registration, of any registry';
comment on column core.publication_criteria.paper_key is 'the paper, as in core.trial_publications';
comment on column core.publication_criteria.criterion is
'study design, indication, primary purpose and principal investigator as in the paper, and seven more';
comment on column core.publication_criteria.verdict is 'pass, fail or unknown';
comment on column core.publication_criteria.words is 'the words of both sides that it was judged by';

create table core.lost_references (
    snapshot_id varchar not null,
    nct_id varchar not null,
    paper_key varchar not null,
    citation varchar,
    primary key (snapshot_id, nct_id, paper_key)
);
comment on table core.lost_references is 'one row per snapshot, trial and reference or hand find without its paper';
comment on column core.lost_references.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.lost_references.nct_id is 'number of the registration, of any registry';
comment on column core.lost_references.paper_key is 'the paper as the reference or the find names it';
comment on column core.lost_references.citation is 'the reference as written, or the title of the hand find';

create table core.first_labels (
    snapshot_id varchar not null,
    nct_id varchar not null,
    attribute varchar not null,
    value varchar not null
);
comment on table core.first_labels is 'one row per snapshot, trial and attribute: the labels when first published';
comment on column core.first_labels.snapshot_id is 'the snapshot that the row belongs to';
comment on column core.first_labels.nct_id is 'number of the registration, of any registry';
comment on column core.first_labels.attribute is 'what is labelled';
comment on column core.first_labels.value is 'the labels joined by |, as read with the vocabularies of that day';

create table core.registration_numbers_by_version (
    version integer not null,
    registry varchar not null,
    number varchar not null,
    kind varchar not null,
    field varchar not null,
    start bigint not null,
    "end" bigint not null,
    words varchar not null
);
comment on table core.registration_numbers_by_version is
'one row per version and number that it bears or names; core.registration_numbers has them by snapshot';
comment on column core.registration_numbers_by_version.version is 'the version, as raw.study_versions numbers it';
comment on column core.registration_numbers_by_version.registry is 'the registry that gives such numbers';
comment on column core.registration_numbers_by_version.number is
'the number without what tells its country or submission';
comment on column core.registration_numbers_by_version.kind is
'own, stated (alone in its field) or mentioned in other words';
comment on column core.registration_numbers_by_version.field is 'path of the text in the record, empty for its own';
comment on column core.registration_numbers_by_version.start is 'first character of the number there';
comment on column core.registration_numbers_by_version."end" is 'character after the number';
comment on column core.registration_numbers_by_version.words is 'the number as written';

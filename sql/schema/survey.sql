-- The private survey database <home>/survey.duckdb: people, messages and answers. It is never published.
-- Times are in UTC without a zone, so that a day has 24 hours wherever it is counted.
create schema if not exists survey;

create table if not exists survey.facts (
    snapshot_id varchar not null,
    is_synthetic boolean not null,
    salt varchar not null
);
comment on table survey.facts is
'one row: where contacts come from, and the secret that hashes of addresses are made with';

create table if not exists survey.trials (
    nct_id varchar not null,
    brief_title varchar,
    status varchar not null,
    region varchar not null,
    funding_source varchar not null,
    is_looked_for boolean not null,
    is_published boolean
);
comment on table survey.trials is 'one row per finished trial that the survey is about';

create table if not exists survey.trial_disease_groups (
    nct_id varchar not null,
    disease_group varchar not null
);
comment on table survey.trial_disease_groups is 'one row per trial and disease group';

create table if not exists survey.contacts (
    nct_id varchar not null,
    contact_class varchar not null,
    respondent_id varchar,
    role varchar not null,
    name varchar not null,
    why varchar not null
);
comment on table survey.contacts is 'one row per trial: whom to ask and why, or why nobody can be asked';

create table if not exists survey.found_addresses (
    nct_id varchar not null,
    email varchar not null
);
comment on table survey.found_addresses is 'one row per trial whose contact''s address a person found by hand';

create table if not exists survey.people (
    respondent_id varchar not null,
    email varchar not null,
    name varchar not null
);
comment on table survey.people is 'one row per person to ask; the respondent id is random and says nothing about them';

create table if not exists survey.addresses (
    email varchar not null,
    respondent_id varchar not null
);
comment on table survey.addresses is 'one row per address of a person';

create table if not exists survey.events (
    respondent_id varchar not null,
    event varchar not null,
    occurred_at timestamp not null,
    source varchar not null
);
comment on table survey.events is 'one row per message sent, bounced or answered';

create table if not exists survey.sheets (
    respondent_id varchar not null,
    nct_id varchar not null,
    answered_at timestamp not null,
    content_sha256 varchar not null,
    source varchar not null
);
comment on table survey.sheets is 'one row per person and trial answered for';

create table if not exists survey.answers (
    respondent_id varchar not null,
    nct_id varchar not null,
    question varchar not null,
    answer varchar not null
);
comment on table survey.answers is
'one row per option chosen or text written; nct_id is empty where the question is about the person';

create table if not exists survey.quarantined (
    source varchar not null,
    position varchar not null,
    kind varchar not null,
    reason varchar not null,
    respondent_id varchar not null
);
comment on table survey.quarantined is
'one row per row of a file that was not taken in; respondent_id is empty where it is of nobody whom we asked';

create table if not exists survey.not_to_be_asked (address_hash varchar not null);
comment on table survey.not_to_be_asked is 'one row per forgotten address, as a salted hash';

-- the instrument, loaded anew each time
create or replace table survey.questions (
    question varchar not null,
    question_order integer not null,
    kind varchar not null,
    about varchar not null,
    is_publication_status boolean not null
);

create or replace table survey.question_statuses (
    question varchar not null,
    status varchar not null
);

create or replace table survey.question_conditions (
    question varchar not null,
    asked_if_question varchar not null,
    asked_if_option varchar not null
);

create or replace table survey.options (
    question varchar not null,
    option_order integer not null,
    option varchar not null,
    is_published boolean not null
);

"""What a person sends from and keeps track with: a mail-merge CSV and a tracking sheet, both private."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from tasks.home import Home
from tasks.survey.instrument import load_instrument

MAIL_MERGE = "mail_merge.csv"
TRACKING = "tracking.csv"
# a spreadsheet would run a cell that begins like a formula; registrations are written by anyone
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

MAIL_MERGE_SQL = """
    select
        people.respondent_id, people.email, people.name, count(*) as trial_count,
        string_agg(contacts.nct_id, '; ' order by contacts.nct_id) as nct_ids,
        string_agg(trials.status, '; ' order by contacts.nct_id) as trial_statuses,
        string_agg(coalesce(trials.brief_title, ''), '; ' order by contacts.nct_id) as titles,
        $1 as instrument_version, facts.is_synthetic
    from survey.people
    inner join survey.contacts using (respondent_id)
    inner join survey.trials using (nct_id)
    cross join survey.facts
    group by all
    order by people.email
"""
TRACKING_SQL = """
    with events as (
        select
            respondent_id,
            min(occurred_at) filter (where event = 'sent') as sent_at,
            min(occurred_at) filter (where event = 'second message') as second_message_at,
            max(occurred_at) filter (where event = 'bounced') as bounced_at,
            min(occurred_at) filter (where event = 'answered') as answered_at
        from survey.events group by respondent_id
    )
    select
        coalesce(contacts.respondent_id, '') as respondent_id, contacts.nct_id, trials.status as trial_status,
        contacts.contact_class, coalesce(people.email, '') as email, contacts.name as contact_name, contacts.role,
        contacts.why, coalesce(found_addresses.email, '') as found_email,
        columns(events.* exclude (respondent_id))
    from survey.contacts
    inner join survey.trials using (nct_id)
    left join survey.people using (respondent_id)
    left join survey.found_addresses using (nct_id)
    left join events using (respondent_id)
    order by contacts.respondent_id nulls last, contacts.nct_id
"""


def write_sheets(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write both sheets; times already logged stand in the tracking sheet with their zone, UTC."""
    folder = home.survey_private
    merge = connection.execute(MAIL_MERGE_SQL, [load_instrument().version])
    write_csv(folder / MAIL_MERGE, [column[0] for column in merge.description or []], merge.fetchall())
    tracking = connection.execute(TRACKING_SQL)
    write_csv(folder / TRACKING, [column[0] for column in tracking.description or []], tracking.fetchall())


def write_csv(path: Path, header: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write a CSV that a spreadsheet opens without running anything in it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows([harmless(value) for value in row] for row in rows)


def harmless(value: Any) -> Any:
    """A cell that is text, not a formula; times with their zone."""
    if hasattr(value, "isoformat"):
        return f"{value.isoformat()}Z"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value

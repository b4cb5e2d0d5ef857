"""Remove a person from everything that the survey keeps, and never ask again."""

from datetime import datetime

import duckdb
import orjson

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.survey.addresses import checked_address
from tasks.survey.choosing import NOT_TO_BE_ASKED
from tasks.survey.importing import keep_quarantined
from tasks.survey.sheets import write_sheets
from tasks.survey.store import address_hash, insert, open_survey, rewrite, salt_of
from tasks.survey.summary import AGGREGATES, build_tables, write_aggregates
from tasks.survey.tombstones import bury, read_lines

ADDRESSES = "select email from survey.addresses union select email from survey.found_addresses"
TABLES_OF_PERSON = ("people", "addresses", "events", "sheets", "answers", "quarantined")


def forget(home: Home, written: str, now: datetime, protocol: Protocol) -> bool:
    """Remove the person of an address, keep a salted hash so as not to ask again, and tell whether they were known."""
    address = checked_address(written)
    if address.problem:
        raise CartscapeError(f"{written}: no e-mail address ({address.problem}); write it as in the tracking sheet")
    with open_survey(home) as connection:
        salt = salt_of(connection)
        if not salt:
            raise CartscapeError(
                f"{home}: nobody was asked yet, so there is nobody to forget; set --home if another home asked"
            )
        ids = "select distinct respondent_id from survey.addresses where email = $1"
        respondents = [row[0] for row in connection.execute(ids, [address.email]).fetchall()]
        emails = {address.email}
        for respondent_id in respondents:
            emails |= remove(connection, respondent_id)
        for email in sorted(emails):
            refuse(connection, email, salt)
        bury(home, [address_hash(email, salt) for email in emails], salt)
        keep_quarantined(connection, "", [], home)
        write_sheets(connection, home)
        if (home.survey / AGGREGATES).exists():
            build_tables(connection, now, protocol)
            write_aggregates(connection, home, now, protocol)
    rewrite(home)
    return bool(respondents)


def obey(home: Home, now: datetime, protocol: Protocol) -> int:
    """Forget everybody whom a restored database knows again; returns how many addresses."""
    stones = {(stone["salt"], stone["address_hash"]) for stone in map(orjson.loads, read_lines(home))}
    if not stones or not home.survey_database.exists():
        return 0
    salts = {salt for salt, _ in stones}
    with open_survey(home) as connection:
        addresses = [row[0] for row in connection.execute(ADDRESSES).fetchall()]
    found = [email for email in addresses if any((salt, address_hash(email, salt)) in stones for salt in salts)]
    for email in found:
        forget(home, email, now, protocol)
    return len(found)


def remove(connection: duckdb.DuckDBPyConnection, respondent_id: str) -> set[str]:
    """Remove a person's rows and return the addresses that they had; their trials then have nobody to ask."""
    known = "select email from survey.addresses where respondent_id = $1"
    emails = {row[0] for row in connection.execute(known, [respondent_id]).fetchall()}
    connection.execute(
        "update survey.contacts set contact_class = $2, respondent_id = null, role = '', name = '', why = '' "
        "where respondent_id = $1",
        [respondent_id, NOT_TO_BE_ASKED],
    )
    for table in TABLES_OF_PERSON:
        connection.execute(f"delete from survey.{table} where respondent_id = $1", [respondent_id])
    return emails


def refuse(connection: duckdb.DuckDBPyConnection, email: str, salt: str) -> None:
    """Keep a hash of the address, and drop the address wherever else it stands."""
    connection.execute("delete from survey.found_addresses where email = $1", [email])
    connection.execute("delete from survey.quarantined where contains(lower(reason), $1)", [email])
    connection.execute("delete from survey.not_to_be_asked where address_hash = $1", [address_hash(email, salt)])
    insert(connection, "not_to_be_asked", [(address_hash(email, salt),)])

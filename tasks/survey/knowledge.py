"""What the survey database already knows when a file comes in."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import duckdb

from tasks.survey.addresses import checked_address
from tasks.survey.tables import BadRow, Row


class Knowledge:
    """Who was asked, about which trials, when, and what came back so far."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read it from the survey database."""
        self.addresses: dict[str, str] = dict(rows(connection, "select email, respondent_id from survey.addresses"))
        self.people = {row[0] for row in rows(connection, "select respondent_id from survey.people")}
        self.statuses: dict[str, str] = dict(rows(connection, "select nct_id, status from survey.trials"))
        self.trials: dict[str, list[str]] = defaultdict(list)
        for respondent_id, nct_id in rows(
            connection, "select respondent_id, nct_id from survey.contacts where respondent_id is not null order by all"
        ):
            self.trials[respondent_id].append(nct_id)
        self.sheets: dict[tuple[str, str], tuple[str, str]] = {
            (respondent_id, nct_id): (content, source)
            for respondent_id, nct_id, content, source in rows(
                connection, "select respondent_id, nct_id, content_sha256, source from survey.sheets"
            )
        }
        self.person_answers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for respondent_id, question, answer in rows(
            connection, "select respondent_id, question, answer from survey.answers where nct_id = ''"
        ):
            self.person_answers[respondent_id, question].add(answer)
        self.events: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for respondent_id, event, at in rows(
            connection, "select respondent_id, event, occurred_at from survey.events order by all"
        ):
            self.events[respondent_id, event].append(at)

    def respondent(self, row: Row) -> str:
        """Whom a row is about, by respondent id or address; BadRow for somebody who is not on our list."""
        written, email = row.text("respondent_id"), row.text("email")
        if written:
            if written in self.people:
                return written
            raise BadRow("not asked", "the respondent id is of nobody whom this survey asked")
        found = self.addresses.get(checked_address(email).email) if email else None
        if found:
            return found
        raise BadRow("not asked", "the address is of nobody whom this survey asked" if email else "names no respondent")

    def whose(self, row: Row) -> str:
        """The respondent id of a row, empty where it is of nobody on our list."""
        try:
            return self.respondent(row)
        except BadRow:
            return ""

    def first_sent(self, respondent_id: str) -> datetime | None:
        """When the first message went out to a person; None if none did."""
        return min(self.events.get((respondent_id, "sent"), []), default=None)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    """All rows of a query."""
    return connection.execute(sql).fetchall()

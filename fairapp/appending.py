"""Rows of append-only tables (history, ledger, receipts): put at the end of the transaction and written for a whole group."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from fairapp.prepared import insert_into


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an append-only table that nobody reads before the transaction ends."""

    table: Any
    values: dict[str, Any]


def append(session: Session, table: Any, values: dict[str, Any]) -> None:
    """Put a row of an append-only table at the end of the transaction, where a group's rows go in together."""
    session.info["pending"].append(Row(table, values))


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Undo what the block wrote when it raises, together with all that it put at the end of the transaction.

    Rows, deeds, letters and news would otherwise tell what was undone.
    """
    pending: list[Any] = session.info["pending"]
    before = len(pending)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del pending[before:]
        raise


def write_rows(connection: Connection, pending: list[Any]) -> None:
    """Write the appended rows of a transaction, a statement a table."""
    tables: dict[Any, list[dict[str, Any]]] = {}
    for item in pending:
        if isinstance(item, Row):
            tables.setdefault(item.table, []).append(item.values)
    for table, rows in tables.items():
        insert_into(table, tuple(rows[0])).many(connection, rows)

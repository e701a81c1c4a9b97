"""Bringing in the rows of a import that is due: by the timed job, or for a page that waits for a few rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from fairapp.errors import AppError, Conflict
from fairapp.intake import Report
from fairapp.partners import queries
from fairapp.partners.actions import runs
from fairapp.partners.actions.sources import check_agreed
from fairapp.partners.rules import NotMapped, own_headings

log = structlog.get_logger()

Write = Callable[..., Any]
Read = Callable[[], AbstractContextManager[Session]]


def bring_in(write: Write, read: Read, now: datetime, run_id: int | None = None) -> int:
    """Bring in the rows of one import that is due, that one or the next, and return how many were taken on.

    `write` and `read` are those of the database: reading a large file takes minutes and a transaction each hundred rows.
    Killed in between, it is read again, and what is there already stays as it is.
    """
    taken = write(runs.claim, run_id, now)
    if taken is None:
        return 0
    try:
        _carry_out(write, read, taken, now)
    except AppError as error:
        write(runs.fail, taken, str(error.detail), now)
    return 1


def bring_in_now(write: Write, read: Read, now: datetime, run_id: int) -> Report:
    """Bring in the rows of one import that is ready and return what became of each; AppError where none could be."""
    if not write(runs.order, run_id, now, mine=True):
        raise Conflict
    try:
        return _carry_out(write, read, run_id, now)
    except AppError as error:
        write(runs.fail, run_id, str(error.detail), now)
        raise


def _carry_out(write: Write, read: Read, run_id: int, now: datetime) -> Report:
    with read() as session:
        found = queries.get_run(session, run_id)
        source = queries.get_source(session, found.source_id)
        content = queries.file_of(session, run_id) or b""
        fair = runs.fair_of(session, source)
        check_agreed(session, source.giver_id, source.receiver_id, source.kind, now)
    table = runs.read_file(source, content, found.file_name)
    with read() as session:
        mapped = queries.mapping_for(session, source.id, own_headings(table))
    if mapped is None:
        raise NotMapped
    log.info("import_run", run=run_id, rows=len(table))
    rows = runs.rows_of(source, table, mapped, fair, now)
    report = runs.carry_out(write, source, rows, found.by, now)
    write(runs.finish, run_id, report, now, now)
    return report

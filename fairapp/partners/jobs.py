"""Timed work with partners' data: deliveries that are due are read."""

from datetime import datetime

import structlog

from fairapp import db
from fairapp.errors import AppError
from fairapp.partners import actions, queries
from fairapp.partners.rules import NotMapped, own_headings

log = structlog.get_logger()


def bring_in(now: datetime, delivery_id: int | None = None) -> int:
    """Bring in the rows of one delivery that is due, that one or the next, and return how many were taken on.

    Reading a large file takes minutes and a transaction each hundred rows; killed in between, it is read again, and what
    is there already stays as it is.
    """
    taken = db.write(actions.claim, delivery_id, now)
    if taken is None:
        return 0
    try:
        _carry_out(taken, now)
    except AppError as error:
        db.write(actions.fail, taken, str(error.detail), now)
    return 1


def _carry_out(delivery_id: int, now: datetime) -> None:
    with db.read() as session:
        found = queries.get_delivery(session, delivery_id)
        source = queries.get_source(session, found.source_id)
        content = queries.content_of(session, delivery_id) or b""
        fair = actions.fair_of(session, source)
        until = actions.check_agreed(session, source.giver_id, source.receiver_id, source.kind, now)
    table = actions.read_file(source, content, found.file_name)
    with db.read() as session:
        mapped = queries.mapping_for(session, source.id, own_headings(table))
    if mapped is None:
        raise NotMapped
    log.info("delivery", delivery=delivery_id, rows=len(table), agreed_until=until.isoformat())
    report = actions.carry_out(db.write, source, actions.rows_of(source, table, mapped, fair, now), found.by, now)
    db.write(actions.finish, delivery_id, report, now, now)


def forget_files(now: datetime) -> int:
    """Forget files and refused rows whose time is over."""
    return db.write(actions.forget_files, now)

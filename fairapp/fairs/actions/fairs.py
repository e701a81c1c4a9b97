"""Writes of fairs: making and changing one, telling its phase."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Stale
from fairapp.fairs import pushes, queries, rules
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce, open_counter

# How many active bookings of the fair do not lie wholly within these times. Filled in wiring.py.
bookings_outside: list[Callable[[Session, int, datetime, datetime], int]] = []
after_edit: list[Callable[[Session, int, datetime], None]] = []  # told the id of each changed fair


def make_fair(session: Session, agency_id: int, fields: rules.FairFields, now: datetime) -> int:
    """Make a fair of the agency, start the numbers of its news, and return its id; Invalid or SlugTaken."""
    rules.check_fair(fields)
    values = asdict(fields) | {"agency_id": agency_id, "created_at": now, "phase_told": rules.phase(fields, now)}
    fair_id = _write(session, insert(Fair).values(**values, rev=1).returning(Fair.id))
    open_counter(session, fair_id)
    trace.record(session, "fair.made", "fair", fair_id, now, fair_id=fair_id)
    return fair_id


def edit_fair(session: Session, fair_id: int, rev: int, fields: rules.FairFields, now: datetime) -> None:
    """Change a fair that is still at `rev`; Stale otherwise, BookingsOutside where people would lose their times."""
    rules.check_fair(fields)
    _keep_bookings(session, fair_id, fields, now)
    kept = queries.fair_by_id(session, fair_id)
    changed = sorted(name for name, value in asdict(fields).items() if getattr(kept, name) != value)
    wanted = update(Fair).where(Fair.id == fair_id, Fair.rev == rev)
    if not _write(session, wanted.values(**asdict(fields), rev=rev + 1)):
        raise Stale
    session.expire_all()
    trace.record(session, "fair.changed", "fair", fair_id, now, fair_id=fair_id, data={"fields": changed})
    tell_phase(session, fair_id, now)
    for told in after_edit:
        told(session, fair_id, now)


def _keep_bookings(session: Session, fair_id: int, fields: rules.FairFields, now: datetime) -> None:
    """Refuse a change that leaves bookings outside of the fair; a draft or an archived fair has none inside."""
    outside = _outside(session, fair_id, fields.starts_at, fields.ends_at)
    if outside:
        raise rules.BookingsOutside.of(outside, "ends_at")
    if rules.phase(fields, now) == "draft":
        everyone = _outside(session, fair_id, fields.ends_at, fields.ends_at)
        if everyone:
            raise rules.BookingsOutside.of(everyone, "announced_at")


def _outside(session: Session, fair_id: int, starts_at: datetime, ends_at: datetime) -> int:
    return sum(count(session, fair_id, starts_at, ends_at) for count in bookings_outside)


def tell_phase(session: Session, fair_id: int, now: datetime) -> bool:
    """Announce the fair's phase unless it is the one last told; return whether it was announced."""
    fair = queries.fair_by_id(session, fair_id)
    phase = rules.phase(fair, now)
    changed = update(Fair).where(Fair.id == fair_id, Fair.phase_told.is_distinct_from(phase)).values(phase_told=phase)
    told = bool(session.execute(changed).rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count
    if told and phase != "draft":
        announce(session, [pushes.phase_changed(fair_id, phase, now)])
    return told


def _write(session: Session, statement: Any) -> int:
    """Run the statement and return the new id or how many rows changed; SlugTaken where another fair has the address.

    The unique index is the judge.
    """
    try:
        with session.begin_nested():
            done: Any = session.execute(statement, execution_options={"synchronize_session": False})
            # Read within the savepoint: SQLite does not release one while a RETURNING is being read.
            return int(done.scalar_one() if statement.is_insert else done.rowcount)
    except IntegrityError as error:
        if "slug" not in str(error.orig):
            raise
        raise rules.SlugTaken.one("slug", rules.SlugTaken.title) from error

"""The log of exports, and the orders of workbooks that take long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from fairapp import clock, trace
from fairapp.accounts.actions import record_destruction
from fairapp.outcomes import queries
from fairapp.outcomes.models import ExportJob, ExportLog

LEASE = timedelta(minutes=30)  # a maker that needs longer has died


def log_export(
    session: Session, fair_id: int, kind: str, form: str, as_of: datetime, by: int | None, now: datetime
) -> int:
    """Write who takes which file, before its first byte; return the entry's id."""
    values = {"fair_id": fair_id, "kind": kind, "format": form, "as_of": as_of, "taken_by": by, "at": now}
    log_id: int = session.execute(insert(ExportLog).values(values).returning(ExportLog.id)).scalar_one()
    taken = {"kind": kind, "form": form}
    trace.record(session, "export.taken", "export", log_id, now, by=by, fair_id=fair_id, data=taken)
    return log_id


def log_tower_file(
    session: Session, agency_id: int | None, form: str, as_of: datetime, told: Mapping[str, str], by: int, now: datetime
) -> None:
    """Write who takes the figures of an agency's fairs, or of all that the person sees (None); they belong to no one fair.

    `told` is what was asked: days, and what they were compared with.
    """
    taken = {"kind": "tower", "form": form, "as_of": clock.rfc3339(as_of), **told}
    trace.record(session, "export.taken", "agency", agency_id or 0, now, by=by, data=taken)


def log_rows(session: Session, log_id: int, rows: int) -> None:
    """Write how many rows the file had, once all of it went out."""
    session.execute(update(ExportLog).where(ExportLog.id == log_id).values(rows=rows))


def order_export(
    session: Session, fair_id: int, kind: str, form: str, as_of: datetime, by: int, now: datetime, *, exact: bool
) -> int:
    """Order a file and return the order's id; one that this person already waits for is not ordered again.

    With `exact` only an order as of that very moment counts as the same.
    """
    same = select(ExportJob.id).where(
        ExportJob.requested_by == by,
        ExportJob.fair_id == fair_id,
        ExportJob.kind == kind,
        ExportJob.format == form,
    )
    if exact:
        same = same.where(ExportJob.as_of == as_of, ExportJob.state.in_(("waiting", "making", "ready")))
    else:
        same = same.where(ExportJob.state.in_(("waiting", "making")))
    known = session.scalar(same.order_by(ExportJob.id.desc()).limit(1))
    if known is not None:
        return known
    values = {
        "fair_id": fair_id,
        "kind": kind,
        "format": form,
        "as_of": as_of,
        "requested_by": by,
        "requested_at": now,
        "state": "waiting",
    }
    return session.execute(insert(ExportJob).values(values).returning(ExportJob.id)).scalar_one()


def claim_export(session: Session, now: datetime) -> int | None:
    """Take the oldest order that waits, or whose maker died, and return its id; None where there is none."""
    due = or_(ExportJob.state == "waiting", (ExportJob.state == "making") & (ExportJob.leased_until < now))
    oldest = select(ExportJob.id).where(due).order_by(ExportJob.id).limit(1).scalar_subquery()
    taken = update(ExportJob).where(ExportJob.id == oldest, due).values(state="making", leased_until=now + LEASE)
    return session.execute(taken.returning(ExportJob.id)).scalar_one_or_none()


def tell_progress(session: Session, job_id: int, done: int, expected: int | None = None) -> None:
    """Say how many rows of an ordered file are written, and of how many."""
    values = {"done": done} if expected is None else {"done": done, "expected": expected}
    session.execute(update(ExportJob).where(ExportJob.id == job_id, ExportJob.state == "making").values(values))


def finish_export(session: Session, job_id: int, file: str, rows: int, now: datetime) -> bool:
    """Say that the file lies in the exports folder; False if it was given up meanwhile, because somebody in it was erased."""
    done: dict[str, Any] = {
        "state": "ready",
        "file": file,
        "rows": rows,
        "done": rows,
        "made_at": now,
        "leased_until": None,
    }
    made = update(ExportJob).where(ExportJob.id == job_id, ExportJob.state == "making").values(done)
    return session.execute(made.returning(ExportJob.id)).first() is not None


def fail_export(session: Session, job_id: int, now: datetime) -> None:
    """Say that the file could not be made."""
    failed: dict[str, Any] = {"state": "failed", "made_at": now, "leased_until": None}
    session.execute(update(ExportJob).where(ExportJob.id == job_id).values(failed))


def forget_exports(session: Session, now: datetime) -> Sequence[str]:
    """Mark files older than a day as deleted, and return their names and those of files given up; the caller deletes them."""
    old = queries.outdated_files(now)
    names = session.scalars(select(ExportJob.file).where(old)).all()
    session.execute(update(ExportJob).where(old).values(state="deleted", file=None))
    if names:
        record_destruction(session, "exports", len(names), now)
    return [name for name in names if name]

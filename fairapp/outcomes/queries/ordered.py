"""Reads of ordered exports: workbooks too long to be made while somebody waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import ExportJob

MOST_WAITED_FOR = 50_000  # rows of a workbook that is made while somebody waits
MOST_SHOWN = 20
KEPT = timedelta(days=1)  # how long a finished file lies ready


@dataclass(frozen=True, slots=True)
class Job:
    """An ordered export with its fair."""

    id: int
    fair_id: int
    slug: str
    zone: str
    fair_agency_id: int
    kind: str
    format: str
    as_of: datetime
    requested_by: int
    requested_at: datetime
    state: str
    file: str | None
    rows: int | None
    made_at: datetime | None
    done: int
    expected: int | None


def _jobs() -> Select[*tuple[Any, ...]]:
    names = [n for n in Job.__slots__ if n not in {"slug", "zone", "fair_agency_id"}]
    columns = [getattr(ExportJob, name) for name in names]
    return select(*columns, Fair.slug, Fair.zone, Fair.agency_id.label("fair_agency_id")).join(
        Fair, Fair.id == ExportJob.fair_id
    )


def outdated_files(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an order whose file is to be deleted: a day old, or given up because of an erasure."""
    given_up = (ExportJob.state == "deleted") & ExportJob.file.is_not(None)
    return or_((ExportJob.state == "ready") & (ExportJob.made_at < now - KEPT), given_up)


def exports_due(session: Session, now: datetime) -> bool:
    """Whether an order waits or a file is old: a tick that finds nothing writes nothing."""
    due = or_(
        ExportJob.state == "waiting",
        (ExportJob.state == "making") & (ExportJob.leased_until < now),
        outdated_files(now),
    )
    return session.execute(select(ExportJob.id).where(due).limit(1)).first() is not None


def export_job(session: Session, job_id: int) -> Job:
    """Return an ordered export; NotFound where there is none."""
    row = session.execute(_jobs().where(ExportJob.id == job_id)).one_or_none()
    if row is None:
        raise NotFound
    return Job(**row._mapping)


def export_jobs(session: Session, fair_id: int, requested_by: int) -> Sequence[Job]:
    """Return the last exports of a fair that this person ordered, newest first."""
    mine = _jobs().where(ExportJob.requested_by == requested_by, ExportJob.fair_id == fair_id)
    return [Job(**row._mapping) for row in session.execute(mine.order_by(ExportJob.id.desc()).limit(MOST_SHOWN))]

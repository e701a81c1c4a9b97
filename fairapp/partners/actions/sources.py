"""Sources: made and changed by organizers of either agency, while an agreement between the two is in force."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import clock, trace
from fairapp.agencies import queries as agencies
from fairapp.agencies.rules import ZONE
from fairapp.errors import Invalid
from fairapp.fairs.models import Fair
from fairapp.partners import queries
from fairapp.partners.models import ColumnMap, DataSource
from fairapp.partners.queries import SourceFacts
from fairapp.partners.rules import Mapped, NoAgreement, SourceFields, check_mapped, check_source, headings_digest


def day_of(now: datetime) -> date:
    """Return the calendar day of agencies."""
    return clock.local(now, ZONE).date()


def check_agreed(session: Session, giver_id: int, receiver_id: int, kind: str, now: datetime) -> date:
    """Return until when (included) such data may go from the one to the other; NoAgreement where it may not now."""
    until = agencies.in_force(session, giver_id, receiver_id, kind, day_of(now))
    if until is None:
        raise NoAgreement
    return until


def _check(session: Session, fields: SourceFields, now: datetime, insecure: bool) -> None:
    check_source(fields, day_of(now), insecure=insecure)
    for agency_id in (fields.giver_id, fields.receiver_id):
        if agencies.get_agency(session, agency_id) is None:
            raise Invalid.one("giver", _l("그런 기관이 없어요"))
    check_agreed(session, fields.giver_id, fields.receiver_id, fields.kind, now)
    if fields.fair_id is not None:
        of_fair = session.execute(select(Fair.agency_id, Fair.ends_at).where(Fair.id == fields.fair_id)).first()
        if of_fair is None or of_fair.agency_id != fields.receiver_id or of_fair.ends_at <= now:
            raise Invalid.one("fair", _l("받는 기관이 여는, 끝나지 않은 박람회를 골라 주세요"))


def make_source(session: Session, fields: SourceFields, by: int, now: datetime, *, insecure: bool = False) -> int:
    """Make a source and return its id; Invalid, or NoAgreement between the two agencies."""
    _check(session, fields, now, insecure)
    next_at = now if fields.every_hours else None
    new = insert(DataSource).values(**asdict(fields), next_at=next_at, created_by=by, created_at=now)
    made = session.scalars(new.returning(DataSource.id)).one()
    trace.record(session, "source.made", "source", made, now, by=by, fair_id=fields.fair_id)
    return made


def change_source(
    session: Session, source_id: int, fields: SourceFields, by: int, now: datetime, *, insecure: bool = False
) -> None:
    """Set what is said of a source. Its kind, its two agencies and its fair stay: what came so far belongs to them."""
    before = queries.get_source(session, source_id)
    fixed = ("kind", "giver_id", "receiver_id", "fair_id")
    if any(getattr(before, name) != getattr(fields, name) for name in fixed):
        raise Invalid(_l("종류와 기관은 바꿀 수 없어요. 새로 만들어 주세요"))
    _check(session, fields, now, insecure)
    moved = (before.address, before.every_hours) != (fields.address, fields.every_hours)
    values = {**asdict(fields), **({"next_at": now if fields.every_hours else None, "etag": ""} if moved else {})}
    session.execute(update(DataSource).where(DataSource.id == source_id).values(values))
    trace.record(session, "source.changed", "source", source_id, now, by=by, fair_id=fields.fair_id)


def end_source(session: Session, source_id: int, by: int, now: datetime) -> None:
    """Take nothing more from a source; what came stays as long as the people agree. Repeating changes nothing."""
    running = update(DataSource).where(DataSource.id == source_id, DataSource.ended_at.is_(None))
    if session.execute(running.values(ended_at=now, next_at=None).returning(DataSource.id)).first():
        trace.record(session, "source.ended", "source", source_id, now, by=by)


def remember_mapping(
    session: Session, source: SourceFacts, headings: Sequence[str], mapped: Mapped, by: int | None, now: datetime
) -> None:
    """Keep how files of this source with these headings are read; Invalid for what cannot be."""
    check_mapped(source.kind, mapped, headings)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    said = {
        "columns": {name: list(parts) for name, parts in mapped.columns.items()},
        "constants": dict(mapped.constants),
        "made_by": by,
        "made_at": now,
    }
    row = dialect.insert(ColumnMap).values(source_id=source.id, headings=headings_digest(headings), **said)
    session.execute(row.on_conflict_do_update(index_elements=[ColumnMap.source_id, ColumnMap.headings], set_=said))
    trace.record(session, "source.mapped", "source", source.id, now, by=by)


def begin_fetch(session: Session, source_id: int, now: datetime) -> tuple[SourceFacts | None, str]:
    """Take a source that is due for oneself by setting its next time; the source and its tag, or None if it is not due.

    A source without an agreement that holds is not asked: nothing may come from there.
    """
    due = update(DataSource).where(DataSource.id == source_id, DataSource.next_at <= now, DataSource.ended_at.is_(None))
    every = session.scalar(select(DataSource.every_hours).where(DataSource.id == source_id)) or 24
    taken = due.values(next_at=now + timedelta(hours=every)).returning(DataSource.etag)
    row = session.execute(taken).first()
    if row is None:
        return None, ""
    source = queries.get_source(session, source_id)
    allowed = agencies.in_force(session, source.giver_id, source.receiver_id, source.kind, day_of(now))
    return (source if allowed else None), row.etag


def note_etag(session: Session, source_id: int, etag: str) -> None:
    """Keep the tag of what was fetched last."""
    session.execute(update(DataSource).where(DataSource.id == source_id).values(etag=etag))

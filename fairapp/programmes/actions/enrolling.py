"""Keeping what a person is in at a partner."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.programmes.models import Enrolment
from fairapp.programmes.rules import EnrolmentFields, checked_enrolment


def enrol(
    session: Session,
    account_id: int,
    agency_id: int,
    kind: str,
    title: str,
    starts_on: date,
    ends_on: date | None,
    state: str,
    now: datetime,
    source: str | None = None,
) -> int:
    """Keep what the person is in at the agency and return its id; told again it changes last day and state alone.

    It is the same one if account, agency, kind, title and first day are. Invalid for what cannot be one.
    """
    told = checked_enrolment(EnrolmentFields(kind, title, starts_on, ends_on, state))
    key: dict[str, Any] = {"account_id": account_id, "agency_id": agency_id}
    key |= {"kind": told.kind, "title": told.title, "starts_on": told.starts_on}
    values = {"ends_on": told.ends_on, "state": told.state, "source": source and source[:60]}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Enrolment).values(**key, **values, created_at=now, changed_at=now)
    made = session.execute(row.on_conflict_do_nothing().returning(Enrolment.id)).scalar()
    if made is not None:
        trace.record(session, "enrolment.made", "enrolment", int(made), now, person_id=account_id)
        return int(made)
    kept = session.execute(select(Enrolment.id, Enrolment.ends_on, Enrolment.state).filter_by(**key)).one()
    if (kept.ends_on, kept.state) != (told.ends_on, told.state):
        session.execute(update(Enrolment).where(Enrolment.id == kept.id).values(**values, changed_at=now))
        trace.record(session, "enrolment.changed", "enrolment", kept.id, now, person_id=account_id)
    return int(kept.id)

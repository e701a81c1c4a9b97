"""What follows from partners' data for the way to a job: who is in a course, who wants to come home, who has to be asked."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.agencies import queries as agencies
from fairapp.errors import Invalid
from fairapp.partners.queries import RecordFacts
from fairapp.programmes.actions.consents import ask_consent
from fairapp.programmes.actions.enrolling import enrol
from fairapp.programmes.models import ConsentAsk, Enrolment, Homecoming

SCHOOLS = "school"


def take_in(session: Session, records: Sequence[RecordFacts], now: datetime) -> None:
    """Keep the courses, and the wishes to come home, that partners' records of known people tell of."""
    schools = {
        one.id for one in agencies.agencies_of(session, {one.giver_id for one in records}) if one.kind == SCHOOLS
    }
    for one in records:
        if one.account_id is None:
            continue
        course = one.values.get("course")
        kind = (course or {}).get("kind") or ("school" if one.giver_id in schools else "course")
        # Who applied for work with the city is in it until somebody says otherwise; a course without an end tells nothing.
        if course and (course.get("ends_on") or kind == "public_work"):
            _enrol(session, one, course, kind, now)
        if one.values.get("returning") and one.values.get("home_region"):
            _keep_wish(session, one.account_id, one.values["home_region"], now)


def _enrol(session: Session, one: RecordFacts, course: dict[str, Any], kind: str, now: datetime) -> None:
    """Keep one course; a partner's list that names no first day is taken to begin when it speaks."""
    starts_on = date.fromisoformat(course["starts_on"]) if course.get("starts_on") else one.said_on
    ends_on = date.fromisoformat(course["ends_on"]) if course.get("ends_on") else None
    state = "completed" if course.get("completed") else "active" if one.gone_at is None else "dropped"
    try:
        source = f"source-{one.source_id}"
        told = (course["title"], min(starts_on, ends_on or starts_on), ends_on, state, now, source)
        enrol(session, one.account_id or 0, one.giver_id, kind, *told)
    except Invalid:  # what the reading let through and this does not; the record itself stays
        return


def follow_correction(session: Session, before: RecordFacts, after: RecordFacts, now: datetime) -> None:
    """Take out what followed from a value that its person had put right or deleted; what is right is kept anew afterwards.

    A wish to come home that came from the record goes; one that she told herself in other words stays.
    """
    if before.account_id is None:
        return
    was = before.values.get("course")
    if was and was != after.values.get("course"):
        theirs = Enrolment.account_id == before.account_id, Enrolment.agency_id == before.giver_id
        wrong = (*theirs, Enrolment.title == was["title"], Enrolment.source == f"source-{before.source_id}")
        for one in session.scalars(delete(Enrolment).where(*wrong).returning(Enrolment.id)).all():
            trace.record(session, "enrolment.removed", "enrolment", one, now, person_id=before.account_id)
    if all(_wish(before)) and _wish(before) != _wish(after):
        told = Homecoming.account_id == before.account_id, Homecoming.home_region == _wish(before)[0]
        session.execute(delete(Homecoming).where(*told, Homecoming.from_on.is_(None)))


def _wish(record: RecordFacts) -> tuple[Any, Any]:
    return record.values.get("home_region"), record.values.get("returning")


def _keep_wish(session: Session, account_id: int, home_region: str, now: datetime) -> None:
    """Keep a wish to come home that a partner tells of; what the person said herself stays."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Homecoming).values(account_id=account_id, home_region=home_region, told_at=now)
    session.execute(row.on_conflict_do_nothing())


def ask_those(session: Session, account_ids: Collection[int], agency_id: int, now: datetime) -> None:
    """Ask people of whom a partner told the agency, and who have not agreed; nobody twice."""
    asked = select(ConsentAsk.seeker_id).where(ConsentAsk.agency_id == agency_id, ConsentAsk.seeker_id.in_(account_ids))
    for account_id in sorted(set(account_ids) - set(session.scalars(asked))):
        ask_consent(session, agency_id, account_id, None, now)

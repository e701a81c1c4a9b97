"""What this domain knows of a person, for her own export. Private notes of counsellors are theirs and not among it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.programmes.models import (
    Assignment,
    Candidacy,
    CaseNote,
    ConsentAsk,
    CounsellorWait,
    Enrolment,
    Goal,
    Homecoming,
    Participation,
    Plan,
    PoolEntry,
    Referral,
    StageStep,
    WayBack,
)

MOST_ROWS = 10_000  # of each section

SECTIONS: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("enrolments", Enrolment, "account_id", ("agency_id", "kind", "title", "starts_on", "ends_on", "state", "source")),
    ("homecoming", Homecoming, "account_id", ("home_region", "from_on", "told_at")),
    ("pools", PoolEntry, "account_id", ("pool_id", "what", "at", "available_from")),
    ("counsellors", Assignment, "seeker_id", ("agency_id", "counsellor_id", "began_at", "ended_at", "why", "reason")),
    ("waiting", CounsellorWait, "seeker_id", ("agency_id", "since", "ended_at")),
    ("consent_asks", ConsentAsk, "seeker_id", ("agency_id", "asked_at", "answered_at", "agreed")),
    ("courses", Participation, "seeker_id", ("programme_id", "began_at", "stage", "ended_at", "end_reason")),
    ("goals", Goal, "seeker_id", ("agency_id", "text", "due_on", "sessions", "done_at", "dropped_at", "why")),
    ("plans", Plan, "seeker_id", ("agency_id", "version", "text", "goals", "offered_at", "agreed", "answer")),
    ("referrals", Referral, "seeker_id", ("agency_id", "listing_id", "to_agency_id", "why", "state", "made_at")),
    ("after_fairs", WayBack, "seeker_id", ("fair_id", "agency_id", "state", "happened", "steps", "at")),
    (
        "candidacies",
        Candidacy,
        "seeker_id",
        ("listing_id", "reasons", "asked_at", "answered_at", "agreed", "invited_at"),
    ),
)


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return everything of the person in this domain by section, each row as plain values (moments and days as text)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for section, table, column, names in SECTIONS:
        wanted = select(*(getattr(table, name) for name in names)).where(getattr(table, column) == account_id)
        rows = session.execute(wanted.limit(MOST_ROWS))
        found[section] = [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]
    notes = select(CaseNote.agency_id, CaseNote.text, CaseNote.contact, CaseNote.at)
    shared = notes.where(CaseNote.seeker_id == account_id, CaseNote.private.is_(False)).order_by(CaseNote.id)
    found["notes"] = [
        {name: _plain(value) for name, value in row._mapping.items()}
        for row in session.execute(shared.limit(MOST_ROWS))
    ]
    steps = (
        select(StageStep.participation_id, StageStep.no, StageStep.what, StageStep.stage, StageStep.at, StageStep.why)
        .join(Participation, Participation.id == StageStep.participation_id)
        .where(Participation.seeker_id == account_id)
        .order_by(StageStep.id)
    )
    found["steps"] = [
        {name: _plain(value) for name, value in row._mapping.items()} for row in session.execute(steps.limit(MOST_ROWS))
    ]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value

"""Reads of agencies and of what they agreed to share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.queries import Organisation
from fairapp.agencies.models import Agency, Agreement
from fairapp.agencies.rules import ZONE, agreement_state

MOST_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """An agency as plain values."""

    id: int
    slug: str
    name: str
    name_en: str
    kind: str
    parent_id: int | None
    region: str | None = None
    serves: tuple[str, ...] = ()  # a desk for these groups alone; none: everybody


_ASKED = (
    Agency.id,
    Agency.slug,
    Agency.name,
    Agency.name_en,
    Agency.kind,
    Agency.parent_id,
    Agency.region,
    Agency.serves,
)
_FACTS = select(*_ASKED)


def _facts(row: Any) -> AgencyFacts:
    return AgencyFacts(**{**row._mapping, "serves": tuple(row.serves)})


def get_agency(session: Session, agency_id: int) -> AgencyFacts | None:
    """Return the agency of that id."""
    row = session.execute(_FACTS.where(Agency.id == agency_id)).first()
    return _facts(row) if row else None


def agency_by_slug(session: Session, slug: str) -> AgencyFacts | None:
    """Return the agency of that slug."""
    row = session.execute(_FACTS.where(Agency.slug == slug)).first()
    return _facts(row) if row else None


def agencies(session: Session, after: int | None = None, limit: int = 50) -> Sequence[AgencyFacts]:
    """Return `limit + 1` agencies in order of id, after an id."""
    wanted = _FACTS.order_by(Agency.id).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(Agency.id > after)
    return [_facts(row) for row in session.execute(wanted)]


def agencies_of(session: Session, agency_ids: Collection[int]) -> Sequence[AgencyFacts]:
    """Return these agencies in order of id, in one query."""
    if not agency_ids:
        return []
    wanted = _FACTS.where(Agency.id.in_(set(agency_ids))).order_by(Agency.id)
    return [_facts(row) for row in session.execute(wanted)]


def agency_names(session: Session, agency_ids: Collection[int]) -> Mapping[int, Organisation]:
    """Return the names of these agencies, in one query; fills accounts.queries.organisation_names."""
    return {found.id: Organisation(found.name, found.name_en) for found in agencies_of(session, agency_ids)}


def with_ancestors(session: Session, agency_id: int) -> list[int]:
    """Return the agency's id and those above it, the nearest first."""
    found: list[int] = []
    here: int | None = agency_id
    while here is not None and here not in found and len(found) < MOST_ANCESTORS:
        found.append(here)
        here = session.scalar(select(Agency.parent_id).where(Agency.id == here))
    return found


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """An agreement as plain values; `state` as rules.agreement_state has it on the day asked for."""

    id: int
    giver_id: int
    receiver_id: int
    kinds: tuple[str, ...]
    purpose: str
    starts_on: date
    ends_on: date
    offered_for: int
    state: str

    def waits_for(self, agency_id: int) -> bool:
        """Whether this agency is to answer it."""
        return (
            self.state == "offered" and agency_id in (self.giver_id, self.receiver_id) and agency_id != self.offered_for
        )


def _agreement(row: Agreement, today: date) -> AgreementFacts:
    state = agreement_state(row.starts_on, row.ends_on, row.accepted_at, row.ended_at, today)
    said = (row.kinds, row.purpose, row.starts_on, row.ends_on, row.offered_for)
    return AgreementFacts(row.id, row.giver_id, row.receiver_id, tuple(said[0]), *said[1:], state)


def get_agreement(session: Session, agreement_id: int, today: date) -> AgreementFacts | None:
    """Return one agreement as it stands on that day (Korea)."""
    row = session.get(Agreement, agreement_id)
    return _agreement(row, today) if row else None


def agreements_of(session: Session, agency_id: int, today: date, limit: int = 200) -> Sequence[AgreementFacts]:
    """Return what this agency gives and receives, the newest first, in one query."""
    theirs = or_(Agreement.giver_id == agency_id, Agreement.receiver_id == agency_id)
    found = select(Agreement).where(theirs).order_by(Agreement.id.desc()).limit(limit)
    return [_agreement(row, today) for row in session.scalars(found)]


def in_force(session: Session, giver_id: int, receiver_id: int, kind: str, today: date) -> date | None:
    """Return until when (included) the giver hands data of this kind to the receiver; None where nothing allows it today.

    An agency needs no agreement with itself; date.max then.
    """
    if giver_id == receiver_id:
        return date.max
    running = (
        Agreement.giver_id == giver_id,
        Agreement.receiver_id == receiver_id,
        Agreement.accepted_at.is_not(None),
        Agreement.ended_at.is_(None),
        Agreement.starts_on <= today,
        Agreement.ends_on >= today,
    )
    rows = session.execute(select(Agreement.ends_on, Agreement.kinds).where(*running))
    return max((row.ends_on for row in rows if kind in row.kinds), default=None)


def givers_of_trainees(session: Session, receiver_id: int, now: datetime) -> Sequence[int]:
    """Return the agencies that hand their trainees and students to this one at `now`."""
    today = clock.local(now, ZONE).date()
    running = (
        Agreement.receiver_id == receiver_id,
        Agreement.accepted_at.is_not(None),
        Agreement.ended_at.is_(None),
        Agreement.starts_on <= today,
        Agreement.ends_on >= today,
    )
    rows = session.execute(select(Agreement.giver_id, Agreement.kinds).where(*running))
    return sorted({row.giver_id for row in rows if "trainees" in row.kinds})

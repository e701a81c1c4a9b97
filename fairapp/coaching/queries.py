"""Reads of coaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.agencies.models import Agency
from fairapp.coaching.models import Coach, SessionNote
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.prepared import prepared
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Booking
from fairapp.scheduling.queries import BookingFacts, Post, SlotRow

GONE = _l("이 코치는 이제 소속 기관의 코치가 아니에요. 잡힌 예약만 남아 있어요.")


@dataclass(frozen=True, slots=True)
class CoachRow:
    """A coach as lists, pages and the API show her."""

    id: int
    fair_id: int
    account_id: int
    name: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    topics: list[str]
    about: str
    about_en: str
    place: str
    serves: list[str]  # groups that her agency is for; none: everybody
    next_free: SlotRow | None


def _belongs() -> ColumnElement[bool]:
    """Whether the coach is still one of her agency's: a membership that ended takes her out of every list."""
    return exists().where(
        Membership.account_id == Coach.account_id,
        Membership.agency_id == Coach.agency_id,
        Membership.role == "coach",
        Membership.ended_at.is_(None),
    )


def _statement() -> Any:
    return (
        select(
            Coach.id,
            Coach.fair_id,
            Coach.account_id,
            Account.name,
            Coach.agency_id,
            Agency.name.label("agency_name"),
            Agency.name_en.label("agency_name_en"),
            Coach.topics,
            Coach.about,
            Coach.about_en,
            Coach.place,
            Agency.serves,
        )
        .join(Account, Account.id == Coach.account_id)
        .join(Agency, Agency.id == Coach.agency_id)
        .where(Account.disabled_at.is_(None), _belongs())
    )


@prepared
def _belonging(dialect: str) -> Select[Any]:
    found = select(Agency.serves).join(Coach, Coach.agency_id == Agency.id)
    return found.where(Coach.id == bindparam("coach"), _belongs())


def serves(session: Session, coach_id: int) -> Sequence[str] | None:
    """Return the groups that the coach's agency is for, none: everybody; None if she belongs to it no more."""
    groups: Sequence[str] | None = _belonging.scalar(session, {"coach": coach_id})
    return groups


def still_coaches(session: Session, coach_id: int) -> bool:
    """Whether the coach still belongs to the agency for which she coaches at the fair."""
    return serves(session, coach_id) is not None


def coaches_of(
    session: Session, fair_id: int, now: datetime, *, after: int | None = None, limit: int = 50
) -> Sequence[CoachRow]:
    """Return the coaches of the fair by id, those after the id `after`, each with her next free slot. Two queries."""
    found = _statement().where(Coach.fair_id == fair_id)
    if after is not None:
        found = found.where(Coach.id > after)
    rows = session.execute(found.order_by(Coach.id).limit(limit)).all()
    free = scheduling.next_free(session, [row.id for row in rows], now, of="coach")
    return [CoachRow(**row._mapping, next_free=free.get(row.id)) for row in rows]


def coach(session: Session, coach_id: int, now: datetime) -> CoachRow | None:
    """Return one coach, or None."""
    row = session.execute(_statement().where(Coach.id == coach_id)).first()
    if row is None:
        return None
    free = scheduling.next_free(session, [row.id], now, of="coach")
    return CoachRow(**row._mapping, next_free=free.get(row.id))


def posts_of(session: Session, account_id: int, limit: int = 20) -> Sequence[tuple[Coach, Fair]]:
    """Return where the person coaches now: her coach rows with their fairs, newest first."""
    found = (
        select(Coach, Fair)
        .join(Fair, Fair.id == Coach.fair_id)
        .where(Coach.account_id == account_id, _belongs())
        .order_by(Fair.starts_at.desc(), Coach.id)
        .limit(limit)
    )
    return [(row.Coach, row.Fair) for row in session.execute(found)]


def fair_of(session: Session, coach_id: int) -> int | None:
    """Return the fair of the coach: its news number is read before anything else of the page."""
    return session.scalar(select(Coach.fair_id).where(Coach.id == coach_id))


def post(session: Session, coach_id: int, now: datetime) -> Post:
    """Return the coach's place at the fair, of which she alone is the host."""
    row = session.execute(
        select(Coach, Account.name, Fair.agency_id.label("fair_agency_id"), _belongs().label("belongs"))
        .join(Account, Account.id == Coach.account_id)
        .join(Fair, Fair.id == Coach.fair_id)
        .where(Coach.id == coach_id)
    ).first()
    if row is None:
        raise NotFound
    return Post(
        kind="coaching",
        id=row.Coach.id,
        fair_id=row.Coach.fair_id,
        fair_agency_id=row.fair_agency_id,
        name=row.name,
        hosts=[(row.Coach.account_id, row.name)],
        agency_id=row.Coach.agency_id,
        account_id=row.Coach.account_id,
        topics=row.Coach.topics,
        hidden=() if row.belongs else (GONE,),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coach of an agency who could coach at a fair."""

    account_id: int
    name: str
    agency_id: int
    agency_name: str


def candidates(session: Session, fair_id: int, limit: int = 200) -> Sequence[Candidate]:
    """Return coaches of any agency who do not coach at the fair yet, by agency and name."""
    there = select(Coach.account_id).where(Coach.fair_id == fair_id)
    found = (
        select(Membership.account_id, Account.name, Membership.agency_id, Agency.name.label("agency_name"))
        .join(Account, Account.id == Membership.account_id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(Membership.role == "coach", Membership.ended_at.is_(None), Account.disabled_at.is_(None))
        .where(Membership.account_id.not_in(there))
        .order_by(Agency.name, Account.name, Account.id)
        .limit(limit)
    )
    return [Candidate(**row._mapping) for row in session.execute(found)]


def fairs_to_join(session: Session, account_id: int, now: datetime, limit: int = 50) -> Sequence[Fair]:
    """Return announced fairs that have not ended and at which the person does not coach yet, the next first."""
    there = select(Coach.fair_id).where(Coach.account_id == account_id)
    found = select(Fair).where(Fair.announced_at <= now, Fair.ends_at > now, Fair.id.not_in(there))
    return list(session.scalars(found.order_by(Fair.starts_at, Fair.id).limit(limit)))


@dataclass(frozen=True, slots=True)
class Notes:
    """What is written about a coaching session, as one of its two people may read it."""

    seeker: str
    coach: str
    private: str  # the reader's own; empty for the seeker


def notes_of(session: Session, facts: BookingFacts, reader_id: int) -> Notes:
    """Return the notes of the session: shared ones of its two people, and the private one that the reader wrote herself."""
    rows = session.scalars(select(SessionNote).where(SessionNote.booking_id == facts.id)).all()
    shared = {row.author_id: row.text for row in rows if not row.private}
    private = next((row.text for row in rows if row.private and row.author_id == reader_id), "")
    return Notes(shared.get(facts.seeker_id, ""), shared.get(facts.host_id, ""), private)


def coach_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many coaches each fair has."""
    found = select(Coach.fair_id, func.count()).where(Coach.fair_id.in_(fair_ids)).group_by(Coach.fair_id)
    return {row[0]: row[1] for row in session.execute(found)}


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what this domain keeps about a person, for her own export: shared notes, and all that she wrote herself."""
    note = SessionNote
    notes = (
        select(note.booking_id, note.author_id, note.private, note.text, note.written_at)
        .join(Booking, Booking.id == note.booking_id)
        .where((note.author_id == account_id) | ((Booking.seeker_id == account_id) & note.private.is_(False)))
        .order_by(note.booking_id, note.author_id)
    )
    cards = select(Coach.id, Coach.fair_id, Coach.agency_id, Coach.topics, Coach.about, Coach.about_en, Coach.place)
    found = {
        "session_notes": notes,
        "coach_cards": cards.where(Coach.account_id == account_id).order_by(Coach.id),
    }
    return {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}

"""Reads of waitlists: who waits where, and which offer is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp import clock
from fairapp.accounts.models import Account
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Line, LineEntry, Offer, Slot, SlotHost, WaitlistEntry
from fairapp.scheduling.queries.people import resources_by_account
from fairapp.scheduling.queries.slots import SlotRow

MOST_LOCKED = 100


def _at(booth_id: int | None, coach_id: int | None) -> ColumnElement[bool]:
    if booth_id is not None:
        return WaitlistEntry.booth_id == booth_id
    return WaitlistEntry.coach_id == coach_id


def waiting_for(session: Session, slot: SlotRow, limit: int = 50) -> Sequence[WaitlistEntry]:
    """Return who waits for such a slot, first come first: at its booth or coach, for its host, at its time of day."""
    zone = session.scalar(select(Fair.zone).where(Fair.id == slot.fair_id)) or "UTC"
    at = clock.local(slot.starts_at, zone)
    minute, hosts = at.hour * 60 + at.minute, [one for one, _ in slot.hosts]
    found = select(WaitlistEntry).where(
        _at(slot.booth_id, slot.coach_id),
        WaitlistEntry.status == "waiting",
        WaitlistEntry.from_minute <= minute,
        WaitlistEntry.to_minute > minute,
        or_(WaitlistEntry.host_id.is_(None), WaitlistEntry.host_id.in_(hosts)),
    )
    return list(session.scalars(found.order_by(WaitlistEntry.id).limit(limit)))


def may_be_given(session: Session, slot_ids: Iterable[int]) -> list[int]:
    """Return the resources of everybody who may get a seat of these slots when it is freed, and of whoever may then meet.

    Those are locked together before the first seat is given away; one after the other could wait for each other in a circle.
    """
    wanted = sorted(set(slot_ids))
    given = session.execute(select(Slot.booth_id, Slot.coach_id).where(Slot.id.in_(wanted))).all()
    booths = {row.booth_id for row in given if row.booth_id is not None}
    coaches = {row.coach_id for row in given if row.coach_id is not None}
    there = or_(WaitlistEntry.booth_id.in_(booths), WaitlistEntry.coach_id.in_(coaches))
    found = [
        select(WaitlistEntry.seeker_id).where(there, WaitlistEntry.status == "waiting").limit(MOST_LOCKED),
        select(LineEntry.seeker_id)
        .join(Line, Line.id == LineEntry.line_id)
        .where(Line.booth_id.in_(booths), LineEntry.status == "waiting")
        .limit(MOST_LOCKED),
        select(SlotHost.account_id).where(SlotHost.slot_id.in_(wanted)).limit(MOST_LOCKED),
    ]
    people = {one for statement in found for one in session.scalars(statement)}
    return list(resources_by_account(session, people).values())


def gives_time(session: Session, host_id: int, booth_id: int | None, coach_id: int | None) -> bool:
    """Whether the person is the host of a slot there, or one of several."""
    several = select(SlotHost.slot_id).where(SlotHost.account_id == host_id)
    giver = Slot.booth_id == booth_id if booth_id is not None else Slot.coach_id == coach_id
    found = select(Slot.id).where(giver, or_(Slot.host_id == host_id, Slot.id.in_(several))).limit(1)
    return session.scalar(found) is not None


def position(session: Session, entry: WaitlistEntry) -> int:
    """Return the place in the line, 1 for the next; 0 for an entry that no longer waits."""
    if entry.status != "waiting":
        return 0
    ahead = select(func.count()).where(
        _at(entry.booth_id, entry.coach_id),
        WaitlistEntry.status == "waiting",
        WaitlistEntry.id <= entry.id,
    )
    return session.scalar(ahead) or 0


def entry_of(
    session: Session, seeker_id: int, *, booth_id: int | None = None, coach_id: int | None = None
) -> WaitlistEntry | None:
    """Return the seeker's live entry at the booth or coach."""
    return session.scalar(
        select(WaitlistEntry).where(
            _at(booth_id, coach_id),
            WaitlistEntry.seeker_id == seeker_id,
            WaitlistEntry.wait_key.is_not(None),
        )
    )


def offer_with_entry(session: Session, offer_id: int) -> Any:
    """Return (offer, entry) of an offer, open or not, or None."""
    both = select(Offer, WaitlistEntry).join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id)
    return session.execute(both.where(Offer.id == offer_id)).first()


def open_offers(session: Session, booking_ids: Iterable[int]) -> dict[int, int]:
    """Return the open offer of each of the held bookings that stands for one, by the booking's id."""
    found = select(Offer.booking_id, Offer.id).where(
        Offer.booking_id.in_(sorted(set(booking_ids))), Offer.status == "open"
    )
    return {row.booking_id: row.id for row in session.execute(found)}


@dataclass(frozen=True, slots=True)
class WaitRow:
    """A place in a waitlist, as the one who waits sees it."""

    id: int
    booth_id: int | None
    coach_id: int | None
    fair_id: int
    name: str  # of the employer or the coach
    position: int


def waits_of(session: Session, seeker_id: int, limit: int = 50) -> Sequence[WaitRow]:
    """Return where the seeker waits, each with her position, 1 for the next. One statement."""
    ahead, theirs = aliased(WaitlistEntry), aliased(Slot)
    same = or_(ahead.booth_id == WaitlistEntry.booth_id, ahead.coach_id == WaitlistEntry.coach_id)
    place = (
        select(func.count())
        .where(same, ahead.status == "waiting", ahead.id <= WaitlistEntry.id)
        .correlate(WaitlistEntry)
        .scalar_subquery()
    )
    # Coaches belong to a later domain; who gives the sessions that somebody waits for stands in their slots.
    of_coach = (
        select(Account.name, theirs.fair_id)
        .join(theirs, theirs.host_id == Account.id)
        .where(theirs.coach_id == WaitlistEntry.coach_id)
        .limit(1)
        .correlate(WaitlistEntry)
    )
    coach, fair = (of_coach.with_only_columns(c).scalar_subquery() for c in (Account.name, theirs.fair_id))
    found = (
        select(
            WaitlistEntry.id,
            WaitlistEntry.booth_id,
            WaitlistEntry.coach_id,
            func.coalesce(Booth.fair_id, fair).label("fair_id"),
            func.coalesce(Employer.name, coach, "").label("name"),
            place.label("position"),
        )
        .outerjoin(Booth, Booth.id == WaitlistEntry.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .where(WaitlistEntry.seeker_id == seeker_id, WaitlistEntry.status == "waiting")
    )
    return [WaitRow(**row._mapping) for row in session.execute(found.order_by(WaitlistEntry.id).limit(limit))]

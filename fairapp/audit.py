"""The audit: every invariant derived again from the rows, by other means than those that keep it.

`flask --app run audit` prints each breach and exits 1 if there is one. It only reads.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from fairapp import trace
from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account, Consent, Disclosure
from fairapp.booths import rules as booths
from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Room
from fairapp.live.models import News, NewsCounter, Outbox, PersonalCounter, PersonalNews
from fairapp.outcomes import queries as outcomes
from fairapp.partners import queries as partners
from fairapp.programmes import queries as programmes
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import (
    ACTIVE,
    Block,
    Booking,
    BookingHistory,
    Offer,
    Resource,
    Slot,
    SlotHost,
    TimeClaim,
    WaitlistEntry,
)
from fairapp.scheduling.rules import grains
from fairapp.visits import queries as visits

MOST_TOLD = 100  # of each kind

Check = Callable[[Session], Iterator[str]]


def breaches(session: Session) -> list[str]:
    """Return a sentence for every breach of an invariant; an empty list is a clean audit."""
    found = [sentence for check in CHECKS for sentence in check(session)]
    domains = (scheduling.breaches, outcomes.breaches, visits.breaches, partners.breaches, programmes.breaches)
    return [*found, *(sentence for told in domains for sentence in told(session))]


def _meetings() -> Any:
    """Select every stretch of time that a resource is promised: (resource, starts_at, ends_at, what)."""
    booked = (
        select(Resource.id.label("resource"), Slot.starts_at, Slot.ends_at, _named("booking", Booking.id))
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Resource, Resource.account_id == Booking.seeker_id)
        .where(Booking.status.in_(ACTIVE))
    )
    busy = (Slot.busy_from.label("starts_at"), Slot.busy_until.label("ends_at"))
    chosen = (
        select(Resource.id.label("resource"), *times, _named("booking", Booking.id))
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Resource, on)
        .where(Booking.status.in_(ACTIVE))
        for times, on in (
            (busy, Resource.account_id == Booking.host_id),
            ((Slot.starts_at, Slot.ends_at), Resource.room_id == Booking.room_id),
        )
    )
    panel = Slot.__table__.join(SlotHost, and_(SlotHost.slot_id == Slot.id, Slot.hosting == "panel"))
    offered = (
        select(Resource.id.label("resource"), *times, _named("slot", Slot.id))
        .select_from(where)
        .join(Resource, on)
        .where(Slot.closed_at.is_(None))
        for times, where, on in (
            (busy, Slot, Resource.account_id == Slot.host_id),
            (busy, panel, Resource.account_id == SlotHost.account_id),
            ((Slot.starts_at, Slot.ends_at), Slot, Resource.room_id == Slot.room_id),
        )
    )
    blocked = select(
        Block.resource_id.label("resource"), Block.starts_at, Block.ends_at, _named("block", Block.id)
    ).where(Block.removed_at.is_(None))
    return union_all(booked, *chosen, *offered, blocked)


def _named(word: str, column: Any) -> Any:
    return (literal(word + " ") + cast(column, String)).label("what")


def overlaps(session: Session) -> Iterator[str]:
    """Invariant 1: nobody and no room is promised twice at a time; found from the meetings alone, not from claims."""
    every = _meetings().subquery()
    order = {"partition_by": every.c.resource, "order_by": (every.c.starts_at, every.c.ends_at, every.c.what)}
    with_last = select(
        every.c.resource,
        every.c.what,
        every.c.starts_at,
        func.max(every.c.ends_at).over(**order, rows=(None, -1)).label("busy_until"),
        func.lag(every.c.what).over(**order).label("before"),
    ).subquery()
    clash = select(with_last).where(with_last.c.busy_until > with_last.c.starts_at)
    for row in session.execute(clash.order_by(with_last.c.resource, with_last.c.starts_at).limit(MOST_TOLD)):
        yield f"resource {row.resource} is in two places: {row.what} begins before {row.before} ends"


def claims_match(session: Session) -> Iterator[str]:
    """Invariant 1: the claims are exactly those of the active bookings, open slots and blocks."""
    owner = func.coalesce(
        literal("booking ") + cast(TimeClaim.booking_id, String),
        literal("slot ") + cast(TimeClaim.slot_id, String),
        literal("block ") + cast(TimeClaim.block_id, String),
    )
    kept = select(
        TimeClaim.resource_id, owner, func.count(), func.min(TimeClaim.grain), func.max(TimeClaim.grain)
    ).group_by(TimeClaim.resource_id, owner)
    # Grains of a resource are distinct, so their count, least and greatest say which they are.
    have = {(row[0], row[1]): (row[2], row[3], row[4]) for row in session.execute(kept)}
    told = 0
    for resource, start, end, what in session.execute(_meetings()):
        span = grains(start, end)
        if have.pop((resource, what), None) != (len(span), span[0], span[-1]) and (told := told + 1) <= MOST_TOLD:
            yield f"{what} does not hold exactly its claims on resource {resource}"
    for resource, what in list(have)[:MOST_TOLD]:
        yield f"{what} holds claims on resource {resource} that nothing explains"


def seats(session: Session) -> Iterator[str]:
    """Invariant 2: active bookings have distinct seats within the capacity."""
    taken = (
        select(Slot.id, Slot.capacity, func.count(), func.count(Booking.seat_no.distinct()), func.max(Booking.seat_no))
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.status.in_(ACTIVE))
        .group_by(Slot.id, Slot.capacity)
    )
    count, distinct, highest = func.count(), func.count(Booking.seat_no.distinct()), func.max(Booking.seat_no)
    wrong = taken.having(or_(count > Slot.capacity, distinct != count, highest > Slot.capacity))
    for row in session.execute(wrong.limit(MOST_TOLD)):
        yield f"slot {row[0]}: {row[2]} active bookings on {row[3]} seats of {row[1]}"


def exclusive(session: Session) -> Iterator[str]:
    """Invariant 2: one active interview per booth and seeker unless the employer allows more."""
    twice = (
        select(Slot.booth_id, Booking.seeker_id, func.count())
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Booth, Booth.id == Slot.booth_id)
        .where(Booking.status.in_(ACTIVE), Slot.kind == "interview", Booking.exclusive_key.is_not(None))
        .group_by(Slot.booth_id, Booking.seeker_id)
        .having(func.count() > 1)
    )
    for row in session.execute(twice.limit(MOST_TOLD)):
        yield f"account {row[1]} has {row[2]} active interviews at booth {row[0]}"


def wages(session: Session) -> Iterator[str]:
    """Invariant 3: each listing knows until when its wage is legal; not so when a minimum came without a migration."""
    offered = func.coalesce(Listing.salary_min, Listing.salary_max)
    kept = select(Listing.id, Listing.legal_until, offered, Listing.salary_period, Listing.hours_per_week)
    told = 0
    for listing, until, salary, period, hours in session.execute(kept.order_by(Listing.id)):
        legal_until = booths.legal_until(salary, period, hours)
        if until != legal_until and (told := told + 1) <= MOST_TOLD:
            yield f"listing {listing}: its wage is legal until {legal_until}, kept is {until}"


def news_without_gaps(session: Session) -> Iterator[str]:
    """Invariant 5: the numbers of a fair, and of a person, have no gap and end at their counter."""
    held = func.count(News.seq)
    fairs = (
        select(NewsCounter.fair_id, NewsCounter.seq, NewsCounter.oldest, held, func.max(News.seq))
        .outerjoin(News, News.fair_id == NewsCounter.fair_id)
        .group_by(NewsCounter.fair_id, NewsCounter.seq, NewsCounter.oldest)
    )
    for fair, seq, oldest, count, last in session.execute(fairs):
        if count != seq - oldest + 1 or (last or oldest - 1) != seq:
            yield f"fair {fair}: {count} news from {oldest} to {last}, its counter says {seq}"
    first, last_own, count_own = func.min(PersonalNews.seq), func.max(PersonalNews.seq), func.count(PersonalNews.seq)
    people = (
        select(PersonalCounter.account_id, PersonalCounter.seq, first, last_own, count_own)
        .join(PersonalNews, PersonalNews.account_id == PersonalCounter.account_id)
        .group_by(PersonalCounter.account_id, PersonalCounter.seq)
        .having(or_(last_own != PersonalCounter.seq, count_own != last_own - first + 1))
    )
    for row in session.execute(people.limit(MOST_TOLD)):
        yield f"account {row[0]}: {row[4]} news from {row[2]} to {row[3]}, the counter says {row[1]}"


def histories(session: Session) -> Iterator[str]:
    """Invariant 6: each booking is what the last row of its history says, and every revision is there."""
    last = (
        select(BookingHistory.booking_id, func.count().label("rows"), func.max(BookingHistory.rev).label("rev"))
        .group_by(BookingHistory.booking_id)
        .subquery()
    )
    final = aliased(BookingHistory)
    wrong = (
        select(Booking.id)
        .outerjoin(last, last.c.booking_id == Booking.id)
        .outerjoin(final, and_(final.booking_id == Booking.id, final.rev == last.c.rev))
        .where(
            or_(
                last.c.rows.is_(None),
                last.c.rows != Booking.rev,
                last.c.rev != Booking.rev,
                final.status != Booking.status,
                final.slot_id != Booking.slot_id,
                final.host_id.is_distinct_from(Booking.host_id),
                final.room_id.is_distinct_from(Booking.room_id),
            )
        )
    )
    for booking in session.scalars(wrong.order_by(Booking.id).limit(MOST_TOLD)):
        yield f"booking {booking} is not what its history says"


def letters(session: Session) -> Iterator[str]:
    """Invariant 4: every revision at which a booking was confirmed or moved has its one letter."""
    key = literal("booking:") + cast(BookingHistory.booking_id, String) + ":" + cast(BookingHistory.rev, String)
    missing = (
        select(BookingHistory.booking_id, BookingHistory.rev)
        .outerjoin(Outbox, Outbox.key == key)
        .where(BookingHistory.status == "confirmed", Outbox.id.is_(None))
    )
    for row in session.execute(missing.limit(MOST_TOLD)):
        yield f"booking {row.booking_id} has no letter for its revision {row.rev}"


def resources(session: Session) -> Iterator[str]:
    """Everybody and every room is a resource."""
    for word, model, column in (("account", Account, Resource.account_id), ("room", Room, Resource.room_id)):
        missing = select(model.id).outerjoin(Resource, column == model.id).where(Resource.id.is_(None))
        for found in session.scalars(missing.limit(MOST_TOLD)):
            yield f"{word} {found} is no resource"


def offers(session: Session) -> Iterator[str]:
    """An open offer is a held booking of an entry that is offered, and an offered entry has one open offer."""
    opened = func.sum(case((Offer.status == "open", 1), else_=0))
    counted = (
        select(WaitlistEntry.id, WaitlistEntry.status, opened)
        .outerjoin(Offer, Offer.entry_id == WaitlistEntry.id)
        .group_by(WaitlistEntry.id, WaitlistEntry.status)
        .having(func.coalesce(opened, 0) != cast(case((WaitlistEntry.status == "offered", 1), else_=0), Integer))
    )
    for row in session.execute(counted.limit(MOST_TOLD)):
        yield f"waitlist entry {row[0]} is {row[1]} with {row[2] or 0} open offers"
    unheld = select(Offer.id).join(Booking, Booking.id == Offer.booking_id)
    for found in session.scalars(unheld.where(Offer.status == "open", Booking.status != "held").limit(MOST_TOLD)):
        yield f"offer {found} is open, but its booking is not held"


def disclosures(session: Session) -> Iterator[str]:
    """Invariant 7: nothing was shown without a consent of that seeker that held at the time."""
    wrong = (
        select(Disclosure.id)
        .join(Consent, Consent.id == Disclosure.consent_id)
        .where(
            or_(
                Consent.seeker_id != Disclosure.seeker_id,
                Disclosure.at < Consent.given_at,
                Disclosure.at >= Consent.until,
                Disclosure.at > Consent.withdrawn_at,
            )
        )
    )
    for found in session.scalars(wrong.limit(MOST_TOLD)):
        yield f"disclosure {found} had no consent that held"


def stale_holds(session: Session, now: datetime) -> int:
    """Return how many holds are past their time and not yet swept; no breach, since they count for nothing."""
    found = select(func.count()).where(Booking.status.in_(("held", "requested")), Booking.hold_expires_at <= now)
    return session.scalar(found) or 0


CHECKS: tuple[Check, ...] = (
    overlaps,
    claims_match,
    seats,
    exclusive,
    wages,
    news_without_gaps,
    histories,
    letters,
    resources,
    offers,
    disclosures,
    accounts.breaches,
    trace.broken,
)

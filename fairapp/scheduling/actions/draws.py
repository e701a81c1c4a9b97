"""Draws: open one over slots, enter it with wishes, hold it. Each turn is a transaction, so a killed draw goes on."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from fairapp.appending import savepoint
from fairapp.booths.models import Booth
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.booking import book
from fairapp.scheduling.models import Draw, DrawEntry, DrawSlot, Slot
from fairapp.scheduling.queries import draws
from fairapp.scheduling.rules import Wish

GIVES_TIME = timedelta(minutes=10)  # what is left stays closed as long as the draw runs


def open_draw(
    session: Session,
    booth_id: int,
    slot_ids: Sequence[int],
    closes_at: datetime,
    draws_at: datetime,
    actor_id: int,
    now: datetime,
    *,
    share: int = 0,
) -> int:
    """Draw for these slots of the booth instead of giving them to who comes first; return the draw's id.

    `share` per cent of them, spread evenly over the time, are kept for people who walk in. What is left opens to everybody
    after the draw, an hour later at the latest. Raises Invalid, for slots too that are booked, drawn for, or not the booth's.
    """
    queries.lock_slots(session, slot_ids)
    starts = draws.can_be_drawn(session, slot_ids, booth_id)
    if len(starts) < len(slot_ids):
        raise Invalid.one("slots", _l("비어 있는 이 부스의 시간만 추첨할 수 있어요"))
    rules.check_draw(closes_at, draws_at, list(starts.values()), share, now)
    ordered = sorted(starts, key=lambda one: (starts[one], one))
    for_line = {ordered[n] for n in rules.kept_for_line(len(ordered), share)}
    row = {
        "fair_id": session.execute(select(Booth.fair_id).where(Booth.id == booth_id)).scalar_one(),
        "booth_id": booth_id,
        "seed": secrets.token_hex(32),
        "closes_at": closes_at,
        "draws_at": draws_at,
        "created_at": now,
        "created_by": actor_id,
        "done": 0,
    }
    draw_id: int = session.execute(insert(Draw).returning(Draw.id), row).scalar_one()
    drawn = [one for one in ordered if one not in for_line]
    session.execute(insert(DrawSlot), [{"draw_id": draw_id, "slot_id": one, "seats": 0} for one in drawn])
    opens_at = draws_at + rules.LEFT_OPENS
    session.execute(update(Slot).where(Slot.id.in_(drawn)).values(opens_at=opens_at, rev=Slot.rev + 1))
    session.execute(update(Slot).where(Slot.id.in_(for_line)).values(for_line=True, rev=Slot.rev + 1))
    return draw_id


def enter_draw(
    session: Session,
    draw_id: int,
    seeker_id: int,
    wishes: Sequence[int],
    now: datetime,
    *,
    consent: bool = False,
    listing_id: int | None = None,
) -> str:
    """Enter the draw with slots in the order in which they are wished, or change one's wishes; return the entry's code.

    Raises NotFound, DrawOver after the close, Invalid for wishes that are not offered.
    """
    draw = draws.lock_draw(session, draw_id)
    found = draws.draw_of(session, draw_id)
    if draw is None or found is None:
        raise NotFound
    rules.check_wishes(wishes, found.seats, draw.closes_at, now)
    values = {"wishes": [str(one) for one in wishes], "consent": consent, "listing_id": listing_id}
    entry = draws.own_draw_entry(session, draw_id, seeker_id)
    if entry is not None:
        session.execute(update(DrawEntry).where(DrawEntry.id == entry.id).values(**values))
        return entry.code
    code = secrets.token_hex(8)
    row = values | {"draw_id": draw_id, "seeker_id": seeker_id, "code": code, "entered_at": now, "excluded": []}
    session.execute(insert(DrawEntry), row)
    return code


def leave_draw(session: Session, draw_id: int, seeker_id: int, now: datetime) -> None:
    """Take one's entry back; DrawOver after the close."""
    draw = draws.lock_draw(session, draw_id)
    if draw is None or draws.own_draw_entry(session, draw_id, seeker_id) is None:
        raise NotFound
    if now >= draw.closes_at:
        raise rules.DrawOver
    session.execute(delete(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.seeker_id == seeker_id))


def draw_next(session: Session, draw_id: int, now: datetime) -> bool:
    """Give the next entry its turn; False when all have had theirs and the draw is over.

    Who had a turn stands in the same transaction as what came of it, so a draw that is interrupted goes on where it was.
    """
    draw = draws.lock_draw(session, draw_id)
    if draw is None or draw.drawn_at is not None or draw.draws_at > now:
        return False
    if draw.begun_at is None:
        _begin(session, draw, now)
    entry = draws.next_entry(session, draw_id, draw.done)
    if entry is None:
        _end(session, draw, now)
        return False
    _turn(session, draw, entry, now)
    session.execute(update(Draw).where(Draw.id == draw.id).values(done=entry.place))
    return True


def _begin(session: Session, draw: Draw, now: datetime) -> None:
    """Fix seats and order, and keep what is left closed while the draw runs."""
    seats = draws.seats_to_draw(session, draw.id)
    for slot_id, free in seats.items():
        session.execute(update(DrawSlot).where(DrawSlot.slot_id == slot_id).values(seats=free))
    found = session.execute(select(DrawEntry.code, DrawEntry.id).where(DrawEntry.draw_id == draw.id))
    entries: dict[str, int] = {row.code: row.id for row in found}
    order = enumerate(rules.drawn_order(draw.seed, entries), 1)
    places = [{"id": entries[code], "place": place} for place, code in order]
    if places:
        session.execute(update(DrawEntry), places)  # thousands may have entered: one statement for all
    opens_at = max(now + GIVES_TIME, draw.draws_at + rules.LEFT_OPENS)
    session.execute(update(Slot).where(Slot.id.in_(list(seats))).values(opens_at=opens_at))
    session.execute(update(Draw).where(Draw.id == draw.id).values(begun_at=now))


def _turn(session: Session, draw: Draw, entry: DrawEntry, now: datetime) -> None:
    """Book the dearest wish that has a seat; what cannot be hers for another reason is noted, so that all can be redone."""
    found = draws.draw_of(session, draw.id)
    won = draws.won_seats(session, draw.id)
    seats = {} if found is None else found.seats
    excluded: list[str] = []
    wish = Wish(listing_id=entry.listing_id, consent=entry.consent, drawn=True)
    queries.lock_slots(session, [int(one) for one in entry.wishes])
    for slot_id in map(int, entry.wishes):
        if seats.get(slot_id, 0) <= won.get(slot_id, 0):
            continue
        try:
            with savepoint(session):
                booked = book(session, slot_id, entry.seeker_id, wish, now)
        except (Conflict, Invalid, NotFound):
            excluded.append(str(slot_id))
            continue
        values = {"won_id": slot_id, "booking_id": booked.id, "excluded": excluded}
        session.execute(update(DrawEntry).where(DrawEntry.id == entry.id).values(**values))
        return
    session.execute(update(DrawEntry).where(DrawEntry.id == entry.id).values(excluded=excluded))
    post(session, [pushes.not_drawn_letter(entry.id, entry.seeker_id, draw.booth_id, now)])


def _end(session: Session, draw: Draw, now: datetime) -> None:
    """Publish the seed and open what is left."""
    session.execute(update(Draw).where(Draw.id == draw.id).values(drawn_at=now))
    ids = list(session.scalars(select(DrawSlot.slot_id).where(DrawSlot.draw_id == draw.id)))
    session.execute(update(Slot).where(Slot.id.in_(ids)).values(opens_at=now))
    left = [one for one in queries.slots_by_id(session, ids).values() if one.seats_left > 0 and one.closed_at is None]
    announce(session, [pushes.slot_changed(slot, slot.seats_left, now) for slot in left])

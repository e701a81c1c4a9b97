"""The calls of draws: open one, enter it, read what came of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.openapi import call
from fairapp.scheduling import actions, queries, rules
from fairapp.shapes import Id, In, Moment, MomentIn, Ref, number


class DrawIn(In):
    """Which slots are drawn for and when; `share` per cent of them are kept for people who walk in."""

    slots: Annotated[list[Id], Field(min_length=1, max_length=200)]
    closes_at: MomentIn
    draws_at: MomentIn
    share: Annotated[int, Field(ge=0, le=50, strict=True)] = 0


class EntryIn(In):
    """Slots in the order in which they are wished. Winning shows the profile to the employer, so consent is asked first."""

    wishes: Annotated[list[Id], Field(min_length=1, max_length=20)]
    listing: Id | None = None
    consent: Literal[True]


class DrawnSlot(BaseModel):
    """A slot that is drawn for; `seats` are those it had when the draw began, 0 before."""

    slot: Ref
    seats: int


class DrawnEntry(BaseModel):
    """An entry as it is published. `excluded` are wishes that could not be hers when it was her turn."""

    code: str
    wishes: list[str]
    excluded: list[str]
    won: Ref | None


class DrawOut(BaseModel):
    """A draw. `commitment` is the SHA-256 of the seed; seed and entries are shown once it is over: docs/redraw.py."""

    id: Ref
    fair: Ref
    booth: Ref
    commitment: str
    closes_at: Moment
    draws_at: Moment
    drawn_at: Moment | None
    slots: list[DrawnSlot]
    entered: int
    seed: str | None
    entries: list[DrawnEntry]


class OwnEntryOut(BaseModel):
    """One's own entry; `code` finds it again in what is published."""

    code: str
    wishes: list[str]


@call("POST", "/booths/{booth}/draws", admit=guards.signed_in, body=DrawIn, returns=DrawOut, status=201)
def open_draw(booth: str, body: DrawIn, caller: Caller) -> DrawOut:
    """Draw for free slots of the booth instead of giving them to who comes first; by who keeps the booth."""
    booth_id, now = number(booth), clock.now()
    with db.read() as session:
        if not queries.posts["interview"](session, booth_id, now).is_kept_by(caller):
            raise NotFound
    times = (body.closes_at, body.draws_at)
    draw_id = db.write(actions.open_draw, booth_id, sorted(body.slots), *times, caller.id, now, share=body.share)
    return _shown(draw_id)


@call("GET", "/draws/{draw}", returns=DrawOut)
def one_draw(draw: str) -> DrawOut:
    """A draw: before it is held its times, slots and the promise of its seed, afterwards all that it takes to draw again."""
    return _shown(number(draw))


def _shown(draw_id: int) -> DrawOut:
    with db.read() as session:
        found = queries.draw_of(session, draw_id)
        if found is None:
            raise NotFound
        over = found.draw.drawn_at is not None
        rows = queries.drawn_entries(session, draw_id) if over else []
    draw = found.draw
    return DrawOut(
        id=draw.id,
        fair=draw.fair_id,
        booth=draw.booth_id,
        commitment=rules.commitment(draw.seed),
        closes_at=draw.closes_at,
        draws_at=draw.draws_at,
        drawn_at=draw.drawn_at,
        slots=[DrawnSlot(slot=slot, seats=seats) for slot, seats in found.seats.items()],
        entered=found.entries,
        seed=draw.seed if over else None,
        entries=[DrawnEntry(code=r.code, wishes=r.wishes, excluded=r.excluded, won=r.won_id) for r in rows],
    )


@call("PUT", "/draws/{draw}/entry", admit=guards.signed_in, body=EntryIn, returns=OwnEntryOut, problems=(409,))
def enter_draw(draw: str, body: EntryIn, caller: Caller) -> OwnEntryOut:
    """Enter a draw, or change one's wishes until it closes."""
    draw_id = number(draw)
    code = db.write(
        actions.enter_draw, draw_id, caller.id, body.wishes, clock.now(), consent=body.consent, listing_id=body.listing
    )
    return OwnEntryOut(code=code, wishes=[str(one) for one in body.wishes])


@call("GET", "/draws/{draw}/entry", admit=guards.signed_in, returns=OwnEntryOut)
def own_entry(draw: str, caller: Caller) -> OwnEntryOut:
    """One's own entry."""
    with db.read() as session:
        entry = queries.own_draw_entry(session, number(draw), caller.id)
    if entry is None:
        raise NotFound
    return OwnEntryOut(code=entry.code, wishes=entry.wishes)


@call("DELETE", "/draws/{draw}/entry", admit=guards.signed_in, problems=(409,))
def leave_draw(draw: str, caller: Caller) -> None:
    """Take one's entry back, until the draw closes."""
    db.write(actions.leave_draw, number(draw), caller.id, clock.now())

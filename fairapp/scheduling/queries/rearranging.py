"""Reads for plans: whom a change of slots touches, where everybody would be then, and what stands in the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.errors import NotFound
from fairapp.fairs.models import Room
from fairapp.scheduling.models import Booking, Slot, SlotHost, TimeClaim
from fairapp.scheduling.queries import people
from fairapp.scheduling.queries.bookings import BookingFacts, bookings_of_slots
from fairapp.scheduling.queries.slots import teams_of
from fairapp.scheduling.rules import Clash, Ended, Near, Place, SlotChange, Spot, clashes, grains

MOST_SLOTS = 200  # of one plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A slot of the plan: what it was, what it becomes, and the bookings that go with it."""

    change: SlotChange
    old: Slot
    team: tuple[int, ...]  # as it becomes
    hosting: str
    host_id: int | None
    room_id: int | None
    pool_site_id: int | None
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    bookings: tuple[BookingFacts, ...]

    @property
    def present(self) -> list[int]:
        """The hosts whose time the slot itself will hold."""
        return [] if self.host_id is None else [self.host_id, *(self.team if self.hosting == "panel" else ())]

    @property
    def moves(self) -> bool:
        """Whether anything that its people agreed on becomes different."""
        was = (self.old.starts_at, self.old.ends_at, self.old.host_id, self.old.room_id)
        return bool(self.change.only) or self.change.instead_of is not None or was != self.becomes

    @property
    def becomes(self) -> tuple[datetime, datetime, int | None, int | None]:
        """Start, end, host and room of the new slot."""
        return self.starts_at, self.ends_at, self.host_id, self.room_id


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that would move, and what stands in the way; it can be carried out when nothing does."""

    slots: Sequence[Planned]
    clashes: Sequence[Clash]
    spans: Mapping[int, range]  # by resource: the grains, and the way to them, that others may not have

    @property
    def touched(self) -> list[tuple[BookingFacts, Planned]]:
        """Whom it touches: each booking with its new slot, by time."""
        pairs = [(facts, slot) for slot in self.slots for facts in slot.bookings]
        return sorted(pairs, key=lambda one: (one[0].starts_at, one[0].id))


def plan(session: Session, changes: Sequence[SlotChange]) -> Plan:
    """Return what the changes of slots come to.

    NotFound for a slot that is closed or not there, or an unknown host; Ended for a booking that is over.
    """
    rows = {
        row.id: row for row in session.scalars(select(Slot).where(Slot.id.in_(sorted({c.slot_id for c in changes}))))
    }
    if any(c.slot_id not in rows or rows[c.slot_id].closed_at is not None for c in changes):
        raise NotFound
    teams = {slot: tuple(one for one, _ in team) for slot, team in teams_of(session, rows).items()}
    booked: dict[int, list[BookingFacts]] = {}
    for facts in bookings_of_slots(session, rows):
        booked.setdefault(facts.slot_id, []).append(facts)
    slots = [_planned(change, rows[change.slot_id], teams, booked) for change in changes]
    spots = _spots(session, slots)
    taken, near = _elsewhere(session, slots, spots)
    sites = {one.site_id for found in near.values() for one in found} | {spot.place.site_id for _, spot in spots}
    ways = people.ways(session, [site for site in sites if site is not None])
    return Plan(slots, clashes(spots, taken, near, ways), _spans(spots))


def _spans(spots: Sequence[tuple[datetime, Spot]]) -> dict[int, range]:
    found: dict[int, range] = {}
    for _, spot in spots:
        first, end = spot.span.start - people.FARTHEST, spot.span.stop + people.FARTHEST
        known = found.get(spot.resource, range(first, end))
        found[spot.resource] = range(min(known.start, first), max(known.stop, end))
    return found


def _planned(
    change: SlotChange, old: Slot, teams: dict[int, tuple[int, ...]], booked: dict[int, list[BookingFacts]]
) -> Planned:
    starts_at, ends_at = change.starts_at or old.starts_at, change.ends_at or old.ends_at
    mine = tuple(facts for facts in booked.get(old.id, []) if not change.only or facts.id in change.only)
    if change.only and len(mine) < len(change.only):
        raise Ended  # somebody cancelled in this moment
    team, hosting, host_id = teams.get(old.id, ()), old.hosting, old.host_id
    room_id = change.room_id or old.room_id
    if change.only and hosting == "any":  # those who leave an open offer meet the host whom they had, or the new one
        hosting, team, host_id = "one", (), change.host_id or mine[0].host_id
        room_id = room_id or mine[0].room_id
    elif hosting == "any" and change.host_id is not None:
        team = tuple(sorted({change.host_id, *(one for one in team if one != change.instead_of)}))
    elif change.host_id is not None and change.instead_of in team:
        team = tuple(change.host_id if one == change.instead_of else one for one in team)
    elif change.host_id is not None:
        host_id = change.host_id
        team = tuple(one for one in team if one != host_id)
        hosting = "panel" if hosting == "panel" and team else "one"
    return Planned(
        change=change,
        old=old,
        team=team,
        hosting=hosting,
        host_id=host_id,
        room_id=room_id,
        pool_site_id=None if room_id is not None else old.pool_site_id,
        starts_at=starts_at,
        ends_at=ends_at,
        busy_from=starts_at - (old.starts_at - old.busy_from),
        busy_until=ends_at + (old.busy_until - old.ends_at),
        bookings=mine,
    )


def chosen_of(slot: Planned, facts: BookingFacts) -> tuple[int | None, int | None]:
    """Return host and room that the booking has of its own in the planned slot."""
    host_id, room_id = facts.chosen
    if slot.hosting != "any":
        host_id = None
    elif slot.change.host_id is not None and host_id == slot.change.instead_of:
        host_id = slot.change.host_id
    return host_id, None if slot.room_id is not None else room_id


def claims_in(session: Session, slot: Planned, facts: BookingFacts) -> set[tuple[int, int]]:
    """Return what the booking itself will hold in the planned slot: (resource, grain)."""
    host_id, room_id = chosen_of(slot, facts)
    busy, span = grains(slot.busy_from, slot.busy_until), grains(slot.starts_at, slot.ends_at)
    held = {(facts.seeker_resource, grain) for grain in span}
    if host_id is not None:
        held |= {(people.resources_by_account(session, [host_id])[host_id], grain) for grain in busy}
    if room_id is not None:
        held |= {(people.resources_by_room(session, [room_id])[room_id], grain) for grain in span}
    return held


def _spots(session: Session, slots: Sequence[Planned]) -> list[tuple[datetime, Spot]]:
    """Return everybody's and every room's part in the planned slots."""
    accounts = {one for slot in slots for one in slot.present}
    accounts |= {h for slot in slots for f in slot.bookings if (h := chosen_of(slot, f)[0]) is not None}
    rooms = {slot.room_id for slot in slots} | {chosen_of(slot, f)[1] for slot in slots for f in slot.bookings}
    known_rooms = [room for room in rooms if room is not None]
    of_account, of_room = people.resources_by_account(session, accounts), people.resources_by_room(session, known_rooms)
    if len(of_account) < len(accounts) or len(of_room) < len(known_rooms):
        raise NotFound
    seekers = {facts.seeker_id for slot in slots for facts in slot.bookings}
    names = _names(session, Account, accounts | seekers)
    room_names = _names(session, Room, known_rooms)
    places = {room: people.site_of(session, room, None) for room in known_rooms}
    spots: list[tuple[datetime, Spot]] = []
    for slot in slots:
        open_place = people.site_of(session, None, slot.pool_site_id) if slot.pool_site_id else Place(None)
        place = places.get(slot.room_id or 0, open_place)
        busy, span = grains(slot.busy_from, slot.busy_until), grains(slot.starts_at, slot.ends_at)
        mine = [Spot(of_account[one], names[one], busy, place, True) for one in slot.present]
        if slot.room_id is not None:
            mine.append(Spot(of_room[slot.room_id], room_names[slot.room_id], span, place, False))
        for facts in slot.bookings:
            host_id, room_id = chosen_of(slot, facts)
            own = places.get(room_id or 0, place)
            mine.append(Spot(facts.seeker_resource, names[facts.seeker_id], span, own, True, True))
            if host_id is not None:
                mine.append(Spot(of_account[host_id], names[host_id], busy, own, True))
            if room_id is not None:
                mine.append(Spot(of_room[room_id], room_names[room_id], span, own, False))
        spots += [(slot.starts_at, spot) for spot in mine]
    return spots


def _names(session: Session, model: type[Account] | type[Room], ids: Collection[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(select(model.id, model.name).where(model.id.in_(sorted(ids))))}


def _elsewhere(
    session: Session, slots: Sequence[Planned], spots: Sequence[tuple[datetime, Spot]]
) -> tuple[set[tuple[int, int]], dict[int, list[Near]]]:
    """Return the claims of others within the plan's grains, and where each person is around them, by resource."""
    if not spots:
        return set(), {}
    leaving = {("slot", slot.old.id) for slot in slots if not slot.change.only}
    leaving |= {("booking", facts.id) for slot in slots for facts in slot.bookings}
    wanted = {(spot.resource, grain) for _, spot in spots for grain in spot.span}
    found = people.near(session, {(spot.resource, spot.span) for _, spot in spots}, blocks=True)
    taken: set[tuple[int, int]] = set()
    near: dict[int, list[Near]] = {}
    for (resource, _), rows in found.items():
        others = [one for one in rows if one.owner not in leaving]
        taken |= {(resource, one.grain) for one in others if (resource, one.grain) in wanted}
        near.setdefault(resource, []).extend(one for one in others if one.owner is None or one.owner[0] != "block")
    return taken, near


def slots_to_change(
    session: Session,
    starts_from: datetime,
    starts_before: datetime,
    now: datetime,
    *,
    host_id: int | None = None,
    room_id: int | None = None,
    booth_id: int | None = None,
    coach_id: int | None = None,
) -> list[SlotChange]:
    """Return the open slots of a host or a room that begin within the times, as changes that change nothing yet.

    Of an offer that any of a team may take only the bookings come along that have this host or room; not a hold that is
    outdated at `now`, which is nobody's any more.
    """
    fits = [Slot.closed_at.is_(None), Slot.starts_at >= starts_from, Slot.starts_at < starts_before]
    if booth_id is not None or coach_id is not None:
        fits.append(Slot.booth_id == booth_id if booth_id is not None else Slot.coach_id == coach_id)
    in_panel = select(SlotHost.slot_id).where(SlotHost.account_id == host_id)
    own = Slot.room_id == room_id if host_id is None else or_(Slot.host_id == host_id, Slot.id.in_(in_panel))
    named = select(Slot.id).where(*fits, own, Slot.hosting != "any").order_by(Slot.starts_at, Slot.id).limit(MOST_SLOTS)
    changes = [SlotChange(slot_id) for slot_id in session.scalars(named)]
    mine = Booking.room_id == room_id if host_id is None else Booking.host_id == host_id
    chosen = (
        select(Slot.id, Booking.id, Slot.hosting)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(*fits, mine, Booking.seat_no.is_not(None))
        .where(or_(Booking.hold_expires_at.is_(None), Booking.hold_expires_at > now))
        .order_by(Slot.starts_at, Booking.id)
        .limit(MOST_SLOTS)
    )
    rows = session.execute(chosen).all()
    whole = sorted({row[0] for row in rows if row[2] != "any"} - {change.slot_id for change in changes})
    apart = [SlotChange(row[0], only=(row[1],)) for row in rows if row[2] == "any"]
    return [*changes, *(SlotChange(slot_id) for slot_id in whole), *apart]


def free_grains(session: Session, resources: Collection[int], first: int, end: int) -> dict[int, set[int]]:
    """Return the grains from `first` to before `end` at which each resource has nothing."""
    mine = TimeClaim.resource_id.in_(sorted(resources))
    taken = select(TimeClaim.resource_id, TimeClaim.grain).where(mine, TimeClaim.grain.between(first, end - 1))
    free = {resource: set(range(first, end)) for resource in resources}
    for resource, grain in session.execute(taken):
        free[resource].discard(grain)
    return free

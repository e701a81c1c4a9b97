"""Slots: offers of time that hold the claims of their host and room from the moment they are published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.changes import expire_in_the_way
from fairapp.scheduling.actions.choosing import host_ways
from fairapp.scheduling.actions.closing import shut
from fairapp.scheduling.models import Slot, SlotHost
from fairapp.scheduling.queries import people


@dataclass(frozen=True, slots=True)
class Offer:
    """Who offers time, as what, where and on which terms.

    `host_id` alone meets; with a `team` they meet together, as a panel that the host leads, and with host_id None any one
    of the team does. `before` and `after` are the hosts' buffers around each meeting.
    """

    fair_id: int
    kind: str
    host_id: int | None
    booth_id: int | None = None
    coach_id: int | None = None
    agency_id: int | None = None
    room_id: int | None = None
    capacity: int = 1
    topic: str = ""
    team: tuple[int, ...] = ()
    pool_site_id: int | None = None  # any room of this site
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    opens_at: datetime | None = None
    for_line: bool = False
    request_minutes: int = 0
    requests_only: bool = False

    @property
    def hosting(self) -> str:
        """How the hosts meet: one, panel, any."""
        return "any" if self.host_id is None else "panel" if self.team else "one"

    @property
    def present(self) -> list[int]:
        """The hosts whose time each slot holds itself."""
        return [] if self.host_id is None else [self.host_id, *self.team]


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a host's hours: slots made, and times at which host or room were taken."""

    slots: list[int]
    clashes: list[tuple[datetime, datetime]]


def open_slots(session: Session, offer: Offer, times: Sequence[tuple[datetime, datetime]], now: datetime) -> Opened:
    """Open a slot for each time (UTC) at which hosts and room are free; the others are returned as clashes.

    A host is not free either where the way from her last place, or to the next, takes longer than there is time. Raises
    Invalid for times in the past or outside the fair, NotFound for a host or room that is no resource.
    """
    fair = session.get(Fair, offer.fair_id)
    if fair is None:
        raise NotFound
    if any(start <= now for start, _ in times):
        raise Invalid.one("starts_at", rules.PAST)
    if any(start < fair.booking_opens_at or end > fair.ends_at for start, end in times):
        raise Invalid.one("starts_at", rules.OUTSIDE_FAIR)
    if offer.host_id is None and not offer.team:
        raise Invalid.one("host", rules.NO_HOST)
    hosts, room = _resources(session, offer)
    check_places(session, offer.fair_id, offer.coach_id, offer.present, (offer.room_id, offer.pool_site_id), times)
    queries.lock_resources(session, hosts if room is None else [*hosts, room])
    too_far = _too_far(session, offer, hosts, times)
    made: list[int] = []
    clashes: list[tuple[datetime, datetime]] = []
    for one in times:
        slot_id = None if one in too_far else _open_one(session, offer, hosts, room, one, now)
        if slot_id is None:
            clashes.append(one)
        else:
            made.append(slot_id)
    opened = queries.slots_by_id(session, made)
    announce(session, [pushes.slot_opened(opened[slot_id], now) for slot_id in made])
    return Opened(made, clashes)


def open_now(session: Session, offer: Offer, one: tuple[datetime, datetime], now: datetime) -> int:
    """Open a slot that has begun already, for somebody who is here, and return it; HostBusy, NotFound."""
    hosts, room = _resources(session, offer)
    queries.lock_resources(session, hosts if room is None else [*hosts, room])
    slot_id = None if _too_far(session, offer, hosts, [one]) else _open_one(session, offer, hosts, room, one, now)
    if slot_id is None:
        held = [*hosts, *([] if room is None else [room])]
        around = rules.grains(one[0] - FARTHEST, one[1] + FARTHEST)
        expire_in_the_way(session, 0, [(resource, around) for resource in held], now)
        raise rules.HostBusy
    return slot_id


FARTHEST = timedelta(hours=4)
# What a later domain says of a coach's times at a place: (session, fair, hosts, site, times); Invalid where they cannot be.
place_rules: list[Callable[[Session, int, Sequence[int], int, Sequence[tuple[datetime, datetime]]], None]] = []


def check_places(
    session: Session,
    fair_id: int,
    coach_id: int | None,
    hosts: Sequence[int],
    place: tuple[int | None, int | None],
    times: Sequence[tuple[datetime, datetime]],
) -> None:
    """Raise Invalid where the place (a room, or a site of which any room is taken) is not open to a coach then."""
    site = queries.site_of(session, *place) if coach_id is not None and place_rules else None
    for rule in place_rules if site is not None and site.site_id is not None else ():
        rule(session, fair_id, hosts, site.site_id, times)  # type: ignore[union-attr, arg-type]  # there is one, see above


def _resources(session: Session, offer: Offer) -> tuple[list[int], int | None]:
    """Return the resources of the hosts that each slot holds, and of its room; NotFound for what is no resource."""
    everybody = people.resources_by_account(session, [*offer.present, *offer.team])
    rooms = people.resources_by_room(session, [] if offer.room_id is None else [offer.room_id])
    if not {*offer.present, *offer.team} <= everybody.keys() or (offer.room_id is not None and not rooms):
        raise NotFound
    return [everybody[one] for one in offer.present], rooms.get(offer.room_id or 0)


def _too_far(
    session: Session, offer: Offer, hosts: list[int], times: Sequence[tuple[datetime, datetime]]
) -> set[tuple[datetime, datetime]]:
    site = queries.site_of(session, offer.room_id, offer.pool_site_id)
    return host_ways(session, hosts, times, site) if hosts else set()


def _open_one(
    session: Session, offer: Offer, hosts: list[int], room: int | None, one: tuple[datetime, datetime], now: datetime
) -> int | None:
    """Insert the slot and its claims; None, and nothing left behind, where a host or the room is taken."""
    start, end = one
    row = {
        "fair_id": offer.fair_id,
        "kind": offer.kind,
        "booth_id": offer.booth_id,
        "coach_id": offer.coach_id,
        "agency_id": offer.agency_id,
        "hosting": offer.hosting,
        "host_id": offer.host_id,
        "room_id": offer.room_id,
        "pool_site_id": offer.pool_site_id,
        "starts_at": start,
        "ends_at": end,
        "busy_from": start - offer.before,
        "busy_until": end + offer.after,
        "capacity": offer.capacity,
        "topic": offer.topic,
        "opens_at": offer.opens_at,
        "for_line": offer.for_line,
        "request_minutes": offer.request_minutes,
        "requests_only": offer.requests_only,
        "created_at": now,
        "rev": 1,
    }
    slot_id: int = session.execute(insert(Slot).returning(Slot.id), row).scalar_one()
    owner = claims.Owner("slot_id", slot_id)
    busy, span = rules.grains(start - offer.before, end + offer.after), rules.grains(start, end)
    wanted = {(host, grain) for host in hosts for grain in busy} | {(room, grain) for grain in span if room is not None}
    if claims.take(session, owner, wanted):
        if offer.team:
            members = [{"slot_id": slot_id, "account_id": account} for account in sorted(set(offer.team))]
            session.execute(insert(SlotHost), members)
        return slot_id
    claims.release(session, owner, wanted)
    session.execute(delete(Slot).where(Slot.id == slot_id))
    return None


def close_slot(session: Session, slot_id: int, now: datetime) -> None:
    """Take back a free slot; SlotInUse while somebody has booked it. Closing twice changes nothing."""
    queries.lock_slots(session, [slot_id])
    slot = queries.slots_by_id(session, [slot_id]).get(slot_id)
    if slot is None:
        raise NotFound
    if slot.closed_at is not None:
        return
    if slot.seats_left < slot.capacity:
        expire_in_the_way(session, slot_id, (), now)
        raise SlotInUse
    shut(session, slot, now)


class SlotInUse(Conflict):
    """Somebody has booked the slot: the booking is moved or cancelled first."""

    slug = "slot-in-use"
    title = rules.IN_USE

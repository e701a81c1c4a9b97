"""What a booking takes beside its seat: the seeker's time, and the host and room that its slot left open.

Whoever counts meetings, or looks at the way between two of them, first locks the people concerned: between looking and
claiming nobody else can then give them another meeting.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import LazyString
from sqlalchemy.orm import Session

from fairapp.errors import Invalid
from fairapp.scheduling import queries, rules
from fairapp.scheduling.queries import people
from fairapp.scheduling.rules import Near, Place, SlotFacts, Wish, grains


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who and what a booking takes; None where the slot itself names it."""

    slot: SlotFacts
    host_id: int | None = None
    room_id: int | None = None
    host_resource: int | None = None
    room_resource: int | None = None

    @property
    def claims(self) -> set[tuple[int, int]]:
        """What the booking will hold: (resource, grain)."""
        wanted = {(self.slot.seeker_resource or 0, grain) for grain in self.slot.grains}
        if self.host_resource is not None:
            wanted |= {(self.host_resource, grain) for grain in self.slot.busy_grains}
        if self.room_resource is not None:
            wanted |= {(self.room_resource, grain) for grain in self.slot.grains}
        return wanted


def choose(
    session: Session, slot: SlotFacts, seeker_id: int, wish: Wish, now: datetime, *, but: int | None = None
) -> Chosen:
    """Return what a booking of the slot takes, the people concerned locked; `but` is the booking that moves there.

    Raises QuotaReached, SeekerBusy for a way that is too long, HostBusy for a host at her limit or where nobody is free,
    Invalid for a host who is none of the slot's.
    """
    team, rooms = _open_to(session, slot, wish)
    counted = people.resources_by_account(session, [slot.host_id]) if slot.counts_host and slot.host_id else {}
    seeker = slot.seeker_resource or 0
    queries.lock_resources(session, [seeker, *team.values(), *rooms.values(), *counted.values()])
    if not wish.override:
        _check_counts(session, slot, seeker_id, now, but)
    for sentence in far_away(session, [slot], but=() if but is None else (but,)).values():
        raise rules.SeekerBusy(sentence)
    host_id = _choose_host(session, slot, team, wish, now, but) if team else None
    room_id = _choose_room(session, slot, rooms, but) if slot.pool_site_id is not None else None
    return Chosen(slot, host_id, room_id, team.get(host_id or 0), rooms.get(room_id or 0))


def _open_to(session: Session, slot: SlotFacts, wish: Wish) -> tuple[dict[int, int], dict[int, int]]:
    """Return who may meet and where, where the slot leaves it open: resources by account and by room."""
    team: dict[int, int] = {}
    if slot.hosting == "any":
        members = [one for one, _ in queries.teams_of(session, [slot.id]).get(slot.id, [])]
        if wish.host_id is not None and wish.host_id not in members:
            raise Invalid.one("host", rules.NO_SUCH_HOST)
        team = people.resources_by_account(session, members if wish.host_id is None else [wish.host_id])
    rooms = {} if slot.pool_site_id is None else people.rooms_of_site(session, slot.pool_site_id)
    return team, rooms


def _check_counts(session: Session, slot: SlotFacts, seeker_id: int, now: datetime, but: int | None) -> None:
    if slot.counts_seeker:
        already = people.count_of_seeker(session, seeker_id, slot.fair_id, now, but)
        rules.check_quota(slot, already, now)
        if slot.absence_limit is not None and already:
            since = now - timedelta(days=slot.absence_days)
            missed = sum(count(session, seeker_id, slot.fair_agency_id, since) for count in queries.absences)
            rules.check_absences(slot, missed, already)
    if slot.counts_host and slot.host_id is not None:
        _check_host(session, slot, slot.host_id, now, but)


def _check_host(session: Session, slot: SlotFacts, host_id: int, now: datetime, but: int | None) -> None:
    times = people.times_of_host(session, slot, host_id, now, but)
    day = people.of_day(times, slot)
    rules.check_host(slot, len(day), len(times), day)


def far_away(session: Session, slots: Collection[SlotFacts], *, but: Collection[int] = ()) -> dict[int, LazyString]:
    """Return, by slot, why its seeker could not come in time from where she is before, or go on to where she is next.

    The bookings `but` do not count: they are given up for it.
    """
    found = people.near(session, [(slot.seeker_resource or 0, slot.grains) for slot in slots], but)
    sentences: dict[int, LazyString] = {}
    for slot in slots:
        sentence = _in_the_way(session, slot, slot.grains, found[slot.seeker_resource or 0, slot.grains])
        if sentence is not None:
            sentences[slot.id] = sentence
    return sentences


def _in_the_way(session: Session, slot: SlotFacts, span: range, near: list[Near]) -> LazyString | None:
    elsewhere = [one for one in near if one.site_id != slot.site_id]
    if not elsewhere:
        return None
    sites = [one.site_id for one in elsewhere if one.site_id is not None]
    ways = people.ways(session, sites if slot.site_id is None else [*sites, slot.site_id])
    return rules.check_way(span, Place(slot.site_id, slot.site_reach), elsewhere, ways)


def _choose_host(
    session: Session, slot: SlotFacts, team: dict[int, int], wish: Wish, now: datetime, but: int | None
) -> int:
    """Return the member of the team who is free and has the fewest meetings at the fair, of equals the first."""
    taken = people.busy(session, team.values(), slot.busy_grains, but)
    loads, limits = people.loads(session, slot.fair_id, team), people.limits_of(session, slot.fair_id, team)
    refusal: rules.HostBusy | None = None
    for host_id in sorted(team, key=lambda one: (loads[one], one)):
        if team[host_id] in taken or team[host_id] == slot.seeker_resource:  # nobody meets herself
            continue
        near = people.near(session, [(team[host_id], slot.busy_grains)], () if but is None else (but,))[
            team[host_id], slot.busy_grains
        ]
        if _in_the_way(session, slot, slot.busy_grains, near) is not None:
            continue
        try:
            if host_id in limits and not wish.override:
                limit = limits[host_id]
                hers = replace(slot, in_row=limit.in_row, per_day=limit.per_day, per_fair=limit.per_fair)
                _check_host(session, hers, host_id, now, but)
        except rules.HostBusy as error:
            refusal = error
            continue
        return host_id
    raise refusal or rules.HostBusy()


def _choose_room(session: Session, slot: SlotFacts, rooms: dict[int, int], but: int | None) -> int:
    taken = people.busy(session, rooms.values(), slot.grains, but)
    for room_id, resource in rooms.items():
        if resource not in taken:
            return room_id
    raise rules.HostBusy(rules.NO_ROOM)


def could_block(session: Session, slot: SlotFacts) -> list[tuple[int, range]]:
    """Return the time, by resource, at which an outdated hold would keep the seeker from booking the slot."""
    far, span = people.FARTHEST, slot.grains
    spans = [(slot.seeker_resource or 0, range(span.start - far, span.stop + far))]
    if slot.is_open_offer:
        team, rooms = _open_to(session, slot, Wish())
        spans += [(resource, slot.busy_grains) for resource in team.values()]
        spans += [(resource, span) for resource in rooms.values()]
    return spans


def host_ways(
    session: Session, resources: Collection[int], times: Collection[tuple[datetime, datetime]], place: Place
) -> set[tuple[datetime, datetime]]:
    """Return those of the times to which one of the hosts could not come in time from where she is before, or go on."""
    spans = {one: grains(*one) for one in times}
    found = people.near(session, [(resource, span) for resource in resources for span in spans.values()])
    sites = {one.site_id for near in found.values() for one in near} | {place.site_id}
    ways = people.ways(session, [site for site in sites if site is not None])
    return {
        one
        for one, span in spans.items()
        if any(rules.check_way(span, place, found[resource, span], ways) is not None for resource in resources)
    }

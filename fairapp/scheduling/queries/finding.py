"""Finding a time: the next free slots of a fair at which somebody can come."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from fairapp.booths import queries as booths
from fairapp.booths.models import Booth
from fairapp.fairs.models import Fair, Room, Site
from fairapp.scheduling.models import Resource, Slot
from fairapp.scheduling.queries import people
from fairapp.scheduling.queries.facts import NOW
from fairapp.scheduling.queries.slots import SlotRow, is_free, slots_by_id
from fairapp.scheduling.rules import GRAIN, Near, Place, check_way, grains

AT_ONCE = 2  # times as many are looked at as are wanted: to some of them the way is too long
MOST_LOOKS = 40
Key = tuple[datetime, int]


def free_for(
    session: Session,
    fair_id: int,
    now: datetime,
    *,
    seeker_id: int | None = None,
    after: Key | None = None,
    limit: int = 50,
) -> list[SlotRow]:
    """Return the next free slots of the fair's visible booths and coaches by start, after a (start, id) key.

    For a seeker only those at which she has nothing else and to which she can come in time. The fair's index is read from
    `now` on, in one gap between her meetings after the other, until there are enough: how many slots a fair has does not
    matter. After forty looks it returns what it has.
    """
    resource = None if seeker_id is None else _resource(session, seeker_id)
    taken, placed = _meetings(session, fair_id, now, resource)
    found: list[int] = []
    looks = MOST_LOOKS
    for gap in _gaps(taken, now):
        key = after
        while looks and len(found) < limit:
            rows, looks = _free(session, fair_id, now, gap, key, limit * AT_ONCE), looks - 1
            found += [row.id for row in _reachable(session, rows, placed)]
            if len(rows) < limit * AT_ONCE:
                break
            key = rows[-1].starts_at, rows[-1].id
    by_id = slots_by_id(session, found[:limit])
    return [by_id[slot_id] for slot_id in found[:limit]]


def _resource(session: Session, seeker_id: int) -> int | None:
    return session.scalar(select(Resource.id).where(Resource.account_id == seeker_id))


def _meetings(
    session: Session, fair_id: int, now: datetime, resource: int | None
) -> tuple[Sequence[int], Sequence[Near]]:
    """Return the grains at which the person has something until the fair ends, and where she is at them."""
    ends_at = session.scalar(select(Fair.ends_at).where(Fair.id == fair_id))
    if resource is None or ends_at is None or ends_at <= now:
        return (), ()
    whole = grains(now, ends_at)
    near = people.near(session, [(resource, whole)], blocks=True)[resource, whole]
    return sorted(one.grain for one in near), [one for one in near if one.owner is None or one.owner[0] != "block"]


def _gaps(taken: Sequence[int], now: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """Return the stretches of time between the grains, from `now` on; the last has no end."""
    since = now
    for grain in taken:
        start, end = (datetime.fromtimestamp(n * GRAIN, UTC) for n in (grain, grain + 1))
        if start > since:
            yield since, start
        since = max(since, end)
    yield since, None


def _free(
    session: Session,
    fair_id: int,
    now: datetime,
    gap: tuple[datetime, datetime | None],
    after: Key | None,
    limit: int,
) -> Sequence[Any]:
    """Return id, times and place of free slots within the gap in order of start and id; it may begin with one."""
    columns = (Slot.id, Slot.starts_at, Slot.ends_at, Site.id.label("site_id"), Site.reach_minutes)
    found = (
        select(*columns)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Room, Room.id == Slot.room_id)
        .outerjoin(Site, Site.id == func.coalesce(Room.site_id, Slot.pool_site_id))
        .where(Slot.fair_id == fair_id, Slot.starts_at > now, Slot.starts_at >= gap[0], is_free(now))
        .where(or_(Slot.booth_id.is_(None), booths.hiring(NOW)))
    )
    if gap[1] is not None:
        found = found.where(Slot.starts_at < gap[1], Slot.ends_at <= gap[1])
    if after is not None and after[0] >= gap[0]:
        found = found.where(Slot.starts_at >= after[0])
        found = found.where(or_(Slot.starts_at > after[0], and_(Slot.starts_at == after[0], Slot.id > after[1])))
    return session.execute(found.order_by(Slot.starts_at, Slot.id).limit(limit), {"now": now}).all()


def _reachable(session: Session, rows: Sequence[Any], placed: Sequence[Near]) -> Sequence[Any]:
    """Return those of the slots to which the person can come in time from where she is before, and go on."""
    if not placed or not rows:
        return rows
    sites = {one.site_id for one in placed} | {row.site_id for row in rows}
    ways = people.ways(session, [site for site in sites if site is not None])
    return [
        row
        for row in rows
        if check_way(grains(row.starts_at, row.ends_at), Place(row.site_id, row.reach_minutes or 0), placed, ways)
        is None
    ]

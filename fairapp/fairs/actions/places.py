"""Writes of where a fair takes place: sites, their rooms, the floor plan; and of the agencies that take part."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.agencies.models import Agency
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import rules
from fairapp.fairs.models import FairAgency, FairSite, FloorPlan, Room, Site

after_room: list[Callable[[Session, int], None]] = []  # told the id of each new room


def make_site(session: Session, kind: str, name: str, *, slug: str = "", **told: Any) -> int:
    """Make a place and return its id; `told` are further rules.SiteFields. Without a slug it gets one that nobody types."""
    fields = rules.SiteFields(kind, name, **told)
    rules.check_site(fields)
    site = Site(slug=slug or f"site-{secrets.token_hex(5)}")
    _fill_site(site, fields)
    session.add(site)
    session.flush()
    return site.id


def edit_site(session: Session, site_id: int, fields: rules.SiteFields, by: int, now: datetime) -> None:
    """Keep what is told of the site in place of what was known; Invalid beside each field, NotFound.

    Meetings that are fixed stay. The way to and from it is worked out anew from the next plan on.
    """
    rules.check_site(fields)
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound
    changed = [name for name, value in asdict(fields).items() if _kept(value) != getattr(site, name)]
    _fill_site(site, fields)
    if changed:
        trace.record(session, "site.changed", "site", site_id, now, by=by, data={"fields": sorted(changed)})


def _fill_site(site: Site, fields: rules.SiteFields) -> None:
    for name, value in asdict(fields).items():
        setattr(site, name, _kept(value))


def _kept(value: Any) -> Any:
    """Return a value as the row keeps it: text trimmed, the facts of access with commas between."""
    return ",".join(sorted(value)) if isinstance(value, tuple) else value.strip() if isinstance(value, str) else value


def link_site(session: Session, fair_id: int, site_id: int) -> None:
    """Let the fair use the site; again changes nothing. NotFound where there is no such site."""
    if session.get(Site, site_id) is None:
        raise NotFound
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    linked = dialect.insert(FairSite).values(fair_id=fair_id, site_id=site_id)
    session.execute(linked.on_conflict_do_nothing())


def unlink_site(session: Session, fair_id: int, site_id: int) -> None:
    """Let the fair not use the site any more. Meetings that are to take place there stay."""
    session.execute(delete(FairSite).where(FairSite.fair_id == fair_id, FairSite.site_id == site_id))


def make_room(session: Session, site_id: int, name: str) -> int:
    """Make a room of the site and return its id; Conflict where the site has one of that name."""
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise Invalid.one("name", _l("자리 이름을 60자까지 적어 주세요"))
    if session.get(Site, site_id) is None:
        raise NotFound
    if session.scalar(select(Room.id).where(Room.site_id == site_id, Room.name == name)) is not None:
        raise Invalid.one("name", _l("이 장소에 이미 있는 이름이에요"))
    room = Room(site_id=site_id, name=name)
    session.add(room)
    session.flush()
    for told in after_room:
        told(session, room.id)
    return room.id


def make_rooms(session: Session, site_id: int, prefix: str, count: int) -> list[int]:
    """Make so many rooms at once, numbered on from those that are there: `A-1`, `A-2` …"""
    if not 1 <= count <= 200:
        raise Invalid.one("count", _l("한 번에 200개까지 만들 수 있어요"))
    taken = set(session.scalars(select(Room.name).where(Room.site_id == site_id)))
    numbered = (f"{prefix.strip()}{n}" for n in range(1, 10_000))
    free = [name for name in numbered if name not in taken][:count]
    return [make_room(session, site_id, name) for name in free]


def set_agencies(session: Session, fair_id: int, agency_ids: set[int], now: datetime) -> None:
    """Let exactly these agencies take part in the fair beside the one that runs it; Invalid for one that there is not."""
    there = set(session.scalars(select(Agency.id).where(Agency.id.in_(agency_ids))))
    if there != agency_ids:
        raise Invalid.one("agency", _l("그런 기관이 없어요"))
    before = set(session.scalars(select(FairAgency.agency_id).where(FairAgency.fair_id == fair_id)))
    gone, new = before - agency_ids, agency_ids - before
    session.execute(delete(FairAgency).where(FairAgency.fair_id == fair_id, FairAgency.agency_id.in_(gone)))
    if new:
        session.execute(insert(FairAgency), [{"fair_id": fair_id, "agency_id": one} for one in sorted(new)])
    if gone or new:
        told = {"joined": sorted(new), "left": sorted(gone)}
        trace.record(session, "fair.agencies", "fair", fair_id, now, fair_id=fair_id, data=told)


def draw_floor(session: Session, site_id: int, columns: int, rows: int, now: datetime) -> None:
    """Give the site a floor of so many columns and rows; rooms that no longer fit stand nowhere. Invalid, NotFound."""
    for name, number in (("columns", columns), ("rows", rows)):
        if not 1 <= number <= rules.MOST_CELLS:
            raise Invalid.one(name, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=1, high=rules.MOST_CELLS))
    if session.get(Site, site_id) is None:
        raise NotFound
    plan = session.get(FloorPlan, site_id) or FloorPlan(site_id=site_id)
    plan.columns, plan.rows, plan.changed_at = columns, rows, now
    session.add(plan)
    session.flush()
    outside = (Room.at_column > columns) | (Room.at_row > rows)
    session.execute(update(Room).where(Room.site_id == site_id, outside).values(at_column=None, at_row=None))


def put_picture(session: Session, site_id: int, content: bytes | None, now: datetime) -> None:
    """Put a picture under the floor, or take it away; Invalid for what is no picture, NotFound where there is no floor."""
    kind = None if content is None else rules.picture_kind(content)
    plan = session.get(FloorPlan, site_id)
    if plan is None:
        raise NotFound
    plan.image, plan.image_kind, plan.changed_at = content, kind, now


def place_rooms(session: Session, site_id: int, places: Mapping[int, tuple[int, int] | None], now: datetime) -> None:
    """Put rooms on the floor, each at a column and a row, or nowhere; Invalid for two at one place or one outside.

    Rooms that are not named stay where they are. NotFound where the site has no floor or no such room.
    """
    plan = session.get(FloorPlan, site_id)
    rooms = session.scalars(select(Room).where(Room.site_id == site_id).order_by(Room.id)).all()
    if plan is None or not set(places) <= {room.id for room in rooms}:
        raise NotFound
    wanted = {room.id: places.get(room.id, _place(room)) for room in rooms}
    rules.check_places({room.name: wanted[room.id] for room in rooms}, plan.columns, plan.rows)
    moved = [room for room in rooms if wanted[room.id] != _place(room)]
    for room in moved:  # two that change places would stand on each other for a moment
        room.at_column, room.at_row = None, None
    session.flush()
    for room in moved:
        room.at_column, room.at_row = wanted[room.id] or (None, None)
    plan.changed_at = now


def _place(room: Room) -> tuple[int, int] | None:
    return None if room.at_column is None or room.at_row is None else (room.at_column, room.at_row)


def line_up_rooms(session: Session, site_id: int, now: datetime) -> None:
    """Put every room that stands nowhere at the next free place, row by row; the floor grows where it is too small."""
    plan = session.get(FloorPlan, site_id)
    if plan is None:
        raise NotFound
    rooms = session.scalars(select(Room).where(Room.site_id == site_id).order_by(Room.id)).all()
    taken = {place for place in map(_place, rooms) if place}
    plan.rows = min(rules.MOST_CELLS, max(plan.rows, -(-len(rooms) // plan.columns)))
    free = ((c, r) for r in range(1, plan.rows + 1) for c in range(1, plan.columns + 1) if (c, r) not in taken)
    for room, place in zip([one for one in rooms if _place(one) is None], free, strict=False):
        room.at_column, room.at_row = place
    plan.changed_at = now

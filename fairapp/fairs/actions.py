"""Writes of fairs: making and changing one, its sites and rooms, telling its phase."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Invalid, NotFound, Stale
from fairapp.fairs import pushes, queries, rules
from fairapp.fairs.models import Fair, FairSite, Room, Site
from fairapp.live.actions import announce, open_counter


def _none_outside(session: Session, fair_id: int, starts_at: datetime, ends_at: datetime) -> int:
    return 0


# How many active bookings of the fair do not lie wholly within these times. Filled in wiring.py.
bookings_outside: Callable[[Session, int, datetime, datetime], int] = _none_outside
after_room: list[Callable[[Session, int], None]] = []  # told the id of each new room
after_edit: list[Callable[[Session, int, datetime], None]] = []  # told the id of each changed fair


def make_fair(session: Session, agency_id: int, fields: rules.FairFields, now: datetime) -> int:
    """Make a fair of the agency, start the numbers of its news, and return its id; Invalid or SlugTaken."""
    rules.check_fair(fields)
    values = asdict(fields) | {"agency_id": agency_id, "created_at": now, "phase_told": rules.phase(fields, now)}
    fair_id = _write(session, insert(Fair).values(**values, rev=1).returning(Fair.id))
    open_counter(session, fair_id)
    trace.record(session, "fair.made", "fair", fair_id, now, fair_id=fair_id)
    return fair_id


def edit_fair(session: Session, fair_id: int, rev: int, fields: rules.FairFields, now: datetime) -> None:
    """Change a fair that is still at `rev`; Stale otherwise, BookingsOutside where people would lose their times."""
    rules.check_fair(fields)
    _keep_bookings(session, fair_id, fields, now)
    kept = queries.fair_by_id(session, fair_id)
    changed = sorted(name for name, value in asdict(fields).items() if getattr(kept, name) != value)
    wanted = update(Fair).where(Fair.id == fair_id, Fair.rev == rev)
    if not _write(session, wanted.values(**asdict(fields), rev=rev + 1)):
        raise Stale
    session.expire_all()
    trace.record(session, "fair.changed", "fair", fair_id, now, fair_id=fair_id, data={"fields": changed})
    tell_phase(session, fair_id, now)
    for told in after_edit:
        told(session, fair_id, now)


def _keep_bookings(session: Session, fair_id: int, fields: rules.FairFields, now: datetime) -> None:
    """Refuse a change that leaves bookings outside of the fair; a draft or an archived fair has none inside."""
    outside = bookings_outside(session, fair_id, fields.starts_at, fields.ends_at)
    if outside:
        raise rules.BookingsOutside.of(outside, "ends_at")
    if rules.phase(fields, now) == "draft":
        everyone = bookings_outside(session, fair_id, fields.ends_at, fields.ends_at)
        if everyone:
            raise rules.BookingsOutside.of(everyone, "announced_at")


def tell_phase(session: Session, fair_id: int, now: datetime) -> bool:
    """Announce the fair's phase unless it is the one last told; return whether it was announced."""
    fair = queries.fair_by_id(session, fair_id)
    phase = rules.phase(fair, now)
    changed = update(Fair).where(Fair.id == fair_id, Fair.phase_told.is_distinct_from(phase)).values(phase_told=phase)
    told = bool(session.execute(changed).rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count
    if told and phase != "draft":
        announce(session, [pushes.phase_changed(fair_id, phase, now)])
    return told


def make_site(session: Session, kind: str, name: str, *, name_en: str = "", address: str = "", slug: str = "") -> int:
    """Make a place and return its id. Without a slug it gets one that nobody has to type."""
    if kind not in rules.SITE_KINDS:
        raise Invalid.one("kind", _l("장소의 종류를 골라 주세요"))
    if not 0 < len(name.strip()) <= 120 or len(name_en) > 120:
        raise Invalid.one("name", _l("장소 이름을 120자까지 적어 주세요"))
    if len(address) > 200:
        raise Invalid.one("address", _l("%(most)s자까지 쓸 수 있어요", most=200))
    site = Site(slug=slug or f"site-{secrets.token_hex(5)}", kind=kind, name=name.strip(), name_en=name_en)
    site.address = address
    session.add(site)
    session.flush()
    return site.id


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


def _write(session: Session, statement: Any) -> int:
    """Run the statement and return the new id or how many rows changed; SlugTaken where another fair has the address.

    The unique index is the judge.
    """
    try:
        with session.begin_nested():
            done: Any = session.execute(statement, execution_options={"synchronize_session": False})
            # Read within the savepoint: SQLite does not release one while a RETURNING is being read.
            return int(done.scalar_one() if statement.is_insert else done.rowcount)
    except IntegrityError as error:
        if "slug" not in str(error.orig):
            raise
        raise rules.SlugTaken.one("slug", rules.SlugTaken.title) from error

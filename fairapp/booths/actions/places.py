"""Writes of where booths stand in a hall."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.booths.models import Booth
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs.models import Fair


def place_booths(session: Session, fair_id: int, places: Mapping[int, int | None], by: int, now: datetime) -> int:
    """Give approved booths their rooms, or none; return how many moved. Booths that are not named stay where they are.

    NotFound for a booth or a room that is not the fair's; Invalid where two booths would stand in one room. Meetings that
    were opened before keep their room.
    """
    booths, rooms = _booths(session, fair_id), _rooms(session, fair_id)
    if not places.keys() <= booths.keys() or not {room for room in places.values() if room} <= rooms.keys():
        raise NotFound
    wanted = {one: places.get(one, booth.room_id) for one, booth in booths.items()}
    stands: set[int] = set()
    for room_id in filter(None, wanted.values()):
        if room_id in stands:
            raise Invalid.one("places", _l("%(room)s에 부스가 둘이에요", room=rooms.get(room_id, room_id)))
        stands.add(room_id)
    return _move(
        session, {one: booth for one, booth in booths.items() if booth.room_id != wanted[one]}, wanted, by, now
    )


def line_up_booths(session: Session, fair_id: int, by: int, now: datetime) -> int:
    """Give each booth that stands nowhere the next free room, in order of the rooms; return how many got one."""
    booths, rooms = _booths(session, fair_id), _rooms(session, fair_id)
    taken = {booth.room_id for booth in booths.values()}
    homeless = [one for one, booth in booths.items() if booth.room_id is None]
    wanted = dict(zip(homeless, [room for room in rooms if room not in taken], strict=False))
    return _move(session, {one: booths[one] for one in wanted}, wanted, by, now)


def _booths(session: Session, fair_id: int) -> dict[int, Booth]:
    """Return the approved booths; the fair is locked, so that two who place booths do so one after the other."""
    session.execute(select(Fair.id).where(Fair.id == fair_id).with_for_update())
    found = select(Booth).where(Booth.fair_id == fair_id, Booth.status == "approved").order_by(Booth.id)
    return {booth.id: booth for booth in session.scalars(found.with_for_update())}


def _rooms(session: Session, fair_id: int) -> dict[int, str]:
    sites = [one for one in fairs.sites_of(session, fair_id) if one.site.kind != "online"]
    return {room.id: room.name for one in sites for room in one.rooms}


def _move(
    session: Session, moved: Mapping[int, Booth], wanted: Mapping[int, int | None], by: int, now: datetime
) -> int:
    taken = [wanted[one] for one in moved if wanted[one]]
    # A booth that was withdrawn and comes back finds its room given away, not shared.
    gone = (
        Booth.status != "approved",
        Booth.room_id.in_(taken),
        Booth.fair_id.in_({one.fair_id for one in moved.values()}),
    )
    session.execute(update(Booth).where(*gone).values(room_id=None), execution_options={"synchronize_session": False})
    for one, booth in moved.items():
        booth.room_id, booth.rev = wanted[one], booth.rev + 1
        trace.record(
            session, "booth.placed", "booth", one, now, by=by, fair_id=booth.fair_id, data={"room": wanted[one]}
        )
    return len(moved)

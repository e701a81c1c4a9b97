"""A new secret for a feed; busy times of one's own calendar, kept free of meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.errors import NotFound
from fairapp.scheduling import queries
from fairapp.scheduling.actions import claims
from fairapp.scheduling.models import Block, CalendarFeed
from fairapp.scheduling.rules import GRAIN, Busy, HostBusy, grains


def renew_feed(session: Session, account_id: int, now: datetime) -> int:
    """Give the person's feed another secret and return its version; the one before opens nothing any more."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(CalendarFeed).values(account_id=account_id, version=1, renewed_at=now)
    again = {"version": CalendarFeed.version + 1, "renewed_at": now}
    renewed = made.on_conflict_do_update(index_elements=[CalendarFeed.account_id], set_=again)
    return int(session.execute(renewed.returning(CalendarFeed.version)).scalar_one())


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of busy times: blocks made, and times of which some part was promised to a meeting already."""

    made: int
    taken: int


def import_busy(session: Session, account_id: int, times: Sequence[Busy], now: datetime) -> Kept:
    """Block the person's time for these (UTC, apart from each other), in place of what was read in before.

    A meeting that is there already stays; the rest of such a time is blocked around it. NotFound for who is no resource.
    """
    resource_id = queries.resources_by_account(session, [account_id]).get(account_id)
    if resource_id is None:
        raise NotFound
    queries.lock_resources(session, [resource_id])
    _let_go(session, resource_id, now)
    if not times:
        return Kept(0, 0)
    held = queries.grains_held(session, resource_id, range(grains(*times[0]).start, grains(*times[-1]).stop))
    free = [part for one in times for part in _parts(grains(*one), held)]
    _block(session, resource_id, free)
    return Kept(len(free), sum(1 for one in times if held.intersection(grains(*one))))


def _let_go(session: Session, resource_id: int, now: datetime) -> None:
    mine = (Block.resource_id == resource_id, Block.imported.is_(True), Block.removed_at.is_(None))
    for block in session.scalars(select(Block).where(*mine).order_by(Block.id)):
        held = {(resource_id, grain) for grain in grains(block.starts_at, block.ends_at)}
        claims.release(session, claims.Owner("block_id", block.id), held)
    session.execute(update(Block).where(*mine).values(removed_at=now))


def _parts(span: range, held: set[int]) -> list[range]:
    """Return the stretches of the span of which nothing is held."""
    parts: list[range] = []
    for grain in span:
        if grain in held:
            continue
        if parts and parts[-1].stop == grain:
            parts[-1] = range(parts[-1].start, grain + 1)
        else:
            parts.append(range(grain, grain + 1))
    return parts


def _block(session: Session, resource_id: int, spans: Sequence[range]) -> None:
    if not spans:
        return
    rows = [
        {
            "resource_id": resource_id,
            "starts_at": datetime.fromtimestamp(span.start * GRAIN, UTC),
            "ends_at": datetime.fromtimestamp(span.stop * GRAIN, UTC),
            "reason": "",
            "imported": True,
        }
        for span in spans
    ]
    ids = session.scalars(insert(Block).returning(Block.id, sort_by_parameter_order=True), rows).all()
    for block_id, span in zip(ids, spans, strict=True):
        wanted = {(resource_id, grain) for grain in span}
        if not claims.take(session, claims.Owner("block_id", block_id), wanted):
            raise HostBusy  # somebody booked in this moment: the caller may try again

"""Resources: every person and every room is one; blocks keep a resource's time for something else."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp.errors import Invalid, NotFound
from fairapp.scheduling import queries
from fairapp.scheduling.actions import claims
from fairapp.scheduling.models import Block, Resource
from fairapp.scheduling.rules import ENDS_FIRST, PAST, HostBusy, grains

LONGEST_BLOCK = timedelta(days=1)


def make_person(session: Session, account_id: int, now: datetime) -> None:
    """Make the resource of a new account; nobody has two."""
    session.execute(insert(Resource).values(account_id=account_id))


def make_room(session: Session, room_id: int) -> None:
    """Make the resource of a new room."""
    session.execute(insert(Resource).values(room_id=room_id))


def add_block(
    session: Session,
    resource_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    now: datetime,
    *,
    travel: bool = False,
) -> int:
    """Keep the resource's time (UTC) for something else and return the block's id; HostBusy where it is taken.

    With `travel` it is a way between two places: whoever planned it takes it back, not the person herself.
    """
    if starts_at >= ends_at:
        raise Invalid.one("ends_at", ENDS_FIRST)
    if ends_at - starts_at > LONGEST_BLOCK:
        raise Invalid.one("ends_at", _l("한 번에 하루까지 막을 수 있어요"))
    span = {"starts_at": starts_at, "ends_at": ends_at}
    made = insert(Block).values(resource_id=resource_id, **span, reason=reason, travel=travel)
    block_id: int = session.execute(made.returning(Block.id)).scalar_one()
    wanted = {(resource_id, grain) for grain in grains(starts_at, ends_at)}
    queries.lock_resources(session, [resource_id])
    if not claims.take(session, claims.Owner("block_id", block_id), wanted):
        raise HostBusy
    return block_id


def block_own_time(
    session: Session, account_id: int, starts_at: datetime, ends_at: datetime, reason: str, now: datetime
) -> int:
    """Keep the person's own time for an appointment and return the block's id; as add_block, and Invalid for a time past."""
    if ends_at <= now:
        raise Invalid.one("ends_at", PAST)
    return add_block(session, _own_resource(session, account_id), starts_at, ends_at, reason, now)


def free_own_time(session: Session, account_id: int, block_id: int, now: datetime) -> None:
    """Give the time of the person's own appointment back; NotFound for another's."""
    mine = Block.resource_id == _own_resource(session, account_id)
    hers = select(Block.id).where(Block.id == block_id, mine, Block.imported.is_(False), Block.travel.is_(False))
    if session.scalar(hers) is None:
        raise NotFound
    remove_block(session, block_id, now)


def _own_resource(session: Session, account_id: int) -> int:
    found = queries.resources_by_account(session, [account_id])
    if not found:
        raise NotFound
    return found[account_id]


def remove_block(session: Session, block_id: int, now: datetime) -> None:
    """Give the block's time back."""
    block = session.scalar(select(Block).where(Block.id == block_id, Block.removed_at.is_(None)))
    if block is None:
        raise NotFound
    held = {(block.resource_id, grain) for grain in grains(block.starts_at, block.ends_at)}
    claims.release(session, claims.Owner("block_id", block.id), held)
    session.execute(update(Block).where(Block.id == block_id).values(removed_at=now))

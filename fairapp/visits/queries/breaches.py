"""What the audit asks of tours: derived again from the stops alone."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Block
from fairapp.visits.models import TourStop, Visit

MOST_TOLD = 100  # of each kind


def breaches(session: Session) -> list[str]:
    """Return a sentence for every breach."""
    return [*_tours(session), *_ways(session)][: 2 * MOST_TOLD]


def _tours(session: Session) -> Iterator[str]:
    """No coach is at two stops at once, or without the claimed way between two sites; each stop lies within its visit."""
    found = (
        select(TourStop, Visit)
        .join(Visit, Visit.id == TourStop.visit_id)
        .where(TourStop.ended_at.is_(None))
        .order_by(TourStop.account_id, TourStop.starts_at, TourStop.id)
    )
    before: tuple[TourStop, Visit] | None = None
    for stop, visit in session.execute(found):
        if visit.off is not None or stop.starts_at < visit.starts_at or stop.ends_at > visit.ends_at:
            yield f"tour stop {stop.id} lies outside of visit {visit.id}"
        if before is not None and before[0].account_id == stop.account_id:
            if before[0].ends_at > stop.starts_at:
                yield f"account {stop.account_id} is at two places: tour stop {stop.id} begins before {before[0].id} ends"
            elif before[1].site_id != visit.site_id and _too_near(session, before[0], before[1], stop, visit):
                yield f"tour stop {stop.id} has no way from stop {before[0].id}"
        before = stop, visit


def _too_near(session: Session, one: TourStop, at: Visit, other: TourStop, there: Visit) -> bool:
    """Whether less time lies between than the claimed way takes, or no way is claimed where there is one."""
    between = (other.starts_at - one.ends_at).total_seconds() / 60
    if other.way_minutes is not None:
        return between < other.way_minutes
    ways = scheduling.ways(session, [at.site_id, there.site_id])
    return between < next(iter(ways.values()), 0)


def _ways(session: Session) -> Iterator[str]:
    """A stop's way is a block that stands, and as long as it says; every way belongs to a stop."""
    gone = select(TourStop.id).join(Block, Block.id == TourStop.way_block_id).where(Block.removed_at.is_not(None))
    for stop_id in session.scalars(gone.limit(MOST_TOLD)):
        yield f"tour stop {stop_id} has a way that was given back"
    found = select(Block, TourStop).outerjoin(TourStop, TourStop.way_block_id == Block.id)
    for block, stop in session.execute(found.where(Block.travel.is_(True), Block.removed_at.is_(None))):
        if stop is None or stop.ended_at is not None:
            yield f"block {block.id} is a way to nowhere"
        elif (block.ends_at - block.starts_at).total_seconds() != (
            stop.way_minutes or 0
        ) * 60 or block.ends_at > stop.starts_at:
            yield f"block {block.id} is not the way to tour stop {stop.id}"

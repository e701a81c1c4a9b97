"""What must hold of what partners were told, derived again from the rows; `audit` prints each breach."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.live.models import NewsCounter
from fairapp.partners.models import Change, ChangeCounter, FairRead, PublicListing, Webhook
from fairapp.partners.queries.firms import firm_breaches

MOST_TOLD = 100  # of each kind


def breaches(session: Session) -> Iterator[str]:
    """Give a sentence for every breach."""
    head = session.scalar(select(ChangeCounter.seq)) or 0
    yield from _numbers(session, head)
    yield from _last_states(session)
    ahead = select(FairRead.fair_id).join(NewsCounter, NewsCounter.fair_id == FairRead.fair_id)
    for fair_id in session.scalars(ahead.where(FairRead.seq > NewsCounter.seq).limit(MOST_TOLD)):
        yield f"fair {fair_id}: more news was read for partners than there is"
    yield from firm_breaches(session)
    for webhook_id in session.scalars(select(Webhook.id).where(Webhook.position > head).limit(MOST_TOLD)):
        yield f"webhook {webhook_id}: was told of changes that there are not"


def _numbers(session: Session, head: int) -> Iterator[str]:
    """The numbers that are kept have no gap and end with the counter's."""
    first, last, number = session.execute(select(func.min(Change.seq), func.max(Change.seq), func.count())).one()
    if (last or 0) != head:
        yield f"changes: the counter says {head}, the last is {last}"
    if number and last - first + 1 != number:
        yield f"changes: {number} are kept from {first} to {last}"


def _last_states(session: Session) -> Iterator[str]:
    """A public listing is as the last change of it says, and one that was closed last is not public."""
    first = session.scalar(select(func.min(Change.seq))) or 0
    told = select(PublicListing.listing_id).outerjoin(Change, Change.seq == PublicListing.seq)
    wrong = or_(Change.listing_id.is_(None), Change.listing_id != PublicListing.listing_id)
    for one in session.scalars(told.where(PublicListing.seq >= first, wrong).limit(MOST_TOLD)):
        yield f"listing {one}: partners were told of it by a change that is not its own"
    later = aliased(Change)
    newer = select(PublicListing.listing_id).join(later, later.listing_id == PublicListing.listing_id)
    for one in session.scalars(newer.where(later.seq > PublicListing.seq).limit(MOST_TOLD)):
        yield f"listing {one}: is not as partners were told of it last"

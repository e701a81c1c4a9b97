"""What must hold of what partners were told, derived again from the rows; `audit` prints each breach."""

from collections.abc import Iterator

from sqlalchemy import String, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp import clock
from fairapp.agencies.rules import ZONE
from fairapp.live.models import NewsCounter, Outbox
from fairapp.partners.models import Change, ChangeCounter, Correction, FairRead, PublicListing, Record, Webhook
from fairapp.partners.queries.corrections import settled_of, told_of_values
from fairapp.partners.queries.firms import firm_breaches
from fairapp.partners.queries.joining import AT_ONCE, records_by_id
from fairapp.partners.rules import ANSWER_KEY, due_on, fields_of, settled_told

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
    yield from _contested(session)
    yield from _wrong_again(session)


def _contested(session: Session) -> Iterator[str]:
    """What waits is about its person's own record, is due on the right day, and every answer was sent."""
    mine = select(Correction.id).join(Record, Record.id == Correction.record_id)
    lost = mine.where(Correction.state == "open", Record.account_id.is_distinct_from(Correction.account_id))
    for one in session.scalars(lost.limit(MOST_TOLD)):
        yield f"correction {one}: waits, but its record is about somebody else"
    told = exists().where(Outbox.key == literal(ANSWER_KEY) + cast(Correction.id, String))
    unsaid = select(Correction.id).where(Correction.state.in_(("corrected", "deleted", "refused")), ~told)
    for one in session.scalars(unsaid.limit(MOST_TOLD)):
        yield f"correction {one}: was answered without a letter"
    for row in session.execute(select(Correction.id, Correction.asked_at, Correction.due_on)):
        if row.due_on != due_on(clock.local(row.asked_at, ZONE).date()):
            yield f"correction {row.id}: is due on another day than the law says"


def _wrong_again(session: Session) -> Iterator[str]:
    """No record tells a value that its person had put right or deleted."""
    acting = Correction.state.in_(("corrected", "deleted"))
    ids = session.scalars(select(Correction.record_id).where(acting).distinct().order_by(Correction.record_id)).all()
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        settled = settled_of(session, some)
        for record in records_by_id(session, some):
            told = told_of_values(record)
            if fields_of(told) != fields_of(settled_told(record.id, told, settled[record.id])):
                yield f"record {record.id}: tells again what its person had put right"


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

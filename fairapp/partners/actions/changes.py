"""Writing what partners are told. One writer at a time holds the counter until it commits: numbers are commits in order.

What is visible is asked of the gate, never remembered; the news says where to look, and so does the clock.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from fairapp.live.models import NewsCounter
from fairapp.partners import queries, rules
from fairapp.partners.models import Change, ChangeCounter, FairRead, PublicListing


def begin_fairs(session: Session, fair_ids: Sequence[int]) -> None:
    """Start reading the news of these fairs: all of it where that is little, else from where it stands, for the rest is
    found by comparing.
    """
    _lock(session)
    there = set(session.scalars(select(FairRead.fair_id).where(FairRead.fair_id.in_(fair_ids))))
    counters = select(NewsCounter.fair_id, NewsCounter.seq, NewsCounter.oldest)
    found = session.execute(counters.where(NewsCounter.fair_id.in_(set(fair_ids) - there)))
    rows = [{"fair_id": row.fair_id, "seq": 0 if rules.is_short(row.seq, row.oldest) else row.seq} for row in found]
    if rows:
        session.execute(insert(FairRead), rows)


def publish(session: Session, now: datetime, also: Collection[int] = ()) -> int:
    """Read news that has not been read, see what it and the clock did to listings, and number that; return how many changes.

    `also` are listings to be looked at anyhow. A change that is committed while this runs has news with a higher number
    than was read here, so the next run looks at its listing again: nothing is passed over.
    """
    seq = _lock(session)
    heads = queries.unread(session)
    news = queries.unread_news(session, list(heads)) if heads else []
    told = [_told(row) for row in news if not row.kind.startswith("listing.")]
    touched = {int(row.data["listing"]) for row in news if row.kind.startswith("listing.")} | set(also)
    booths = {int(row.data["booth"]) for row in news if row.kind.startswith("booth.")}
    touched |= queries.listings_of_booths(session, booths, now) if booths else set()
    touched |= set(queries.lapsed(session, now))
    ordered = sorted(touched)
    for start in range(0, len(ordered), rules.AT_ONCE):
        told += _compare(session, ordered[start : start + rules.AT_ONCE], seq + len(told), now)
    _number(session, told, seq, now)
    _reach(session, heads, news)
    return len(told)


def compared(session: Session, fair_id: int, now: datetime) -> None:
    """Keep that all listings of the fair have been looked at."""
    session.execute(update(FairRead).where(FairRead.fair_id == fair_id).values(compared_at=now))


def forget_changes(session: Session, before: datetime) -> int:
    """Delete some changes from before that moment, never the last of all; return how many, 0 at the end."""
    last = select(ChangeCounter.seq).scalar_subquery()
    old = select(Change.seq).where(Change.at < before, Change.seq < last).order_by(Change.seq).limit(rules.AT_ONCE)
    ids = session.scalars(old).all()
    session.execute(delete(Change).where(Change.seq.in_(ids)))
    return len(ids)


def _lock(session: Session) -> int:
    """Make every other writer of changes wait until this one has committed; return the last number given."""
    held = update(ChangeCounter).values(seq=ChangeCounter.seq).returning(ChangeCounter.seq)
    return session.execute(held, execution_options={"synchronize_session": False}).scalar_one()


def _told(row: Any) -> dict[str, Any]:
    """Return the change that a piece of news is by itself: of a booth, or of a fair."""
    return {"kind": row.kind, "at": row.at, "fair_id": row.fair_id, "listing_id": None, "data": row.data}


def _compare(session: Session, ids: Sequence[int], seq: int, now: datetime) -> list[dict[str, Any]]:
    """Return what became of the listings since partners were last told, and keep what they are told now.

    `seq` is the last number given before these.
    """
    visible = queries.seen(session, ids, now)
    before = queries.seen_of(session, PublicListing.listing_id.in_(ids))
    told: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for one in ids:
        was, is_now = before.get(one), visible.get(one)
        what = rules.became(was and was.state, is_now and is_now.state)
        place = is_now or was
        if what is None or place is None:
            continue
        data = is_now.data if is_now else {"booth": str(place.booth_id)}
        change = {"kind": f"listing.{what}", "at": now, "fair_id": place.fair_id, "listing_id": one, "data": data}
        told.append(change)
        if is_now:
            facts = {"listing_id": one, "fair_id": is_now.fair_id, "booth_id": is_now.booth_id, "until": is_now.until}
            kept.append(facts | {"seq": seq + len(told), "at": now, "data": data})
    gone = [change["listing_id"] for change in told]
    session.execute(delete(PublicListing).where(PublicListing.listing_id.in_(gone)))
    if kept:
        session.execute(insert(PublicListing), kept)
    return told


def _number(session: Session, told: Sequence[dict[str, Any]], seq: int, now: datetime) -> None:
    if not told:
        return
    session.execute(insert(Change), [{"seq": n, **change} for n, change in enumerate(told, seq + 1)])
    session.execute(update(ChangeCounter).values(seq=seq + len(told)))
    fairs = {change["fair_id"] for change in told if change["listing_id"] is not None}
    session.execute(update(FairRead).where(FairRead.fair_id.in_(fairs)).values(changed_at=now))


def _reach(session: Session, heads: dict[int, int], news: Sequence[Any]) -> None:
    """Keep how far each fair has been read: to its head, or, where not all fitted, to the last piece that was taken."""
    cut = news[-1] if len(news) == rules.AT_ONCE else None
    for fair_id, head in heads.items():
        if cut is None or fair_id < cut.fair_id:
            # A piece may have come after the head was read: then all before it have, too.
            reached = max([head, *(row.seq for row in news if row.fair_id == fair_id)])
        elif fair_id == cut.fair_id:
            reached = cut.seq
        else:
            continue
        session.execute(update(FairRead).where(FairRead.fair_id == fair_id).values(seq=reached))

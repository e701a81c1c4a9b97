"""Reads of news: what a fair and a person have been told since a number."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from fairapp.clock import rfc3339
from fairapp.db import Base
from fairapp.live.models import News, NewsCounter, Outbox, PersonalCounter, PersonalNews
from fairapp.live.rules import CLAIMED_FOR, MOST_MISSED, must_reset, must_reset_mine
from fairapp.mail import OutboxRow, Recipient

Item = dict[str, Any]  # one piece of news as it is sent: seq, kind, at, data


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What somebody missed: the last number and the items up to it, or that it is too much and all is to be reloaded."""

    seq: int
    items: list[Item]
    reset: bool


def fair_of(session: Session, ref: str, caller: Any, now: datetime) -> int | None:
    """Return the id of the announced fair with that id or slug."""
    fair = Base.metadata.tables["fair"]
    is_id = ref.isascii() and ref.isdigit() and len(ref) < 19 and ref[0] != "0"
    named = fair.c.id == int(ref) if is_id else fair.c.slug == ref
    found: int | None = session.execute(select(fair.c.id).where(named, fair.c.announced_at <= now)).scalar()
    return found


# Hook: the fair that this caller (guards.Caller or None) may see at `now`, by id or slug; wiring.py fills it.
visible_fair: Callable[[Session, str, Any, datetime], int | None] = fair_of


def find_visible_fair(session: Session, ref: str, caller: Any, now: datetime) -> int | None:
    """Return the id of the fair if the caller may see it, whoever filled the hook."""
    return visible_fair(session, ref, caller, now)


def item_of(row: Row[Any] | Any) -> Item:
    """Return a row of news as it is sent."""
    return {"seq": row.seq, "kind": row.kind, "at": rfc3339(row.at), "data": row.data}


def own_item_of(row: Row[Any] | Any) -> Item:
    """Return a row of personal news as it is sent; `fair` is the fair it concerns, if it is one."""
    return {**item_of(row), "fair": None if row.fair_id is None else str(row.fair_id)}


def heads(session: Session, fair_ids: Collection[int]) -> dict[int, int]:
    """Return the last number of each of the fairs."""
    rows = session.execute(select(NewsCounter.fair_id, NewsCounter.seq).where(NewsCounter.fair_id.in_(fair_ids)))
    return {row.fair_id: row.seq for row in rows}


def own_heads(session: Session, account_ids: Collection[int]) -> dict[int, int]:
    """Return the last number of each of the accounts; one that was never told anything is missing."""
    counter = select(PersonalCounter.account_id, PersonalCounter.seq)
    rows = session.execute(counter.where(PersonalCounter.account_id.in_(account_ids)))
    return {row.account_id: row.seq for row in rows}


def news_after(session: Session, fair_id: int, after: int, up_to: int) -> list[Item]:
    """Return the news of the fair with numbers above `after` up to `up_to`, in order; at most MOST_MISSED."""
    found = select(News.seq, News.kind, News.at, News.data).where(News.fair_id == fair_id)
    found = found.where(News.seq > after, News.seq <= up_to).order_by(News.seq).limit(MOST_MISSED)
    return [item_of(row) for row in session.execute(found)]


def own_news_after(session: Session, account_id: int, after: int, up_to: int) -> list[Item]:
    """Return the news of the person with numbers above `after` up to `up_to`, in order; at most MOST_MISSED."""
    own = PersonalNews
    found = select(own.seq, own.kind, own.at, own.data, own.fair_id).where(own.account_id == account_id)
    found = found.where(own.seq > after, own.seq <= up_to).order_by(own.seq).limit(MOST_MISSED)
    return [own_item_of(row) for row in session.execute(found)]


def catch_up(session: Session, fair_id: int, after: int | None) -> CatchUp:
    """Return what a client that has come to `after` missed of the fair; None: it wants only what comes from now on."""
    row = session.execute(select(NewsCounter.seq, NewsCounter.oldest).where(NewsCounter.fair_id == fair_id)).first()
    seq, oldest = (row.seq, row.oldest) if row else (0, 1)
    if after is None:
        return CatchUp(seq, [], False)
    if must_reset(after, seq, oldest):
        return CatchUp(seq, [], True)
    # The counter was read first: all rows up to its number are committed, for numbers are given in that order.
    return CatchUp(seq, news_after(session, fair_id, after, seq), False)


def catch_up_mine(session: Session, account_id: int, after: int | None) -> CatchUp:
    """Return what a person that has come to `after` missed of the news of her own."""
    seq = own_heads(session, [account_id]).get(account_id, 0)
    if after is None:
        return CatchUp(seq, [], False)
    items = [] if after > seq or seq - after > MOST_MISSED else own_news_after(session, account_id, after, seq)
    reset = must_reset_mine(after, seq, len(items))
    return CatchUp(seq, [] if reset else items, reset)


def is_letter_due(session: Session, now: datetime) -> bool:
    """Whether a letter is due, or was claimed by somebody who never came back."""
    return session.execute(select(Outbox.id).where(due_letters(now)).limit(1)).first() is not None


def due_letters(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a letter that is to be sent at `now`."""
    due = and_(Outbox.state == "due", Outbox.due_at <= now)
    return or_(due, and_(Outbox.state == "sending", Outbox.claimed_at < now - CLAIMED_FOR))


def recipient_of(session: Session, row: OutboxRow) -> Recipient | None:
    """Return to whom the letter goes; None if the account is disabled or there is no address."""
    if row.account_id is None:
        return Recipient(row.address, "", str(row.data.get("language", "ko"))) if row.address else None
    account = Base.metadata.tables["account"]
    found = select(account.c.email, account.c.name, account.c.language)
    person = session.execute(found.where(account.c.id == row.account_id, account.c.disabled_at.is_(None))).first()
    address = row.address or (person.email if person else None)
    return Recipient(address, person.name, person.language) if person and address else None


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what was sent to a person and what she was told, for her own export."""
    letters = select(Outbox.kind, Outbox.state, Outbox.due_at, Outbox.sent_at)
    news = select(PersonalNews.seq, PersonalNews.kind, PersonalNews.at, PersonalNews.data)
    found = {
        "letters": letters.where(Outbox.account_id == account_id).order_by(Outbox.id),
        "news": news.where(PersonalNews.account_id == account_id).order_by(PersonalNews.seq),
    }
    return {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}

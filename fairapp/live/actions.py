"""Telling: news rows, personal news rows and letters, written in the transaction that caused them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.live.models import News, NewsCounter, Outbox, PersonalCounter, PersonalNews


@dataclass(frozen=True, slots=True)
class FairNews:
    """News of a fair before it has its number."""

    fair_id: int
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnNews:
    """News for one person before it has its number."""

    account_id: int
    kind: str
    at: datetime
    data: dict[str, Any]
    fair_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as plain data: which, to whom, about what. `key` makes it one letter however often it is posted."""

    key: str
    kind: str
    account_id: int | None
    due_at: datetime
    data: dict[str, Any]
    address: str | None = None


def open_counter(session: Session, fair_id: int) -> None:
    """Start the numbers of a new fair."""
    session.execute(insert(NewsCounter).values(fair_id=fair_id, seq=0, oldest=1))


def announce(session: Session, news: Sequence[FairNews | OwnNews]) -> None:
    """Put news at the end of the transaction, where it gets its numbers; see write_news."""
    session.info["pending"].extend(news)


def post(session: Session, letters: Sequence[Letter]) -> None:
    """Write letters into the outbox; one whose key is there already is not written again."""
    if not letters:
        return
    rows = [
        {
            "key": letter.key,
            "kind": letter.kind,
            "account_id": letter.account_id,
            "address": letter.address,
            "due_at": letter.due_at,
            "data": letter.data,
            "message_id": f"<{secrets.token_hex(16)}@fairapp>",
            "state": "due",
            "tries": 0,
        }
        for letter in letters
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Outbox).values(rows).on_conflict_do_nothing())


def write_news(connection: Connection, pending: list[FairNews | OwnNews]) -> None:
    """Number and write all news of a transaction: fairs in order of id, then people in order of id.

    It is the transaction's last write. The counter's row is then locked until the commit, so numbers are given in the
    order of commits and never lost: a sequence or max + 1 would let a reader see 8 before 7 and miss it.
    """
    by_fair: dict[int, list[FairNews]] = {}
    by_person: dict[int, list[OwnNews]] = {}
    for item in pending:
        if isinstance(item, FairNews):
            by_fair.setdefault(item.fair_id, []).append(item)
        else:
            by_person.setdefault(item.account_id, []).append(item)
    rows = [
        {"fair_id": fair_id, "seq": seq, "kind": item.kind, "at": item.at, "data": item.data}
        for fair_id in sorted(by_fair)
        for seq, item in enumerate(by_fair[fair_id], _take_numbers(connection, fair_id, len(by_fair[fair_id])))
    ]
    if rows:
        connection.execute(insert(News), rows)
    if by_person:
        _write_personal(connection, by_person)


_NUMBERS = (
    update(NewsCounter)
    .where(NewsCounter.fair_id == bindparam("fair"))
    .values(seq=NewsCounter.seq + bindparam("count"))
    .returning(NewsCounter.seq)
)


def _take_numbers(connection: Connection, fair_id: int, count: int) -> int:
    """Take the next numbers of the fair and return the first of them."""
    last: int = connection.execute(_NUMBERS, {"fair": fair_id, "count": count}).scalar_one()
    return last - count + 1


def _write_personal(connection: Connection, by_person: dict[int, list[OwnNews]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    counts = [{"account_id": who, "seq": len(by_person[who])} for who in sorted(by_person)]
    new = dialect.insert(PersonalCounter).values(counts)
    taken = new.on_conflict_do_update(
        index_elements=[PersonalCounter.account_id], set_={"seq": PersonalCounter.seq + new.excluded.seq}
    ).returning(PersonalCounter.account_id, PersonalCounter.seq)
    last = {row.account_id: row.seq for row in connection.execute(taken)}
    rows = [
        {
            "account_id": who,
            "seq": seq,
            "kind": item.kind,
            "at": item.at,
            "data": item.data,
            "fair_id": item.fair_id,
        }
        for who, items in by_person.items()
        for seq, item in enumerate(items, last[who] - len(items) + 1)
    ]
    connection.execute(insert(PersonalNews), rows)

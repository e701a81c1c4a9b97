"""Telling: news rows, personal news rows and letters, written in the transaction that caused them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, String, bindparam, case, cast, delete, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.live.models import News, NewsCounter, Outbox, PersonalCounter, PersonalNews
from fairapp.live.queries import due_letters
from fairapp.live.rules import WAITED_FOR
from fairapp.mail import OutboxRow
from fairapp.prepared import Prepared, insert_into, prepared, run

CHANNEL = "fairapp_news"  # of PostgreSQL's NOTIFY
MOST_LETTERS = 10  # claimed at once: few enough to be sent before the claim ends
MOST_FORGOTTEN = 2000  # rows deleted in one transaction


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
    """Put letters at the end of the transaction, where all of a group are written together; see write_letters."""
    session.info["pending"].extend(letters)


def write_letters(connection: Connection, pending: list[Any]) -> None:
    """Write the letters of a transaction into the outbox; one whose key is there already is not written again."""
    letters = [item for item in pending if isinstance(item, Letter)]
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
    insert_into(Outbox, tuple(rows[0]), skip=True).many(connection, rows)


def write_news(connection: Connection, pending: list[Any]) -> None:
    """Number and write all news of a transaction: fairs in order of id, then people in order of id.

    It is the transaction's last write. The counter's row is then locked until the commit, so numbers are given in the
    order of commits and never lost: a sequence or max + 1 would let a reader see 8 before 7 and miss it.
    """
    by_fair: dict[int, list[FairNews]] = {}
    by_person: dict[int, list[OwnNews]] = {}
    for item in pending:
        if isinstance(item, FairNews):
            by_fair.setdefault(item.fair_id, []).append(item)
        elif isinstance(item, OwnNews):
            by_person.setdefault(item.account_id, []).append(item)
    rows = [
        {"fair_id": fair_id, "seq": seq, "kind": item.kind, "at": item.at, "data": item.data}
        for fair_id in sorted(by_fair)
        for seq, item in enumerate(by_fair[fair_id], _take_numbers(connection, fair_id, len(by_fair[fair_id])))
    ]
    if rows:
        insert_into(News, tuple(rows[0])).many(connection, rows)
    if by_person:
        _write_personal(connection, by_person)


def notify(connection: Connection, pending: list[Any]) -> None:
    """Wake the hubs of other processes when this transaction commits, once however much it tells; on SQLite they look."""
    news = any(isinstance(item, FairNews | OwnNews) for item in pending)
    if news and connection.dialect.name == "postgresql":
        run(connection, f"NOTIFY {CHANNEL}")


@prepared
def _numbers(dialect: str) -> Any:
    """Raise a fair's counter and return where it stands."""
    return (
        update(NewsCounter)
        .where(NewsCounter.fair_id == bindparam("fair"))
        .values(seq=NewsCounter.seq + bindparam("count"))
        .returning(NewsCounter.seq)
    )


def _take_numbers(connection: Connection, fair_id: int, count: int) -> int:
    """Take the next numbers of the fair and return the first of them."""
    last: int = _numbers.all(connection, {"fair": fair_id, "count": count})[0].seq
    return last - count + 1


@cache
def _raise_personal(people: int) -> Prepared:
    """Raise the counters of so many people in one statement and return where they stand."""

    def make(dialect: str) -> Any:
        kind = postgresql if dialect == "postgresql" else sqlite
        counts: list[dict[str, Any]] = [
            {"account_id": bindparam(f"a{n}"), "seq": bindparam(f"c{n}")} for n in range(people)
        ]
        new = kind.insert(PersonalCounter).values(counts)
        raised = {"seq": PersonalCounter.seq + new.excluded.seq}
        return new.on_conflict_do_update(index_elements=[PersonalCounter.account_id], set_=raised).returning(
            PersonalCounter.account_id, PersonalCounter.seq
        )

    return Prepared(make)


def _write_personal(connection: Connection, by_person: dict[int, list[OwnNews]]) -> None:
    counts: dict[str, int] = {}
    for n, who in enumerate(sorted(by_person)):
        counts[f"a{n}"], counts[f"c{n}"] = who, len(by_person[who])
    last = {row.account_id: row.seq for row in _raise_personal(len(by_person)).all(connection, counts)}
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
    insert_into(PersonalNews, tuple(rows[0])).many(connection, rows)


def claim_letters(session: Session, now: datetime) -> list[OutboxRow]:
    """Take on letters that are due, so that nobody else sends them: first those that people wait for, then the oldest."""
    waited_for = case((Outbox.kind.startswith(WAITED_FOR), 0), else_=1)
    due = select(Outbox.id).where(due_letters(now)).order_by(waited_for, Outbox.due_at).limit(MOST_LETTERS)
    taken = (
        update(Outbox)
        .where(Outbox.id.in_(due.with_for_update(skip_locked=True)))
        .values(state="sending", claimed_at=now, tries=Outbox.tries + 1)
        .returning(*(getattr(Outbox, name) for name in OutboxRow.__slots__))
    )
    rows = session.execute(taken, execution_options={"synchronize_session": False}).all()
    letters = (OutboxRow(**row._asdict()) for row in rows)
    return sorted(letters, key=lambda row: (not row.kind.startswith(WAITED_FOR), row.id))


def record_letter(session: Session, letter_id: int, state: str, now: datetime, error: str | None = None) -> None:
    """Keep what became of a letter: `sent`, `failed` or `dropped`; what goes nowhere keeps nothing of what it said."""
    values: dict[str, Any] = {"state": state, "sent_at": now if state == "sent" else None, "error": error}
    if state == "dropped":
        values["data"] = {}
    session.execute(update(Outbox).where(Outbox.id == letter_id).values(values))


def postpone_letter(session: Session, letter_id: int, due_at: datetime, error: str) -> None:
    """Make a letter that could not be sent due again later."""
    session.execute(update(Outbox).where(Outbox.id == letter_id).values(state="due", due_at=due_at, error=error))


def forget_news(session: Session, before: datetime) -> int:
    """Delete some news of fairs from before that moment and raise `oldest`; return how many rows, 0 at the end.

    Always the oldest numbers without a gap, so that `oldest` says all.
    """
    forgotten = 0
    for counter in session.execute(select(NewsCounter.fair_id, NewsCounter.oldest).order_by(NewsCounter.fair_id)).all():
        first = (
            select(News.seq, News.at).where(News.fair_id == counter.fair_id).order_by(News.seq).limit(MOST_FORGOTTEN)
        )
        old = [row.seq for row in takewhile(lambda row: row.at < before, session.execute(first))]
        if old:
            session.execute(delete(News).where(News.fair_id == counter.fair_id, News.seq <= old[-1]))
            mine = NewsCounter.fair_id == counter.fair_id
            session.execute(update(NewsCounter).where(mine).values(oldest=old[-1] + 1))
            forgotten += len(old)
    return forgotten


def forget_personal_news(session: Session, before: datetime) -> int:
    """Delete some news of persons from before that moment; return how many rows, 0 at the end."""
    own = PersonalNews
    old = select(own.account_id, own.seq).where(own.at < before).limit(MOST_FORGOTTEN)
    rows = [tuple(row) for row in session.execute(old)]
    if rows:
        session.execute(delete(own).where(tuple_(own.account_id, own.seq).in_(rows)))
    return len(rows)


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Empty the letters to the account, those that wait go nowhere, and delete its own news.

    The rows of letters stay with their keys, for the audit asks whether each booking had its letter.
    """
    theirs = update(Outbox).where(Outbox.account_id == account_id)
    waiting = case((Outbox.state.in_(("due", "sending")), "dropped"), else_=Outbox.state)
    session.execute(theirs.values(address=None, data={}, error=None, state=waiting))
    session.execute(delete(PersonalNews).where(PersonalNews.account_id == account_id))


def forget_all_news(session: Session, before: datetime) -> int:
    """Delete some news of fairs or of persons from before that moment; return how many rows, 0 at the end."""
    return forget_news(session, before) or forget_personal_news(session, before)


def forget_letters(session: Session, before: datetime) -> int:
    """Empty some letters that were done with before then; their keys stay, by which none goes out twice."""
    done = Outbox.state.in_(("sent", "failed", "dropped")), Outbox.due_at < before
    filled = or_(Outbox.address.is_not(None), Outbox.error.is_not(None), cast(Outbox.data, String) != "{}")
    ids = session.scalars(select(Outbox.id).where(*done, filled).order_by(Outbox.id).limit(MOST_FORGOTTEN)).all()
    session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(address=None, error=None, data={}))
    return len(ids)

"""Two accounts that are one person become one, and can become two again. Each keeps its history; what moved is written down.

What was decided by the linking alone, and what a person decided, is done by the same verbs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account, Consent
from fairapp.errors import Conflict, NotFound
from fairapp.partners import queries
from fairapp.partners.actions import corrections, joining
from fairapp.partners.models import Correction, Merge, Pair, Record

# Filled by later domains: move rows from one account to another and return their ids; with ids given, only those.
Mover = Callable[[Session, int, int, Collection[int] | None], Sequence[int]]
movers: dict[str, Mover] = {}


class Claimed(Conflict):
    """Both people have taken their accounts over: only they can say that they are one."""

    slug = "claimed"
    title = _l("두 계정 모두 본인이 쓰고 있어서 여기에서 합칠 수 없어요")


class Engaged(Conflict):
    """The account that would rest still has meetings to come."""

    slug = "engaged"
    title = _l("없어질 계정에 앞으로의 예약이 있어요. 먼저 옮기거나 취소해 주세요")


def which_is_kept(session: Session, one: int, other: int) -> tuple[int, int]:
    """Return which of two accounts goes on and which rests: the claimed one goes on, else the older. Claimed for two."""
    taken = queries.claimed(session, [one, other])
    if len(taken) == 2:
        raise Claimed
    kept = next(iter(taken), min(one, other))
    return kept, other if kept == one else one


def merge(session: Session, one: int, other: int, by: int | None, now: datetime) -> int:
    """Make one person of two accounts and return the merge's id.

    NotFound where one is absorbed, disabled or no account; Claimed, Engaged.
    """
    kept, absorbed = which_is_kept(session, one, other)
    return unite(session, kept, absorbed, by, now)


def unite(session: Session, kept: int, absorbed: int, by: int | None, now: datetime) -> int:
    """Make one person of two accounts, of which the first goes on; as merge, whoever has claimed them."""
    found = select(Account.id, Account.email).where(Account.id.in_([kept, absorbed]), Account.disabled_at.is_(None))
    # The rows are the lock: whoever merges or erases one of the two meanwhile waits.
    emails = {row.id: row.email for row in session.execute(found.order_by(Account.id).with_for_update())}
    if kept == absorbed or set(emails) != {kept, absorbed}:
        raise NotFound
    if any(engaged(session, absorbed, now) for engaged in accounts.engagements):
        raise Engaged
    moved: dict[str, Any] = {name: list(move(session, absorbed, kept, None)) for name, move in _movers().items()}
    # The address is free again for who signs up with it; it comes back when this is undone.
    rests = {"disabled_at": now, "email": None}
    session.execute(update(Account).where(Account.id == absorbed).values(rests))
    if emails[absorbed] and emails[kept] is None:
        session.execute(update(Account).where(Account.id == kept).values(email=emails[absorbed]))
        moved["email_of_kept"] = True
    values = {
        "kept_id": kept,
        "absorbed_id": absorbed,
        "at": now,
        "by": by,
        "moved": {**moved, "email": emails[absorbed]},
    }
    made = session.scalars(insert(Merge).values(values).returning(Merge.id)).one()
    decide(session, kept, absorbed, "same", by, now)
    _follow(session, [kept], now)
    trace.record(session, "account.merged", "merge", made, now, by=by, person_id=kept, data={"absorbed": absorbed})
    return made


def undo_merge(session: Session, merge_id: int, by: int | None, now: datetime) -> None:
    """Make two people of one again: what had moved goes back, as far as it is still there. NotFound once it is undone."""
    row = session.scalar(select(Merge).where(Merge.id == merge_id, Merge.undone_at.is_(None)).with_for_update())
    if row is None:
        raise NotFound
    for name, move in _movers().items():
        move(session, row.kept_id, row.absorbed_id, row.moved.get(name, []))
    corrections.drop_moved(session, row.moved.get("record", []), now)
    email = row.moved.get("email")
    if email and row.moved.get("email_of_kept"):
        session.execute(update(Account).where(Account.id == row.kept_id, Account.email == email).values(email=None))
    taken = email and session.scalar(select(Account.id).where(Account.email == email))
    back = {"disabled_at": None, "email": None if taken else email}
    session.execute(update(Account).where(Account.id == row.absorbed_id, Account.erased_at.is_(None)).values(back))
    moved = {name: ids for name, ids in row.moved.items() if name not in ("email", "email_of_kept")}
    session.execute(update(Merge).where(Merge.id == merge_id).values(undone_at=now, undone_by=by, moved=moved))
    decide(session, row.kept_id, row.absorbed_id, "different", by, now)
    _follow(session, [row.kept_id, row.absorbed_id], now)
    trace.record(session, "account.parted", "merge", merge_id, now, by=by, person_id=row.kept_id)


def decide_pair(session: Session, pair_id: int, same: bool, by: int, now: datetime) -> int | None:
    """Keep what somebody found of a likely pair; of one person the accounts are merged, and the merge's id returned.

    NotFound where it was decided before.
    """
    pair = session.scalar(select(Pair).where(Pair.id == pair_id, Pair.decision.is_(None)).with_for_update())
    if pair is None:
        raise NotFound
    if same:
        return merge(session, pair.low_id, pair.high_id, by, now)
    decide(session, pair.low_id, pair.high_id, "different", by, now)
    trace.record(session, "pair.different", "pair", pair_id, now, by=by)
    return None


def decide(session: Session, one: int, other: int, decision: str, by: int | None, now: datetime) -> None:
    """Write down what two accounts are; of one person, what was open about the second is answered with it."""
    said = {"decision": decision, "decided_at": now, "decided_by": by}
    pair = {"low_id": min(one, other), "high_id": max(one, other), "permille": 0, "found_at": now, **said}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    kept = dialect.insert(Pair).values(pair)
    session.execute(kept.on_conflict_do_update(index_elements=[Pair.low_id, Pair.high_id], set_=said))
    if decision == "same":  # what was open about the account that rests is answered by what becomes of the other
        rests = or_(Pair.low_id == other, Pair.high_id == other), Pair.decision.is_(None)
        session.execute(update(Pair).where(*rests).values({**said, "decision": "gone"}))


def _follow(session: Session, account_ids: Sequence[int], now: datetime) -> None:
    joining.follow(session, queries.records_of(session, account_ids), now)


def _move_records(session: Session, source: int, target: int, ids: Collection[int] | None) -> Sequence[int]:
    return _move(session, Record.id, Record.account_id, source, target, ids)


def _move_consents(session: Session, source: int, target: int, ids: Collection[int] | None) -> Sequence[int]:
    return _move(session, Consent.id, Consent.seeker_id, source, target, ids)


def _move_corrections(session: Session, source: int, target: int, ids: Collection[int] | None) -> Sequence[int]:
    return _move(session, Correction.id, Correction.account_id, source, target, ids)


def _move(
    session: Session, key: Any, column: Any, source: int, target: int, ids: Collection[int] | None
) -> Sequence[int]:
    """Have rows of one account be the other's, all or those of the ids, and return which."""
    theirs = [column == source] if ids is None else [column == source, key.in_(list(ids))]
    found = session.scalars(select(key).where(*theirs).order_by(key)).all()
    if found:
        session.execute(update(key.class_).where(key.in_(found)).values({column.key: target}))
    return found


def _movers() -> Mapping[str, Mover]:
    return {"record": _move_records, "consent": _move_consents, "correction": _move_corrections, **movers}


def merge_sure(write: Callable[..., Any], read: Callable[[], AbstractContextManager[Session]], now: datetime) -> int:
    """Merge accounts that nobody has claimed and that the linking is sure of; return how many. Others wait for a person."""
    with read() as session:
        pairs = queries.sure_pairs(session)
    done = 0
    for pair in pairs:
        try:
            write(merge, pair.low_id, pair.high_id, None, now)
        except (NotFound, Claimed, Engaged):
            continue
        done += 1
    return done

"""Reads of erasures: who asked for one, what stands in the way, and whether anything was left behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, Date, LargeBinary, String, Table, func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Destruction, Membership
from fairapp.accounts.rules import KEPT, QUIET, WARNED_BEFORE, is_blank
from fairapp.db import Base

# Filled by later domains; each says what the account still has to do for others, in sentences.
duties: list[Callable[[Session, int, datetime], Sequence[str | LazyString]]] = []
# Filled by later domains: whether the account still is somewhere that it must leave first, such as a booking to come.
engagements: list[Callable[[Session, int, datetime], bool]] = []

OWNERS = ("account_id", "seeker_id")  # columns by which a row is about a person; others name who did something
PERSONAL = (String, JSON, LargeBinary, Date)
VIA = ("booking_id", "outcome_id")  # rows of these are about the seeker of the booking or the outcome
MOST_TOLD = 100


def open_duties(session: Session, account_id: int, now: datetime) -> list[str | LazyString]:
    """Return what must be handed over before the account can be erased."""
    found: list[str | LazyString] = []
    if session.scalar(select(Account.is_admin).where(Account.id == account_id)):
        found.append(_l("관리자예요. 다른 관리자가 권한을 거둔 다음에 지울 수 있어요"))
    for column, words in (
        (Membership.agency_id, _l("기관의 하나뿐인 운영자예요. 다른 운영자를 먼저 넣어 주세요")),
        (Membership.employer_id, _l("회사의 하나뿐인 채용 담당자예요. 다른 담당자를 먼저 넣어 주세요")),
    ):
        if _is_alone(session, account_id, column):
            found.append(words)
    for told in duties:
        found += told(session, account_id, now)
    return found


def _is_alone(session: Session, account_id: int, column: Any) -> bool:
    """Whether nobody else has the account's role at one of its organisations."""
    lasts = Membership.ended_at.is_(None), Membership.role.in_(("organizer", "recruiter"))
    mine = select(column).where(Membership.account_id == account_id, *lasts, column.is_not(None))
    alone = select(column).where(column.in_(mine), *lasts).group_by(column)
    return session.execute(alone.having(func.count(Membership.account_id.distinct()) == 1)).first() is not None


def erasure_of(session: Session, account_id: int) -> datetime | None:
    """Return when the account will be erased, if that was asked for."""
    return session.scalar(select(Account.erase_at).where(Account.id == account_id))


def erasures_due(session: Session, now: datetime, limit: int = 50) -> Sequence[int]:
    """Return the accounts whose erasure is due, the oldest first."""
    due = Account.erase_at <= now, Account.erased_at.is_(None)
    return session.scalars(select(Account.id).where(*due).order_by(Account.erase_at, Account.id).limit(limit)).all()


def is_engaged(session: Session, account_id: int, now: datetime) -> bool:
    """Whether the account is somewhere that it must leave before it can be erased."""
    return any(engaged(session, account_id, now) for engaged in engagements)


def quiet_due(session: Session, now: datetime, limit: int = 50) -> Sequence[int]:
    """Return accounts that were warned long enough ago and have not come since."""
    came = func.coalesce(Account.seen_at, Account.created_at)
    due = Account.warned_at <= now - WARNED_BEFORE, came < now - QUIET, Account.erased_at.is_(None)
    return session.scalars(select(Account.id).where(*due).order_by(Account.warned_at, Account.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A record of destruction."""

    id: int
    rule: str
    account_id: int | None
    rows: int
    at: datetime


def destructions(session: Session, before: int | None, limit: int) -> Sequence[Destroyed]:
    """Return `limit + 1` records of destruction, the newest first, before a record's id."""
    found = select(*(getattr(Destruction, name) for name in Destroyed.__slots__)).order_by(Destruction.id.desc())
    if before is not None:
        found = found.where(Destruction.id < before)
    return [Destroyed(*row) for row in session.execute(found.limit(limit + 1))]


def breaches(session: Session) -> Iterator[str]:
    """Say what is left of erased accounts: every text, date, file or JSON of rows about them that is neither empty nor kept.

    Which tables those are is read from the metadata, so that a table nobody thought of is found.
    """
    erased = select(Account.id).where(Account.erased_at.is_not(None))
    if session.scalar(erased.limit(1)) is None:
        return
    tables = Base.metadata.sorted_tables
    for table in tables:
        for owner in _owners(table):
            yield from _left(session, table, owner.in_(erased))
        if not _owners(table):
            for through in (table.c[name] for name in VIA if name in table.c):
                parent = next(iter(through.foreign_keys)).column.table
                theirs = select(parent.c.id).where(parent.c.seeker_id.in_(erased))
                yield from _left(session, table, through.in_(theirs))


def _owners(table: Table) -> list[Any]:
    """Return the columns by which a row is about a person."""
    if table.name == "account":
        return [table.c.id]
    return [table.c[name] for name in OWNERS if name in table.c]


def _left(session: Session, table: Table, theirs: Any) -> Iterator[str]:
    names = [
        column.name
        for column in table.c
        if isinstance(column.type, PERSONAL) and f"{table.name}.{column.name}" not in KEPT
    ]
    if not names:
        return
    keys = list(table.primary_key)
    wanted = select(*keys, *(table.c[name] for name in names if name not in table.primary_key.c)).where(theirs)
    told = 0
    for row in session.execute(wanted).mappings():
        for name in names:
            if not is_blank(row[name]) and (told := told + 1) <= MOST_TOLD:
                where = ", ".join(str(row[key.name]) for key in keys if key.name not in names)
                yield f"{table.name} {where}: {name} of an erased person is not empty"

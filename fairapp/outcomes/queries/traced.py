"""Reads of the trace for people: who did what at a fair, searched and in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.trace import Trace


@dataclass(frozen=True, slots=True)
class Traced:
    """A row of the trace with the name of who did it, as it is now."""

    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    origin: str
    address: str | None
    what: str
    kind: str
    about_id: int
    person_id: int | None
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: deeds that begin so, of whose name begins so, about a thing or person, between moments."""

    what: str = ""
    actor: str = ""
    about: int | None = None
    since: datetime | None = None
    until: datetime | None = None


# Who acted as staff is named; a seeker stays a number, for the trace is read by people whom she allowed nothing.
_EVER_STAFF = or_(Account.is_admin, select(Membership.id).where(Membership.account_id == Account.id).exists())
_STAFF_NAME = case((_EVER_STAFF, Account.name))


def traced(
    session: Session, chain: int, wanted: Wanted, before: int | None = None, limit: int = 50
) -> Sequence[Traced]:
    """Return the rows of a chain, the newest first, at most `limit + 1`, below a number."""
    names = [name for name in Traced.__slots__ if name != "actor_name"]
    columns: dict[str, Any] = {name: getattr(Trace, name) for name in names} | {"actor_name": _STAFF_NAME}
    found = (
        select(*(columns[name].label(name) for name in Traced.__slots__))
        .outerjoin(Account, Account.id == Trace.actor_id)
        .where(Trace.chain == chain)
        .order_by(Trace.seq.desc())
        .limit(limit + 1)
    )
    if wanted.what:
        found = found.where(Trace.what.startswith(wanted.what, autoescape=True))
    if wanted.actor:
        found = found.where(_STAFF_NAME.startswith(wanted.actor, autoescape=True))
    if wanted.about is not None:
        found = found.where(or_(Trace.about_id == wanted.about, Trace.person_id == wanted.about))
    if wanted.since is not None:
        found = found.where(Trace.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(Trace.at < wanted.until)
    if before is not None:
        found = found.where(Trace.seq < before)
    return [Traced(**row._mapping) for row in session.execute(found)]

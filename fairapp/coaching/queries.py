"""Reads of coaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.coaching.models import Coach
from fairapp.fairs.models import Fair
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.queries import SlotRow


@dataclass(frozen=True, slots=True)
class CoachRow:
    """A coach as lists, pages and the API show her."""

    id: int
    fair_id: int
    account_id: int
    name: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    topics: list[str]
    about: str
    about_en: str
    place: str
    next_free: SlotRow | None


def _statement() -> Any:
    return (
        select(
            Coach.id,
            Coach.fair_id,
            Coach.account_id,
            Account.name,
            Coach.agency_id,
            Agency.name.label("agency_name"),
            Agency.name_en.label("agency_name_en"),
            Coach.topics,
            Coach.about,
            Coach.about_en,
            Coach.place,
        )
        .join(Account, Account.id == Coach.account_id)
        .join(Agency, Agency.id == Coach.agency_id)
        .where(Account.disabled_at.is_(None))
    )


def coaches_of(
    session: Session, fair_id: int, now: datetime, *, after: int | None = None, limit: int = 50
) -> Sequence[CoachRow]:
    """Return the coaches of the fair by id, those after the id `after`, each with her next free slot. Two queries."""
    found = _statement().where(Coach.fair_id == fair_id)
    if after is not None:
        found = found.where(Coach.id > after)
    rows = session.execute(found.order_by(Coach.id).limit(limit)).all()
    free = scheduling.next_free(session, [row.id for row in rows], now, of="coach")
    return [CoachRow(**row._mapping, next_free=free.get(row.id)) for row in rows]


def coach(session: Session, coach_id: int, now: datetime) -> CoachRow | None:
    """Return one coach, or None."""
    row = session.execute(_statement().where(Coach.id == coach_id)).first()
    if row is None:
        return None
    free = scheduling.next_free(session, [row.id], now, of="coach")
    return CoachRow(**row._mapping, next_free=free.get(row.id))


def posts_of(session: Session, account_id: int, limit: int = 20) -> Sequence[tuple[Coach, Fair]]:
    """Return where the person coaches: her coach rows with their fairs, newest first."""
    found = (
        select(Coach, Fair)
        .join(Fair, Fair.id == Coach.fair_id)
        .where(Coach.account_id == account_id)
        .order_by(Fair.starts_at.desc(), Coach.id)
        .limit(limit)
    )
    return [(row.Coach, row.Fair) for row in session.execute(found)]

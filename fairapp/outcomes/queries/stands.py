"""Reads of stands: a booth or a coach with its fair."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.booths.models import Booth
from fairapp.coaching.models import Coach
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair


@dataclass(frozen=True, slots=True)
class Stand:
    """A booth or a coach with its fair: whose day it is."""

    id: int
    fair_id: int
    fair_slug: str
    fair_name: str
    fair_name_en: str
    zone: str
    fair_agency_id: int
    employer_id: int | None
    account_id: int | None
    coach_agency_id: int | None
    name: str
    name_en: str


_FAIR = (
    Fair.slug.label("fair_slug"),
    Fair.name.label("fair_name"),
    Fair.name_en.label("fair_name_en"),
    Fair.zone,
    Fair.agency_id.label("fair_agency_id"),
)


def _booths() -> Select[*tuple[Any, ...]]:
    named: Select[*tuple[Any, ...]] = select(
        Booth.id, Booth.fair_id, *_FAIR, Booth.employer_id, Employer.name, Employer.name_en
    )
    return named.join(Fair, Fair.id == Booth.fair_id).join(Employer, Employer.id == Booth.employer_id)


def _coaches() -> Select[*tuple[Any, ...]]:
    named: Select[*tuple[Any, ...]] = select(
        Coach.id,
        Coach.fair_id,
        *_FAIR,
        Coach.account_id,
        Coach.agency_id.label("coach_agency_id"),
        Account.name,
        Account.name.label("name_en"),
    )
    return named.join(Fair, Fair.id == Coach.fair_id).join(Account, Account.id == Coach.account_id)


def booth_stand(session: Session, booth_id: int) -> Stand:
    """Return a booth as a stand; NotFound where there is none."""
    row = session.execute(_booths().where(Booth.id == booth_id)).one_or_none()
    if row is None:
        raise NotFound
    return Stand(**row._mapping, account_id=None, coach_agency_id=None)


def coach_stand(session: Session, coach_id: int) -> Stand:
    """Return a coach as a stand; NotFound where there is none."""
    row = session.execute(_coaches().where(Coach.id == coach_id)).one_or_none()
    if row is None:
        raise NotFound
    return Stand(**row._mapping, employer_id=None)

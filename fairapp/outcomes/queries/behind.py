"""The rows behind a number of the report, for whoever may see them: people of a stage, or hires of a share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.accounts.models import Account
from fairapp.accounts.rules import OLDER_FROM, YOUTH_BEFORE, YOUTH_FROM
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.breakdown import narrowing
from fairapp.outcomes.queries.scope import Scope


@dataclass(frozen=True, slots=True)
class Behind:
    """One row: a person of a stage, or a hire with what counts of it."""

    id: int  # of the row of the ledger, or of the account
    booking_id: int | None
    seeker_id: int
    seeker_name: str
    employer_name: str | None
    employer_name_en: str | None
    listing_title: str | None
    listing_title_en: str | None
    on: date | None
    employment_type: str | None
    occupation: str | None
    age: int | None


def people_behind(
    session: Session, scope: Scope, stage: str, as_of: datetime, after: int | None = None, limit: int = 50
) -> list[Behind]:
    """Return the people of a stage of the funnel in order of account, at most `limit + 1`; NotFound for no stage."""
    people = dict(counting.FUNNEL).get(stage)
    if people is None:
        raise NotFound
    found = people(scope, as_of).subquery()
    once = select(found.c.seeker_id).distinct().subquery()
    rows = select(Account.id, Account.name).join(once, once.c.seeker_id == Account.id).order_by(Account.id)
    if after is not None:
        rows = rows.where(Account.id > after)
    nothing = (None,) * 8
    return [Behind(row.id, None, row.id, row.name, *nothing) for row in session.execute(rows.limit(limit + 1))]


def hires_behind(
    session: Session, scope: Scope, name: str, as_of: datetime, after: int | None = None, limit: int = 50
) -> list[Behind]:
    """Return the hires of a share (`hires`: all) in order of the ledger, at most `limit + 1`; NotFound for no share."""
    if name != "hires" and name not in rules.SHARES:
        raise NotFound
    found = (
        counting.hires(scope, as_of)
        .join(Fair, Fair.id == Outcome.fair_id)
        .join(Account, Account.id == Outcome.seeker_id)
        .outerjoin(Booth, Booth.id == Outcome.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Listing, Listing.id == Outcome.listing_id)
        .with_only_columns(
            Outcome.id,
            Outcome.booking_id,
            Outcome.seeker_id,
            Account.name.label("seeker_name"),
            Employer.name.label("employer_name"),
            Employer.name_en.label("employer_name_en"),
            Listing.title.label("listing_title"),
            Listing.title_en.label("listing_title_en"),
            Outcome.on,
            Outcome.employment_type,
            Outcome.occupation,
            case((Account.erased_at.is_(None), Outcome.age)).label("age"),
        )
        .where(*_of_share(name), *narrowing(scope))
        .order_by(Outcome.id)
    )
    if after is not None:
        found = found.where(Outcome.id > after)
    return [Behind(**row._mapping) for row in session.execute(found.limit(limit + 1))]


def _of_share(name: str) -> Sequence[Any]:
    """Return the condition of a hire that counts for the share; rules.indicators says the same, and a test compares."""
    if name == "hires":
        return ()
    if name == "youth":
        return (Outcome.age >= YOUTH_FROM, Outcome.age < YOUTH_BEFORE)
    if name == "age_50_plus":
        return (Outcome.age >= OLDER_FROM,)
    if name == "regular":
        return (Outcome.employment_type == "regular",)
    if name == "professional":
        return (Outcome.occupation.in_([one.code for one in codes.occupations().values() if one.professional]),)
    return (Outcome.segment == name,)

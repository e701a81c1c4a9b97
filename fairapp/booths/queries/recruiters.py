"""Reads of whom to write to about booths, of booths whose intent lapses, and of what seekers report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.booths.models import Booth, BoothReport
from fairapp.booths.queries.gate import days_after
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair

MOST_SHOWN = 100
BEFORE = timedelta(days=1)  # an intent that lapses within a day is reminded of


@dataclass(frozen=True, slots=True)
class Recruiting:
    """A booth and one of its recruiters."""

    booth_id: int
    account_id: int
    rev: int


def recruiters_of_booths(session: Session, booth_ids: Sequence[int]) -> list[Recruiting]:
    """Return each of the booths with each of its recruiters."""
    found = (
        select(Booth.id, Membership.account_id, Booth.rev)
        .join(Membership, Membership.employer_id == Booth.employer_id)
        .where(Booth.id.in_(sorted(set(booth_ids))), Membership.role == "recruiter", Membership.ended_at.is_(None))
        .order_by(Booth.id, Membership.account_id)
    )
    return [Recruiting(*row) for row in session.execute(found)]


def lapsing(session: Session, now: datetime, limit: int = 200) -> list[int]:
    """Return approved booths of fairs that go on whose intent lapses within a day, and that nobody was reminded of since."""
    until: Any = days_after(Booth.intent_confirmed_at, Fair.intent_days)
    found = (
        select(Booth.id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(Booth.status == "approved", Fair.announced_at <= now, Fair.ends_at > now, until <= now + BEFORE)
        .where(or_(Booth.reminded_at.is_(None), Booth.reminded_at < Booth.intent_confirmed_at))
        .order_by(Booth.id)
        .limit(limit)
    )
    return list(session.scalars(found))


@dataclass(frozen=True, slots=True)
class Report:
    """What a seeker said of a booth."""

    id: int
    booth_id: int
    employer_name: str
    employer_name_en: str
    reason: str
    text: str
    at: datetime
    reporter_name: str
    handled_at: datetime | None
    result: str | None
    answer: str
    others: int  # open ones of the same booth


def reports(session: Session, fair_id: int, *, handled: bool = False) -> list[Report]:
    """Return the reports at a fair: those that wait, the oldest first, or the last that were handled."""
    other = BoothReport.__table__.alias("other")
    others = (
        select(func.count())
        .select_from(other)
        .where(other.c.booth_id == BoothReport.booth_id, other.c.handled_at.is_(None), other.c.id != BoothReport.id)
        .scalar_subquery()
    )
    own = (BoothReport.reason, BoothReport.text, BoothReport.at)
    found = (
        select(BoothReport.id, Booth.id.label("booth_id"), Employer.name, Employer.name_en, *own, Account.name)
        .add_columns(BoothReport.handled_at, BoothReport.result, BoothReport.answer, others.label("others"))
        .join(Booth, Booth.id == BoothReport.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Account, Account.id == BoothReport.account_id)
        .where(Booth.fair_id == fair_id)
        .where(BoothReport.handled_at.is_not(None) if handled else BoothReport.handled_at.is_(None))
        .order_by(BoothReport.handled_at.desc() if handled else BoothReport.id)
        .limit(MOST_SHOWN)
    )
    return [Report(*row) for row in session.execute(found)]


def report_counts(session: Session, fair_id: int) -> dict[int, int]:
    """Return how many reports wait at each booth of a fair."""
    found = select(BoothReport.booth_id, func.count()).join(Booth, Booth.id == BoothReport.booth_id)
    waiting = found.where(Booth.fair_id == fair_id, BoothReport.handled_at.is_(None)).group_by(BoothReport.booth_id)
    return {row[0]: row[1] for row in session.execute(waiting)}


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what this domain keeps about a person, for her own export: what she reported of booths."""
    own = BoothReport
    found = select(own.id, own.booth_id, own.listing_id, own.reason, own.text, own.at, own.result, own.answer)
    rows = session.execute(found.where(own.account_id == account_id).order_by(own.id)).mappings()
    return {"booth_reports": [dict(row) for row in rows]}

"""What of the ledger is due: results of interviews, and whether somebody who started is still there after 1, 3, 6 months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import MONTHS, Outcome, OutcomeReply
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.control import without_result
from fairapp.outcomes.queries.counting import FOREVER
from fairapp.scheduling.models import Booking, Slot

ASKED_FOR = timedelta(days=90)  # after a fair its results are asked for so long
LOOKED_BACK = timedelta(days=280)  # nobody is asked about somebody who started longer ago
MOST = 500


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A hire that is to be asked about: after `months` months, since `due`."""

    outcome_id: int  # the row that says that the person started
    booking_id: int
    fair_id: int
    booth_id: int | None
    seeker_id: int
    seeker_name: str
    employer_name: str
    employer_name_en: str
    started: date
    months: int
    due: date


def follow_ups(
    session: Session, today: date, *, fair_id: int | None = None, booth_id: int | None = None, limit: int | None = MOST
) -> list[FollowUp]:
    """Return which hires are to be asked about on that day, the longest due first: of a fair, of a booth, or all.

    At most `limit` of those that started at least four weeks ago and are not through with six months are looked at.
    """
    kept, end = aliased(Outcome), aliased(Outcome)
    reached = (
        select(func.max(kept.months))
        .where(kept.booking_id == Outcome.booking_id, kept.stage == "retained", counting.stands(kept, FOREVER))
        .correlate(Outcome)
        .scalar_subquery()
    )
    ended = select(end.id).where(end.booking_id == Outcome.booking_id, end.stage.in_(rules.ENDS))
    found = (
        select(Outcome.id, Outcome.booking_id, Outcome.fair_id, Outcome.booth_id, Outcome.seeker_id, Account.name)
        .add_columns(Employer.name, Employer.name_en, Outcome.on, reached.label("reached"))
        .join(Account, Account.id == Outcome.seeker_id)
        .outerjoin(Booth, Booth.id == Outcome.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .where(Outcome.stage == "started", Outcome.on >= today - LOOKED_BACK)
        .where(
            counting.stands(Outcome, FOREVER), ~ended.where(counting.stands(end, FOREVER)).correlate(Outcome).exists()
        )
        .where(Outcome.on <= today - timedelta(days=28), func.coalesce(reached, 0) < max(MONTHS))
        .order_by(Outcome.on, Outcome.id)
        .limit(limit)
    )
    if fair_id is not None:
        found = found.where(Outcome.fair_id == fair_id)
    if booth_id is not None:
        found = found.where(Outcome.booth_id == booth_id)
    due = []
    for row in session.execute(found):
        months = rules.month_due(row.on, row.reached, today)
        if months is not None:
            when = rules.months_after(row.on, months)
            names = row[6] or "", row[7] or ""
            due.append(FollowUp(row[0], row[1], row[2], row[3], row[4], row[5], *names, row.on, months, when))
    return sorted(due, key=lambda one: (one.due, one.outcome_id))


def missing_results(session: Session, booth_id: int, now: datetime) -> Sequence[Any]:
    """Return the interviews of a booth that took place and have no result: id, starts_at, seeker; the oldest first."""
    both = [counting.mark(Booking.id, side, FOREVER) == "present" for side in ("seeker", "host")]
    said = counting.has_stage(Booking.id, ("interviewed",), FOREVER)
    result = counting.has_stage(Booking.id, (*rules.PASSED_STAGES, *rules.ENDS), FOREVER)
    found = (
        select(Booking.id, Slot.starts_at, Account.name)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Account, Account.id == Booking.seeker_id)
        .where(Slot.booth_id == booth_id, Slot.kind == "interview", Slot.ends_at <= now)
        .where(Booking.status.in_(rules.MARKED_STATUSES), or_(both[0] & both[1], said), ~result)
        .order_by(Slot.starts_at, Booking.id)
        .limit(MOST)
    )
    return session.execute(found).all()


@dataclass(frozen=True, slots=True)
class Owed:
    """A booth that owes results, with one of its recruiters."""

    booth_id: int
    account_id: int
    count: int


def owed_results(session: Session, now: datetime) -> list[Owed]:
    """Return each booth whose results are overdue, with each recruiter; of fairs that ended at most ninety days ago."""
    recent = select(Fair).where(Fair.starts_at <= now, Fair.ends_at > now - ASKED_FOR).order_by(Fair.id)
    owed = []
    for fair in session.scalars(recent):
        counted = without_result(fair, now).add_columns(Booth.id).group_by(Booth.id).limit(MOST)
        counts = {row[1]: row[0] for row in session.execute(counted)}
        people = booths.recruiters_of_booths(session, sorted(counts))
        owed += [Owed(one.booth_id, one.account_id, counts[one.booth_id]) for one in people]
    return owed


@dataclass(frozen=True, slots=True)
class OwnOutcome:
    """A row of the ledger as the seeker whom it concerns sees it."""

    id: int
    fair_id: int
    employer_name: str
    employer_name_en: str
    listing_title: str
    listing_title_en: str
    stage: str
    on: date
    months: int | None
    zone: str
    agrees: bool | None
    text: str
    answer: str


def outcomes_of(session: Session, seeker_id: int, limit: int = 100) -> list[OwnOutcome]:
    """Return the rows that stand about a seeker, the latest first, each with what she said to it."""
    found = (
        select(Outcome.id, Outcome.fair_id, Employer.name, Employer.name_en, Listing.title, Listing.title_en)
        .add_columns(Outcome.stage, Outcome.on, Outcome.months, Fair.zone)
        .add_columns(OutcomeReply.agrees, OutcomeReply.text, OutcomeReply.answer)
        .join(Fair, Fair.id == Outcome.fair_id)
        .outerjoin(Booth, Booth.id == Outcome.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Listing, Listing.id == Outcome.listing_id)
        .outerjoin(OutcomeReply, OutcomeReply.outcome_id == Outcome.id)
        .where(Outcome.seeker_id == seeker_id, counting.stands(Outcome, FOREVER))
        .order_by(Outcome.id.desc())
        .limit(limit)
    )
    rows = []
    for row in session.execute(found):
        said = (row.text or "", row.answer or "")
        employer, listing = (row[2] or "", row[3] or ""), (row[4] or "", row[5] or "")
        rows.append(
            OwnOutcome(
                row.id, row.fair_id, *employer, *listing, row.stage, row.on, row.months, row.zone, row.agrees, *said
            )
        )
    return rows


def disputes(session: Session, fair_id: int, *, answered: bool = False, limit: int = 100) -> Sequence[Any]:
    """Return what seekers dispute at a fair: what waits, the oldest first, or the last that was answered."""
    found = (
        select(OutcomeReply, Outcome.booking_id, Outcome.stage, Outcome.on)
        .add_columns(Account.name.label("seeker_name"), Employer.name.label("employer_name"))
        .add_columns(Employer.name_en.label("employer_name_en"), counting.stands(Outcome, FOREVER).label("stands"))
        .join(Outcome, Outcome.id == OutcomeReply.outcome_id)
        .join(Account, Account.id == Outcome.seeker_id)
        .outerjoin(Booth, Booth.id == Outcome.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .where(Outcome.fair_id == fair_id, OutcomeReply.agrees.is_(False))
        .where(OutcomeReply.answered_at.is_not(None) if answered else OutcomeReply.answered_at.is_(None))
        .order_by(OutcomeReply.answered_at.desc() if answered else OutcomeReply.id)
        .limit(limit)
    )
    return session.execute(found).all()

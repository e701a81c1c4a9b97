"""What the screens of a hall show: calls, new openings, free times of the next hour; and the people of badges and signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.agencies.models import Agency
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth, Listing
from fairapp.coaching.models import Coach
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair, FairAgency, Room, Site
from fairapp.outcomes.models import FairPass
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Line, LineEntry, Slot

MOST_CALLS, MOST_OPENINGS, MOST_FREE = 6, 6, 8
SOON = timedelta(hours=1)
MOST_BADGES = 2000


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody called from a walk-in line: the ticket, who (masked by the page), and where to go."""

    ticket: int
    name: str
    employer_name: str
    employer_name_en: str
    room: str | None
    at: datetime | None


def calls_now(session: Session, fair_id: int, now: datetime) -> list[Call]:
    """Return who is called at the booths of a fair and has not come yet, the latest first."""
    found = (
        select(LineEntry.ticket, Account.name, Employer.name, Employer.name_en, Room.name, LineEntry.called_at)
        .select_from(LineEntry)
        .join(Line, Line.id == LineEntry.line_id)
        .join(Booth, Booth.id == Line.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Account, Account.id == LineEntry.seeker_id)
        .outerjoin(Room, Room.id == Booth.room_id)
        .where(Booth.fair_id == fair_id, LineEntry.status == "called", LineEntry.call_expires_at > now)
        .order_by(LineEntry.called_at.desc(), LineEntry.id)
        .limit(MOST_CALLS)
    )
    return [Call(*row) for row in session.execute(found)]


def new_openings(session: Session, fair_id: int, now: datetime) -> Sequence[Any]:
    """Return the listings that opened last at booths that are hiring: title, employer, place."""
    found = (
        select(
            Listing.id,
            Listing.title,
            Listing.title_en,
            Employer.name.label("employer_name"),
            Employer.name_en.label("employer_name_en"),
            Room.name.label("room"),
        )
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .outerjoin(Room, Room.id == Booth.room_id)
        .where(Listing.fair_id == fair_id, booths.is_visible(now))
        .order_by(Listing.opens_at.desc(), Listing.id.desc())
        .limit(MOST_OPENINGS)
    )
    return session.execute(found).all()


def free_soon(session: Session, fair_id: int, now: datetime) -> list[Any]:
    """Return the interviews of the next hour that can still be booked: time, seats, employer, place."""
    found = (
        select(
            Slot.id,
            Slot.starts_at,
            Employer.name.label("employer_name"),
            Employer.name_en.label("employer_name_en"),
            Room.name.label("room"),
        )
        .join(Booth, Booth.id == Slot.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Room, Room.id == Booth.room_id)
        .where(Slot.fair_id == fair_id, Slot.kind == "interview", scheduling.is_free(now), booths.hiring(now))
        .where(Slot.starts_at > now, Slot.starts_at <= now + SOON)
        .order_by(Slot.starts_at, Slot.id)
        .limit(MOST_FREE)
    )
    return list(session.execute(found).all())


@dataclass(frozen=True, slots=True)
class Badge:
    """A name to be worn: whose, for whom, and for seekers the pass' code."""

    name: str
    organisation: str
    organisation_en: str
    role: str
    code: str = ""


def staff_badges(session: Session, fair_id: int) -> list[Badge]:
    """Return the recruiters of approved booths, the coaches and the organizers of a fair, by organisation."""
    lasting = Membership.ended_at.is_(None)
    recruiters = (
        select(Account.name, Employer.name, Employer.name_en)
        .join(Membership, Membership.account_id == Account.id)
        .join(Booth, Booth.employer_id == Membership.employer_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Booth.fair_id == fair_id, Booth.status == "approved", lasting)
        .order_by(Employer.name, Account.name)
        .limit(MOST_BADGES)
    )
    coaches = (
        select(Account.name, Agency.name, Agency.name_en)
        .join(Coach, Coach.account_id == Account.id)
        .join(Agency, Agency.id == Coach.agency_id)
        .where(Coach.fair_id == fair_id)
        .order_by(Agency.name, Account.name)
        .limit(MOST_BADGES)
    )
    joined = select(FairAgency.agency_id).where(FairAgency.fair_id == fair_id)
    organizers = (
        select(Account.name, Agency.name, Agency.name_en)
        .join(Membership, Membership.account_id == Account.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(Membership.role == "organizer", lasting)
        .where(
            or_(Agency.id == select(Fair.agency_id).where(Fair.id == fair_id).scalar_subquery(), Agency.id.in_(joined))
        )
        .order_by(Agency.name, Account.name)
        .limit(MOST_BADGES)
    )
    people = (("recruiter", recruiters), ("coach", coaches), ("organizer", organizers))
    return [Badge(*row, role) for role, found in people for row in session.execute(found)]


def seeker_badges(session: Session, fair_id: int) -> list[Badge]:
    """Return who has a pass for a fair, by name."""
    found = select(Account.name, FairPass.code).join(FairPass, FairPass.account_id == Account.id)
    rows = session.execute(
        found.where(FairPass.fair_id == fair_id).order_by(Account.name, Account.id).limit(MOST_BADGES)
    )
    return [Badge(row.name, "", "", "seeker", row.code) for row in rows]


def booth_signs(session: Session, fair_id: int) -> Sequence[Any]:
    """Return the approved booths of a fair with employer and place, by place."""
    found = (
        select(
            Booth.id,
            Employer.name,
            Employer.name_en,
            Employer.industry,
            Employer.industry_en,
            Room.name.label("room"),
            Site.name.label("site"),
        )
        .join(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Room, Room.id == Booth.room_id)
        .outerjoin(Site, Site.id == Room.site_id)
        .where(Booth.fair_id == fair_id, Booth.status == "approved")
        .order_by(Site.name, Room.name, Employer.name)
        .limit(MOST_BADGES)
    )
    return session.execute(found).all()

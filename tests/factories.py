"""One plain maker per model: (session, **changes) gives the row, flushed, with everything it needs made beside it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.agencies.models import Agency
from fairapp.booths.models import Booth, Listing
from fairapp.booths.rules import is_open
from fairapp.coaching.models import Coach
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair, FairSite, Room, Site
from fairapp.live.actions import open_counter
from fairapp.scheduling.actions import make_person, open_slots
from fairapp.scheduling.actions.slots import Offer

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Seoul
_numbers = count(1)


def _added(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_agency(session: Session, **changes: Any) -> Agency:
    """Make an agency."""
    n = next(_numbers)
    return _added(
        session,
        Agency(**{"slug": f"agency-{n}", "name": f"대구일자리센터 {n}", "kind": "city", "created_at": NOW} | changes),
    )


def make_account(session: Session, **changes: Any) -> Account:
    """Make a confirmed person."""
    n = next(_numbers)
    return _added(
        session,
        Account(
            **{"email": f"person{n}@example.kr", "name": "정한별", "created_at": NOW, "confirmed_at": NOW} | changes
        ),
    )


def make_membership(session: Session, **changes: Any) -> Membership:
    """Make a role of a person; give role and employer_id or agency_id."""
    if "account_id" not in changes:
        changes["account_id"] = make_account(session).id
    return _added(session, Membership(**{"created_at": NOW} | changes))


def make_employer(session: Session, **changes: Any) -> Employer:
    """Make a verified employer."""
    n = next(_numbers)
    fields = {"name": f"(주)명성 {n}", "name_key": f"명성{n}", "created_at": NOW, "verified_at": NOW}
    return _added(session, Employer(**fields | changes))


def make_fair(session: Session, **changes: Any) -> Fair:
    """Make a fair that is open at NOW, with its news counter."""
    n = next(_numbers)
    if "agency_id" not in changes:
        changes["agency_id"] = make_agency(session).id
    fields = {
        "slug": f"fair-{n}",
        "name": f"대구 청년 박람회 {n}",
        "mode": "hybrid",
        "announced_at": NOW - timedelta(days=10),
        "booking_opens_at": NOW - timedelta(days=5),
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(days=2),
        "created_at": NOW - timedelta(days=11),
    }
    fair = _added(session, Fair(**fields | changes))
    open_counter(session, fair.id)
    return fair


def make_site(session: Session, **changes: Any) -> Site:
    """Make a hall; with fair_id it is one of the fair's."""
    n = next(_numbers)
    fair_id = changes.pop("fair_id", None)
    site = _added(
        session, Site(**{"slug": f"site-{n}", "kind": "hall", "name": f"A홀 {n}", "reach_minutes": 0} | changes)
    )
    if fair_id is not None:
        _added(session, FairSite(fair_id=fair_id, site_id=site.id))
    return site


def make_room(session: Session, **changes: Any) -> Room:
    """Make a table of a hall."""
    if "site_id" not in changes:
        changes["site_id"] = make_site(session).id
    return _added(session, Room(**{"name": f"{next(_numbers)}번"} | changes))


def make_booth(session: Session, **changes: Any) -> Booth:
    """Make an approved booth with a fresh intent; it has no listing yet."""
    if "fair_id" not in changes:
        changes["fair_id"] = make_fair(session).id
    if "employer_id" not in changes:
        changes["employer_id"] = make_employer(session).id
    fields = {"status": "approved", "applied_at": NOW, "decided_at": NOW, "intent_confirmed_at": NOW}
    return _added(session, Booth(**fields | changes))


def make_listing(session: Session, **changes: Any) -> Listing:
    """Make a listing that is open at NOW, at a booth that is then hiring. It is not in the search index."""
    booth = session.get_one(Booth, changes["booth_id"]) if "booth_id" in changes else make_booth(session)
    fields = {
        "booth_id": booth.id,
        "fair_id": booth.fair_id,
        "title": f"재무 담당 {next(_numbers)}",
        "occupation": "0231",
        "employment_type": "regular",
        "region": "27290",
        "salary_min": 42_000_000,
        "salary_max": 48_000_000,
        "salary_period": "year",
        "headcount": 2,
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=2),
        "created_at": NOW - timedelta(days=1),
    }
    listing = _added(session, Listing(**fields | changes))
    listing.shown = is_open(listing, NOW)
    session.flush()
    return listing


def make_seeker(session: Session, **changes: Any) -> Account:
    """Make a person who can be at one place at a time: an account with its resource."""
    account = make_account(session, **changes)
    make_person(session, account.id, NOW)
    return account


def make_hiring_booth(session: Session, **changes: Any) -> Booth:
    """Make a booth that passes the gate at NOW."""
    booth = make_booth(session, **changes)
    make_listing(session, booth_id=booth.id)
    return booth


def make_slots(
    session: Session, booth: Booth, times: int = 1, *, start: datetime | None = None, **changes: Any
) -> list[int]:
    """Open interviews of 20 minutes one after the other, by a host of their own, from two hours after NOW."""
    host = changes.pop("host_id", None) or make_seeker(session, name="김면접").id
    begin = start or NOW + timedelta(hours=2)
    length = timedelta(minutes=20)
    offer = Offer(booth.fair_id, "interview", host, booth_id=booth.id, **changes)
    return open_slots(session, offer, [(begin + n * length, begin + (n + 1) * length) for n in range(times)], NOW).slots


def make_coach(session: Session, fair_id: int, **changes: Any) -> Coach:
    """Make a coach of the fair, with an account and an agency of her own; she belongs to it."""
    if "account_id" not in changes:
        changes["account_id"] = make_seeker(session, name="박코치").id
    if "agency_id" not in changes:
        changes["agency_id"] = make_agency(session).id
    belonging = {"account_id": changes["account_id"], "agency_id": changes["agency_id"], "role": "coach"}
    if session.scalar(select(Membership.id).filter_by(**belonging, ended_at=None)) is None:
        make_membership(session, **belonging)
    return _added(session, Coach(**{"fair_id": fair_id, "topics": ["interview"], "created_at": NOW} | changes))


def make_coaching(
    session: Session, coach: Coach, times: int = 1, *, start: datetime | None = None, minutes: int = 30
) -> list[int]:
    """Open coaching sessions one after the other, from two hours after NOW."""
    begin, length = start or NOW + timedelta(hours=2), timedelta(minutes=minutes)
    offer = Offer(
        coach.fair_id,
        "coaching",
        coach.account_id,
        coach_id=coach.id,
        agency_id=coach.agency_id,
        topic="interview",
    )
    return open_slots(session, offer, [(begin + n * length, begin + (n + 1) * length) for n in range(times)], NOW).slots

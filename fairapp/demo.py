"""The demo fair: open now, with invented employers, listings and people. Everything is made by the actions that pages use.

What happened before now is made with an earlier `now`: bookings of this morning were booked yesterday, and their outcomes
written after them. Safe to repeat: what is there is kept, what is missing is added, and an ended fair is moved to today.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import clock, db, demo_network, demo_people
from fairapp.accounts import actions as accounts
from fairapp.accounts import rules as account_rules
from fairapp.agencies import actions as agencies
from fairapp.agencies.models import Agency
from fairapp.agencies.rules import AgencyFields
from fairapp.booths import actions as booths
from fairapp.booths.models import Booth, Listing
from fairapp.booths.rules import ListingFields
from fairapp.demo_people import SLUG, Size, booths_by_employer, content, make_account
from fairapp.employers import actions as employers
from fairapp.employers.models import Employer
from fairapp.employers.rules import EmployerFields
from fairapp.fairs import actions as fairs
from fairapp.fairs.models import Fair, FairSite, Room, Site
from fairapp.fairs.rules import FairFields

ZONE, PASSWORD = "Asia/Seoul", "fair-demo-2026"
DAYS_BEFORE, DAYS_AFTER = 2, 6  # how long the fair has been open, and stays so
OPENS, LASTS = timedelta(hours=9), timedelta(hours=9)  # from nine to six, by the clocks of Seoul


def is_there(session: Session) -> bool:
    """Whether the database holds any fair: then nobody wants demo data unasked."""
    return session.scalar(select(Fair.id).limit(1)) is not None


def build(database: db.Database, size: Size, now: datetime) -> None:
    """Make the demo fair, or add what is missing; see the module's text."""
    password = account_rules.hash_password(PASSWORD)
    began, _ = clock.day_bounds(clock.local(now, ZONE).date() - timedelta(days=DAYS_BEFORE), ZONE)
    began += OPENS
    write = database.write
    own = write(_agencies, began)
    fair_id = write(_fair, own[0], began, now)
    staff = write(_staff, own[0], password, began)
    write(_employers, fair_id, staff["organizer"], began)
    write(_listings, fair_id, size.listings, staff["organizer"], began, now)
    write(booths.confirm_intent, write(_booth_ids, fair_id), now, fair_id=fair_id)
    demo_people.populate(database, fair_id, own, size, password, now)
    demo_network.build(database, fair_id, own, staff, password, now)
    demo_people.offer_hours(database, fair_id, now)
    demo_people.live_through(database, fair_id, staff["organizer"], now)


def _agencies(session: Session, now: datetime) -> list[int]:
    """Return the demo's agencies; the first of them, the city, runs the fair."""
    ids: list[int] = []
    for one in content("people")["agencies"]:
        found = session.scalar(select(Agency.id).where(Agency.slug == one["slug"]))
        parent = ids[0] if ids else None
        fields = AgencyFields(one["slug"], one["name_ko"], one["name_en"], one["kind"], parent)
        ids.append(found or agencies.make_agency(session, fields, now))
    return ids


def _fair(session: Session, agency_id: int, began: datetime, now: datetime) -> int:
    """Make the fair with its sites; one that has ended is moved to today."""
    told = content("people")["fair"]
    fields = FairFields(
        slug=SLUG,
        name=told["name_ko"],
        name_en=told["name_en"],
        about=told["about_ko"],
        about_en=told["about_en"],
        mode="hybrid",
        zone=ZONE,
        announced_at=began - timedelta(days=14),
        booking_opens_at=began - timedelta(days=7),
        starts_at=began,
        ends_at=began + timedelta(days=DAYS_BEFORE + DAYS_AFTER) + LASTS,
        hire_target=150,
    )
    fair = session.scalar(select(Fair).where(Fair.slug == SLUG))
    if fair is None:
        fair_id = fairs.make_fair(session, agency_id, fields, began - timedelta(days=14))
        _sites(session, fair_id, now)
        return fair_id
    if fair.ends_at <= now + timedelta(days=2):
        _move(session, fair.id, fields, now)
    return fair.id


def _move(session: Session, fair_id: int, fields: FairFields, now: datetime) -> None:
    """Give the fair these times. Meetings that are over stay what they were, though they lie outside of it then.

    Therefore not by fairs.edit_fair, which keeps a fair around all its bookings: it would last longer with every move. Those
    still to come lie inside, for the new end is later than the old.
    """
    names = ("announced_at", "booking_opens_at", "starts_at", "ends_at")
    times = {name: getattr(fields, name) for name in names}
    session.execute(update(Fair).where(Fair.id == fair_id).values(**times, archived_at=None, rev=Fair.rev + 1))
    session.expire_all()
    fairs.tell_phase(session, fair_id, now)
    for told in fairs.after_edit:
        told(session, fair_id, now)


def _sites(session: Session, fair_id: int, now: datetime) -> None:
    for one in content("people")["sites"]:
        site_id = session.scalar(select(Site.id).where(Site.slug == one["slug"]))
        if site_id is None:
            site_id = fairs.make_site(
                session,
                one["kind"],
                one["name_ko"],
                name_en=one["name_en"],
                address=one["address_ko"],
                slug=one["slug"],
            )
            for name in one["rooms"]:
                fairs.make_room(session, site_id, name)
            if one["kind"] != "online":
                fairs.draw_floor(session, site_id, 8, 2, now)
                fairs.line_up_rooms(session, site_id, now)
        fairs.link_site(session, fair_id, site_id)


def _staff(session: Session, agency_id: int, password: str, now: datetime) -> dict[str, int]:
    organizer, _ = make_account(session, "organizer@demo.example", "윤서진", password, now)
    admin, _ = make_account(session, "admin@demo.example", "문가람", password, now)
    accounts.place_member(session, organizer, "organizer", now, agency_id=agency_id)
    accounts.make_admin(session, admin)
    return {"organizer": organizer, "admin": admin}


def _employers(session: Session, fair_id: int, by: int, now: datetime) -> None:
    """Make every employer with its approved booth; each stands at a table of the hall while there are some."""
    rooms = session.scalars(
        select(Room.id)
        .join(FairSite, FairSite.site_id == Room.site_id)
        .join(Site, Site.id == Room.site_id)
        .where(FairSite.fair_id == fair_id, Site.kind == "hall")
        .order_by(Room.name)
    ).all()
    made = []
    for n, one in enumerate(content("employers")):
        number = one["registration_number"].replace("-", "")
        if session.scalar(select(Employer.id).where(Employer.registration_number == number)) is not None:
            continue
        fields = EmployerFields(
            name=one["name"],
            registration_number=number,
            name_en=one["name_en"],
            industry=one["industry_ko"],
            industry_en=one["industry_en"],
            employees=one["employees"],
            region=one["region"],
            address=one["address_ko"],
            about=one["about_ko"],
            about_en=one["about_en"],
        )
        employer_id = employers.make_employer(session, fields, now)
        employers.verify_employers(session, [employer_id], by, now)
        booth_id = booths.apply_for_booth(session, fair_id, employer_id, now)
        if n < len(rooms):
            booths.place_booth(session, booth_id, rooms[n])
        made.append(booth_id)
    if made:
        booths.approve_booths(session, fair_id, made, by, now)


def _booth_ids(session: Session, fair_id: int) -> list[int]:
    return list(session.scalars(select(Booth.id).where(Booth.fair_id == fair_id).order_by(Booth.id)))


def _listings(session: Session, fair_id: int, least: int, by: int, began: datetime, now: datetime) -> None:
    """Open the listings that are not there yet; for a larger fair they come again as further openings.

    Those that have closed meanwhile, in a fair that was moved, are offered again.
    """
    booth_of = booths_by_employer(session, fair_id)
    fair = session.get_one(Fair, fair_id)
    found = select(Listing).where(Listing.fair_id == fair_id, Listing.source == SLUG)
    hosted = {recruiter["employer"] for recruiter in content("people")["recruiters"]}
    there = {listing.source_id: listing for listing in session.scalars(found)}
    written = content("listings")
    for n in range(max(least, len(written))):
        one = written[n % len(written)]
        fields = _listing_fields(n, one, n // len(written), fair, began, hosted=one["employer"] in hosted)
        listing = there.get(str(n))
        if listing is None and one["employer"] in booth_of:
            booths.open_listing(session, booth_of[one["employer"]], fields, by, began)
        elif listing is not None and listing.closes_at <= now and listing.closed_at is None:
            moved = replace(fields, opens_at=listing.opens_at, title=listing.title)
            booths.edit_listing(session, listing.id, listing.rev, moved, by, now)


def _listing_fields(
    n: int, one: dict[str, Any], again: int, fair: Fair, began: datetime, *, hosted: bool
) -> ListingFields:
    """Describe a listing. Booths with somebody there offered theirs last: people see them first."""
    closes = fair.ends_at if one["closes_in_days"] is None else began + timedelta(days=one["closes_in_days"])
    return ListingFields(
        title=f"{one['title']} {again + 1}차" if again else one["title"],
        title_en=one["title_en"],
        description=one["description_ko"],
        opens_at=began + timedelta(minutes=n * 37 % 600, hours=12 if hosted else 0),
        closes_at=max(closes, began + timedelta(days=DAYS_BEFORE + 1)),
        occupation=one["occupation"],
        employment_type=one["employment_type"],
        region=one["region"],
        salary_min=one["salary_min"],
        salary_max=one["salary_max"],
        salary_period=one["salary_period"] if one["salary_min"] or one["salary_max"] else None,
        hours_per_week=one["hours_per_week"],
        headcount=one["headcount"],
        experience=one["experience"],
        experience_years=one["experience_years"],
        education=one["education"],
        skills=one["skills"],
        source=SLUG,
        source_id=str(n),
    )


def greeting(seekers: int) -> str:
    """Return what the command prints: who can sign in, and how."""
    one_word = ("seeker", "seeker2", "recruiter", "coach", "organizer", "admin", "partner", "youth")
    lines = [f"  {word}@demo.example" for word in one_word]
    lines.append(f"  seeker001@demo.example … seeker{seekers:03d}@demo.example")
    return "\n".join(["demo fair: /fairs/demo", f"password of every account: {PASSWORD}", *lines])

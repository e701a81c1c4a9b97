"""The people of the demo fair: recruiters with their hours, coaches, seekers; and what they have done until now."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import clock, codes, db
from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Account, Membership
from fairapp.accounts.rules import ProfileFields
from fairapp.booths.models import Booth, Listing
from fairapp.coaching import actions as coaching
from fairapp.coaching.models import Coach
from fairapp.employers.models import Employer
from fairapp.errors import Conflict
from fairapp.fairs.models import FairSite, Room, Site
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes.actions.ledger import Found
from fairapp.outcomes.models import FairPass
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.models import Slot
from fairapp.scheduling.rules import Wish

SLUG = "demo"  # of the fair, and the source of its listings
INTERVIEW, SESSION = timedelta(minutes=20), timedelta(minutes=30)
BEHIND, AHEAD = timedelta(hours=3), timedelta(hours=5)  # hours around now, today and tomorrow
SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = ("서연", "민준", "지우", "도윤", "하은", "시우", "수아", "예준", "지민", "건우", "유나", "현서", "다인", "태오")


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are to be, at least."""

    seekers: int = 200
    recruiters: int = 20
    listings: int = 300


@cache
def content(name: str) -> Any:
    """Return one of the files of demo content."""
    return json.loads((codes.DATA / f"demo_{name}.json").read_text("utf-8"))


def make_account(session: Session, email: str, name: str, password: str, now: datetime) -> tuple[int, bool]:
    """Return the account of the address and whether it was just made."""
    found = session.scalar(select(Account.id).where(Account.email == email))
    if found is not None:
        return found, False
    return accounts.make_account(session, email, name, password, True, now), True


def booths_by_employer(session: Session, fair_id: int) -> dict[str, int]:
    """Return the booth of each demo employer by the slug that the demo content gives it."""
    numbers = {one["registration_number"].replace("-", ""): one["slug"] for one in content("employers")}
    found = select(Employer.registration_number, Booth.id).join(Booth, Booth.employer_id == Employer.id)
    rows = session.execute(found.where(Booth.fair_id == fair_id))
    return {numbers[row[0]]: row[1] for row in rows if row[0] in numbers}


def populate(
    database: db.Database, fair_id: int, agencies: Sequence[int], size: Size, password: str, now: datetime
) -> None:
    """Make who is missing, the coaches for these agencies in turn."""
    before = now - timedelta(days=1)
    database.write(_recruiters, fair_id, size.recruiters, password, before)
    database.write(_coaches, fair_id, agencies, password, before)
    for first in range(0, size.seekers + 2, 200):  # some at a time: others may want to write in between
        database.write(_seekers, first, min(first + 200, size.seekers + 2), password, before)


def offer_hours(database: db.Database, fair_id: int, now: datetime) -> None:
    """Offer everybody's hours today and tomorrow, those that are missing."""
    for slot_hours in database.write(_hours, fair_id, now):
        database.write(scheduling.open_slots, *slot_hours, now - timedelta(days=1))


def _recruiters(session: Session, fair_id: int, count: int, password: str, now: datetime) -> None:
    """Make the recruiters; those beyond the written ones get names by number and the employers in turn."""
    written = content("people")["recruiters"]
    booth_of = booths_by_employer(session, fair_id)
    slugs = list(booth_of)
    for n in range(count):
        one = written[n] if n < len(written) else {"name": name_of(n), "employer": slugs[n % len(slugs)]}
        email = "recruiter@demo.example" if n == 0 else f"recruiter{n + 1:02d}@demo.example"
        account_id, new = make_account(session, email, one["name"], password, now)
        if new:
            employer_id = session.get_one(Booth, booth_of[one["employer"]]).employer_id
            accounts.place_member(session, account_id, "recruiter", now, employer_id=employer_id)


def name_of(n: int) -> str:
    """Return the n-th of many ordinary names."""
    return SURNAMES[n % len(SURNAMES)] + GIVEN[n // len(SURNAMES) % len(GIVEN)]


def _coaches(session: Session, fair_id: int, agencies: Sequence[int], password: str, now: datetime) -> None:
    for n, one in enumerate(content("people")["coaches"]):
        email = "coach@demo.example" if n == 0 else f"coach{n + 1}@demo.example"
        account_id, new = make_account(session, email, one["name"], password, now)
        if new:
            agency_id = agencies[n % len(agencies)]
            accounts.place_member(session, account_id, "coach", now, agency_id=agency_id)
            texts = {"about": one["about_ko"], "about_en": one["about_en"], "place": one["place"]}
            coaching.make_coach(session, fair_id, account_id, agency_id, one["topics"], now, **texts)


def _seekers(session: Session, first: int, end: int, password: str, now: datetime) -> None:
    """Make seekers: seeker@, seeker2@, then seeker001@ and so on, each with a profile."""
    written = content("people")["seekers"]
    for n in range(first, end):
        one = written[n % len(written)]
        email = ("seeker@demo.example", "seeker2@demo.example")[n] if n < 2 else f"seeker{n - 1:03d}@demo.example"
        name = one["name"] if n < len(written) else name_of(n)
        account_id, new = make_account(session, email, name, password, now)
        if new:
            accounts.save_profile(session, account_id, _profile(one, n), now)


def _profile(one: dict[str, Any], n: int) -> ProfileFields:
    return ProfileFields(
        birth_date=date(one["birth_year"], n % 12 + 1, n % 28 + 1),
        region=one["region"],
        intro=one["intro_ko"],
        experience_years=one["experience_years"],
        education=None if one["education"] == "any" else one["education"],
        skills=tuple(one["skills"]),
        wish_occupation=one["wish_occupation"],
        wish_region=one["region"],
        wish_employment_type=one["wish_employment_type"],
        wish_salary=one["wish_salary"],
        segment=one["segment"],
    )


def _hours(session: Session, fair_id: int, now: datetime) -> list[tuple[Offer, list[tuple[datetime, datetime]]]]:
    """Return the hours that are not offered yet: of every recruiter at a booth and every coach, on two days around now."""
    around = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    days = [around, around + timedelta(days=1)]
    video = select(Room.id).join(FairSite, FairSite.site_id == Room.site_id).join(Site, Site.id == Room.site_id)
    rooms = list(session.scalars(video.where(FairSite.fair_id == fair_id, Site.kind == "online").order_by(Room.name)))
    hosts = session.execute(_hosts_of(fair_id)).all()
    posts = session.scalars(select(Coach).where(Coach.fair_id == fair_id).order_by(Coach.id)).all()
    hours: list[tuple[Offer, list[tuple[datetime, datetime]]]] = []
    placed: set[int] = set()
    for host_id, booth_id, room_id in hosts:
        room = None if room_id in placed else room_id  # a table has one meeting at a time; colleagues meet online
        placed.add(room_id)
        offer = Offer(fair_id, "interview", host_id, booth_id=booth_id, room_id=room)
        hours += [(offer, _missing(session, host_id, day, INTERVIEW)) for day in days]
    for n, coach in enumerate(posts):
        offer = Offer(
            fair_id,
            "coaching",
            coach.account_id,
            coach_id=coach.id,
            agency_id=coach.agency_id,
            room_id=rooms[n] if n < len(rooms) else None,
            topic=coach.topics[0],
        )
        hours += [(offer, _missing(session, coach.account_id, day, SESSION)) for day in days]
    return [(offer, times) for offer, times in hours if times]


def _hosts_of(fair_id: int) -> Any:
    return (
        select(Membership.account_id, Booth.id, Booth.room_id)
        .join(Membership, Membership.employer_id == Booth.employer_id)
        .where(Booth.fair_id == fair_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )


def _missing(session: Session, host_id: int, around: datetime, length: timedelta) -> list[tuple[datetime, datetime]]:
    """Return the times around that moment, unless the host offers some there already."""
    start, end = around - BEHIND, around + AHEAD
    offered = select(func.count()).where(Slot.host_id == host_id, Slot.starts_at < end, Slot.ends_at > start)
    if session.scalar(offered):
        return []
    return [(start + n * length, start + (n + 1) * length) for n in range(int((end - start) / length))]


@dataclass(frozen=True, slots=True)
class Past:
    """A slot that somebody is to have booked."""

    id: int
    booth_id: int | None
    host_id: int
    starts_at: datetime
    ends_at: datetime


def live_through(database: db.Database, fair_id: int, organizer_id: int, now: datetime) -> None:
    """Let seekers have come, booked and met until now: once, and the same story each time."""
    with database.read() as session:
        if session.scalar(select(func.count()).select_from(FairPass).where(FairPass.fair_id == fair_id)):
            return
        seekers = list(session.scalars(_people("seeker0%").limit(120)))
        slots = [Past(*row) for row in session.execute(_slots_of(fair_id))]
        listings: dict[int, list[int]] = {}
        for booth_id, listing_id in session.execute(_open_listings(fair_id, now)):
            listings.setdefault(booth_id, []).append(listing_id)
    chance = random.Random(SLUG)  # noqa: S311 - the same story each time, nothing secret
    chance.shuffle(seekers)
    early = now - timedelta(hours=6)
    codes_of = {who: database.write(outcomes.ensure_pass, fair_id, who, early) for who in seekers[:90]}
    for n, who in enumerate(seekers[:80]):
        arrived = now - BEHIND + timedelta(minutes=n)
        database.write(outcomes.check_in, fair_id, codes_of[who], organizer_id, arrived)
    over = [slot for slot in slots if slot.ends_at <= now]
    ahead = [slot for slot in slots if slot.starts_at > now + timedelta(hours=1)]
    chance.shuffle(over)
    chance.shuffle(ahead)
    for slot, who in zip(over[:70], seekers, strict=False):
        _met(database, slot, who, listings.get(slot.booth_id or 0, []), chance, early)
    for slot, who in zip(ahead[:60], seekers[30:] + seekers[:30], strict=False):
        _book(database, slot, who, listings.get(slot.booth_id or 0, []), chance, now)


def _people(pattern: str) -> Any:
    return select(Account.id).where(Account.email.like(f"{pattern}@demo.example")).order_by(Account.id)


def _slots_of(fair_id: int) -> Any:
    columns = (Slot.id, Slot.booth_id, Slot.host_id, Slot.starts_at, Slot.ends_at)
    return select(*columns).where(Slot.fair_id == fair_id, Slot.closed_at.is_(None)).order_by(Slot.id)


def _open_listings(fair_id: int, now: datetime) -> Any:
    return select(Listing.booth_id, Listing.id).where(Listing.fair_id == fair_id, Listing.closes_at > now)


def _book(
    database: db.Database, slot: Past, who: int, listings: Sequence[int], chance: random.Random, at: datetime
) -> tuple[int, int | None] | None:
    """Book the slot as the seeker would have, at that time; None where something stood in the way."""
    listing = chance.choice(listings) if listings else None
    try:
        wish = Wish(listing_id=listing, consent=chance.random() < 0.9)
        return database.write(scheduling.book, slot.id, who, wish, at).id, listing
    except Conflict:
        return None


def _met(
    database: db.Database, slot: Past, who: int, listings: Sequence[int], chance: random.Random, early: datetime
) -> None:
    """Book a slot of this morning, mark who came, and append what followed."""
    booked = _book(database, slot, who, listings, chance, early)
    if booked is None:
        return
    booking_id, listing = booked
    came = "present" if chance.random() < 0.9 else "absent"
    at = slot.ends_at
    database.write(outcomes.mark_attendance, booking_id, seeker=came, host="present", by=slot.host_id, now=at)
    if came == "absent" or slot.booth_id is None or listing is None:
        return
    on = clock.local(at, "Asia/Seoul").date()
    lot = chance.random()
    stages = ["interviewed", "passed"] if lot < 0.3 else ["interviewed"] + (["rejected"] if lot > 0.6 else [])
    if lot < 0.1:
        stages += ["offered", "hired"]
    for stage in stages:
        try:
            found = Found(stage, on, listing_id=listing)
            database.write(outcomes.append_outcome, booking_id, found, slot.host_id, at)
        except Conflict:
            return  # the position was filled by somebody before

"""The demo's agencies with what they do together: lists that are joined, pools, counsellors and stages, visiting centres.

Made once: where the institute is there already nothing is added, so that what people did since stays.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Account
from fairapp.agencies import actions as agencies
from fairapp.agencies.models import Agency
from fairapp.agencies.rules import AgencyFields, AgreementFields
from fairapp.coaching import actions as coaching
from fairapp.demo_people import content, make_account
from fairapp.fairs import actions as fairs
from fairapp.fairs.rules import FairFields
from fairapp.partners import actions as partners
from fairapp.partners import queries as sources
from fairapp.partners.rules import SourceFields, own_headings, proposed
from fairapp.programmes import actions as programmes
from fairapp.programmes.rules import PoolFields
from fairapp.visits import actions as visits
from fairapp.visits.actions import Plan
from fairapp.visits.rules import Day, Hours

ZONE = "Asia/Seoul"
COUNSELLED = 6  # of the seekers: who has a counsellor; the first three have begun the course
WEEKS = 8  # for which visiting centres are planned


def build(
    database: db.Database, fair_id: int, own: Sequence[int], staff: dict[str, int], password: str, now: datetime
) -> None:
    """Make everything that is beside the fair; `own` are the demo's agencies, the city first."""
    told = content("network")
    with database.read() as session:
        if session.scalar(select(Agency.id).where(Agency.slug == told["training"]["slug"])) is not None:
            return
    ids = database.write(_agencies, fair_id, own[0], password, now)
    _joined_list(database, ids, own[0], staff["organizer"], now)
    database.write(_way, own[0], staff["organizer"], now)
    database.write(_visits, own[0], staff["organizer"], now)


def _agencies(session: Session, fair_id: int, city: int, password: str, now: datetime) -> dict[str, int]:
    """Make a training institute with its organizer, and a desk for the young with a coach of the fair."""
    made = {}
    for name in ("training", "desk"):
        one = content("network")[name]
        serves, parent = (("youth",), city) if name == "desk" else ((), None)
        fields = AgencyFields(
            one["slug"], one["name_ko"], one["name_en"], one["kind"], parent, one["region"], serves=serves
        )
        made[name] = agencies.make_agency(session, fields, now)
    for email, said, role, agency in (
        ("partner@demo.example", "서이든", "organizer", "training"),
        ("youth@demo.example", "봉다온", "coach", "desk"),
    ):
        made[role], _ = make_account(session, email, said, password, now)
        accounts.place_member(session, made[role], role, now, agency_id=made[agency])
    coaching.make_coach(session, fair_id, made["coach"], made["desk"], ["interview", "career"], now)
    return made


def _joined_list(database: db.Database, ids: dict[str, int], city: int, organizer: int, now: datetime) -> None:
    """Let the institute and the city agree, and the institute's first list be brought in and joined."""
    told, today = content("network"), clock.local(now, ZONE).date()
    until = today + timedelta(days=300)
    agreed = AgreementFields(ids["training"], city, ("trainees",), told["purpose"], today, until)
    source = SourceFields(told["source"], "trainees", ids["training"], city, consent="column")

    def prepare(session: Session) -> int:
        made = agencies.offer_agreement(session, agreed, city, organizer, now)
        agencies.accept_agreement(session, made, [ids["training"]], ids["organizer"], now)
        return partners.make_source(session, source, organizer, now)

    source_id, table = database.write(prepare), _table(today)
    with database.read() as session:
        found = sources.get_source(session, source_id)
    headings = own_headings(partners.read_file(found, table, "trainees.csv"))
    mapped = proposed("trainees", headings, {})
    database.write(partners.remember_mapping, found, headings, mapped, ids["organizer"], now)
    given = ("trainees.csv", table, "upload", ids["organizer"], now)
    run = database.write(partners.receive, source_id, *given, mapped=True)
    database.write(partners.order, run, now)
    partners.bring_in(database.write, database.read, now, run)
    partners.join(database.write, database.read, now)


def _table(today: date) -> bytes:
    """Return the institute's list; courses begin and end so many days from today."""
    told, out = content("network"), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(told["columns"])
    for row in told["trainees"]:
        lines.writerow([today + timedelta(days=cell) if isinstance(cell, int) else cell for cell in row])
    return out.getvalue().encode()


def _way(session: Session, city: int, organizer: int, now: datetime) -> None:
    """Make the course and pools, give seekers a counsellor, and lead some of them into it; one wants to come home."""
    told, before = content("network"), now - timedelta(days=20)
    name = told["programme"]
    course = programmes.make_programme(session, city, name["name_ko"], before, name_en=name["name_en"])
    for pool in told["pools"]:
        programmes.make_pool(session, city, PoolFields(pool["kind"], pool["name_ko"], pool["name_en"]), before)
    seekers = session.scalars(_seekers().limit(COUNSELLED + 1)).all()
    for n, who in enumerate(seekers[:COUNSELLED]):
        counsellor = programmes.apply(session, who, city, before + timedelta(hours=n)).counsellor_id
        if counsellor is not None and n < COUNSELLED // 2:
            _led(session, city, course, who, counsellor, before, agrees=n == 0)
    for who in seekers[COUNSELLED:]:
        programmes.set_homecoming(session, who, "27000", None, before)


def _led(
    session: Session, city: int, course: int, who: int, counsellor: int, before: datetime, *, agrees: bool
) -> None:
    """Let somebody begin the course with a note, a goal and a plan; who agrees is at its second stage."""
    told, later = content("network"), before + timedelta(days=3)
    way = programmes.begin(session, course, who, counsellor, before + timedelta(days=1))
    programmes.write_note(session, city, who, counsellor, told["note"], later, private=False, contact="meeting")
    due = clock.local(before, ZONE).date() + timedelta(days=18)
    programmes.add_goal(session, city, who, told["goal"], due, counsellor, later)
    plan = programmes.offer_plan(session, city, who, told["plan"], counsellor, later)
    if agrees:
        programmes.answer_plan(session, plan, who, True, "", later + timedelta(hours=2))
        programmes.move(session, way, 2, counsellor, later + timedelta(days=1))


def _seekers() -> Any:
    return select(Account.id).where(Account.email.like("seeker0%@demo.example")).order_by(Account.id)


def _visits(session: Session, city: int, organizer: int, now: datetime) -> None:
    """Make a programme of visiting centres: each site is open on one day of the week."""
    told = content("network")["tour"]
    began, _ = clock.day_bounds(clock.local(now, ZONE).date() - timedelta(days=7), ZONE)
    fields = FairFields(
        slug=told["slug"],
        name=told["name_ko"],
        name_en=told["name_en"],
        about=told["about_ko"],
        about_en=told["about_en"],
        mode="onsite",
        zone=ZONE,
        announced_at=began,
        booking_opens_at=began,
        starts_at=began,
        ends_at=began + timedelta(days=7 * (WEEKS + 3)),
    )
    fair_id = fairs.make_fair(session, city, fields, began)
    for one in content("network")["sites"]:
        place = {name: one[name] for name in ("region", "latitude", "longitude")}
        site = fairs.make_site(session, one["kind"], one["name_ko"], name_en=one["name_en"], **place)
        fairs.make_room(session, site, "1")
        fairs.link_site(session, fair_id, site)
        visits.make_visits(session, fair_id, site, _plan(one["weekday"], now), organizer, now)


def _plan(weekday: int, now: datetime) -> Plan:
    """Return the coming days that are this day of the week (0 is Monday), from ten to five."""
    first = clock.local(now, ZONE).date() + timedelta(days=1)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    return Plan([Day(first + timedelta(days=7 * n)) for n in range(WEEKS)], Hours(time(10), time(17)))

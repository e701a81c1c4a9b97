"""A job centre on the way to jobs: 21 counsellors, a year's course of 1,260 people, an employer's open listing, a seeker."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Account
from fairapp.accounts.rules import hash_password
from fairapp.programmes.models import Participation, StageStep
from fairapp.scheduling.models import Resource
from tests import factories
from tests.factories import NOW
from tests.journeys.story import PASSWORD

HASHED = hash_password(PASSWORD)
COUNSELLORS, BEGAN, PLACED = 21, 1260, 775  # 61.5 % of a year's people
LONG_AGO = NOW - timedelta(days=400)


def make_person(session: Session, name: str, email: str, **role: Any) -> int:
    """Make somebody who signs in with the journeys' password; `role` is a membership's."""
    who = factories.make_seeker(session, name=name, email=email, password_hash=HASHED).id
    if role:
        factories.make_membership(session, account_id=who, **role)
    return int(who)


class Centre:
    """Ids of what the stories of one job centre need."""

    def __init__(self, database: db.Database, counsellors: int = 1, **agency: str) -> None:
        self.database, self.count = database, counsellors
        self.names = {"name": "서울일자리센터", "name_en": "Seoul Job Centre", "region": "11000"} | agency
        database.write(self._build)

    def _build(self, session: Session) -> None:
        self.agency = factories.make_agency(session, **self.names).id
        make_person(session, "이운영", "organizer@way.example", role="organizer", agency_id=self.agency)
        named = ["박상담", *(f"상담사{n:02}" for n in range(2, self.count + 1))]
        staff = {"role": "coach", "agency_id": self.agency}
        self.counsellors = [
            make_person(session, name, f"counsellor{n}@way.example", **staff) for n, name in enumerate(named, 1)
        ]
        self.seeker = make_person(session, "정한별", "seeker@way.example")
        self._employer(session)

    def _employer(self, session: Session) -> None:
        fair = factories.make_fair(session, agency_id=self.agency, slug="way", ends_at=NOW + timedelta(days=40))
        booth = factories.make_booth(session, fair_id=fair.id)
        closes = {"closes_at": NOW + timedelta(days=39)}
        self.listing = factories.make_listing(session, booth_id=booth.id, title="회계 담당", **closes).id
        recruits = {"role": "recruiter", "employer_id": booth.employer_id}
        self.recruiter = make_person(session, "김면접", "recruiter@way.example", **recruits)

    agency: int
    counsellors: list[int]
    seeker: int
    listing: int
    recruiter: int


def fill_year(session: Session, programme: int, agency: int, counsellors: list[int]) -> None:
    """Let a year's people go through the course: they began 400 days ago, and so many of them ended it by a job."""
    first = factories.make_seeker(session).id + 1
    people = range(first, first + BEGAN)
    told = {"name": "지난해", "language": "ko", "is_admin": False, "created_at": LONG_AGO}
    session.execute(insert(Account), [told | {"id": one, "email": f"year{one}@way.example"} for one in people])
    session.execute(insert(Resource), [{"account_id": one} for one in people])
    way = (session.scalar(select(func.max(Participation.id))) or 0) + 1
    ways, steps = [], []
    for n, who in enumerate(people):
        by, placed = counsellors[n % len(counsellors)], n < PLACED
        ended = LONG_AGO + timedelta(days=60 + n % 300 if placed else 365)
        step = {"participation_id": way + n, "stage": 1, "by": by, "why": ""}
        steps += [step | {"no": 1, "what": "entered", "at": LONG_AGO}, step | {"no": 2, "what": "ended", "at": ended}]
        ways.append(
            {"id": way + n, "programme_id": programme, "agency_id": agency, "seeker_id": who, "began_at": LONG_AGO}
            | {"stage": 1, "stage_since": LONG_AGO, "stage_pause": 0, "whole_pause": 0}
            | {"ended_at": ended, "end_reason": "job" if placed else "end"}
        )
    session.execute(insert(Participation), ways)
    session.execute(insert(StageStep), steps)


def day(moment: datetime, days: int = 0) -> date:
    """Return the calendar day in Korea so many days later."""
    return (moment + timedelta(hours=9, days=days)).date()

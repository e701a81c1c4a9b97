"""A city's network of visiting centres as its rows: 28 sites in August, 41 in November, coaches, a student of a campus."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from fairapp import clock, codes, db
from fairapp.accounts import rules as accounts
from fairapp.fairs.rules import district_point
from fairapp.scheduling import actions as scheduling
from fairapp.visits import actions
from fairapp.visits.actions import Plan
from fairapp.visits.rules import Day, Hours
from tests import factories
from tests.factories import NOW
from tests.journeys.story import PASSWORD

ZONE = "Asia/Seoul"
TODAY = clock.local(NOW, ZONE).date()  # a Tuesday in November
CAMPUSES = ("한빛대", "누리대", "가람대", "새솔대", "미르대", "다온대", "아라대", "해온대", "온새미대", "라온대")
CAFES = ("무중력 카페", "서랍 카페", "모퉁이 카페")
DISTRICTS, OPEN_AT_FIRST = 27, 28
MONTHS = (date(2026, 8, 11), date(2026, 9, 8), date(2026, 10, 13), date(2026, 11, 10))  # Tuesdays
OPEN_IN = (28, 32, 37, 41)


class City:
    """Ids of what the story needs."""

    def __init__(self, database: db.Database) -> None:
        self.database = database
        database.write(self._build)

    def _build(self, session: Session) -> None:
        opens = NOW - timedelta(days=120)
        times = {
            "announced_at": opens,
            "booking_opens_at": opens,
            "starts_at": opens,
            "ends_at": NOW + timedelta(days=60),
        }
        names = {"slug": "visiting", "name": "찾아가는 일자리센터", "name_en": "Visiting job centre", "mode": "onsite"}
        fair = factories.make_fair(session, **names, **times, cancel_minutes=10, change_minutes=10)
        self.fair, self.agency = fair.id, fair.agency_id
        self._people(session)
        self.sites = [self._site(session, *one) for one in sites()]
        for day, count in zip(MONTHS, OPEN_IN, strict=True):
            for site in self.sites[:count]:
                self._visit(session, site, day, NOW - timedelta(days=119))
        self.near = [self.sites[n] for n in (1, 5, 20)]  # a campus, a café, a district centre
        for site in self.near:
            self._visit(session, site, TODAY, NOW)
            self._visit(session, site, TODAY + timedelta(days=7), NOW)

    def _visit(self, session: Session, site: int, day: date, now: datetime) -> None:
        plan = Plan([Day(day)], Hours(time(10), time(17)))
        actions.make_visits(session, self.fair, site, plan, self.organizer, now)

    def _people(self, session: Session) -> None:
        password = accounts.hash_password(PASSWORD)
        for name, said in (("organizer", "이운영"), ("coach", "박코치"), ("student", "정한별"), ("friend", "곽솔")):
            told = {"email": f"{name}@visiting.example.kr", "password_hash": password, "name": said}
            setattr(self, name, factories.make_seeker(session, **told).id)
        factories.make_membership(session, account_id=self.organizer, role="organizer", agency_id=self.agency)
        self.post = factories.make_coach(session, self.fair, account_id=self.coach, agency_id=self.agency).id

    def _site(self, session: Session, kind: str, name: str, english: str, region: str, east: float) -> int:
        point = district_point(region) or (37.56, 126.99)
        place = {"latitude": round(point[0], 5), "longitude": round(point[1] + east, 5), "region": region}
        more = {
            "access": "lift,step_free",
            "contact": "02-120",
            "address": f"서울특별시 {codes.regions()[region].sigungu}",
        }
        site = factories.make_site(
            session, fair_id=self.fair, kind=kind, name=name, name_en=english, reach_minutes=10, **place, **more
        )
        for n in (1, 2):
            scheduling.make_room(session, factories.make_room(session, site_id=site.id, name=f"{n}번").id)
        return site.id

    organizer: int
    coach: int
    student: int
    friend: int


def sites() -> list[tuple[str, str, str, str, float]]:
    """Return the 41 sites in the order in which they opened: kind, names, district, degrees to the east of its middle."""
    districts = [code for code in codes.regions() if code[:2] == "11" and code != "11000"]
    campuses = [("campus", f"{name} 캠퍼스", f"Campus {n}") for n, name in enumerate(CAMPUSES, 1)]
    cafes = [("cafe", name, f"Youth café {n}") for n, name in enumerate(CAFES, 1)]
    named = [(code, codes.regions()[code]) for code in districts]
    centres = [("district", f"{one.sigungu} 센터", f"{one.name_en} centre") for _, one in named]
    centres += [("district", f"{one.sigungu} 제2센터", f"{one.name_en} second centre") for _, one in named[:2]]
    video = [("video", "을지로 화상 면접실", "Euljiro video room")]
    order = [*campuses[:4], *video, cafes[0], *centres[:22], *campuses[4:8], cafes[1], *centres[22:26], cafes[2]]
    order += [*campuses[8:], *centres[26:]]
    home = {one.sigungu: code for code, one in named}
    found = []
    for n, (kind, name, english) in enumerate(order):
        aside = 0.012 if kind != "district" else 0.02 if "제2" in name else 0.0
        found.append((kind, name, english, home.get(name.split()[0], districts[n % len(districts)]), aside))
    return found

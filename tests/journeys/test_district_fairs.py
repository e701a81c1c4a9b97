"""Visiting fairs fitted to each district: its own hall, its own firms, and the people who live there."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.accounts.models import Profile
from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Fair, Room
from fairapp.outcomes.models import Outcome
from tests import factories
from tests.journeys.centre import Centre, cells_of, founded, mail_of, press, rows_of, seoul
from tests.journeys.story import DESK, book
from tests.outcomes.settling import settle
from tests.outcomes.year import People as Figures
from tests.outcomes.year import populate
from tests.servers import MailServer

PLANNED, OPENS, CLOSES = seoul("2026-04-20T10:00"), seoul("2026-04-22T10:00"), seoul("2026-04-22T18:00")
AFTER = seoul("2026-05-06T10:00")
SUSEONG, DALSEO = "27260", "27290"
DISTRICTS = {"suseong": (SUSEONG, "수성구", "수성"), "dalseo": (DALSEO, "달서구", "달서")}
FIGURES = Figures(30, 16, 10, 8, regular=8)


@dataclass
class District:
    """A fair of a district: its booth and the free times there."""

    fair: int
    booth: int
    slots: list[int]


@dataclass
class City:
    """The centre, and its fairs by their slugs."""

    centre: Centre
    fairs: dict[str, District]


@pytest.fixture
def city(sqlite_url: str, browser: Browser, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """Return the fairs of two districts on one day, and somebody who lives in one of them."""
    with founded(PLANNED, sqlite_url, browser, mail, monkeypatch) as found:

        def fill(session: Session) -> City:
            fairs = {slug: _visits(session, found, slug, *told) for slug, told in DISTRICTS.items()}
            seeker = found.person(session, "seeker", "정한별")
            session.add(Profile(account_id=seeker, region=SUSEONG, updated_at=PLANNED))
            return City(found, fairs)

        yield found.write(fill)


def _visits(session: Session, centre: Centre, slug: str, region: str, name: str, short: str) -> District:
    """Make the fair of a district with its hall and a firm from there."""
    told = {
        "slug": slug,
        "name": f"{name} 찾아가는 채용박람회",
        "mode": "onsite",
        "starts_at": OPENS,
        "ends_at": CLOSES,
    }
    fair = factories.make_fair(session, agency_id=centre.agency, **told)
    hall = centre.hall(session, fair.id, 2, name=f"{short} 어울림관", region=region)
    employer, recruiter = centre.employer(session, f"firm-{slug}", f"{short}정밀", region=region)
    room = session.scalars(select(Room).where(Room.site_id == hall).order_by(Room.id)).first()
    assert room is not None
    booth = factories.make_booth(session, fair_id=fair.id, employer_id=employer, room_id=room.id)
    listing = {"booth_id": booth.id, "title": f"{short}정밀 사원", "region": region, "closes_at": CLOSES}
    factories.make_listing(session, **listing, headcount=20)
    slots = factories.make_slots(session, booth, 2, start=OPENS, host_id=recruiter, room_id=room.id)
    return District(fair.id, booth.id, slots)


def finds_hers(phone: Page, city: City) -> None:
    """See that there are two fairs, ask for that of her district, and book with a firm from there."""
    phone.goto("/")
    expect(phone.locator("article.card")).to_have_count(2)
    phone.get_by_role("link", name="내가 사는 대구 수성구의 박람회").click()
    expect(phone.locator("article.card")).to_have_count(1)
    expect(phone.locator("article.card")).to_contain_text("대구 수성구")
    phone.select_option("#region", DALSEO)  # anybody may look elsewhere, without an account too
    press(phone, "이 지역의 박람회 보기")
    expect(phone.locator("article.card")).to_contain_text("달서구 찾아가는 채용박람회")
    phone.go_back()
    phone.get_by_role("link", name="수성구 찾아가는 채용박람회").click()
    expect(phone.locator("[data-listing]")).to_have_count(1)
    expect(phone.locator("[data-listing]")).to_contain_text("대구 수성구")
    phone.get_by_role("link", name="수성정밀 사원").click()
    phone.get_by_role("link", name="면접 시간 보기").click()
    phone.locator(f"label[data-slot='{city.fairs['suseong'].slots[0]}']").click()
    book(phone)
    expect(phone.locator("main")).to_contain_text("수성 어울림관 A-1")


def happened(city: City) -> None:
    """Put in what the day of Suseong brought: eight hired, six of them from there and two from Dalseo."""

    def fill(session: Session) -> None:
        one = city.fairs["suseong"]
        listing = session.scalars(select(Listing).where(Listing.booth_id == one.booth)).one()
        populate(session, session.get_one(Fair, one.fair), session.get_one(Booth, one.booth), listing, FIGURES)
        hired = session.scalars(select(Outcome.id).where(Outcome.stage == "hired").order_by(Outcome.id)).all()
        for region, ids in ((SUSEONG, hired[:6]), (DALSEO, hired[6:])):
            session.execute(update(Outcome).where(Outcome.id.in_(ids)).values(region=region))
        settle(session)

    city.centre.write(fill)


def sees_who_came(page: Page) -> None:
    """Look at the hires of the district's fair by where people live, on the page and as rows."""
    page.goto("/organize/suseong/report?by=district")
    assert cells_of(page, "대구 수성구")[2] == "6"
    assert cells_of(page, "대구 달서구")[2] == "2"
    rows = rows_of(page, "/api/v1/fairs/suseong/exports/outcomes.csv")
    assert len([row for row in rows if row["stage"] == "hired"]) == 8
    page.goto("/organize/dalseo/report")
    assert cells_of(page, "채용") == ["0", "–"]


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_s10_visiting_fairs_are_fitted_to_each_district(city: City) -> None:
    centre = city.centre
    with centre.at(PLANNED) as people:
        finds_hers(people.person(mail_of("seeker")), city)
    happened(city)
    with centre.at(AFTER) as people:
        sees_who_came(people.person(people.place.organizer, DESK))
    centre.is_sound()

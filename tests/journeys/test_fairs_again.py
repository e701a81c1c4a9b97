"""Small fairs for local firms, held again and again: one begins where the last ended, and the two are compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth
from fairapp.fairs.models import Fair
from tests import factories
from tests.journeys.centre import Centre, cells_of, figures_of, founded, mail_of, press, seoul
from tests.journeys.story import DESK
from tests.outcomes.settling import settle
from tests.outcomes.year import People as Figures
from tests.outcomes.year import make_year_fair, populate
from tests.servers import MailServer

BEGUN, AFTER = seoul("2026-04-01T10:00"), seoul("2026-04-29T10:00")
FIRMS = {"taeyang": "태양정밀", "narae": "나래소프트"}
MARCH, APRIL = Figures(60, 24, 12, 6, regular=3), Figures(90, 24, 18, 12, regular=9)


@dataclass
class Series:
    """The centre, and the fair of March, which is over."""

    centre: Centre
    march: int


@pytest.fixture
def series(sqlite_url: str, browser: Browser, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Series]:
    """Return the centre after its fair of March, with its firms, and an employer that was not there."""
    with founded(BEGUN, sqlite_url, browser, mail, monkeypatch) as found:

        def fill(session: Session) -> Series:
            names = {"slug": "march", "name": "3월 작은 채용박람회", "mode": "onsite", "about": "동네 기업이 나와요."}
            told = {"hire_target": 10, "booth_limit": 8}
            fair, first, listing = make_year_fair(session, date(2026, 3, 18), 1, found.agency, **names, **told)
            found.hall(session, fair.id, 4, name="달서 어울림관", region="27290")
            populate(session, fair, first, listing, MARCH)
            for address, name in FIRMS.items():
                employer, _ = found.employer(session, address, name, region="27290")
                factories.make_booth(session, fair_id=fair.id, employer_id=employer)
            found.employer(session, "elsewhere", "먼곳상사", region="11110")
            settle(session)
            return Series(found, fair.id)

        yield found.write(fill)


def begins(page: Page) -> None:
    """Begin the fair of April with that of March: five weeks later, in the same hall, by the same rules."""
    page.goto("/organize/fairs/begin")
    card = page.locator("form", has=page.locator("#first-copy"))
    page.select_option("#copy", label="3월 작은 채용박람회")
    page.fill("#first-copy", "2026-04-22")
    press(page, "그대로 가져와 시작하기", card)
    expect(page.locator("[name=starts_at]")).to_have_value("2026-04-22T09:00")
    expect(page.locator("[name=hire_target]")).to_have_value("10")
    page.fill("[name=name]", "4월 작은 채용박람회")
    page.fill("[name=slug]", "april")
    press(page, "박람회 만들기")
    expect(page.locator("li", has_text="장소 정하기")).to_contain_text("됐어요")
    expect(page.locator("li", has_text="자리 만들기").first).to_contain_text("됐어요")


def invites(page: Page) -> None:
    """Invite who was there in March, nobody else."""
    page.get_by_role("link", name="지난 박람회의 기업 다시 초대하기").click()
    expect(page.locator("input[name=employer]")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text("먼곳상사")
    page.locator("button[data-behavior=choose-all]").click()
    press(page, "고른 기업 초대하기")
    expect(page.locator("section[aria-labelledby=invited] li")).to_have_count(3)


def comes_again(page: Page) -> None:
    """Let a recruiter take the invitation."""
    page.goto("/stand")
    press(page, "초대 받아들이기")
    expect(page.locator("body")).to_contain_text("초대를 받아들였어요")


def happened(centre: Centre) -> None:
    """Put in what the fair of April brought."""

    def fill(session: Session) -> None:
        fair = session.scalars(select(Fair).where(Fair.slug == "april")).one()
        accepted = select(Booth).where(Booth.fair_id == fair.id, Booth.status == "approved")
        booth = session.scalars(accepted).one()
        listing = factories.make_listing(session, booth_id=booth.id, headcount=20, closes_at=fair.ends_at)
        populate(session, fair, booth, listing, APRIL)
        settle(session)

    centre.write(fill)


def compares(page: Page) -> None:
    """Look at April beside March, on the page and in the file."""
    page.goto("/organize/april/report")
    page.select_option("#against", label="3월 작은 채용박람회")
    press(page, "이렇게 보기")
    assert cells_of(page, "등록") == ["90", "–", "60", "30"]
    assert cells_of(page, "채용") == ["12", "100.0%", "6", "6"]
    figures = figures_of(page, "april", against="march")
    told = {name: (row["value"], row["rate"], row["before"], row["difference"]) for name, row in figures.items()}
    assert told["passed"] == ("18", "75.0", "12", "6")
    assert told["hires"] == ("12", "120.0", "6", "6")  # of the target of ten
    assert told["regular"] == ("9", "75.0", "50.0", "25.0")  # points


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_d4_small_fairs_are_held_again_and_compared(series: Series) -> None:
    centre = series.centre
    with centre.at(BEGUN) as people:
        page = people.person(people.place.organizer, DESK)
        begins(page)
        invites(page)
        comes_again(people.person(mail_of("taeyang"), DESK))
        page.reload()
        expect(page.locator("section[aria-labelledby=invited] li")).to_have_count(2)
        page.goto("/organize/april/places")
        press(page, "남은 부스를 빈자리에 차례로 놓기")
        expect(page.locator("main")).to_contain_text("태양정밀")
    happened(centre)
    with centre.at(AFTER) as people:
        compares(people.person(people.place.organizer, DESK))
    centre.is_sound()

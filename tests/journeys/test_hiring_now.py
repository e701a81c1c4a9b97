"""An on-site fair of employers that hire now, whatever their name: 20 April 2016, 234 interviewed, 56 passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.booths.actions import apply_for_booth
from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Outcome
from tests import factories
from tests.journeys.centre import Centre, cells_of, figures_of, founded, mail_of, press, seoul
from tests.journeys.story import DESK, book
from tests.outcomes.settling import settle
from tests.outcomes.year import People as Figures
from tests.outcomes.year import populate
from tests.servers import MailServer

PLANNED, OPENS, EVENING = seoul("2016-04-14T10:00"), seoul("2016-04-20T10:00"), seoul("2016-04-20T18:30")
CLOSES = seoul("2016-04-20T18:00")
SMALL, FAMOUS = "달구벌정밀", "이름난전자"
# Of ten small firms: the interviews and how many of them passed, the last of those up to the final interview.
MET = ((24, 6, 2),) * 5 + ((24, 5, 1),) * 4 + ((17, 5, 1),)


@dataclass
class Hall:
    """The fair with ten booths that hire and two that applied: a small firm, and a famous one."""

    centre: Centre
    fair: int
    small: int
    famous: int
    booths: list[int]
    slots: list[int]


@pytest.fixture
def hall(sqlite_url: str, browser: Browser, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """Return the fair a week before its day."""
    with founded(PLANNED, sqlite_url, browser, mail, monkeypatch) as found:

        def fill(session: Session) -> Hall:
            names = {"slug": "hall", "mode": "onsite", "name": "대구 현장 채용박람회"}
            fair = factories.make_fair(session, agency_id=found.agency, starts_at=OPENS, ends_at=CLOSES, **names)
            found.hall(session, fair.id, 12, region="27290")
            booths = [_hires(session, fair.id, factories.make_employer(session).id) for _ in MET]
            employer, recruiter = found.employer(session, "small", SMALL)
            small = _hires(session, fair.id, employer, status="applied", decided_at=None)
            start = seoul("2016-04-20T17:00")
            slots = factories.make_slots(session, session.get_one(Booth, small), 1, start=start, host_id=recruiter)
            # Entered by the centre, as everybody knows it: nobody there has said that it hires.
            famous, _ = found.employer(session, "famous", FAMOUS, employees=30_000)
            asked = apply_for_booth(session, fair.id, famous, PLANNED, says_hiring=False)
            found.person(session, "seeker", "정한별")
            return Hall(found, fair.id, small, asked, booths, slots)

        yield found.write(fill)


def _hires(session: Session, fair: int, employer: int, **changes: object) -> int:
    """Make a booth that hires, with a listing until the evening of the fair."""
    booth = factories.make_booth(session, fair_id=fair, employer_id=employer, **changes)
    factories.make_listing(session, booth_id=booth.id, closes_at=CLOSES, title="생산관리 사원", headcount=5)
    return int(booth.id)


def chooses(page: Page, hall: Hall) -> None:
    """Approve who hires now; of the famous firm see what is missing, and that a yes alone does not show it."""
    page.goto("/organize/hall/booths")
    page.get_by_role("link", name="승인하면 바로 보임").click()
    expect(page.locator("input[name=booth]")).to_have_count(1)
    page.locator(f"input[name=booth][value='{hall.small}']").check()
    press(page, "고른 부스 승인하기")
    page.goto("/organize/hall/booths?state=applied")
    card = page.locator(".card", has_text=FAMOUS)
    expect(card).to_contain_text("지금 채용 중인지 아직 확인하지 않았어요")
    expect(card).to_contain_text("올린 공고가 없어요")
    card.get_by_role("checkbox").check()
    press(page, "고른 부스 승인하기")
    page.get_by_role("link", name="승인했지만 안 보임").click()
    expect(page.locator(".card", has_text=FAMOUS)).to_have_count(1)


def finds(phone: Page, hall: Hall) -> int:
    """See who hires, not who is famous, and book; return the booking."""
    phone.goto("/fairs/hall/booths")
    expect(phone.locator("[data-booth]")).to_have_count(11)
    expect(phone.locator("main")).to_contain_text(SMALL)
    expect(phone.locator("main")).not_to_contain_text(FAMOUS)
    assert phone.goto(f"/booths/{hall.famous}").status == 404  # type: ignore[union-attr]
    phone.goto("/fairs/hall/booths")
    phone.get_by_role("link", name=SMALL).click()
    phone.locator(f"label[data-slot='{hall.slots[0]}']").click()
    return book(phone)[0]


def refuses(page: Page, hall: Hall) -> None:
    """Take the famous firm out again, and say why."""
    page.goto("/organize/hall/booths?state=hidden")
    page.locator(f"input[name=booth][value='{hall.famous}']").check()
    page.locator(".action-bar summary").click()
    page.fill("[name=reason]", "지금 뽑는 자리가 있는 기업만 함께해요")
    press(page, "고른 부스 반려하기")


def happened(hall: Hall) -> None:
    """Put in what the day brought to the ten others: 233 interviewed, 55 of them passed or in the final interview."""

    def fill(session: Session) -> None:
        fair = session.get_one(Fair, hall.fair)
        for booth, (met, passed, final) in zip(hall.booths, MET, strict=True):
            listing = session.scalars(select(Listing).where(Listing.booth_id == booth)).one()
            populate(session, fair, session.get_one(Booth, booth), listing, Figures(met, met, passed, 0))
            rows = select(Outcome.id).where(Outcome.booth_id == booth, Outcome.stage == "passed")
            last = session.scalars(rows.order_by(Outcome.id.desc()).limit(final)).all()
            session.execute(update(Outcome).where(Outcome.id.in_(last)).values(stage="final_interview"))
        session.execute(update(Outcome).values(recorded_at=CLOSES + timedelta(minutes=5)))
        settle(session)

    hall.centre.write(fill)


def records(page: Page, booking: int, booth: int) -> None:
    """Let the recruiter write that both came, and that the seeker is in the final interview."""
    page.goto(f"/stand/{booth}")
    for side in ("seeker", "host"):
        form = page.locator(f"form[action='/bookings/{booking}/attendance']").first
        form.locator(f"button[value='{side}:present']").click()
        pressed = page.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")
    page.goto(f"/bookings/{booking}/outcomes")
    page.select_option("select[name=stage]", "final_interview")
    press(page, "결과 적기")
    expect(page.locator("main")).to_contain_text("최종 면접")


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_d3_an_on_site_fair_of_employers_that_hire_now(hall: Hall) -> None:
    centre = hall.centre
    with centre.at(PLANNED) as people:
        organizer = people.person(people.place.organizer, DESK)
        chooses(organizer, hall)
        booking = finds(people.person(mail_of("seeker")), hall)
        refuses(organizer, hall)
    happened(hall)
    with centre.at(EVENING) as people:
        records(people.person(mail_of("small"), DESK), booking, hall.small)
        page = people.person(people.place.organizer, DESK)
        page.goto("/organize/hall/report?by=booth")
        assert cells_of(page, "면접")[0] == "234"
        assert cells_of(page, "합격·최종 면접") == ["56", "23.9%"]
        expect(page.locator("main")).to_contain_text(SMALL)
        expect(page.locator("main")).not_to_contain_text(FAMOUS)
        figures = figures_of(page, "hall")
        assert [figures[name]["value"] for name in ("interviewed", "passed")] == ["234", "56"]
        assert figures["success"]["value"] == "23.9"  # per cent of those interviewed
    centre.is_sound()

"""An online fair of fifty days for young people in 2016, from its plan to its report; coaching for its interviews."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth
from fairapp.fairs.models import Fair
from tests import factories
from tests.journeys.centre import (
    Centre,
    applies,
    cells_of,
    figures_of,
    founded,
    mail_of,
    offers_work,
    press,
    says_hiring,
    seoul,
)
from tests.journeys.story import DESK, People, book, choose_soonest
from tests.outcomes.settling import settle
from tests.outcomes.year import People as Figures
from tests.outcomes.year import populate
from tests.servers import MailServer

PLANNED, FIRST, LAST = seoul("2016-04-26T10:00"), seoul("2016-05-09T10:00"), seoul("2016-06-30T18:00")
LIVE = 15_000  # milliseconds for a page to hear of what happened elsewhere
FIRMS = {"taeyang": "태양정밀", "silent": "큰이름산업"}


@pytest.fixture
def centre(sqlite_url: str, browser: Browser, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    """Return the centre with two employers and somebody young."""
    with founded(PLANNED, sqlite_url, browser, mail, monkeypatch) as found:

        def fill(session: Session) -> None:
            for address, name in FIRMS.items():
                found.employer(session, address, name, region="27290")
            found.person(session, "young", "정한별")

        found.write(fill)
        yield found


def plans(page: Page) -> None:
    """Let the organizer begin with the template of fifty days, and name the last day and the target."""
    page.goto("/organize/fairs/begin")
    card = page.locator("form", has=page.locator("#first-online"))
    expect(card).to_contain_text("50일 온라인 박람회")
    page.fill("#first-online", "2016-05-09")
    press(page, "이 틀로 시작하기", card)
    expect(page.locator("[name=starts_at]")).to_have_value("2016-05-09T09:00")
    expect(page.locator("[name=ends_at]")).to_have_value("2016-06-27T18:00")  # the fiftieth day
    told = {
        "name": "대구 청년 온라인 채용박람회",
        "name_en": "Daegu online fair for young people",
        "slug": "online",
        "about": "대구의 우수 기업이 지금 뽑는 자리만 모았어요.",
        "about_en": "What good firms of Daegu are hiring for now.",
        "ends_at": "2016-06-30T18:00",
        "hire_target": "150",
    }
    for name, value in told.items():
        page.fill(f"[name={name}]", value)
    press(page, "박람회 만들기")


def comes_in(people: People, number: str) -> int:
    """Let a recruiter apply and put up the first listing; return the booth."""
    page = people.person(mail_of(number), DESK)
    booth = applies(page, FIRMS[number])
    offers_work(page, booth, f"{FIRMS[number]} 신입", LAST)
    return booth


def opens_day(page: Page, booth: int) -> None:
    """Let a recruiter open an hour of the next day online."""
    page.goto(f"/stand/{booth}/hours")
    told = {"day": "2016-05-10", "starts_at": "10:00", "ends_at": "11:00", "length": "20"}
    for name, value in told.items():
        page.fill(f"[name={name}]", value)
    page.locator("button[name=do][value=preview]").first.click()
    page.locator("button[name=do][value=open]").click()
    expect(page.locator("form[action$='/closure']")).to_have_count(3)


def finds_live(people: People, booths: dict[str, int]) -> None:
    """Let nobody be seen who does not say that she is hiring now, and a new listing reach a phone by itself."""
    phone = people.person(mail_of("young"))
    phone.goto("/")
    phone.get_by_role("link", name="공고 둘러보기").click()
    expect(phone.locator("h1")).to_have_text("대구 청년 온라인 채용박람회")
    expect(phone.locator("[data-listing]")).to_have_count(0)  # said a fortnight ago
    recruiter = people.person(mail_of("taeyang"), DESK)
    says_hiring(recruiter, booths["taeyang"])
    opens_day(recruiter, booths["taeyang"])
    phone.reload()
    expect(phone.locator("[data-listing]")).to_have_count(1)
    expect(phone.locator("[data-behavior~=live]").first).to_have_attribute("data-state", "live", timeout=LIVE)
    offers_work(recruiter, booths["taeyang"], "태양정밀 품질관리", LAST)
    expect(phone.locator("#results")).to_contain_text("새 공고 1건", timeout=LIVE)
    phone.get_by_role("button", name="새 공고 1건").click()
    phone.get_by_role("link", name="태양정밀 품질관리").click()
    phone.get_by_role("link", name="면접 시간 보기").click()
    choose_soonest(phone)
    book(phone)
    expect(phone.locator("main")).to_contain_text("확정")


def happened(centre: Centre) -> None:
    """Put in what 53 days brought: 150 young people hired."""

    def fill(session: Session) -> None:
        fair = session.scalars(select(Fair).where(Fair.slug == "online")).one()
        booth = session.scalars(select(Booth).where(Booth.fair_id == fair.id).order_by(Booth.id)).first()
        assert booth is not None
        listing = factories.make_listing(session, booth_id=booth.id, headcount=150, closes_at=LAST)
        populate(session, fair, booth, listing, Figures(400, 212, 180, 150, youth=150, regular=120))
        settle(session)

    centre.write(fill)


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_d1_an_online_fair_of_fifty_days_for_young_people(centre: Centre) -> None:
    with centre.at(PLANNED) as people:
        organizer = people.person(people.place.organizer, DESK)
        plans(organizer)
        booths = {one: comes_in(people, one) for one in FIRMS}
        organizer.goto("/organize/online/booths?state=applied")
        organizer.locator("button[data-behavior=choose-all]").click()
        press(organizer, "고른 부스 승인하기")
    with centre.at(FIRST) as people:
        finds_live(people, booths)
    happened(centre)
    with centre.at(seoul("2016-07-11T10:00")) as people:
        page = people.person(people.place.organizer, DESK)
        page.goto("/organize/online/report")
        assert cells_of(page, "채용") == ["150", "100.0%"]
        expect(page.locator("main")).to_contain_text("목표 150")
        expect(page.locator("main")).to_contain_text("목표의 100.0%")
        figures = figures_of(page, "online")
        hires, youth = figures["hires"], figures["youth"]
        assert (hires["value"], hires["known"], hires["rate"]) == ("150", "150", "100.0")  # of the target
        assert (youth["value"], youth["rate"]) == ("150", "100.0")
        page.goto("/fairs/online")
        expect(page.locator("header.page-head")).to_contain_text("6월 30일 (목)에 끝났어요")
    centre.is_sound()


@dataclass
class Beside:
    """A fair with a booth, two hours of interviews and a coach with sessions on both sides of them."""

    centre: Centre
    booth: int
    coach: int
    interviews: list[int]
    sessions: list[int]


@pytest.fixture
def beside(sqlite_url: str, browser: Browser, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """Return the fair, as it is on its first day."""
    with founded(FIRST, sqlite_url, browser, mail, monkeypatch) as found:

        def fill(session: Session) -> Beside:
            fair = factories.make_fair(
                session, agency_id=found.agency, slug="online", mode="online", name="온라인 박람회"
            )
            employer, recruiter = found.employer(session, "taeyang", "태양정밀")
            booth = factories.make_booth(session, fair_id=fair.id, employer_id=employer)
            factories.make_listing(session, booth_id=booth.id, title="태양정밀 신입")
            interviews = factories.make_slots(session, booth, 2, start=FIRST + timedelta(hours=4), host_id=recruiter)
            account = found.person(session, "coach", "박코치")
            coach = factories.make_coach(session, fair.id, account_id=account, agency_id=found.agency)
            before = factories.make_coaching(session, coach, 2, start=FIRST + timedelta(hours=2))
            after = factories.make_coaching(session, coach, 1, start=FIRST + timedelta(hours=6))
            found.person(session, "young", "정한별")
            return Beside(found, booth.id, coach.id, interviews, [*before, *after])

        yield found.write(fill)


def finds_interview(phone: Page, interview: int) -> str:
    """Go from the fair's listing to a booked interview; return its address."""
    phone.goto("/fairs/online")
    phone.get_by_role("link", name="태양정밀 신입").click()
    phone.get_by_role("link", name="면접 시간 보기").click()
    phone.locator(f"label[data-slot='{interview}']").click()
    book(phone)
    return phone.url


def prepares(phone: Page, beside: Beside) -> None:
    """Go on from the interview to a session before it; one after it is refused with the reason."""
    phone.get_by_role("link", name="이 면접을 준비할 코칭 찾기").click()
    expect(phone.locator("main")).to_contain_text("태양정밀 면접(5월 9일 (월) 오후 2:00)을 준비할 코치를 골라 주세요.")
    phone.get_by_role("link", name="박코치 코치").click()
    expect(phone.get_by_label("어떤 면접을 준비하나요?").locator("option:checked")).to_contain_text("태양정밀")
    phone.locator(f"label[data-slot='{beside.sessions[2]}']").click()
    phone.check("input[name=consent]")
    phone.locator(".action-bar button").first.click()
    expect(phone.locator("main")).to_contain_text("준비 코칭은 면접 전에 끝나야 해요")
    phone.locator(f"label[data-slot='{beside.sessions[0]}']").last.click()
    phone.get_by_label("무엇을 준비하고 싶나요?").fill("자기소개가 어려워요")
    book(phone)


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_d2_interview_coaching_in_the_same_place_as_listings_and_booking(beside: Beside) -> None:
    with beside.centre.at(FIRST) as people:
        phone = people.person(mail_of("young"))
        interview = finds_interview(phone, beside.interviews[0])
        prepares(phone, beside)
        session = phone.url
        phone.get_by_role("link", name="면접 · 태양정밀").click()
        phone.wait_for_url(interview)  # each leads to the other
        phone.get_by_role("link", name="코칭 · 박코치 코치").click()
        phone.wait_for_url(session)
        phone.goto("/me/schedule")
        assert [text.split()[0] for text in phone.locator("[data-booking]").all_inner_texts()] == ["오후", "오후"]
        coach = people.person(mail_of("coach"), DESK)
        coach.goto(f"/coach/{beside.coach}")
        coach.get_by_role("link", name="코칭 메모").first.click()
        expect(coach.locator("main")).to_contain_text("태양정밀 면접(5월 9일 (월) 오후 2:00)을 준비해요.")
        expect(coach.locator("main")).to_contain_text("자기소개가 어려워요")
    beside.centre.is_sound()

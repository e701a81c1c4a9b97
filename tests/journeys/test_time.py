"""Stories of time in real browsers: a meeting is moved, a freed time reaches who waits, a desk fills a line."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import rules as accounts
from fairapp.scheduling import actions
from tests import factories
from tests.journeys.story import DESK, PASSWORD, People, Place, sign_in
from tests.servers import MailServer, wait_until
from tests.servers.app import app_server

LIVE = 15_000  # milliseconds for a page to hear of what happened elsewhere


class Floor:
    """A served fair that is open now: one booth with a recruiter, an organizer, three seekers, and its slots."""

    def __init__(self, database: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        self.now = minute - timedelta(minutes=minute.minute % 5)
        monkeypatch.setattr(factories, "NOW", self.now)
        database.write(self._build)

    def _build(self, session: Session) -> None:
        agency = factories.make_agency(session)
        fair = factories.make_fair(session, agency_id=agency.id, slug="now", cancel_minutes=10, change_minutes=10)
        room = factories.make_room(session, site_id=factories.make_site(session, fair_id=fair.id).id)
        actions.make_room(session, room.id)
        booth = factories.make_hiring_booth(session, fair_id=fair.id)
        self.fair, self.booth = fair.slug, booth.id
        password = accounts.hash_password(PASSWORD)
        for name in ("recruiter", "organizer", "first", "second", "third"):
            email = f"{name}@now.example.kr"
            setattr(self, name, factories.make_seeker(session, name=name, email=email, password_hash=password).id)
        recruits = {"account_id": self.recruiter, "role": "recruiter", "employer_id": booth.employer_id}
        factories.make_membership(session, **recruits)
        factories.make_membership(session, account_id=self.organizer, role="organizer", agency_id=agency.id)
        self.slots = factories.make_slots(session, booth, 2, host_id=self.recruiter)
        coach = factories.make_seeker(session, name="coach", email="coach@now.example.kr", password_hash=password).id
        post = factories.make_coach(session, fair.id, account_id=coach, agency_id=agency.id)
        self.coach = post.id
        self.sessions = factories.make_coaching(session, post, 2, start=self.now + timedelta(minutes=20), minutes=20)

    coach: int
    sessions: list[int]
    recruiter: int
    organizer: int
    first: int
    second: int
    third: int


@pytest.fixture
def floor(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """Return the floor."""
    return Floor(db.of(app), monkeypatch)


@pytest.fixture
def people(floor: Floor, sqlite_url: str, browser: Browser, mail: MailServer) -> Iterator[People]:
    """Serve the floor and return the browsers of its people."""
    env = {"DATABASE_URL": sqlite_url, "FAIRAPP_ENV": "development", "MAIL_URL": mail.url, "RATE_LIMITS": "on"}
    with app_server(env) as server:
        place = Place(
            server.url, floor.fair, "", floor.booth, 0, "recruiter@now.example.kr", "organizer@now.example.kr"
        )
        found = People(browser, place, mail)
        found.server = server
        try:
            yield found
        finally:
            found.close()


def person(people: People, name: str, viewport: dict[str, int] | None = None) -> Page:
    """Return somebody's browser, signed in."""
    return people.person(f"{name}@now.example.kr", viewport)


def book(page: Page, booth: int, slot: int) -> None:
    """Book the slot on the booth's page."""
    page.goto(f"/booths/{booth}")
    page.locator(f"label[data-slot='{slot}']").click()
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+$"))


@pytest.mark.timeout(180)
def test_a_seeker_moves_a_booking(people: People, floor: Floor) -> None:
    page = person(people, "first")
    book(page, floor.booth, floor.slots[0])
    address = page.url
    before = page.locator("#when").inner_text()
    page.get_by_role("link", name="시간 바꾸기").click()
    page.locator(f"label[data-slot='{floor.slots[1]}']").click()
    page.locator(".action-bar button").first.click()
    page.wait_for_url(address)  # the same booking, at another time
    expect(page.locator("#when")).not_to_have_text(before)
    # Its old time is free for somebody else at once.
    book(person(people, "second"), floor.booth, floor.slots[0])
    letters = people.mail.wait_for("first@now.example.kr", 2, timeout=60)
    assert [letter.subject.split(":")[0] for letter in letters] == ["예약이 확정됐어요", "예약 시간이 바뀌었어요"]


@pytest.mark.timeout(180)
def test_a_freed_slot_reaches_the_next_in_the_waitlist(people: People, floor: Floor) -> None:
    holders = [person(people, name) for name in ("first", "second")]
    for page, slot in zip(holders, floor.slots, strict=True):
        book(page, floor.booth, slot)
    waiting = person(people, "third")
    waiting.goto(f"/booths/{floor.booth}")
    waiting.get_by_role("button", name="대기 신청하기").click()
    expect(waiting.locator("#wait")).to_contain_text("1번째로 기다리고 있어요")
    waiting.goto("/me/schedule")
    expect(waiting.locator("[data-behavior~=live]").first).to_have_attribute("data-state", "live", timeout=LIVE)
    holders[0].get_by_role("link", name="예약 취소하기").click()
    holders[0].locator("main form button[type=submit]").first.click()
    # The time is hers before anybody else sees it, and her page says so without being loaded again.
    offered = waiting.locator("main a[href*='/bookings/']").first
    expect(offered).to_be_visible(timeout=LIVE)
    offered.click()
    waiting.check("input[name=consent]")
    waiting.get_by_role("button", name="이 시간 받기").click()
    expect(waiting.locator("main")).to_contain_text("확정")
    # Who takes an offer at once gets no letter of it any more; the confirmation comes all the same.
    mine = "third@now.example.kr"
    wait_until(
        lambda: any(one.subject.startswith("예약이 확정됐어요") for one in people.mail.to(mine)), 60, "confirmed"
    )


def drawn(page: Page) -> list[str]:
    """Return the half hours that are drawn, as `HH:MM` of the second day shown."""
    values = page.locator("#cell td:nth-of-type(2) input:checked").evaluate_all("boxes => boxes.map((b) => b.value)")
    return [str(value)[11:] for value in values]


def look_and_open(page: Page, count: int) -> None:
    """Cut what is drawn, see how many times that gives, and open them."""
    page.get_by_label("한 번에 (분)").fill("30")
    page.get_by_role("button", name="나눠 보기").click()
    expect(page.locator("#preview-name")).to_have_text(f"열릴 시간 {count}개")
    page.get_by_role("button", name=f"{count}개의 시간 열기").click()
    expect(page.locator("body")).to_contain_text(f"{count}개의 시간을 열었어요")


@pytest.mark.timeout(180)
def test_a_host_draws_hours_with_mouse_keyboard_and_on_a_phone(people: People, floor: Floor) -> None:
    calendar = f"/stand/{floor.booth}/hours/drawn"
    page = person(people, "recruiter", DESK)
    page.goto(calendar)
    boxes = page.locator("#cell td:nth-of-type(2) input")  # tomorrow
    # With the mouse: pressed on the first, drawn over the next two.
    expect(page.locator("#cell")).to_have_attribute("data-state", "ready")
    for n in range(3):
        boxes.nth(n).hover()
        if n == 0:
            page.mouse.down()
    page.mouse.up()
    assert drawn(page) == ["08:00", "08:30", "09:00"]
    look_and_open(page, 3)
    # By keyboard alone: space draws, shift and an arrow draw on.
    page.goto(calendar)
    expect(page.locator("#cell")).to_have_attribute("data-state", "ready")
    boxes.nth(4).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert drawn(page) == ["10:00", "10:30"]
    look_and_open(page, 2)
    # On a phone, with a finger, at the width of a small one.
    touching = people.browser.new_context(
        viewport={"width": 320, "height": 640},
        has_touch=True,
        is_mobile=True,
        locale="ko-KR",
        base_url=people.place.url,
    )
    people.contexts.append(touching)
    phone = touching.new_page()
    sign_in(phone, "recruiter@now.example.kr")
    phone.goto(calendar)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    for n in (6, 7):
        phone.locator("#cell td:nth-of-type(2) label").nth(n).tap()
    assert drawn(phone) == ["11:00", "11:30"]
    look_and_open(phone, 2)


@pytest.mark.timeout(180)
@pytest.mark.soak
def test_a_coach_and_a_seeker_prepare_and_meet(people: People, floor: Floor) -> None:
    seeker, coach = person(people, "first"), person(people, "coach", DESK)
    book(seeker, floor.booth, floor.slots[0])
    seeker.goto(f"/coaches/{floor.coach}")
    seeker.locator(f"label[data-slot='{floor.sessions[0]}']").click()
    seeker.get_by_label("어떤 면접을 준비하나요?").select_option(index=1)
    seeker.get_by_label("무엇을 준비하고 싶나요?").fill("자기소개가 어려워요")
    seeker.check("input[name=consent]")
    seeker.locator(".action-bar button").first.click()
    seeker.wait_for_url(re.compile(r"/bookings/\d+$"))
    booking = seeker.url.rsplit("/", 1)[1]
    seeker.get_by_role("link", name="준비 메모").click()
    seeker.get_by_label("메모").fill("저는 꼼꼼한 사람입니다.")
    seeker.get_by_role("button", name="저장하기").click()
    expect(seeker.locator("body")).to_contain_text("메모를 저장했어요")
    # The coach reads both, answers, and keeps a word to herself.
    coach.goto(f"/coach/{floor.coach}")
    coach.get_by_role("link", name="코칭 메모").first.click()
    for text in ("자기소개가 어려워요", "저는 꼼꼼한 사람입니다.", "면접"):
        expect(coach.locator("main")).to_contain_text(text)
    for name, text, button in (
        ("shared-text", "사례를 하나 더하세요.", "저장하기"),
        ("private-text", "목소리가 작음", "나만 보게 저장하기"),
    ):
        coach.fill(f"textarea[name={name}]", text)
        coach.get_by_role("button", name=button, exact=True).click()
        expect(coach.locator("body")).to_contain_text("메모를 저장했어요")
    seeker.reload()
    expect(seeker.locator("main")).to_contain_text("사례를 하나 더하세요.")
    expect(seeker.locator("main")).not_to_contain_text("목소리가 작음")
    # They meet: from half an hour before, both sides are marked.
    coach.goto(f"/coach/{floor.coach}")
    for side in ("seeker", "host"):
        form = coach.locator(f"form[action='/bookings/{booking}/attendance']").first
        form.locator(f"button[value='{side}:present']").click()
        pressed = coach.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")


@pytest.mark.timeout(180)
@pytest.mark.soak
def test_a_desk_adds_a_person_to_a_line(people: People, floor: Floor) -> None:
    stand = f"/stand/{floor.booth}/line"
    recruiter, desk, seeker = (
        person(people, "recruiter", DESK),
        person(people, "organizer", DESK),
        person(people, "first"),
    )
    recruiter.goto(stand)
    recruiter.get_by_role("button", name="줄 열기").click()
    expect(recruiter.locator("#queue")).to_contain_text("기다리는 사람 0명")
    expect(recruiter.locator("[data-behavior~=live]").first).to_have_attribute("data-state", "live", timeout=LIVE)
    desk.goto(stand)
    desk.get_by_label("이름").fill("이순자")
    desk.get_by_label("프로필을 이 기업에 보여 주는 데 동의했어요").check()
    desk.get_by_role("button", name="줄에 세우기").click()
    expect(desk.locator("[data-ticket='1']")).to_contain_text("이○○")
    expect(recruiter.locator("[data-ticket='1']")).to_contain_text("이○○", timeout=LIVE)  # it came by itself
    seeker.goto(f"/booths/{floor.booth}/line")
    seeker.check("input[name=consent]")
    seeker.get_by_role("button", name="줄 서기").click()
    expect(seeker.locator("main")).to_contain_text("앞에 1명이 있어요")
    expect(seeker.locator("[data-behavior~=live]").first).to_have_attribute("data-state", "live", timeout=LIVE)
    for ticket, told in (("1", None), ("2", "차례예요")):
        recruiter.goto(stand)
        recruiter.get_by_role("button", name="다음 분 부르기").click()
        expect(recruiter.locator(f"[data-ticket='{ticket}']")).to_have_attribute("data-status", "called")
        if told:
            expect(seeker.locator("main")).to_contain_text(told, timeout=LIVE)
        recruiter.get_by_role("button", name=f"{ticket}번 왔어요").click()
        expect(recruiter.locator(f"[data-ticket='{ticket}']")).to_have_attribute("data-status", "meeting")
        recruiter.get_by_role("button", name=f"{ticket}번 마쳤어요").click()
        expect(recruiter.locator(f"[data-ticket='{ticket}']")).to_have_count(0)
    recruiter.get_by_role("button", name="줄 닫기").click()
    expect(recruiter.locator("#queue")).to_contain_text("줄이 닫혀 있어요")

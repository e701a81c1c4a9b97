"""The hall in real browsers: its screen goes on by itself, and the control room shows what is wrong and mends it."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.booths.models import Booth
from fairapp.scheduling import actions
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.models import Booking
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.journeys.story import DESK, People
from tests.journeys.test_time import LIVE, Floor, floor, people, person
from tests.servers.app import healthy

__all__ = ["floor", "people"]  # fixtures
CONTROL = "/organize/now/control"


def call_next(page: Page, floor: Floor) -> None:
    """Put somebody without a telephone into the line and call her."""
    page.goto(f"/stand/{floor.booth}/line")
    page.get_by_label("이름").fill("이순자")
    page.get_by_label("프로필을 이 기업에 보여 주는 데 동의했어요").check()
    page.get_by_role("button", name="줄에 세우기").click()
    page.get_by_role("button", name="다음 분 부르기").click()
    expect(page.locator("[data-status='called']")).to_be_visible()


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_the_wall_calls_says_when_it_is_stale_and_goes_on_by_itself(people: People, floor: Floor) -> None:
    organizer, recruiter = person(people, "organizer", DESK), person(people, "recruiter", DESK)
    organizer.goto("/organize/now/hall")
    address = organizer.get_by_role("link", name="행사장 화면 열기").get_attribute("href")
    wall = people.person(viewport=DESK)  # nobody is signed in there
    wall.goto(str(address))
    stale, dot = wall.locator("[data-wall-stale]"), wall.locator("[data-behavior~=live]").first
    expect(dot).to_have_attribute("data-state", "live", timeout=LIVE)
    expect(stale).to_be_hidden()
    recruiter.goto(f"/stand/{floor.booth}/line")
    recruiter.get_by_role("button", name="줄 열기").click()
    call_next(recruiter, floor)
    expect(wall.locator(".wall-calls")).to_contain_text("1번", timeout=LIVE)
    expect(wall.locator(".wall-calls")).not_to_contain_text("이순자")  # a name in a hall is masked
    assert people.server is not None
    server = people.server
    server.kill()
    expect(stale).to_be_visible(timeout=60_000)
    server.start()
    server.wait_ready(lambda: healthy(server.url))
    expect(stale).to_be_hidden(timeout=60_000)
    expect(dot).to_have_attribute("data-state", "live", timeout=60_000)
    recruiter.goto(f"/stand/{floor.booth}/line")
    recruiter.get_by_role("button", name="1번 왔어요").click()
    expect(recruiter.locator("[data-ticket='1']")).to_have_attribute("data-status", "meeting")
    expect(wall.locator(".wall-calls")).to_contain_text("지금은 부르는 분이 없어요", timeout=LIVE)


def late_host(app: Flask, floor: Floor) -> tuple[int, int]:
    """Give the booth a colleague, a meeting that began ten minutes ago and one that is to come; return their bookings."""

    def prepare(session: Session) -> tuple[int, int]:
        booth = session.get_one(Booth, floor.booth)
        colleague = factories.make_seeker(session, name="colleague", email="colleague@now.example.kr")
        recruits = {"account_id": colleague.id, "role": "recruiter", "employer_id": booth.employer_id}
        factories.make_membership(session, **recruits)
        earlier = floor.now - timedelta(minutes=40)
        start = floor.now - timedelta(minutes=10)
        offer = Offer(booth.fair_id, "interview", floor.recruiter, booth_id=booth.id)
        began = actions.open_slots(session, offer, [(start, start + timedelta(minutes=20))], earlier).slots
        return (
            actions.book(session, began[0], floor.first, Wish(), earlier).id,
            actions.book(session, floor.slots[0], floor.second, Wish(), earlier).id,
        )

    return db.of(app).write(prepare)


@pytest.mark.timeout(180)
def test_the_control_room_shows_a_host_who_is_away_and_gives_her_meetings_to_a_colleague(
    app: Flask, people: People, floor: Floor
) -> None:
    missed, coming = late_host(app, floor)
    organizer = person(people, "organizer", DESK)
    organizer.goto(CONTROL)
    expect(organizer.locator("main")).to_contain_text("지금은 손볼 일이 없어요.")
    organizer.goto(f"/stand/{floor.booth}")
    organizer.locator(f"form[action='/bookings/{missed}/attendance'] button[value='host:absent']").first.click()
    organizer.goto(CONTROL)
    wrong = organizer.locator("#trouble + ul li", has_text="면접관이 자리에 없어요")
    wrong.get_by_role("link", name="다른 담당자에게 맡기기").click()
    organizer.get_by_label("누구의 시간인가요").select_option(f"host:{floor.recruiter}")
    then = clock.local(floor.now + timedelta(hours=2), "Asia/Seoul")  # to the end of that day
    organizer.fill("[name=day]", then.date().isoformat())
    organizer.fill("[name=starts_at]", then.strftime("%H:%M"))
    organizer.get_by_label("동료에게").check()
    organizer.get_by_role("button", name="누가 영향을 받는지 보기").click()
    expect(organizer.locator("#preview-name")).to_have_text("영향을 받는 만남 1개")
    organizer.get_by_role("button", name="이대로 바꾸고 알리기").click()
    organizer.wait_for_load_state()
    letters = people.mail.wait_for("second@now.example.kr", 2, timeout=60)
    assert [letter for letter in letters if "colleague" in letter.text]
    with db.of(app).read() as session:
        slot = session.get_one(Booking, coming).slot_id
    assert slot != floor.slots[0]


@pytest.mark.timeout(180)
def test_a_notice_reaches_whom_it_is_for(app: Flask, people: People, floor: Floor) -> None:
    late_host(app, floor)
    organizer = person(people, "organizer")
    organizer.goto(CONTROL)
    organizer.get_by_label("누구에게").select_option("booth")
    organizer.locator("select[name=booth]").select_option(str(floor.booth))
    organizer.locator("textarea[name=text]").fill("면접관이 10분 늦어요.")
    organizer.locator("main form button", has_text="알리기").click()
    expect(organizer.locator("body")).to_contain_text("2명에게 알렸어요.")
    letters = people.mail.wait_for("second@now.example.kr", 2, timeout=60)
    assert [letter for letter in letters if "면접관이 10분 늦어요." in letter.text]
    assert not people.mail.to("third@now.example.kr")

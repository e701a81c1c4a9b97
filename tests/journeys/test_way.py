"""The way to a job with one counsellor, told by a seeker, her counsellor and an organizer in real browsers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fairapp import audit, create_app, db
from fairapp.programmes import actions as programmes
from tests.conftest import settings_for
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import DESK, People
from tests.journeys.way import COUNSELLORS, Centre, day, fill_year
from tests.servers import MailServer

SEEKER, COUNSELLOR, ORGANIZER = "seeker@way.example", "counsellor1@way.example", "organizer@way.example"


@pytest.fixture
def centre(tmp_path: Path, sqlite_url: str) -> Iterator[Centre]:
    """Return the job centre, in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        yield Centre(db.of(made), COUNSELLORS)
        db.of(made).close()


@pytest.fixture
def acts(centre: Centre, sqlite_url: str, browser: Browser, mail: MailServer) -> Acts:
    """Return the times at which the centre can be served."""
    return Acts(sqlite_url, browser, mail)


def makes_a_course(page: Page, agency: int) -> None:
    """Let the organizer make the course of four stages that Seoul's centre has."""
    page.goto(f"/agencies/{agency}/counselling")
    page.get_by_role("link", name="과정 만들기").click()
    page.locator("[name=name]").fill("취업성공패키지")
    stages = [page.locator(f"[name=name{n}]").input_value() for n in (1, 2, 3, 4)]
    assert stages == ["진단·경로설정", "상담·알선", "의욕·능력 증진", "집중 취업알선"]
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("취업성공패키지")


def applies(page: Page) -> None:
    """Let the seeker ask for a counsellor on her phone."""
    page.goto("/me/plan")
    page.select_option("select[name=agency]", label="서울일자리센터")
    page.get_by_role("button", name="동의하고 신청하기").click()
    expect(page.locator("main")).to_contain_text("내 상담사: 박상담")


def opens(page: Page, name: str = "정한별") -> None:
    """Let the counsellor open the page of somebody whom she counsels."""
    page.goto("/caseload")
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_have_text(name)


def fold(page: Page, title: str) -> None:
    """Open a form that is folded."""
    page.locator("summary", has_text=title).click()


def notes(page: Page, text: str) -> None:
    """Let the counsellor write down that they met."""
    fold(page, "메모 적기")
    page.fill("[name=note-text]", text)
    page.select_option("[name=note-contact]", "meeting")
    page.get_by_role("button", name="적기", exact=True).click()
    expect(page.locator("body")).to_contain_text("메모를 적었어요")


def sets_goal(page: Page, text: str, due: str, sessions: str = "") -> None:
    """Let the counsellor set a goal."""
    fold(page, "목표 세우기")
    page.fill("[name=goal-text]", text)
    page.fill("[name=goal-due_on]", due)
    page.fill("[name=goal-sessions]", sessions)
    page.get_by_role("button", name="세우기", exact=True).click()
    expect(page.locator("#goals ~ article", has_text=text)).to_be_visible()


def agrees_to_plan(counsellor: Page, seeker: Page) -> None:
    """Let the counsellor send a plan with its goals, and the seeker agree to it."""
    fold(counsellor, "새 계획 보내기")
    counsellor.fill("[name=plan-text]", "이력서를 고치고 회계 공고에 지원해요")
    counsellor.get_by_role("button", name="구직자에게 보내기").click()
    expect(counsellor.locator("main")).to_contain_text("답을 기다려요")
    seeker.goto("/me/plan")
    seeker.get_by_role("button", name="동의하기", exact=True).click()
    expect(seeker.locator("body")).to_contain_text("계획에 동의했어요")


def moves(page: Page, stage: str) -> None:
    """Let the counsellor move the person on to a stage."""
    fold(page, "단계 옮기기")
    page.select_option("[name=stage-to]", stage)
    page.get_by_role("button", name="옮기기", exact=True).click()


def is_at(page: Page, stage: str) -> None:
    """See at which stage the person is."""
    expect(page.locator("[aria-current=step]").first).to_contain_text(stage)


def figures(page: Page, agency: int) -> list[list[str]]:
    """Return the rows of who was placed within a year, from the organizer's page."""
    page.goto(f"/agencies/{agency}/counselling")
    return [row.locator("th, td").all_inner_texts() for row in page.locator("#placed ~ * tbody tr").all()]


def refers(page: Page, seeker: Page, listing: int) -> None:
    """Let the counsellor refer the person to a listing, and the seeker agree to this one."""
    fold(page, "공고나 다른 기관에 소개하기")
    page.fill("[name=refer-listing]", str(listing))
    page.fill("[name=refer-why]", "회계 자격증이 있고 성실해요")
    page.get_by_role("button", name="구직자에게 먼저 묻기").click()
    expect(page.locator("#referrals ~ article")).to_contain_text("동의를 기다려요")
    seeker.goto("/me/plan")
    seeker.locator("#my-referrals ~ article a").click()
    seeker.get_by_role("button", name="동의하기", exact=True).click()
    expect(seeker.locator("body")).to_contain_text("동의했어요. 고마워요")


@pytest.mark.soak
@pytest.mark.timeout(180)
def test_s5_one_counsellor_a_person_leads_counselling_training_and_placement_as_one_course(
    centre: Centre, acts: Acts
) -> None:
    course = centre.database.write(programmes.make_programme, centre.agency, "취업성공패키지", NOW)
    centre.database.write(fill_year, course, centre.agency, centre.counsellors)
    training = ("course", "세무 회계", day(NOW), day(NOW, 60), "active", NOW)
    centre.database.write(programmes.enrol, centre.seeker, centre.agency, *training)
    with acts.at(NOW) as people:
        seeker, counsellor = people.person(SEEKER), people.person(COUNSELLOR, DESK)
        applies(seeker)
        opens(counsellor)
        counsellor.get_by_role("button", name="과정 시작하기").click()
        notes(counsellor, "회계 일을 다시 하고 싶어 해요")  # counselling
        sets_goal(counsellor, "회계 훈련 마치기", day(NOW, 60).isoformat())  # training
        refers(counsellor, seeker, centre.listing)  # placement
        opens(counsellor)
        main = counsellor.locator("main")
        for said in ("진단·경로설정", "회계 일을 다시 하고 싶어 해요", "세무 회계", "회계 훈련 마치기", "회계 담당"):
            expect(main).to_contain_text(said)
        told_to_the_city(people, centre)
    with centre.database.read() as session:
        assert audit.breaches(session) == []


def told_to_the_city(people: People, centre: Centre) -> None:
    """See the published figures on the organizer's page, and the same by the API."""
    organizer = people.person(ORGANIZER, DESK)
    rows = figures(organizer, centre.agency)
    assert rows[0] == ["한 해가 지난 사람", "1,260", "775", "61.5%"]
    expect(organizer.locator("[data-figure=counsellors]")).to_contain_text("21")
    expect(organizer.locator("[data-counsellor]")).to_have_count(21)
    answer = organizer.request.get(f"/api/v1/agencies/{centre.agency}/counselling").json()
    assert (answer["counsellors"], answer["people"]) == (21, 1)
    assert answer["whole"] == {"began": 1260, "placed": 775, "share": 61.5}


def begins(people: People, agency: int) -> None:
    """Go through the first stage: the next one asks for a plan to which the seeker agrees."""
    seeker, counsellor = people.person(SEEKER), people.person(COUNSELLOR, DESK)
    makes_a_course(people.person(ORGANIZER, DESK), agency)
    applies(seeker)
    opens(counsellor)
    counsellor.get_by_role("button", name="과정 시작하기").click()
    is_at(counsellor, "진단·경로설정")
    notes(counsellor, "강점과 가고 싶은 길을 함께 보았어요")
    moves(counsellor, "2")
    expect(counsellor.locator("body")).to_contain_text("구직자가 동의한 계획이 있어야 해요")
    sets_goal(counsellor, "이력서 고치기", day(NOW, 100).isoformat())
    agrees_to_plan(counsellor, seeker)
    moves(counsellor, "2")
    is_at(counsellor, "상담·알선")


def goes_on(people: People) -> None:
    """Catch up with what is overdue, and go through the third stage: it is left when its goals are reached."""
    counsellor = people.person(COUNSELLOR, DESK)
    is_late(counsellor, "목표 날이 지났어요", "단계가 길어졌어요", "연락이 뜸해요")
    opens(counsellor)
    notes(counsellor, "자신감이 떨어져 있어요")
    moves(counsellor, "3")
    is_at(counsellor, "의욕·능력 증진")
    moves(counsellor, "4")
    expect(counsellor.locator("body")).to_contain_text("목표를 모두 이루거나 거두어야 해요")
    counsellor.get_by_role("button", name="이루었어요").click()
    moves(counsellor, "4")
    is_at(counsellor, "집중 취업알선")
    seen_on_her_phone(people)


def finds_a_job(people: People, agency: int) -> None:
    """End the course by a job on the last day of its year, and see it counted."""
    counsellor = people.person(COUNSELLOR, DESK)
    opens(counsellor)
    expect(counsellor.locator(".page-head")).to_contain_text("단계가 길어졌어요")
    expect(counsellor.locator(".page-head")).not_to_contain_text("기간이 끝났어요")
    fold(counsellor, "과정 마치기")
    counsellor.select_option("[name=end-reason]", "job")
    counsellor.get_by_role("button", name="마치기", exact=True).click()
    expect(counsellor.locator("main")).to_contain_text("지난 과정: 일자리를 찾았어요")
    rows = figures(people.person(ORGANIZER, DESK), agency)
    assert rows[1] == ["아직 한 해가 안 된 사람", "1", "1", "100.0%"]


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_s9_a_year_long_success_package_goes_through_four_stages(centre: Centre, acts: Acts) -> None:
    with acts.at(NOW) as people:
        begins(people, centre.agency)
    with acts.at(NOW + timedelta(days=120)) as people:
        goes_on(people)
    with acts.at(NOW + timedelta(days=364)) as people:
        finds_a_job(people, centre.agency)
    with centre.database.read() as session:
        assert audit.breaches(session) == []


def is_late(page: Page, *words: str) -> None:
    """See on the caseload what is overdue with the one person whom she counsels."""
    page.goto("/caseload?late=1")
    for late in words:
        expect(page.locator("[data-case]")).to_contain_text(late)


def seen_on_her_phone(people: People) -> None:
    """Let the seeker see at which of the four stages she is, and the goal that she reached."""
    page = people.person(SEEKER)
    page.goto("/me/plan")
    expect(page.locator("[aria-current=step]")).to_have_text("4단계 집중 취업알선 지금")
    expect(page.locator("main")).to_contain_text("이력서 고치기")

"""The acts from the fair's day on: people come, meet, and what followed is written, disputed, corrected and asked again."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.life import Life, Plan, plan_fair, press
from tests.journeys.life_before import REJECTED, SILENT, announce, open_booking, say_hiring
from tests.journeys.life_figures import check_figures
from tests.journeys.life_way import check_way, plan_way, see_way

# What is written of a meeting that took place, by its turn: in the evening, nine days later, and when the fair is
# archived. The fourth of five says nothing until it is overdue.
FOLLOWS: tuple[dict[str, tuple[str, ...]], ...] = (
    {"evening": ("passed",), "later": ("hired", "started"), "archived": ("retained",)},
    {"evening": ("rejected",)},
    {"evening": ("final_interview",), "later": ("offered", "hired", "started")},
    {"later": ("rejected",)},
    {"evening": ("passed",), "later": ("withdrawn",)},
)
WRONG = 5  # of the meetings that took place, the one of which too much is written at first


def plan(life: Life) -> None:
    """Plan the fair, and the way to a job beside it."""
    plan_fair(life)
    plan_way(life)


def is_away(seeker: int) -> bool:
    """Whether the seeker does not come."""
    return seeker % 5 == 3


def host_is_away(life: Life, booking: int) -> bool:
    """Whether nobody of the employer comes to the meeting: the last of all."""
    return booking == life.meetings[-1][0]


def held(life: Life) -> list[tuple[int, int, int]]:
    """Return the meetings that took place."""
    return [one for one in life.meetings if not is_away(one[2]) and not host_is_away(life, one[0])]


def open_doors(life: Life) -> None:
    """Booths that lapsed this morning say again that they are hiring; people come to the desk, the kiosk, or unannounced."""
    slug, coming = life.plan.slug, [n for n in range(life.plan.seekers) if not is_away(n)]
    with life.organizer() as page:
        page.goto(f"/organize/{slug}/control")
        lapsed = page.locator("#trouble + ul li", has_text="채용을 멈춘 부스")
        lapsed.get_by_role("link", name="확인 부탁하기").click()
        expect(page.locator("input[name=booth]")).to_have_count(len(life.booths) - 1)
        tell(life, page)
        page.goto(f"/organize/{slug}/check-in")
        for seeker in coming[:-1]:
            page.fill("input[name=code]", life.codes[seeker])
            page.press("input[name=code]", "Enter")
            expect(page.locator("#desk-said")).to_contain_text(f"구직{seeker} 님이 입장했어요.")
        page.fill("input[name=code]", life.codes[coming[0]])
        page.press("input[name=code]", "Enter")
        expect(page.locator("#desk-said")).to_contain_text("이미 입장했어요")
        walk_in(life, page)
        page.goto(f"/organize/{slug}/hall")
        kiosk = page.get_by_role("link", name="무인 입장 화면 열기").get_attribute("href") or ""
    for number in [n for n in sorted(life.booths) if n not in (REJECTED, SILENT)]:
        with life.recruiter(number) as page:
            say_hiring(life, page, number)
    enter_alone(life, kiosk, coming[-1])
    report_booth(life, coming[0])
    with life.organizer() as page:
        page.goto(f"/organize/{slug}/control")
        expect(page.locator("#trouble + ul li", has_text="채용을 멈춘 부스").locator(".badge").first).to_have_text("1")


def tell(life: Life, page: Page) -> None:
    """Tell everybody something; a visitor of the fair's page reads it."""
    page.goto(f"/organize/{life.plan.slug}/control")
    page.select_option("[name=audience]", "fair")
    page.fill("[name=text]", "두 시 반에 작은 설명회가 있어요.")
    page.locator("main form button", has_text="알리기").click()
    expect(page.locator("body")).to_contain_text("박람회 화면 모두에 알렸어요.")
    page.goto(f"/fairs/{life.plan.slug}")
    expect(page.locator("body")).to_contain_text("작은 설명회")


def walk_in(life: Life, page: Page) -> None:
    """Register somebody who comes without a pass."""
    page.goto(f"/organize/{life.plan.slug}/walk-in")
    page.fill("[name=name]", "지나가던이")
    page.check("[name=agreed]")
    page.get_by_role("button", name="등록하고 입장 확인하기").click()
    expect(page.locator(".pass-code")).to_be_visible()


def enter_alone(life: Life, kiosk: str, seeker: int) -> None:
    """Come in at the kiosk by name and the end of the telephone number; nobody is signed in there."""
    assert life.people is not None
    page = life.people.person()
    page.goto(kiosk)
    page.fill("[name=name]", f"구직{seeker}")
    page.fill("[name=proof]", f"{seeker:04}")
    page.get_by_role("button", name="입장 확인하기").click()
    expect(page.get_by_role("status").first).to_contain_text("어서 오세요")
    page.context.close()


def report_booth(life: Life, seeker: int) -> None:
    """A seeker says that a booth offers other terms than its listing; the organizer looks into it and answers."""
    _, number, _ = life.meetings[0]
    with life.seeker(seeker) as page:
        page.goto(f"/booths/{life.booths[number]}/report")
        page.get_by_label("공고와 조건이 달라요").check()
        page.fill("[name=text]", "급여가 다르대요")
        page.get_by_role("button", name="알려 주기").click()
    with life.organizer() as page:
        page.goto(f"/organize/{life.plan.slug}/control")
        page.locator("#trouble + ul li", has_text="구직자의 신고").get_by_role("link", name="신고 보기").click()
        expect(page.locator("article")).to_contain_text("급여가 다르대요")
        page.get_by_label("사실과 달랐어요").check()
        page.locator("article textarea").fill("급여는 공고와 같아요.")
        page.get_by_role("button", name="처리하기").click()
        expect(page.locator("main")).to_contain_text("답을 기다리는 신고가 없어요")
        for name in ("signs", "badges"):
            assert page.request.get(f"/organize/{life.plan.slug}/{name}.pdf").body()[:5] == b"%PDF-"


def mark_and_write(life: Life) -> None:
    """Towards the end each recruiter marks who came and writes what is clear already."""
    for number, page in recruiters(life):
        page.goto(f"/stand/{life.booths[number]}")
        for booking, of, seeker in life.meetings:
            if of == number:
                mark(page, booking, "seeker", "absent" if is_away(seeker) else "present")
                mark(page, booking, "host", "absent" if host_is_away(life, booking) else "present")
        write_all(life, page, number, "evening")
        if number == held(life)[WRONG][1]:
            write(page, held(life)[WRONG][0], "hired")


def mark(page: Page, booking: int, side: str, state: str) -> None:
    """Press a mark and wait until it holds."""
    form = page.locator(f"form[action='/bookings/{booking}/attendance']").first
    form.locator(f"button[value='{side}:{state}']").click()
    expect(form.locator(f"button[value='{side}:']")).to_have_attribute("aria-pressed", "true")


def recruiters(life: Life) -> Iterator[tuple[int, Page]]:
    """Let each recruiter with meetings do something, one after the other."""
    for number in sorted({one[1] for one in life.meetings}):
        with life.recruiter(number) as page:
            yield number, page


def write_all(life: Life, page: Page, number: int, act: str) -> None:
    """Write what is known of the employer's meetings by now."""
    for turn, (booking, of, _) in enumerate(held(life)):
        if of == number and turn != WRONG:
            for stage in FOLLOWS[turn % len(FOLLOWS)].get(act, ()):
                write(page, booking, stage)


def write(page: Page, booking: int, stage: str, corrects: bool = False) -> None:
    """Append to the ledger of a meeting; the day offered is today, the listing is the one that was booked or the first."""
    page.goto(f"/bookings/{booking}/outcomes")
    page.select_option("[name=stage]", stage)
    if stage == "hired":
        page.select_option("[name=listing]", index=1)
        page.fill("[name=salary]", "32000000")
        page.select_option("[name=evidence]", "contract")
    if corrects:
        page.select_option("[name=corrects]", index=1)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator(f"main form[action='/bookings/{booking}/outcomes'] .error-summary")).to_have_count(0)


def dispute(life: Life) -> None:
    """Nine days later the seeker says that it is not so, the organizer corrects it, and what is overdue is written."""
    booking, _, seeker = held(life)[WRONG]
    with life.seeker(seeker) as page:
        page.goto("/me/outcomes")
        card = page.locator("article", has=page.get_by_role("heading", name="채용", exact=True)).first
        card.locator("summary").click()
        card.locator("textarea").fill("채용되지 않았어요")
        card.get_by_role("button", name="다르다고 알리기").click()
        expect(page.locator("main")).to_contain_text("다르다고 알렸어요")
    with life.organizer() as page:
        page.goto(f"/organize/{life.plan.slug}/control")
        trouble = page.locator("#trouble + ul")
        expect(trouble).to_contain_text("기한이 지난 면접 결과")
        trouble.locator("li", has_text="구직자가 다르다고 한 결과").get_by_role("link", name="답하기").click()
        expect(page.locator("main")).to_contain_text("채용되지 않았어요")
        write(page, booking, "passed", corrects=True)
        page.goto(f"/organize/{life.plan.slug}/disputes")
        page.locator("article textarea").fill("고쳤어요. 알려 주셔서 고맙습니다.")
        page.get_by_role("button", name="답하기").click()
        expect(page.locator("main")).to_contain_text("다르다고 한 결과가 없어요")
    with life.seeker(held(life)[0][2]) as page:
        page.goto("/me/outcomes")
        page.get_by_role("button", name="맞아요").first.click()
        expect(page.locator("main")).to_contain_text("맞다고 확인했어요")
    for of, page in recruiters(life):
        write_all(life, page, of, "later")
        page.goto(f"/stand/{life.booths[of]}/due")
        expect(page.locator("main")).not_to_contain_text("결과를 기다리는 면접")


def follow_up(life: Life) -> None:
    """When it is archived the fair has left the lists; who is still at work after a month is asked and written."""
    assert life.people is not None
    visitor = life.people.person()
    visitor.goto("/")
    expect(visitor.locator("main")).not_to_contain_text(life.plan.name)
    for number, page in recruiters(life):
        page.goto(f"/stand/{life.booths[number]}/due")
        asked = page.locator("main a[href$='/outcomes']").count()
        started = [
            turn
            for turn, one in enumerate(held(life))
            if one[1] == number and turn != WRONG and "started" in sum(FOLLOWS[turn % 5].values(), ())
        ]
        assert asked == len(started)
        write_all(life, page, number, "archived")
    with life.organizer() as page:
        page.goto(f"/organize/{life.plan.slug}/trace")
        page.select_option("[name=what]", "booth.rejected")
        press(page, page.get_by_role("search"), "찾기")
        expect(page.locator("main")).to_contain_text("윤서진")
    with life.person("partner@life.example") as page:
        page.goto("/organize/tower")
        page.get_by_role("link", name=life.plan.name).click()
        expect(page.get_by_role("heading", name=f"{life.plan.name}의 성과")).to_be_visible()
        expect(page.locator("main")).to_contain_text("사람이 5명보다 적은 수는 여기에서 보이지 않아요.")


Act = tuple[str, Callable[[Plan], datetime], Callable[[Life], None]]


def _on(days: int, hour: int, minute: int = 0) -> Callable[[Plan], datetime]:
    return lambda plan: plan.at(days, time(hour, minute))


def _during(minutes: int) -> Callable[[Plan], datetime]:
    """Return a time so many minutes after the doors open, or, below zero, before they close."""

    def at(plan: Plan) -> datetime:
        first = plan.closes if minutes < 0 else plan.opens
        return plan.at(0, first) + timedelta(minutes=minutes)

    return at


ACTS: tuple[Act, ...] = (
    ("planned", _on(-25, 9, 5), plan),
    ("announced", _on(-20, 10), announce),
    ("bookable", _on(-7, 10, 1), open_booking),  # what is said now lapses on the fair's morning
    ("open", _during(20), open_doors),
    ("evening", _during(-10), mark_and_write),
    ("nine days later", _on(9, 11), dispute),
    ("archived", _on(41, 11), follow_up),
)


def tell_life(life: Life) -> dict[str, float | None]:
    """Tell the whole life, let the app check all rows, and return the figures, which are those of the raw rows."""
    life.settle(life.plan.at(-25, time(9)))
    figures: dict[str, float | None] = {}
    for name, moment, what in ACTS:
        if name == "archived":
            life.run(life.plan.at(40, time(9)), "tests/journeys/life_back.py")
        with life.act(moment(life.plan)):
            what(life)
            if name == "archived":
                see_way(life)
                figures = check_figures(life) | check_way(life)
    assert "audit: clean" in life.run(life.plan.at(41, time(12)), "flask", "--app", "run", "audit")
    return figures

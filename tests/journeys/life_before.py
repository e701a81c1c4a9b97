"""The acts before the fair's day: employers come in, what is open stays open by being said again, seekers book."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.journeys.life import Life, local, press
from tests.journeys.story import book

# occupation (a profession of the 2016 indicator or none of it), kind of employment
JOBS = (("1402", "regular"), ("8221", "regular"), ("0261", "contract"))
REJECTED, SILENT = 0, 1  # employers: refused; says nothing more after the first time


def announce(life: Life) -> None:
    """Invited employers accept, others apply; one is refused with a reason, the last waits for a booth."""
    count = len(life.plan.employers)
    for number in range(count):
        with life.recruiter(number) as page:
            come(life, page, number)
            offer_work(life, page, number)
    with life.organizer() as page:
        page.goto(f"/organize/{life.plan.slug}/booths?state=applied")
        for number in range(1, count, 2):
            page.locator(f"input[name=booth][value='{life.booths[number]}']").check()
        press(page, page.locator(".action-bar"), "고른 부스 승인하기")
        expect(waiting(life, page)).to_have_count(1)
        refuse(life, page)
        expect(waiting(life, page)).to_have_count(0)
        page.goto(f"/organize/{life.plan.slug}/places")
        press(page, page.locator("main"), "남은 부스를 빈자리에 차례로 놓기")
        page.goto(f"/organize/{life.plan.slug}/plan")
        expect(page.locator("main")).to_contain_text("부스마다 자리 정하기")
    with life.recruiter(REJECTED) as page:
        page.goto("/stand")
        expect(page.locator("main")).to_contain_text("올해 공고가 없어요")


def waiting(life: Life, page: Page) -> Locator:
    """Go to the booths that wait until another gives up its own."""
    page.goto(f"/organize/{life.plan.slug}/booths?state=waiting")
    return page.locator("input[name=booth]")


def come(life: Life, page: Page, number: int) -> None:
    """Accept the invitation, or apply; both say that the employer is hiring now."""
    page.goto("/stand")
    invited = page.get_by_role("button", name="초대 받아들이기")
    button = invited if invited.count() else page.get_by_role("button", name=re.compile("부스 신청하기$"))
    with page.expect_navigation():
        button.click()
    page.goto("/stand")
    href = page.locator("main a[href$='/listings']").first.get_attribute("href") or ""
    life.booths[number] = int(href.split("/")[2])


def offer_work(life: Life, page: Page, number: int) -> None:
    """Put up a listing, open from now to the evening of the fair's day."""
    occupation, kind = JOBS[number % len(JOBS)]
    page.goto(f"/stand/{life.booths[number]}/listings/new")
    page.fill("[name=title]", f"{life.plan.employers[number]} 사원")
    page.select_option("[name=occupation]", occupation)
    page.select_option("[name=employment_type]", kind)
    page.fill("[name=headcount]", "5")
    page.fill("[name=closes_at]", local(life.plan.at(0, life.plan.closes)))
    press(page, page.locator("main"), "공고 올리기")
    expect(page.locator("main")).to_contain_text("사원")


def refuse(life: Life, page: Page) -> None:
    """Refuse a booth, and say why."""
    page.goto(f"/organize/{life.plan.slug}/booths")
    page.locator(f"input[name=booth][value='{life.booths[REJECTED]}']").check()
    page.locator(".action-bar summary").click()
    page.fill("[name=reason]", "올해 공고가 없어요")
    press(page, page.locator(".action-bar"), "고른 부스 반려하기")


def open_booking(life: Life) -> None:
    """A week on nobody has said again that she is hiring: nothing is shown, until they are asked and say so."""
    with life.organizer() as page:
        page.goto(f"/fairs/{life.plan.slug}")
        expect(page.locator("[data-listing]")).to_have_count(0)
        page.goto(f"/organize/{life.plan.slug}/booths?state=hidden")
        page.locator("button[data-behavior=choose-all]").click()
        page.locator(".action-bar summary").click()
        press(page, page.locator(".action-bar"), "아직 채용 중인지 물어보기")
    hiring = [n for n in sorted(life.booths) if n not in (REJECTED, SILENT)]
    meeting = [n for n in hiring if n not in life.plan.by_resume]
    for number in hiring:
        with life.recruiter(number) as page:
            say_hiring(life, page, number)
            if number in meeting:
                open_hours(life, page, number)
    with life.organizer() as page:
        page.goto(f"/fairs/{life.plan.slug}")
        expect(page.locator("[data-listing]")).to_have_count(len(hiring))
    for seeker in range(life.plan.seekers):
        with life.seeker(seeker) as page:
            take_pass(life, page, seeker)
            for turn in (0, 1):
                book_one(life, page, seeker, meeting[(seeker + turn) % len(meeting)], turn)


def say_hiring(life: Life, page: Page, number: int) -> None:
    """Say that the employer is hiring now."""
    page.goto(f"/stand/{life.booths[number]}/listings")
    press(page, page.locator("main"), "지금도 채용 중이에요")
    expect(page.locator("main")).not_to_contain_text("보이지 않아요")


def open_hours(life: Life, page: Page, number: int) -> None:
    """Offer the hours of the fair in quarters of an hour, at the booth's own place."""
    page.goto(f"/stand/{life.booths[number]}/hours")
    page.fill("[name=day]", life.plan.day.isoformat())
    page.fill("[name=starts_at]", life.plan.opens.strftime("%H:%M"))
    page.fill("[name=ends_at]", life.plan.closes.strftime("%H:%M"))
    page.fill("[name=length]", "15")
    page.locator("button[name=do][value=preview]").first.click()
    quarters = (life.plan.at(0, life.plan.closes) - life.plan.at(0, life.plan.opens)) // timedelta(minutes=15)
    expect(page.locator("#preview-name")).to_have_text(f"열릴 시간 {quarters}개")
    page.locator("button[name=do][value=open]").click()
    expect(page.locator("form[action$='/closure']")).to_have_count(quarters)


def take_pass(life: Life, page: Page, seeker: int) -> None:
    """Take a pass for the day."""
    page.goto(f"/fairs/{life.plan.slug}/pass")
    press(page, page.locator("main"), "입장권 만들기")
    life.codes[seeker] = page.locator(".pass-code").inner_text().strip()


def book_one(life: Life, page: Page, seeker: int, number: int, turn: int) -> None:
    """Book an interview: the first free time at the first employer, the last at the second."""
    page.goto(f"/booths/{life.booths[number]}")
    free = page.locator("label[data-slot]:not(.is-taken)")
    (free.last if turn else free.first).click()
    life.meetings.append((book(page)[0], number, seeker))

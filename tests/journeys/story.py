"""The main story of a fair, told by four people in real browsers. Where it happens is told by `Place`."""

import csv
import io
import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.servers import MailServer, Program

PASSWORD = "fair-demo-2026"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass(frozen=True, slots=True)
class Place:
    """A served fair: its address and slug, words of a listing of the booth, the booth, and who works there."""

    url: str
    fair: str
    search: str
    booth: int
    coach: int
    recruiter: str
    organizer: str


class People:
    """The browsers of a story; each person has one of her own."""

    def __init__(self, browser: Browser, place: Place, mail: MailServer) -> None:
        self.browser, self.place, self.mail = browser, place, mail
        self.contexts: list[BrowserContext] = []
        self.server: Program | None = None  # for stories in which it goes away

    def person(self, email: str | None = None, viewport: dict[str, int] | None = None) -> Page:
        """Return somebody's browser, signed in if an address is given."""
        context = self.browser.new_context(
            viewport=viewport or PHONE,  # type: ignore[arg-type]
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            base_url=self.place.url,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: (_ for _ in ()).throw(AssertionError(str(error))))
        if email:
            sign_in(page, email)
        return page

    def close(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in on the page."""
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    expect(page.locator("form[action='/sign-out']").first).to_be_attached()


def register(people: People, email: str) -> Page:
    """Register, open the mailed link, press its button, and sign in."""
    page = people.person()
    page.goto("/register")
    page.fill("input[name=name]", "정한별")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", "a long enough word")
    page.click("main form button[type=submit]")
    letter = people.mail.wait_for(email, timeout=60)[0]
    found = re.search(r"https?://\S+/confirm/\S+", letter.text)
    assert found is not None, letter.text
    page.goto(found[0])
    page.click("main form button[type=submit]")
    sign_in(page, email, "a long enough word")
    return page


def find_and_open(page: Page, place: Place) -> None:
    """Filter the fair's listings and go through the listing to its booth."""
    page.goto(f"/fairs/{place.fair}")
    everything = page.locator("[data-listing]").count()
    page.fill("input[name=q]", place.search)
    page.press("input[name=q]", "Enter")
    page.wait_for_url(re.compile(r"[?&]q="))
    expect(page.locator("[data-listing]")).not_to_have_count(everything)
    page.locator(f"[data-listing][data-booth='{place.booth}']", has_text=place.search).first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/listings/\d+"))
    page.locator(f"main a[href*='/booths/{place.booth}']").last.click()
    page.wait_for_url(re.compile(rf"/booths/{place.booth}\b"))


def watch_booth(people: People) -> Page:
    """Open the booth in a second browser and wait until it is live; it is marked, so that a reload would show."""
    page = people.person(viewport=DESK)
    page.goto(f"/booths/{people.place.booth}")
    expect(page.locator("[data-behavior~=live]").first).to_have_attribute("data-state", "live", timeout=15_000)
    page.evaluate("window.neverReloaded = true")
    return page


def choose_soonest(page: Page) -> str:
    """Choose the soonest free slot and return its id."""
    key = page.locator("label[data-slot]:not(.is-taken)").first
    slot = key.get_attribute("data-slot")
    assert slot is not None
    key.click()
    return slot


def book(page: Page) -> tuple[int, float]:
    """Press the main button; return the booking's id and the moment of the answer."""
    page.check("input[name=consent]")
    answered: list[float] = []

    def note(response: Response) -> None:
        if response.request.method == "POST" and response.status == 303:
            answered.append(time.monotonic())

    page.on("response", note)
    page.locator(".action-bar button[type=submit], .action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+"))
    page.remove_listener("response", note)
    return int(re.search(r"/bookings/(\d+)", page.url)[1]), answered[-1]  # type: ignore[index]


def sees_it_taken(watcher: Page, slot: str, answered: float) -> float:
    """Wait until the other browser shows the slot as taken; return the seconds since the booking was answered."""
    expect(watcher.locator(f"label[data-slot='{slot}']")).to_have_class(re.compile("is-taken"), timeout=5_000)
    waited = time.monotonic() - answered
    assert watcher.evaluate("window.neverReloaded") is True
    expect(watcher.locator(f"label[data-slot='{slot}']")).to_contain_text("마감")
    return waited


def refused_then_booked_coaching(page: Page, place: Place) -> int:
    """Try a coaching session that overlaps the interview, read why not, and book another."""
    page.goto(f"/coaches/{place.coach}")
    overlapping = page.locator("label[data-slot]").first
    overlapping.evaluate("label => { const i = label.querySelector('input'); i.disabled = false; i.checked = true; }")
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    expect(page.locator("main")).to_contain_text("그 시간에 다른 일정이 있어요")
    page.goto(f"/coaches/{place.coach}")
    page.locator("label[data-slot]:not(.is-taken)").nth(3).click()
    booking, _ = book(page)
    return booking


def record(people: People, booking: int) -> None:
    """Let the recruiter mark both sides and write down that the seeker passed."""
    page = people.person(people.place.recruiter, DESK)
    page.goto(f"/stand/{people.place.booth}")
    for side in ("seeker", "host"):
        form = page.locator(f"form[action='/bookings/{booking}/attendance']").first
        form.locator(f"button[value='{side}:present']").click()
        pressed = page.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")
    page.goto(f"/bookings/{booking}/outcomes")
    page.select_option("select[name=stage]", "passed")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("합격")


def exported(page: Page, place: Place, kind: str) -> list[dict[str, str]]:
    """Return the rows of the organizer's CSV file."""
    answer = page.request.get(f"/api/v1/fairs/{place.fair}/exports/{kind}.csv")
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


def report(page: Page, place: Place) -> dict[str, Any]:
    """Return the figures of the report, having seen the page that shows them."""
    answer = page.request.get(f"/api/v1/fairs/{place.fair}/report")
    assert answer.status == 200
    page.goto(f"/organize/{place.fair}/report")
    expect(page.locator("main svg").first).to_be_visible()
    figures: dict[str, Any] = answer.json()
    return figures


def funnel(figures: dict[str, Any]) -> dict[str, int]:
    """Return the people at each stage of a report."""
    return {row["stage"]: row["people"] for row in figures["funnel"]}


def tell(people: People, email: str) -> dict[str, Any]:
    """Tell the whole story and return what was measured."""
    place = people.place
    organizer = people.person(place.organizer, DESK)
    rows_before, figures_before = exported(organizer, place, "outcomes"), report(organizer, place)
    seeker = register(people, email)
    find_and_open(seeker, place)
    watcher = watch_booth(people)
    slot = choose_soonest(seeker)
    booking, answered = book(seeker)
    waited = sees_it_taken(watcher, slot, answered)
    coaching = refused_then_booked_coaching(seeker, place)
    seeker.goto("/me/schedule")
    expect(seeker.locator("main")).to_contain_text("면접")
    record(people, booking)
    rows = exported(organizer, place, "outcomes")
    new = [row for row in rows if row not in rows_before]
    assert [(row["booking"], row["stage"]) for row in new] == [(str(booking), "passed")]
    attended = [row for row in exported(organizer, place, "attendance") if row.get("booking") == str(booking)]
    assert len(attended) == 2
    return {
        "waited": waited,
        "booking": booking,
        "coaching": coaching,
        "before": figures_before,
        "after": report(organizer, place),
    }

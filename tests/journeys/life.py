"""The whole life of a fair, told by its people in real browsers while the clock is moved from act to act.

What is planned is in `Plan`; what came of it is kept in `Life`, so that the figures can be worked out without the app.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.story import DESK, PHONE, People, Place, sign_in
from tests.servers import MailServer, free_port
from tests.servers.app import ROOT, app_env, serve

ZONE = ZoneInfo("Asia/Seoul")
ORGANIZER = "organizer@life.example"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the fair is to be: its names, day and hours in Seoul, employers, and how many people come."""

    slug: str
    name: str
    venue: str
    day: date
    opens: time
    closes: time
    employers: tuple[str, ...]
    seekers: int
    by_resume: frozenset[int] = (
        frozenset()
    )  # employers, by number, that take résumés and hold no interviews at the fair

    def at(self, days: int, hour: time) -> datetime:
        """Return a time of a day before or after the fair's."""
        return datetime.combine(self.day + timedelta(days=days), hour, ZONE)


@dataclass
class Life:
    """A plan as it comes true: where it is kept, who is there, and what happened."""

    plan: Plan
    folder: Path
    mail: MailServer
    browser: Browser
    booths: dict[int, int] = field(default_factory=dict)  # number of the employer to the booth's id
    meetings: list[tuple[int, int, int]] = field(default_factory=list)  # booking, employer, seeker
    codes: dict[int, str] = field(default_factory=dict)  # seeker to the code of her pass
    people: People | None = None
    devices: dict[int, Page] = field(default_factory=dict)  # of the act, by their width

    def __post_init__(self) -> None:
        self.port = str(free_port())
        url = f"sqlite:///{self.database}"
        self.env = {"DATABASE_URL": url, "FAIRAPP_ENV": "development", "MAIL_URL": self.mail.url, "PORT": self.port}
        self.env |= {"BASE_URL": f"http://127.0.0.1:{self.port}", "RATE_LIMITS": "off"}

    @property
    def database(self) -> Path:
        """The file in which everything is kept."""
        return self.folder / "fairapp.db"

    def run(self, moment: datetime, *words: str) -> str:
        """Run a program at that moment and return what it printed."""
        done = subprocess.run(
            moved(moment, *words), env=app_env(self.env), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def settle(self, moment: datetime) -> None:
        """Make the database and the people of the city."""
        self.run(moment, "flask", "--app", "run", "migrate")
        spec = {"recruiters": len(self.plan.employers), "seekers": self.plan.seekers}
        self.run(moment, "tests/journeys/life_people.py", json.dumps(spec))

    @contextmanager
    def act(self, moment: datetime) -> Iterator[None]:
        """Serve the fair from that moment on, until the block ends."""
        with serve(moved(moment, "run.py"), self.env) as server:
            place = Place(server.url, self.plan.slug, "", 0, 0, "", ORGANIZER)
            self.people = People(self.browser, place, self.mail)
            try:
                yield
            finally:
                self.people.close()
                self.devices.clear()

    @contextmanager
    def person(self, email: str, viewport: dict[str, int] = DESK) -> Iterator[Page]:
        """Let somebody do something, signed in; one after the other at the same device, which keeps what pages are made of."""
        assert self.people is not None
        page = self.devices.get(viewport["width"]) or self.people.person(None, viewport)
        self.devices[viewport["width"]] = page
        page.context.clear_cookies()
        sign_in(page, email)
        yield page

    def organizer(self) -> AbstractContextManager[Page]:
        """Let the organizer do something."""
        return self.person(ORGANIZER)

    def recruiter(self, number: int) -> AbstractContextManager[Page]:
        """Let the recruiter of an employer do something."""
        return self.person(f"recruiter{number}@life.example")

    def seeker(self, number: int) -> AbstractContextManager[Page]:
        """Let a seeker do something, on her phone."""
        return self.person(f"seeker{number}@life.example", PHONE)


def moved(moment: datetime, *words: str) -> list[str]:
    """Return the command that runs a program at that moment."""
    return [sys.executable, "-m", "tests.moved", moment.isoformat(), *words]


def press(page: Page, within: Locator, name: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        within.get_by_role("button", name=name, exact=True).click()


def local(moment: datetime) -> str:
    """Return a moment as a browser's field for day and time has it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


# The first act: the fair is planned.


def plan_fair(life: Life) -> None:
    """Begin with the template, see what is missing, and give the fair its partner, hall, places and employers."""
    with life.organizer() as page:
        begin(life, page)
        page.goto(f"/organize/{life.plan.slug}/plan")
        expect(page.locator("main")).to_contain_text("장소 정하기")
        page.goto(f"/organize/{life.plan.slug}/agencies")
        page.get_by_label("청년일자리카페").check()
        press(page, page.locator("main"), "이대로 정하기")
        expect(page.get_by_label("청년일자리카페")).to_be_checked()
        build_hall(life, page)
        rehearse(life, page)
        for number in range(len(life.plan.employers)):
            add_employer(life, page, number)
        page.goto("/organize/employers?state=unverified")
        page.locator("button[data-behavior=choose-all]").click()
        press(page, page.locator("main"), "고른 기업 확인하기")
        page.goto(f"/organize/{life.plan.slug}/invitations")
        for name in life.plan.employers[::2]:
            page.get_by_role("checkbox", name=name, exact=True).check()
        press(page, page.locator("main"), "고른 기업 초대하기")
        expect(page.locator("main")).to_contain_text("답을 기다리는 초대")


def begin(life: Life, page: Page) -> None:
    """Fill the form that the template of a one-day hall has begun."""
    plan = life.plan
    page.goto("/organize/fairs/begin")
    page.fill("#first-hall", plan.day.isoformat())
    press(page, page.locator("form", has=page.locator("#first-hall")), "이 틀로 시작하기")
    expect(page.locator("[name=booking_opens_at]")).to_have_value(local(plan.at(-7, time(10))))
    told = {
        "name": plan.name,
        "name_en": f"{plan.slug} job fair",
        "slug": plan.slug,
        "about": "지금 채용 중인 기업만 나와요.",
        "about_en": "Only employers that are hiring now.",
        "starts_at": local(plan.at(0, plan.opens)),
        "ends_at": local(plan.at(0, plan.closes)),
        "hire_target": "20",
        "booth_limit": str(len(plan.employers) - 1),
        "cost": "9000000",
        "letter_note": f"오시는 곳: {plan.venue}",
    }
    for name, value in told.items():
        page.fill(f"[name={name}]", value)
    press(page, page.locator("main"), "박람회 만들기")
    expect(page.get_by_role("heading", level=1)).to_contain_text(plan.name)


def build_hall(life: Life, page: Page) -> None:
    """Make the hall with a place for each employer and draw it."""
    plan, places = life.plan, len(life.plan.employers)
    page.goto(f"/organize/{plan.slug}/sites")
    page.select_option("[name=kind]", "hall")
    page.fill("[name=name]", plan.venue)
    page.fill("[name=address]", plan.venue)
    press(page, page.locator("main"), "장소 만들기")
    page.locator("summary", has_text="자리 만들기").click()
    page.fill("[name$=prefix]", "A-")
    page.fill("[name$=count]", str(places))
    press(page, page.locator("details form"), "자리 만들기")
    page.goto(f"/organize/{plan.slug}/floor")
    page.fill("[name=columns]", "6")
    page.fill("[name=rows]", str(-(-places // 6) + 1))
    press(page, page.locator("main"), "배치도 그리기")
    expect(page.locator(".place-pair")).to_have_count(places)


def rehearse(life: Life, page: Page) -> None:
    """See the fair as it will be when it is open: seekers come, and nothing is there yet."""
    page.goto(f"/organize/{life.plan.slug}/rehearsal?at={local(life.plan.at(0, life.plan.opens))}")
    expect(page.locator("main")).to_contain_text("입장하고, 면접을 보고, 줄을 서요")
    page.goto(f"/organize/{life.plan.slug}/rehearsal?at={local(life.plan.at(31, time(10)))}")
    expect(page.locator("main")).to_contain_text("목록에서 빠지고, 내 기록은 남아요")


def add_employer(life: Life, page: Page, number: int) -> None:
    """Add an employer and who recruits for it."""
    page.goto("/organize/employers/new")
    page.fill("[name=name]", life.plan.employers[number])
    press(page, page.locator("main"), "저장하기")
    page.fill("main [name=email]", f"recruiter{number}@life.example")
    press(page, page.locator("main"), "채용 담당자 더하기")
    expect(page.locator("main")).to_contain_text(f"담당{number}")

"""A city's job centre with employers and people as rows, and its server at any moment, for the stories of single fairs."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from fairapp import audit, clock, create_app, db
from fairapp.accounts.rules import hash_password
from fairapp.fairs import actions as fairs
from fairapp.scheduling import actions as scheduling
from tests import factories
from tests.conftest import settings_for
from tests.journeys.acts import Acts
from tests.journeys.story import PASSWORD, People
from tests.servers import MailServer

HASHED = hash_password(PASSWORD)
ZONE = "Asia/Seoul"
Made = TypeVar("Made")


def seoul(text: str) -> datetime:
    """Return the moment of a wall-clock time in Seoul."""
    return clock.from_local(datetime.fromisoformat(text), ZONE)


class Centre:
    """A database that is served now and then; everybody's address is `name@centre.example`."""

    def __init__(self, database: db.Database, acts: Acts) -> None:
        self.database, self.acts = database, acts
        self.agency, self.organizer = database.write(self._begin)

    def _begin(self, session: Session) -> tuple[int, int]:
        agency = factories.make_agency(session, name="대구일자리센터", name_en="Daegu Job Centre", region="27000")
        organizer = self.person(session, "organizer", "윤서진")
        factories.make_membership(session, account_id=organizer, role="organizer", agency_id=agency.id)
        return agency.id, organizer

    def person(self, session: Session, address: str, name: str) -> int:
        """Make a person who can sign in and be booked; return her id."""
        email = f"{address}@centre.example"
        return int(factories.make_seeker(session, name=name, email=email, password_hash=HASHED).id)

    def employer(self, session: Session, address: str, name: str, **changes: Any) -> tuple[int, int]:
        """Make a verified employer and its recruiter, who has the address; return the ids of both."""
        employer = factories.make_employer(session, name=name, name_key=name, **changes)
        recruiter = self.person(session, address, f"{name} 담당")
        factories.make_membership(session, account_id=recruiter, role="recruiter", employer_id=employer.id)
        return employer.id, recruiter

    def hall(self, session: Session, fair_id: int, rooms: int, **changes: Any) -> int:
        """Make a hall of the fair with rooms and a plan of its floor."""
        site = factories.make_site(session, fair_id=fair_id, **changes)
        for n in range(rooms):
            scheduling.make_room(session, factories.make_room(session, site_id=site.id, name=f"A-{n + 1}").id)
        fairs.draw_floor(session, site.id, rooms, 1, factories.NOW)
        return int(site.id)

    def write(self, action: Callable[..., Made], *args: Any) -> Made:
        """Run the action in a transaction of its own."""
        return self.database.write(action, *args)

    def at(self, moment: datetime) -> AbstractContextManager[People]:
        """Serve the centre from that moment on."""
        return self.acts.at(moment)

    def is_sound(self) -> None:
        """See that the audit finds nothing."""
        with self.database.read() as session:
            assert audit.breaches(session) == []


@contextmanager
def founded(
    moment: datetime, url: str, browser: Browser, mail: MailServer, patch: pytest.MonkeyPatch
) -> Iterator[Centre]:
    """Give a centre whose rows are made at that moment, for a fixture."""
    patch.setattr(factories, "NOW", moment)
    made = create_app(settings_for(url))
    with made.app_context():
        try:
            yield Centre(db.of(made), Acts(url, browser, mail, "organizer@centre.example"))
        finally:
            db.of(made).close()


def mail_of(name: str) -> str:
    """Return somebody's address."""
    return f"{name}@centre.example"


def press(page: Page, name: str, within: Locator | None = None) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        (within or page.locator("main")).get_by_role("button", name=name, exact=True).click()


def rows_of(page: Page, path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    answer = page.request.get(path)
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


def figures_of(page: Page, slug: str, **asked: str) -> dict[str, dict[str, str]]:
    """Return the figures of a fair's report by name, as its CSV file has them."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return {row["name"]: row for row in rows_of(page, f"/organize/{slug}/report.csv?{query}")}


def cells_of(page: Page, label: str) -> list[str]:
    """Return the cells of the row of a table of the page that begins with the label."""
    row = page.locator("table tr").filter(has=page.get_by_role("rowheader", name=label, exact=True))
    if not row.count():
        row = page.locator("table tr").filter(has=page.get_by_role("cell", name=label, exact=True))
    return [text.strip() for text in row.first.locator("td").all_inner_texts()]


def offers_work(page: Page, booth: int, title: str, closes: datetime, region: str = "27290") -> None:
    """Let a recruiter put up a listing."""
    page.goto(f"/stand/{booth}/listings/new")
    page.fill("[name=title]", title)
    page.select_option("[name=occupation]", "0261")
    page.select_option("[name=employment_type]", "regular")
    page.select_option("[name=region]", region)
    page.fill("[name=headcount]", "5")
    page.fill("[name=closes_at]", clock.local(closes, ZONE).strftime("%Y-%m-%dT%H:%M"))
    press(page, "공고 올리기")
    expect(page.locator("main")).to_contain_text(title)


def applies(page: Page, name: str) -> int:
    """Let a recruiter apply for a booth of the one fair there is; return the booth."""
    page.goto("/stand")
    press(page, f"{name} 부스 신청하기")
    page.goto("/stand")
    href = page.locator("main a[href$='/listings']").first.get_attribute("href") or ""
    return int(href.split("/")[2])


def says_hiring(page: Page, booth: int) -> None:
    """Let a recruiter say that the employer is hiring now."""
    page.goto(f"/stand/{booth}/listings")
    press(page, "지금도 채용 중이에요")

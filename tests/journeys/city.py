"""A city's job centre with a district office, a desk for the young and a body of taxi firms, and the people of its stories."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp import audit, clock, db
from fairapp.accounts.models import Account, Profile
from fairapp.accounts.rules import hash_password
from fairapp.outcomes import rules as outcomes
from fairapp.scheduling.models import Booking, Slot
from tests import factories
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import PASSWORD, People

HASHED = hash_password(PASSWORD)
TODAY = clock.local(NOW, "Asia/Seoul").date()
SEOUL_MORNING = timedelta(hours=1)


@dataclass
class City:
    """Ids of what the stories need; who is in it signs in as NAME@city.example."""

    database: db.Database
    acts: Acts
    ids: dict[str, int] = field(default_factory=dict)

    def at(self, moment: datetime = NOW, **settings: str) -> AbstractContextManager[People]:
        """Serve the city from that moment on."""
        return self.acts.at(moment, **settings)

    def begins(self, booking: int) -> datetime:
        """Return when a meeting begins."""
        with self.database.read() as session:
            return session.get_one(Slot, session.get_one(Booking, booking).slot_id).starts_at

    def check(self) -> None:
        """Let the app look at every row."""
        with self.database.read() as session:
            assert audit.breaches(session) == []


def who(name: str) -> str:
    """Return the address of somebody of the city."""
    return f"{name}@city.example"


def person(session: Session, name: str, said: str, born: date | None = None, segment: str | None = None) -> int:
    """Make somebody who can sign in, with a birth date and the group to which she says that she belongs."""
    account = factories.make_seeker(session, name=said, email=who(name), password_hash=HASHED)
    if born or segment:
        session.add(Profile(account_id=account.id, birth_date=born, segment=segment, updated_at=NOW))
    return account.id


def staff(session: Session, name: str, said: str, role: str, **where: int) -> int:
    """Make somebody with a role at an agency or employer."""
    account_id = person(session, name, said)
    factories.make_membership(session, account_id=account_id, role=role, **where)
    return account_id


def build(city: City) -> None:
    """Make the agencies with their organizers, and a fair that is open at NOW."""

    def make(session: Session) -> dict[str, int]:
        centre = factories.make_agency(
            session, name="대구일자리센터", name_en="Daegu Job Centre", slug="daegu", region="27000"
        )
        desk = factories.make_agency(
            session, name="청년 전용 창구", name_en="Youth desk", slug="youth", region="27000", parent_id=centre.id
        )
        office = factories.make_agency(session, name="달서구청", slug="dalseo", kind="district", region="27290")
        taxi = factories.make_agency(session, name="대구택시운송조합", slug="taxi", kind="public", region="27000")
        fair = factories.make_fair(session, agency_id=centre.id, slug="city", name="대구 일자리 한마당")
        chief = person(session, "chief", "윤주무")
        for agency in (centre, desk):
            factories.make_membership(session, account_id=chief, role="organizer", agency_id=agency.id)
        for name, said, agency in (("office", "달서주무", office), ("taxi", "택시간사", taxi)):
            staff(session, name, said, "organizer", agency_id=agency.id)
        root = person(session, "admin", "관리자")
        session.execute(update(Account).where(Account.id == root).values(is_admin=True))
        return {"centre": centre.id, "desk": desk.id, "office": office.id, "taxi": taxi.id, "fair": fair.id}

    city.ids |= city.database.write(make)


def booth(session: Session, fair: int, firm: str, **listing: object) -> tuple[int, int]:
    """Make a booth that hires now, with a recruiter who is called as it is; return booth and listing."""
    employer = factories.make_employer(session, name=firm)
    made = factories.make_booth(session, fair_id=fair, employer_id=employer.id, shown=True)
    staff(session, f"recruiter{made.id}", f"{firm} 담당", "recruiter", employer_id=made.employer_id)
    return made.id, factories.make_listing(session, booth_id=made.id, **listing).id


def chosen(page: Page) -> int:
    """Choose the soonest free time, allow what is asked, press the main button, and return the booking."""
    page.locator("label[data-slot]:not(.is-taken)").first.click()
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def marks_present(page: Page, booking: int, *sides: str) -> None:
    """Let staff on whose board the meeting is say that these sides came."""
    for side in sides:
        form = page.locator(f"form[action='/bookings/{booking}/attendance']").first
        form.locator(f"button[value='{side}:present']").click()
        pressed = page.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")


def writes(page: Page, booking: int, stage: str) -> None:
    """Let staff append a stage to the ledger of a meeting."""
    assert stage in outcomes.INTERVIEWED_STAGES + outcomes.ENDS
    page.goto(f"/bookings/{booking}/outcomes")
    page.select_option("select[name=stage]", stage)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main .error-summary")).to_have_count(0)


def row_of(page: Page, section: str, name: str) -> list[str]:
    """Return the cells of the row that begins with the name, of the table beneath a heading."""
    table = page.locator(f"section:has(> #{section}) table, section:has(#{section}) table").first
    row = table.locator("tbody tr", has=page.locator("th, td", has_text=name)).first
    return [cell.strip() for cell in row.locator("th, td").all_inner_texts()]

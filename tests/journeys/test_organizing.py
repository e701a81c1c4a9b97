"""What organizers, seekers and the hall see of a fair's plan, control room, ledger and figures: axe, in both languages."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts.models import Account
from fairapp.booths import actions as booths
from fairapp.fairs import actions as fairs
from fairapp.fairs.models import Fair, FairSite
from fairapp.outcomes import actions
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.rules import Wish
from tests.journeys.story import DESK, PHONE, People
from tests.journeys.test_axe import violations
from tests.journeys.test_time import Floor, floor, people

__all__ = ["floor", "people"]  # fixtures
ORGANIZED = (
    *("", "/plan", "/rehearsal", "/edit", "/agencies", "/sites", "/floor", "/places", "/booths", "/invitations"),
    *("/reports", "/import", "/control", "/check-in", "/walk-in", "/hall", "/report", "/report?by=booth"),
    *("/report/rows?of=hires", "/report/mails", "/disputes", "/trace", "/exports"),
)


def fill(app: Flask, floor: Floor, language: str) -> int:
    """Let the floor have a plan, somebody who came, a hire that is disputed, and a notice; return the booking."""
    write, now = db.of(app).write, floor.now

    def prepare(session: Session) -> int:
        session.execute(update(Account).values(language=language))
        fair = session.query(Fair).one()
        site = session.query(FairSite.site_id).scalar() or 0
        fairs.draw_floor(session, site, 4, 3, now)
        fairs.line_up_rooms(session, site, now)
        booths.line_up_booths(session, fair.id, floor.organizer, now)
        return fair.id

    fair = write(prepare)
    code = write(actions.ensure_pass, fair, floor.first, now)
    write(actions.check_in, fair, code, floor.organizer, now)
    booking = write(scheduling.book, floor.slots[0], floor.first, Wish(), now).id
    later = now + timedelta(hours=4)
    write(actions.mark_attendance, booking, seeker="present", host="present", by=floor.recruiter, now=later)
    row = write(
        actions.append_outcome,
        booking,
        actions.Found("interviewed", clock.local(later, "Asia/Seoul").date()),
        floor.recruiter,
        later,
        "recruiter",
    )
    write(actions.reply, row, floor.first, False, "가지 않았어요", later)
    write(actions.order_mailing, fair, floor.organizer, "week", floor.organizer, now)
    return int(booking)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "size"),
    [("ko", PHONE), pytest.param("en", DESK, marks=pytest.mark.soak)],
    ids=["ko-phone", "en-desk"],
)
def test_axe_finds_nothing_on_the_pages_of_a_fair(
    app: Flask, floor: Floor, people: People, language: str, size: dict[str, int]
) -> None:
    booking = fill(app, floor, language)
    organizer = people.person("organizer@now.example.kr", size)
    staff, seeker = (people.person(f"{name}@now.example.kr", size) for name in ("recruiter", "first"))
    found, wide = [], []
    for path in ORGANIZED:
        found += violations(organizer, f"/organize/now{path}")
        wide += [path] if is_too_wide(organizer) else []
    assert organizer.locator("html").get_attribute("lang") == language
    for path in ("/organize", "/organize/fairs/begin", "/organize/tower", "/organize/employers"):
        found += violations(organizer, path)
    for path in (f"/stand/{floor.booth}/due", f"/bookings/{booking}/outcomes", f"/stand/{floor.booth}/withdrawal"):
        found += violations(staff, path)
    for path in ("/me/outcomes", "/fairs/now", "/fairs/now/floor", "/fairs/now/pass", f"/booths/{floor.booth}/report"):
        found += violations(seeker, path)
    organizer.goto("/organize/now/hall")
    screens = [organizer.locator(f"a[href^='/{kind}/']").first.get_attribute("href") for kind in ("kiosk", "wall")]
    found += [one for path in screens for one in violations(organizer, str(path))]
    assert (found, wide) == ([], [])


def is_too_wide(page: Page) -> bool:
    """Whether the page has to be moved sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))

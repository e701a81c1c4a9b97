"""The pages of time as axe sees them: no violation on a phone, in Korean and in English."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update

from fairapp import clock, db
from fairapp.accounts.models import Account
from fairapp.scheduling import actions
from fairapp.scheduling.rules import Wish
from tests.journeys.story import People
from tests.journeys.test_time import Floor, floor, people

__all__ = ["floor", "people"]  # fixtures


def violations(page: Page, path: str) -> list[Any]:
    """Return what axe finds on a page, named by rule and place."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    return found_on(page, path)


def found_on(page: Page, path: str) -> list[Any]:
    """Return what axe finds on the page that is shown."""
    found = Axe().run(page).response["violations"]
    return [(path, one["id"], node["target"], node["html"][:120]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.soak)])
def test_axe_finds_nothing_on_the_pages_of_time(app: Flask, floor: Floor, people: People, language: str) -> None:
    write = db.of(app).write
    write(lambda session: session.execute(update(Account).values(language=language)))
    booking = write(actions.book, floor.slots[0], floor.first, Wish(), floor.now).id
    write(actions.join_waitlist, floor.second, floor.now + timedelta(seconds=1), booth_id=floor.booth)
    staff, seeker = people.person("recruiter@now.example.kr"), people.person("first@now.example.kr")
    other = people.person("second@now.example.kr")
    stand = f"/stand/{floor.booth}"
    found = [
        one
        for page, paths in (
            (staff, ("hours", "hours/drawn", "plan", "limits", "draws", "cut", "line")),
            (seeker, (f"/bookings/{booking}", f"/bookings/{booking}/move", "/me/schedule", "/me/absences")),
            (other, (f"/booths/{floor.booth}", f"/slots/{floor.slots[0]}/why", f"/coaches/{floor.coach}")),
        )
        for path in paths
        for one in violations(page, path if path.startswith("/") else f"{stand}/{path}")
    ]
    found += violations(staff, f"/bookings/{booking}/arrangement")
    found += violations(staff, f"/slots/{floor.slots[1]}/bookings/new")
    staff.goto(f"{stand}/cut")
    staff.fill("[name=day]", clock.local(floor.now + timedelta(hours=2), "Asia/Seoul").date().isoformat())
    staff.locator("button[value=look]").click()
    staff.wait_for_selector("#preview")
    found += found_on(staff, "a draft of shorter hours")
    assert staff.locator("html").get_attribute("lang") == language
    assert found == []

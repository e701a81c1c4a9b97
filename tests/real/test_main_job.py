"""The main job on fairs filled with real listings through `import`, in the months they were written."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.story import DESK, People, Place, funnel, tell
from tests.servers import MailServer
from tests.servers.app import ROOT, app_env, serve

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]

# file, the moment (ten in the morning in Seoul), listings that come in
FAIRS = [
    ("listings/ko_work24_2026.csv", "2026-08-10T01:00:00+00:00", 254),
    ("listings/ko_wanted_2023.csv", "2023-06-01T01:00:00+00:00", 2946),
]


def moved(moment: str, *words: str) -> list[str]:
    """Return the command that runs a program at that moment."""
    return [sys.executable, "-m", "tests.moved", moment, *words]


@contextmanager
def real_fair(file: Path, moment: str, listings: int, folder: Path, mail: MailServer) -> Iterator[Place]:
    """Serve a fair into which the file was imported an hour before the moment."""
    env = {"DATABASE_URL": f"sqlite:///{folder}/fairapp.db", "FAIRAPP_ENV": "development", "MAIL_URL": mail.url}
    earlier = (datetime.fromisoformat(moment) - timedelta(hours=1)).isoformat()

    def run(*words: str) -> str:
        done = subprocess.run(
            moved(earlier, *words), env=app_env(env), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def flask(*words: str) -> str:
        return run("flask", "--app", "run", *words)

    flask("migrate")
    found: dict[str, Any] = json.loads(run("tests/real/prepare.py", "before"))
    report = flask("import", "listings", str(file), "--fair", "real")
    assert f"{listings:,}" in report or str(listings) in report, report[-500:]
    found |= json.loads(run("tests/real/prepare.py", "after"))
    with serve(moved(moment, "run.py"), env) as server:
        yield Place(
            server.url,
            "real",
            found["title"],
            found["booth"],
            found["coach"],
            "recruiter@real.example",
            "organizer@city.example",
        )


def let_everybody_in(organizer: Page, place: Place) -> int:
    """Verify the employers, confirm their intent and approve their booths, a page at a time; return how many pages."""
    pages = 0
    while True:
        organizer.goto(f"/organize/{place.fair}/booths?state=applied")
        if not organizer.locator("input[name=booth]").count():
            return pages
        for act in ("verify", "intent", "approve"):
            organizer.goto(f"/organize/{place.fair}/booths?state=applied")
            organizer.locator("button[data-behavior=choose-all]").click()
            button = organizer.locator(f"button[name=do][value={act}]")
            if not button.is_visible():
                organizer.locator(".action-bar summary").click()
            with organizer.expect_navigation():
                button.click()
        pages += 1


def open_hours(page: Page, path: str, starts: str, ends: str, length: str) -> None:
    """Offer today's hours on the page: look first, then open."""
    page.goto(path)
    page.fill("input[name=starts_at]", starts)
    page.fill("input[name=ends_at]", ends)
    page.locator("[name=length]").first.fill(length)
    page.locator("button[name=do][value=preview]").click()
    page.locator("button[name=do][value=open]").click()
    expect(page.locator("form[action$='/closure']").first).to_be_attached()


@pytest.mark.parametrize(("name", "moment", "listings"), FAIRS, ids=["work24-2026", "wanted-2023"])
def test_the_main_job_on_real_listings(
    name: str, moment: str, listings: int, real_data: Path, tmp_path: Path, mail: MailServer, browser: Browser
) -> None:
    with real_fair(real_data / name, moment, listings, tmp_path, mail) as place:
        people = People(browser, place, mail)
        try:
            organizer = people.person(place.organizer, DESK)
            assert let_everybody_in(organizer, place) >= 1
            open_hours(people.person(place.recruiter, DESK), f"/stand/{place.booth}/hours", "10:20", "12:00", "20")
            open_hours(people.person("coach@city.example", DESK), f"/coach/{place.coach}/hours", "10:20", "13:20", "30")
            told = tell(people, "hanbyeol@example.kr")
        finally:
            people.close()
    assert told["waited"] < 1.0
    stages = {"registered": 1, "came": 1, "booked": 1, "interviewed": 1, "passed": 1}
    assert funnel(told["after"]) == stages | dict.fromkeys(("offered", "hired", "started", "retained"), 0)

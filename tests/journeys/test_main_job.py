"""The main job, end to end, on the demo fair: find, book, see it everywhere, meet, record, export."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.story import People, Place, funnel, tell
from tests.servers import MailServer, app_server
from tests.servers.app import FLASK, ROOT, app_env


@pytest.fixture
def demo(tmp_path: Path, mail: MailServer) -> Iterator[Place]:
    """Serve the demo fair as `make run` does, its letters going to a real mail server."""
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/fairapp.db",
        "FAIRAPP_ENV": "development",
        "MAIL_URL": mail.url,
        "RATE_LIMITS": "on",
    }
    for command in (["migrate"], ["demo", "--seekers", "120"]):
        subprocess.run([*FLASK, *command], env=app_env(env), cwd=ROOT, check=True, capture_output=True)
    with app_server(env) as server:
        yield Place(server.url, "demo", "CNC", 1, 1, "recruiter@demo.example", "organizer@demo.example")


@pytest.mark.timeout(300)
def test_a_seeker_finds_books_and_is_counted(demo: Place, browser: Browser, mail: MailServer) -> None:
    people = People(browser, demo, mail)
    try:
        told = tell(people, "hanbyeol@example.kr")
    finally:
        people.close()
    assert told["waited"] < 1.0
    before, after = told["before"], told["after"]
    for stage in ("booked", "interviewed", "passed"):
        assert funnel(after)[stage] == funnel(before)[stage] + 1, stage

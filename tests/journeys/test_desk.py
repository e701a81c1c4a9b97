"""A desk in a real browser: it goes on while the network is gone, opens again without it, and reads codes from a camera."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserType, Page, expect

from fairapp import db
from fairapp.fairs.queries import get_fair
from fairapp.outcomes import actions, queries
from tests.journeys.fake_camera import film_of
from tests.journeys.story import DESK, PHONE, People, sign_in
from tests.journeys.test_time import Floor, floor, people
from tests.servers import wait_until
from tests.servers.app import healthy

__all__ = ["floor", "people"]  # fixtures
DESK_PAGE = "/organize/now/check-in"


def passes(app: Flask, floor: Floor) -> tuple[int, dict[str, str]]:
    """Return the fair and the codes of the three seekers by name."""
    with db.of(app).read() as session:
        fair = get_fair(session, floor.fair).id
    names = ("first", "second", "third")
    return fair, {name: db.of(app).write(actions.ensure_pass, fair, getattr(floor, name), floor.now) for name in names}


def scan(page: Page, code: str) -> None:
    """Do as a hand scanner does: type the code and press Enter."""
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")


def arrived(app: Flask, fair: int) -> int:
    """Return how many people have come."""
    with db.of(app).read() as session:
        return queries.count_arrivals(session, fair)


def cut(people: People, page: Page) -> None:
    """Let nothing reach the server: a browser told that it is offline may still send what it began while it was loading."""
    assert people.server is not None
    people.server.kill()
    page.context.set_offline(True)


def mend(people: People, page: Page) -> None:
    """Let the server be reached again."""
    server = people.server
    assert server is not None
    server.start()
    server.wait_ready(lambda: healthy(server.url))
    page.context.set_offline(False)


@pytest.mark.timeout(180)
def test_a_desk_goes_on_without_a_network_and_brings_its_scans_in(app: Flask, floor: Floor, people: People) -> None:
    fair, codes = passes(app, floor)
    page = people.person("organizer@now.example.kr", DESK)
    page.goto(DESK_PAGE)
    expect(page.locator("#desk-state")).to_have_text("모두 보냈어요.")
    scan(page, codes["first"])
    expect(page.locator("#desk-said")).to_contain_text("first 님이 입장했어요.")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now by the worker, which keeps what the page is made of
    expect(page.locator("#desk-state")).to_have_text("모두 보냈어요.")
    cut(people, page)
    scan(page, codes["second"])
    expect(page.locator("#desk-said")).to_contain_text("좋은 입장권이에요. 연결되면 보낼게요.")
    scan(page, "ABCDEFGHJK")
    expect(page.locator("#desk-said")).to_contain_text("이 기기가 모르는 입장권이에요.")
    page.reload()  # somebody pressed the wrong key
    expect(page.locator("#desk-state")).to_contain_text("2건")
    scan(page, codes["second"])
    scan(page, codes["third"])
    expect(page.locator("#desk-state")).to_contain_text("4건")
    assert arrived(app, fair) == 1
    mend(people, page)
    expect(page.locator("#desk-state")).to_have_text("모두 보냈어요.", timeout=20_000)
    wait_until(lambda: arrived(app, fair) == 3, what="everybody who came")
    expect(page.locator("[data-came]")).to_have_text("지금까지 3명 입장")


@pytest.fixture
def camera(
    app: Flask, floor: Floor, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Browser]:
    """Return a browser whose camera sees the pass of the first seeker."""
    _, codes = passes(app, floor)
    film = film_of(codes["first"], tmp_path / "pass.y4m")
    seen = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    more = browser_type_launch_args | {"args": [*browser_type_launch_args.get("args", []), *seen]}
    browser = browser_type.launch(**more)
    yield browser
    browser.close()


@pytest.mark.timeout(180)
def test_a_desk_reads_a_pass_from_the_camera(app: Flask, floor: Floor, people: People, camera: Browser) -> None:
    context = camera.new_context(viewport=PHONE, locale="ko-KR", base_url=people.place.url, permissions=["camera"])
    page = context.new_page()
    sign_in(page, "organizer@now.example.kr")
    page.goto(DESK_PAGE)
    page.get_by_role("button", name="카메라로 찍기").click()
    expect(page.locator("#desk-said")).to_contain_text("first 님이 입장했어요.", timeout=30_000)
    expect(page.locator("[data-came]")).to_have_text("지금까지 1명 입장")
    context.close()

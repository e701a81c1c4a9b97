"""What job centres do with other organisations, told in browsers: news that is fast and exact, employers found together."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fairapp import create_app, db
from tests.conftest import settings_for
from tests.journeys.acts import Acts
from tests.journeys.city import City, booth, build, person, who
from tests.journeys.story import DESK
from tests.journeys.test_one_stop import makes_source, sends, uploads
from tests.partners.conftest import published
from tests.partners.receiver import Receiver, receiver
from tests.servers import MailServer, wait_until

FIRMS = "업체명,사업자번호,업종,지역\n달구벌택시,,택시 여객,대구광역시\n두류운수,,시내버스 여객,대구광역시\n"
JOBS = (
    "업체명,채용 제목,공고번호,마감일,모집인원,급여\n"
    "달구벌택시,택시 운전원,T-1,상시채용,3,연봉 3600만원\n"
    "두류운수,시내버스 운전원,B-1,상시채용,2,연봉 4200만원\n"
)


@pytest.fixture
def city(sqlite_url: str, browser: Browser, mail: MailServer) -> Iterator[City]:
    """Return the city in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        found = City(db.of(made), Acts(sqlite_url, browser, mail))
        build(found)
        yield found
        db.of(made).close()


def makes_key(page: Page, agency: int) -> dict[str, str]:
    """Let an organizer make a key for an agency's program; return the headers of its calls."""
    page.goto(f"/agencies/{agency}/keys")
    page.fill("input[name=name]", "구청 누리집")
    for scope in ("listings:read", "changes:read"):
        page.check(f"input[name=scopes][value='{scope}']")
    page.get_by_role("button", name="키 만들기").click()
    return {"Authorization": f"Bearer {page.locator('code.secret').inner_text().strip()}"}


def makes_hook(page: Page, agency: int, url: str) -> str:
    """Let an organizer name an address that is told of every listing; return the secret of its signatures."""
    page.goto(f"/agencies/{agency}/webhooks")
    page.fill("input[name=url]", f"{url}/news")
    page.check("input[name=topics][value=listing]")
    page.get_by_role("button", name="웹훅 만들기").click()
    return page.locator("code.secret").inner_text().strip()


def all_listings(page: Page, headers: dict[str, str]) -> dict[str, Any]:
    """Return what the list of all open listings says, once the job that publishes has seen the booth."""
    said: list[dict[str, Any]] = []

    def filled() -> bool:
        said.append(page.request.get("/api/v1/listings", headers=headers).json())
        return bool(said[-1]["items"])

    wait_until(filled, what="the listing")
    return said[-1]


def told_of(partner: Receiver, secret: str, kind: str, listing: int) -> dict[str, Any]:
    """Wait until the address was told so of the listing by a message with a good signature, and return the item."""

    def found() -> list[dict[str, Any]]:
        signed = [one.says["data"] for one in partner.messages if one.is_signed_with(secret)]
        items = [item for said in signed for item in said.get("items", [])]
        return [one for one in items if (one["kind"], str(one["id"])) == (kind, str(listing))]

    wait_until(lambda: bool(found()), what=f"{kind} of listing {listing}")
    return found()[-1]


def changed_since(page: Page, headers: dict[str, str], cursor: str) -> tuple[list[tuple[str, str]], str]:
    """Return kind and listing of the changes after the cursor, as the key sees them, and the next cursor."""
    answer = page.request.get("/api/v1/changes", params={"after": cursor}, headers=headers)
    assert answer.status == 200, answer.text()
    said = answer.json()
    return [(one["kind"], one["id"]) for one in said["items"]], said["cursor"]


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_d8_a_network_of_agencies_and_offices_hears_of_every_listing_fast_and_exactly(city: City) -> None:
    city.ids["booth"], city.ids["listing"] = city.database.write(
        lambda session: booth(session, city.ids["fair"], "한빛정공", title="용접 기능사")
    )
    assert published() == 1
    with receiver() as partner, city.at(FAIRAPP_WEBHOOKS="anywhere") as people:
        office = people.person(who("office"), DESK)
        headers = makes_key(office, city.ids["office"])
        secret = makes_hook(office, city.ids["office"], partner.url)
        everything = all_listings(office, headers)
        assert [one["title"] for one in everything["items"]] == ["용접 기능사"]
        recruiter = people.person(who(f"recruiter{city.ids['booth']}"), DESK)
        recruiter.goto(f"/stand/{city.ids['booth']}/listings/{city.ids['listing']}/edit")
        recruiter.fill("input[name=title]", "용접 기능사 (주간)")
        recruiter.locator(".action-bar button").first.click()
        pressed, listing = time.monotonic(), city.ids["listing"]
        said = told_of(partner, secret, "listing.changed", listing)
        assert time.monotonic() - pressed < 10  # jobs look every second
        assert said["listing"]["title"] == "용접 기능사 (주간)"
        changes, cursor = changed_since(office, headers, everything["changes"])
        assert changes[-1] == ("listing.changed", str(listing))
        recruiter.goto(f"/stand/{city.ids['booth']}/listings/{listing}/closing")
        recruiter.locator("main form button[type=submit]").last.click()
        told_of(partner, secret, "listing.closed", listing)
        changes, _ = changed_since(office, headers, cursor)
        assert ("listing.closed", str(listing)) in changes
        assert office.request.get("/api/v1/listings", headers=headers).json()["items"] == []
        visitor = people.person()
        visitor.goto("/fairs/city")
        expect(visitor.locator("[data-listing]")).to_have_count(0)
    city.check()


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_s7_employers_are_found_with_partner_organisations_and_city_bodies(city: City) -> None:
    city.database.write(lambda session: [person(session, "driver", "한가람"), person(session, "firm", "달구벌 담당")])
    with city.at() as people:
        taxi, chief = people.person(who("taxi"), DESK), people.person(who("chief"), DESK)
        taxi.goto(f"/agencies/{city.ids['taxi']}/agreements")
        taxi.select_option("select[name=other]", label="대구일자리센터")
        taxi.check("input[name=direction][value=give]")
        for kind in ("employers", "listings"):
            taxi.check(f"input[name=kinds][value={kind}]")
        taxi.fill("input[name=purpose]", "운수 업체의 채용")
        taxi.fill("input[name=ends_on]", "2027-06-30")
        taxi.get_by_role("button", name="제안하기").click()
        chief.goto(f"/agencies/{city.ids['centre']}/agreements")
        chief.get_by_role("button", name="받아들이기").click()
        sends(taxi, city.ids["taxi"], "employers", FIRMS, other="대구일자리센터")
        chief.goto("/organize/employers?state=unverified")
        chief.locator("button[data-behavior=choose-all]").click()
        chief.get_by_role("button", name="고른 기업 확인하기").click()
        makes_source(
            chief, city.ids["centre"], "listings", "대구택시운송조합", direction="receive", fair="대구 일자리 한마당"
        )
        taxi.goto(f"/agencies/{city.ids['taxi']}/sources")
        taxi.locator(f"a[href='{chief.url.removeprefix(people.place.url)}']").first.click()
        uploads(taxi, JOBS)
        comes_and_hires(people.person(who("chief"), DESK), people.person(who("firm"), DESK))
        seeker = people.person(who("driver"))
        seeker.goto("/fairs/city")
        expect(seeker.locator("[data-listing]")).to_have_count(1)  # the bus firm has not said yet that it is hiring
        seeker.locator("[data-listing] a").first.click()
        expect(seeker.locator("h1")).to_have_text("택시 운전원")
        expect(seeker.locator("main")).to_contain_text("달구벌택시")
    city.check()


def comes_and_hires(chief: Page, firm: Page) -> None:
    """Let the centre give the firm its recruiter and approve its booth; the recruiter says that it is hiring now."""
    chief.goto("/organize/employers?state=verified")
    card = chief.locator(".card", has_text="달구벌택시")
    card.get_by_role("link", name="채용 담당자").click()
    chief.fill("main [name=email]", who("firm"))
    chief.get_by_role("button", name="채용 담당자 더하기").click()
    expect(chief.locator("main")).to_contain_text("달구벌 담당")
    chief.goto("/organize/city/booths?state=applied")
    chief.locator("button[data-behavior=choose-all]").click()
    with chief.expect_navigation():
        chief.get_by_role("button", name="고른 부스 승인하기").click()
    firm.goto("/stand")
    firm.locator("main a[href$='/listings']").first.click()
    with firm.expect_navigation():
        firm.get_by_role("button", name=re.compile("채용 중이에요")).first.click()

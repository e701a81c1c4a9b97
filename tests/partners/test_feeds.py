"""Feeds, site maps and postings: what anybody may read of listings that are visible now."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from fairapp import db
from fairapp.booths import actions as booths
from tests.casting import Cast, by, change_fair, page_of
from tests.counting import counted
from tests.factories import NOW, make_listing
from tests.partners.conftest import published
from tests.partners.test_changes import fields

LATER = NOW + timedelta(seconds=5)
ATOM, MAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
EVERY = ("/listings.atom", "/fairs/daegu/listings.atom", "/listings.json", "/fairs/daegu/listings.json", "/sitemap.xml")
EVERY += ("/sitemaps/fairs.xml", "/sitemaps/1.xml")


@pytest.fixture(autouse=True)
def told(app: Flask, cast: Cast) -> Any:
    """Number what there is, and look a moment later."""
    published()
    with time_machine.travel(LATER, tick=False):
        yield


def test_atom_has_what_rfc_4287_asks_for(app: Flask, client: FlaskClient, cast: Cast) -> None:
    db.of(app).write(
        booths.open_listing, cast.booth, fields(title="A & <b>나</b>\x0b", description="가\x01 & 나"), None, NOW
    )
    published()
    answer = client.get("/fairs/daegu/listings.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.get_data())  # noqa: S314 (our own)
    assert [feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")] == [
        "http://127.0.0.1:5000/fairs/daegu/listings.atom",
        "대구 청년 박람회 공고",
        "2026-11-24T01:00:00Z",
    ]
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        names = ("id", "title", "updated", "published", "content", "author")
        assert all(entry.find(f"{ATOM}{name}") is not None for name in names)
        assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name") == "(주)명성"
    assert entries[0].findtext(f"{ATOM}title") == "A & <b>나</b>"
    assert entries[0].findtext(f"{ATOM}content") == "가 & 나"


def test_json_feed_has_the_posting_beside_each_item(client: FlaskClient, cast: Cast) -> None:
    feed = client.get("/listings.json").get_json(force=True)
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "모든 박람회의 공고")
    (item,) = feed["items"]
    page = f"http://127.0.0.1:5000/listings/{cast.listing}"
    assert (item["id"], item["url"], item["title"]) == (page, page, "재무 담당")
    assert item["_job_posting"]["validThrough"] == "2026-11-26T01:00:00Z"
    english = client.get("/listings.json", headers={"Accept-Language": "en"}).get_json(force=True)
    assert (english["language"], english["title"]) == ("en", "Listings of all fairs")


def test_site_maps_name_every_public_page_with_its_last_change(client: FlaskClient, cast: Cast) -> None:
    index = ET.fromstring(client.get("/sitemap.xml").get_data())  # noqa: S314
    maps = [one.findtext(f"{MAP}loc") for one in index.findall(f"{MAP}sitemap")]
    assert maps == [f"http://127.0.0.1:5000/sitemaps/{name}.xml" for name in ("fairs", cast.fair)]
    for address in maps:
        urls = ET.fromstring(client.get(str(address)).get_data()).findall(f"{MAP}url")  # noqa: S314
        for url in urls:
            path = str(url.findtext(f"{MAP}loc")).removeprefix("http://127.0.0.1:5000")
            assert client.get(path).status_code == 200
            assert re.fullmatch(r"2026-11-\d\dT\d\d:\d\d:\d\dZ", str(url.findtext(f"{MAP}lastmod")))
    assert "Sitemap: http://127.0.0.1:5000/sitemap.xml" in client.get("/robots.txt").text


@pytest.mark.parametrize("path", EVERY)
def test_who_has_this_edition_gets_304_and_a_change_makes_another(
    app: Flask, client: FlaskClient, cast: Cast, path: str
) -> None:
    first = client.get(path)
    assert (first.status_code, first.headers["Last-Modified"]) == (200, "Tue, 24 Nov 2026 01:00:00 GMT")
    assert first.headers["Cache-Control"] == "public, max-age=30"
    for same in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        with counted(app) as count:
            again = client.get(path, headers=same)
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert int(count) <= 4
    english = client.get(path, headers={"Accept-Language": "en", "If-None-Match": first.headers["ETag"]})
    assert english.status_code == 200
    db.of(app).write(booths.edit_listing, cast.listing, 1, fields(title="새 이름"), None, LATER)
    published(LATER)
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Last-Modified" not in changed.headers  # it may change once more within this second


def test_time_alone_makes_another_edition_at_once(client: FlaskClient, cast: Cast) -> None:
    first = client.get("/listings.atom")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        later = client.get("/listings.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert b"<entry>" not in later.get_data()


def test_a_feed_goes_on_in_parts_without_more_statements(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with counted(app) as few:
        client.get("/listings.json")
    db.of(app).write(lambda session: [make_listing(session, booth_id=cast.booth).id for _ in range(120)])
    published(NOW + timedelta(minutes=10))
    with counted(app) as many:
        first = client.get("/listings.json").get_json(force=True)
    assert few == many
    second = client.get(first["next_url"]).get_json(force=True)
    assert (len(first["items"]), len(second["items"]), "next_url" in second) == (100, 21, False)
    assert len({one["id"] for one in first["items"] + second["items"]}) == 121
    atom = ET.fromstring(client.get("/listings.atom").get_data())  # noqa: S314
    following = [one.attrib["href"] for one in atom.findall(f"{ATOM}link") if one.attrib["rel"] == "next"]
    assert len(ET.fromstring(client.get(following[0]).get_data()).findall(f"{ATOM}entry")) == 21  # noqa: S314


def test_a_draft_has_no_feed_not_even_for_its_organizer(app: Flask, client: FlaskClient, cast: Cast) -> None:
    change_fair(app, cast.fair, announced_at=None)
    published(NOW + timedelta(minutes=10))
    for path in ("/fairs/daegu/listings.atom", "/fairs/daegu/listings.json", "/sitemaps/1.xml"):
        assert client.get(path).status_code == client.get(path, **by("organizer")).status_code == 404
    assert client.get("/listings.json").get_json(force=True)["items"] == []
    for bad in ("/fairs/nowhere/listings.atom", "/sitemaps/x.xml", "/sitemaps/99.xml", "/sitemaps/0.xml"):
        assert client.get(bad).status_code == 404
    assert client.get("/listings.atom?cursor=x").status_code == 422


def posting_in(page: str) -> dict[str, Any] | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def test_a_listing_s_page_carries_its_posting_only_while_it_is_visible(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    found = posting_in(page_of(client, f"/listings/{cast.listing}"))
    assert found is not None
    assert (found["title"], found["url"]) == ("재무 담당", f"http://127.0.0.1:5000/listings/{cast.listing}")
    db.of(app).write(booths.close_listing, cast.listing, None, LATER)
    assert posting_in(page_of(client, f"/listings/{cast.listing}", "recruiter")) is None


def test_what_a_recruiter_writes_cannot_leave_the_posting(app: Flask, client: FlaskClient, cast: Cast) -> None:
    bad = "</script><script>alert(1)</script>"
    listing = db.of(app).write(booths.open_listing, cast.booth, fields(title=bad, description=bad), None, NOW)
    page = page_of(client, f"/listings/{listing}")
    assert "<script>alert" not in page
    found = posting_in(page)
    assert found is not None
    assert (found["title"], "<script>" in found["description"]) == (bad, False)

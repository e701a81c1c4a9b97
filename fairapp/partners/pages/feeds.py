"""Listings as feeds that anybody may read: Atom (RFC 4287) and JSON Feed 1.1, of all fairs and of one.

A feed has an edition, which is its ETag: who has it already gets 304 for two small queries.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, current_app, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.language import in_language, reader_language
from fairapp.partners import queries, rules
from fairapp.partners.pages.base import blueprint
from fairapp.shapes import decode_cursor, encode_cursor

AT_ONCE = 100
ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the `updated` of a feed in which nothing ever happened
ET.register_namespace("", ATOM)  # without a prefix: each document here has one namespace
UNSAYABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says, whatever its form."""

    title: str
    home: str
    own: str
    following: str | None
    updated: datetime
    rows: Sequence[Any]


def base_url() -> str:
    """Return the address of the site."""
    return str(current_app.config["SETTINGS"].base_url)


def cached(found: queries.Edition, now: datetime, *parts: object) -> Response:
    """Return an answer with ETag and Last-Modified; 304, without a body, if the reader has this edition.

    Something that changed a moment ago may change once more within the same second, so it has no Last-Modified yet.
    """
    response = Response()
    response.set_etag("-".join(map(str, (found.seq, found.count, reader_language(), *parts))))
    if found.at is not None and found.at <= now - timedelta(seconds=2):
        response.last_modified = found.at
    response.headers["Cache-Control"] = "public, max-age=30"
    response.make_conditional(request)
    return response


def _answer(slug: str | None, form: str) -> Response:
    now = clock.now()
    before = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        fair = fairs.get_fair(session, slug) if slug else None
        if fair is not None:
            fair_rules.check_sees(None, fair, fair.agency_id, now)  # the same for all, for it is kept in between
        fair_id = fair.id if fair else None
        found = queries.edition(session, now, fair_id)
        response = cached(found, now, before[0] if before else 0)
        if response.status_code == 304:
            return response
        rows = queries.newest_listings(session, now, fair_id, before[0] if before else None, AT_ONCE)
    here = url_for(f"partners.{form}", slug=slug) if slug else url_for(f"partners.{form}")
    further = rows[AT_ONCE - 1].seq if len(rows) > AT_ONCE else None
    name = in_language(fair.name, fair.name_en) if fair else ""
    feed = Feed(
        title=gettext("%(fair)s 공고", fair=name) if fair else gettext("모든 박람회의 공고"),
        home=f"{base_url()}{url_for('booths.fair', slug=slug) if slug else '/'}",
        own=f"{base_url()}{here}",
        following=f"{base_url()}{here}?cursor={encode_cursor(further)}" if further else None,
        updated=found.at or NEVER,
        rows=rows[:AT_ONCE],
    )
    made = _atom(feed) if form == "atom" else _json(feed)
    response.set_data(made)
    response.mimetype = "application/atom+xml" if form == "atom" else "application/feed+json"
    return response


@blueprint.get("/listings.atom", endpoint="atom", defaults={"slug": None})
@blueprint.get("/fairs/<slug>/listings.atom", endpoint="atom")
def atom(slug: str | None) -> Response:
    """Give the listings of all fairs, or of one, as Atom."""
    return _answer(slug, "atom")


@blueprint.get("/listings.json", endpoint="json", defaults={"slug": None})
@blueprint.get("/fairs/<slug>/listings.json", endpoint="json")
def json_feed(slug: str | None) -> Response:
    """Give the listings of all fairs, or of one, as JSON Feed."""
    return _answer(slug, "json")


def _summary(data: dict[str, Any]) -> str:
    return data["description"] or data["title"]


def _json(feed: Feed) -> bytes:
    items = [
        {
            "id": rules.page_of_listing(base_url(), row.listing_id),
            "url": rules.page_of_listing(base_url(), row.listing_id),
            "title": in_language(row.data["title"], row.data["title_en"]),
            "content_text": _summary(row.data),
            "date_published": row.data["opens_at"],
            "date_modified": clock.rfc3339(row.at),
            "authors": [{"name": in_language(row.data["employer_name"], row.data["employer_name_en"])}],
            "_job_posting": rules.posting(
                row.data,
                rules.page_of_listing(base_url(), row.listing_id),
                english=reader_language() == "en",
            ),
        }
        for row in feed.rows
    ]
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "language": reader_language(),
        "next_url": feed.following,
        "items": items,
    }
    return json.dumps({name: one for name, one in found.items() if one is not None}, ensure_ascii=False).encode()


def _atom(feed: Feed) -> bytes:
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": reader_language()})
    _put(root, "id", feed.own)
    _put(root, "title", feed.title)
    _put(root, "updated", clock.rfc3339(feed.updated))
    _put(root, "link", rel="self", href=feed.own, type="application/atom+xml")
    _put(root, "link", rel="alternate", href=feed.home, type="text/html")
    if feed.following:
        _put(root, "link", rel="next", href=feed.following, type="application/atom+xml")
    for row in feed.rows:
        page = rules.page_of_listing(base_url(), row.listing_id)
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _put(entry, "id", page)
        _put(entry, "title", in_language(row.data["title"], row.data["title_en"]))
        _put(entry, "updated", clock.rfc3339(row.at))
        _put(entry, "published", row.data["opens_at"])
        _put(entry, "link", rel="alternate", href=page, type="text/html")
        _put(_put(entry, "author"), "name", in_language(row.data["employer_name"], row.data["employer_name_en"]))
        if row.data["occupation"]:
            _put(entry, "category", term=row.data["occupation"])
        _put(entry, "content", _summary(row.data), type="text")
    return written(root)


def _put(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    return put(parent, ATOM, name, text, **attributes)


def put(parent: ET.Element, space: str, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element of the namespace, without the characters that XML has no way to say."""
    made = ET.SubElement(parent, f"{{{space}}}{name}", attributes)
    made.text = None if text is None else UNSAYABLE.sub("", text)
    return made


def written(root: ET.Element) -> bytes:
    """Return the document in UTF-8."""
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True))

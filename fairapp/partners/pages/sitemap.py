"""The site map (sitemaps.org): an index, the fairs, and the listings of each fair that are visible now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, url_for

from fairapp import clock, db
from fairapp.errors import NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.partners import queries, rules
from fairapp.partners.pages.base import blueprint
from fairapp.partners.pages.feeds import base_url, cached, put, written
from fairapp.shapes import number

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # addresses in one file, as sitemaps.org has it
AT_ONCE = 1000  # rows fetched together
ET.register_namespace("", SPACE)


def _document(kind: str, places: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return a `urlset` or a `sitemapindex` of these addresses, each with when it last changed."""
    root = ET.Element(f"{{{SPACE}}}{kind}")
    for address, changed in places:
        place = ET.SubElement(root, f"{{{SPACE}}}{'url' if kind == 'urlset' else 'sitemap'}")
        put(place, SPACE, "loc", address)
        if changed is not None:
            put(place, SPACE, "lastmod", clock.rfc3339(changed))
    return written(root)


def _sent(response: Response, document: bytes) -> Response:
    response.set_data(document)
    response.mimetype = "application/xml"
    return response


def _answer(what: str) -> Response:
    """Answer with the index of site maps, or with that of the fairs' own pages."""
    now = clock.now()
    with db.read() as session:
        found = queries.edition(session, now)
        rows = queries.editions(session, now)
    response = cached(found, now, what, len(rows), rows[0].id if rows else 0)
    if response.status_code == 304:
        return response
    return _sent(response, _index(rows, found) if what == "index" else _fairs(rows, found))


def _index(rows: Iterable[Any], found: queries.Edition) -> bytes:
    maps = [(f"{base_url()}{url_for('partners.sitemap_of_fairs')}", found.at)]
    own = ((url_for("partners.sitemap_of_fair", fair=row.id), row.changed_at) for row in rows if row.count)
    return _document("sitemapindex", [*maps, *((f"{base_url()}{path}", at) for path, at in own)])


def _fairs(rows: Iterable[Any], found: queries.Edition) -> bytes:
    pages = [(f"{base_url()}/", found.at)]
    for row in rows:
        for endpoint in ("booths.fair", "booths.fair_booths"):
            changed = row.changed_at or row.announced_at
            pages.append((f"{base_url()}{url_for(endpoint, slug=row.slug)}", changed))
    return _document("urlset", pages)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Give the index."""
    return _answer("index")


@blueprint.get("/sitemaps/fairs.xml")
def sitemap_of_fairs() -> Response:
    """Give the pages of fairs."""
    return _answer("fairs")


@blueprint.get("/sitemaps/<fair>.xml")
def sitemap_of_fair(fair: str) -> Response:
    """Give the pages of one fair's listings."""
    now, fair_id = clock.now(), number(fair)
    with db.read() as session:
        found = fairs.fair_by_id(session, fair_id)
        fair_rules.check_sees(None, found, found.agency_id, now)
        edition = queries.edition(session, now, fair_id)
        response = cached(edition, now, "fair", fair_id)
        if response.status_code == 304:
            return response
        places: list[tuple[str, datetime | None]] = []
        reached = 0
        while len(places) < MOST:
            rows = queries.public_listings(session, now, fair_id=fair_id, after=reached, limit=AT_ONCE)[:AT_ONCE]
            places += [(rules.page_of_listing(base_url(), row.listing_id), row.at) for row in rows]
            if len(rows) < AT_ONCE:
                break
            reached = rows[-1].listing_id
    if not places:
        raise NotFound
    return _sent(response, _document("urlset", places[:MOST]))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers where the site map is, and what is not for them."""
    lines = ("User-agent: *", "Disallow: /api/", f"Sitemap: {base_url()}{url_for('partners.sitemap')}", "")
    return Response("\n".join(lines), mimetype="text/plain")

"""Calls by which a partner keeps a copy of all listings: what there is, and what has changed since."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from pydantic import BaseModel, Field

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.booths.api import ListingOut
from fairapp.partners import queries, rules
from fairapp.shapes import Moment, Page, Paged, Query, decode_cursor, encode_cursor


class PublicListingOut(ListingOut):
    """An open position with all that is public of it. `visible_until` is when time alone closes it: no change tells that
    beforehand, a `listing.closed` follows.
    """

    description: str
    workplace: str
    hours_per_week: int
    skills: list[str]
    employer_region: str | None
    source_url: str
    url: str
    visible_until: Moment


class PublicListings(Page[PublicListingOut]):
    """A part of all listings. `changes` of the first part is the cursor from which `GET /changes` goes on."""

    changes: str


class ChangeOut(BaseModel):
    """One change. `id` is that of the listing, booth or fair that `kind` speaks of; `listing` is whole, null when closed."""

    kind: str
    at: Moment
    fair: str
    booth: str | None
    id: str
    listing: PublicListingOut | None
    phase: str | None
    cursor: str


class ChangesOut(BaseModel):
    """What came after a cursor, in order. `more`: ask again at once. `reset`: too old, begin anew with `GET /listings`."""

    items: list[ChangeOut]
    cursor: str
    more: bool
    reset: bool


class ChangesQuery(Query):
    """How far the caller has come; without it nothing but the cursor of now."""

    after: str | None = Field(None, max_length=100)
    limit: int = Field(100, ge=1, le=200)


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)


@openapi.call("GET", "/listings", query=Paged, returns=PublicListings, scope="listings:read")
def list_public_listings(query: Paged) -> Mapping[str, Any]:
    """List the listings of all fairs that are visible now, with the cursor from which changes go on."""
    now = clock.now()
    key = decode_cursor(query.cursor, int, int, int)
    with db.read() as session:
        # The number is read before the rows: what changes meanwhile is told by the changes after it.
        head = (key[0], key[1]) if key else queries.head(session)
        rows = queries.public_listings(session, now, after=key[2] if key else 0, limit=query.limit)
    page = rows[: query.limit]
    following = encode_cursor(*head, page[-1].listing_id) if len(rows) > query.limit else None
    items = [rules.listing_out(row.data, _base()) for row in page]
    return {"items": items, "next": following, "changes": encode_cursor(*head)}


@openapi.call(
    "GET",
    "/changes",
    admit=guards.partner,
    query=ChangesQuery,
    returns=ChangesOut,
    scope="changes:read",
    keys_only=True,
)
def list_changes(query: ChangesQuery) -> Mapping[str, Any]:
    """List what has happened to listings, booths and fairs after a cursor, in the order in which it became public."""
    key = decode_cursor(query.after, int, int)
    with db.read() as session:
        if key is None:
            return {"items": [], "cursor": encode_cursor(*queries.head(session)), "more": False, "reset": False}
        found = queries.changes_after(session, (key[0], key[1]), query.limit)
    items = [rules.change_out(row, _base()) for row in found.rows]
    return {"items": items, "cursor": encode_cursor(*found.cursor), "more": found.more, "reset": found.reset}

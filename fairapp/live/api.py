"""The call for those whom no socket reaches: the same news, by number."""

from typing import Any

from flask import g
from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.errors import NotFound
from fairapp.live import queries
from fairapp.openapi import call
from fairapp.shapes import Query


class NewsQuery(Query):
    """How far the caller has come; without it, everything that is kept."""

    after: int = Field(0, ge=0, le=2**63 - 1)


class NewsItem(BaseModel):
    """One piece of news. `data` depends on the kind and names things by their ids."""

    seq: int
    kind: str
    at: str
    data: dict[str, Any]


class NewsSince(BaseModel):
    """What came after a number. `reset`: too much or too old, reload everything and go on from `seq`."""

    seq: int
    items: list[NewsItem]
    reset: bool


@call("GET", "/fairs/{fair}/news", query=NewsQuery, returns=NewsSince, scope="changes:read")
def news(fair: str, query: NewsQuery) -> NewsSince:
    """What happened in a fair after a number, for clients without a socket."""
    with db.read() as session:
        fair_id = queries.find_visible_fair(session, fair, g.get("caller"), clock.now())
        if fair_id is None:
            raise NotFound
        found = queries.catch_up(session, fair_id, query.after)
    return NewsSince(seq=found.seq, items=[NewsItem(**item) for item in found.items], reset=found.reset)

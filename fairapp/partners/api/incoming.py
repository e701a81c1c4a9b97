"""Calls by which a partner's program sends rows, in its own columns, which somebody has said on the mapping page."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.accounts.rules import Partner
from fairapp.errors import NotFound
from fairapp.partners import actions, queries
from fairapp.partners.queries import SourceFacts
from fairapp.partners.rules import NotMapped, own_headings
from fairapp.shapes import In, number

MOST_ROWS = 1_000
Cell = Annotated[str, Field(max_length=8_000)] | int | float | bool | None


class RowsIn(In):
    """Rows as the partner keeps them: the name of a column → its cell."""

    rows: list[dict[Annotated[str, Field(max_length=200)], Cell]] = Field(min_length=1, max_length=MOST_ROWS)


class RefusedOut(BaseModel):
    """Why a row, counted from 1, was refused, and in which of the partner's columns."""

    row: int
    column: str
    reason: str


class RowsOut(BaseModel):
    """What became of the rows. Each is in exactly one of added, changed, unchanged, refused."""

    run: str
    added: int
    changed: int
    unchanged: int
    refused: int
    rejected: list[RefusedOut]


def _own_source(partner: Partner, source: str, kind: str) -> SourceFacts:
    with db.read() as session:
        found = queries.get_source(session, number(source))
    if partner.agency_id != found.giver_id or found.kind != kind:
        raise NotFound
    return found


def _take(partner: Partner, source: str, kind: str, body: RowsIn) -> Mapping[str, Any]:
    """Bring the rows in, or keep them for whom says what their columns are and refuse with NotMapped."""
    found, now = _own_source(partner, source, kind), clock.now()
    content = json.dumps(body.rows, ensure_ascii=False).encode("utf-8", "replace")
    table = actions.read_file(found, content, "rows.json")
    with db.read() as session:
        mapped = queries.mapping_for(session, found.id, own_headings(table))
    run: int = db.write(actions.receive, found.id, "rows.json", content, "api", None, now, mapped=mapped is not None)
    if mapped is None:
        raise NotMapped
    report = actions.bring_in_now(db.write, db.read, now, run)
    rejected = [{"row": one.row, "column": one.column, "reason": str(one.reason)} for one in report.rejected]
    counts = {name: getattr(report, name) for name in ("added", "changed", "unchanged", "refused")}
    return {"run": str(run), **counts, "rejected": rejected}


def _call_for(kind: str) -> Callable[..., Mapping[str, Any]]:
    def take(source: str, body: RowsIn) -> Mapping[str, Any]:
        return _take(guards.partner(), source, kind, body)

    take.__name__ = f"send_{kind}"
    take.__doc__ = f"Send rows of {kind} in one's own columns; the same row again changes nothing."
    return openapi.call(
        "POST",
        f"/sources/{{source}}/{kind}",
        admit=guards.partner,
        body=RowsIn,
        returns=RowsOut,
        scope=f"{kind}:write",
        keys_only=True,
        problems=(404, 409, 422),
    )(take)


for _kind in ("seekers", "trainees", "employers", "listings"):
    _call_for(_kind)

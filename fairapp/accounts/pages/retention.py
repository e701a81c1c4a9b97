"""How long we keep what, for everybody; the records of destruction, for admins."""

from flask import Response, request

from fairapp import db
from fairapp.accounts import guards, queries, rules
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import blueprint, show
from fairapp.shapes import decode_cursor, page_of

LIMIT = 50


@blueprint.get("/privacy")
def privacy() -> Response:
    """Show everybody how long what is kept, why, and by which law."""
    return show("privacy", clocks=rules.CLOCKS, warned=rules.WARNED_BEFORE.days)


@blueprint.get("/admin/destructions")
@guards.page(guards.admin)
def destructions(caller: Caller) -> Response:
    """Show what was destroyed by which rule."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as reading:
        rows = queries.destructions(reading, key[0] if key else None, LIMIT)
    shown, following = page_of(rows, LIMIT, lambda row: (row.id,))
    words = {clock.code: clock.what for clock in rules.CLOCKS} | rules.OTHERS
    return show("destructions", rows=shown, words=words, next=following, continued=key is not None)

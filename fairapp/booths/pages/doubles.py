"""Openings that two sources tell: shown once, and parted by an organizer who knows that they are two."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries
from fairapp.booths.pages.base import blueprint
from fairapp.booths.pages.inviting import organized_fair
from fairapp.shapes import decode_cursor, number, page_of

AT_ONCE = 50


@blueprint.get("/organize/<slug>/doubles")
@guards.page(guards.organizer)
def doubles(caller: Caller, slug: str) -> Any:
    """Show which openings came from two sources."""
    fair = organized_fair(caller, slug)
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.listing_doubles(session, fair.id, key[0] if key else None, AT_ONCE)
    shown, following = page_of(rows, AT_ONCE, lambda row: (row.id,))
    return render_template("booths/doubles.html", fair=fair, rows=shown, next=following, continued=key is not None)


@blueprint.post("/organize/<slug>/doubles/<double>")
@guards.page(guards.organizer)
def part(caller: Caller, slug: str, double: str) -> Any:
    """Keep that they are two openings."""
    fair = organized_fair(caller, slug)
    db.write(actions.part, number(double), fair.id, caller.id, clock.now())
    flash(gettext("다른 공고로 적었어요. 다음에 가져올 때 따로 들어와요."), "success")
    return redirect(url_for("booths.doubles", slug=fair.slug), 303)

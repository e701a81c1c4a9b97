"""Where booths stand: giving them their rooms, and the plan of the hall for whoever comes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries
from fairapp.booths.pages.base import blueprint, seen_fair, when_free
from fairapp.booths.pages.inviting import organized_fair
from fairapp.errors import Invalid
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.shapes import number


@blueprint.get("/organize/<slug>/places")
@guards.page(guards.organizer)
def booth_places(caller: Caller, slug: str) -> Any:
    """Show which booth stands where."""
    return _places(organized_fair(caller, slug))


def _places(fair: Fair, problem: str = "") -> Any:
    now = clock.now()
    with db.read() as session:
        rows = queries.places(session, fair.id, now)
        sites = [one for one in fair_queries.sites_of(session, fair.id) if one.site.kind != "online"]
    page = render_template("booths/places.html", fair=fair, rows=rows, sites=sites, problem=problem)
    return page, 422 if problem else 200


@blueprint.post("/organize/<slug>/places")
@guards.page(guards.organizer)
def place_booths(caller: Caller, slug: str) -> Any:
    """Put the booths where the form says (`b7`: the room of booth 7), or give those without one the next (`do=line-up`)."""
    fair, now = organized_fair(caller, slug), clock.now()
    try:
        if request.form.get("do") == "line-up":
            count = db.write(actions.line_up_booths, fair.id, caller.id, now)
        else:
            count = db.write(actions.place_booths, fair.id, _chosen(), caller.id, now)
    except Invalid as error:
        return _places(fair, str(next((one.message for one in error.errors), error.detail)))
    flash(ngettext("부스 %(num)s곳의 자리를 정했어요.", "부스 %(num)s곳의 자리를 정했어요.", count), "success")
    return redirect(url_for("booths.booth_places", slug=fair.slug), 303)


def _chosen() -> dict[int, int | None]:
    named = {name[1:]: value for name, value in request.form.items() if name[:1] == "b"}
    return {number(booth): number(room) if room else None for booth, room in named.items()}


@blueprint.get("/fairs/<slug>/floor")
def floor(slug: str) -> str:
    """Show the hall with the booths that are hiring now, and the same as a list."""
    now = clock.now()
    with db.read() as session:
        fair = seen_fair(session, slug, now)
        seq = fair_queries.news_number(session, fair.id)
        rows = queries.places(session, fair.id, now, shown=True)
        floors = fair_queries.floors_of(session, fair.id)
        rooms = {room.id: room.name for one in fair_queries.sites_of(session, fair.id) for room in one.rooms}
        slots = queries.next_free_slots(session, [row.id for row in rows], now)
    chips = {row.id: when_free(fair, slots.get(row.id), now) for row in rows}
    return render_template(
        "booths/floor.html",
        fair=fair,
        seq=seq,
        phase=fair_rules.phase(fair, now),
        notices=(),
        floors=floors,
        rows=rows,
        rooms=rooms,
        chips=chips,
        items={row.room_id: _item(row, chips[row.id].kind == "free") for row in rows if row.room_id},
    )


def _item(row: queries.Place, free: bool) -> dict[str, str]:
    return {
        "label": language.in_language(row.name, row.name_en),
        "note": "",
        "state": gettext("빈 시간 있음") if free else "",
        "kind": "calm" if free else "",
        "href": url_for("interviews.booth", booth=row.id),
    }

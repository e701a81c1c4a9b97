"""Floor plans: drawing one on a grid or over a picture, putting rooms on it, and looking at it."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import actions, queries
from fairapp.fairs.forms import FloorForm, PictureForm
from fairapp.fairs.models import Fair
from fairapp.fairs.pages.base import blueprint, organized
from fairapp.shapes import number

DAY = 86_400


def _fair(caller: Caller, slug: str) -> Fair:
    with db.read() as session:
        return organized(session, caller, slug, clock.now())


def _page(fair: Fair, problems: dict[int, str] | None = None) -> Any:
    with db.read() as session:
        floors = queries.floors_of(session, fair.id)
        sites = queries.sites_of(session, fair.id)
    drawn = {floor.site.id for floor in floors}
    page = render_template(
        "fairs/floor.html",
        fair=fair,
        floors=floors,
        bare=[one for one in sites if one.site.id not in drawn and one.site.kind != "online"],
        problems=problems or {},
    )
    return page, 422 if problems else 200


@blueprint.get("/organize/<slug>/floor")
@guards.page(guards.organizer)
def floor(caller: Caller, slug: str) -> Any:
    """Show the floors of the fair's sites, each as a grid with a list beside it."""
    return _page(_fair(caller, slug))


def _own(fair: Fair, site: str) -> int:
    """Return the id of a site of the fair; NotFound."""
    site_id = number(site)
    with db.read() as session:
        if site_id not in {one.site.id for one in queries.sites_of(session, fair.id)}:
            raise NotFound
    return site_id


def _do(fair: Fair, site_id: int, act: Any, told: str) -> Any:
    try:
        act()
    except Invalid as error:
        return _page(fair, {site_id: str(next((one.message for one in error.errors), error.detail))})
    flash(told, "success")
    return redirect(url_for("fairs.floor", slug=fair.slug, _anchor=f"floor-{site_id}"), 303)


@blueprint.post("/organize/<slug>/floor/<site>")
@guards.page(guards.organizer)
def draw_floor(caller: Caller, slug: str, site: str) -> Any:
    """Give a site a floor, or another size."""
    fair = _fair(caller, slug)
    site_id, form = _own(fair, site), FloorForm()

    def act() -> None:
        if not form.validate():
            raise Invalid.one("columns", next(iter(form.errors.values()))[0])
        db.write(actions.draw_floor, site_id, form.columns.data or 0, form.rows.data or 0, clock.now())
        db.write(actions.line_up_rooms, site_id, clock.now())

    return _do(fair, site_id, act, gettext("배치도를 그렸어요."))


@blueprint.post("/organize/<slug>/floor/<site>/picture")
@guards.page(guards.organizer)
def put_picture(caller: Caller, slug: str, site: str) -> Any:
    """Put a picture under the floor; without a file it is taken away."""
    fair = _fair(caller, slug)
    site_id, form = _own(fair, site), PictureForm()

    def act() -> None:
        if not form.validate():
            raise Invalid
        content = form.image.data.read() if form.image.data else b""
        db.write(actions.put_picture, site_id, content or None, clock.now())

    return _do(fair, site_id, act, gettext("배치도의 그림을 바꿨어요."))


@blueprint.post("/organize/<slug>/floor/<site>/rooms")
@guards.page(guards.organizer)
def place_rooms(caller: Caller, slug: str, site: str) -> Any:
    """Put the rooms where the form says (`c7`, `r7`: column and row of room 7), or line up those that stand nowhere."""
    fair = _fair(caller, slug)
    site_id = _own(fair, site)

    def act() -> None:
        if request.form.get("do") == "line-up":
            db.write(actions.line_up_rooms, site_id, clock.now())
        else:
            db.write(actions.place_rooms, site_id, _places(), clock.now())

    return _do(fair, site_id, act, gettext("자리를 놓았어요."))


def _places() -> dict[int, tuple[int, int] | None]:
    places: dict[int, tuple[int, int] | None] = {}
    for name, column in request.form.items():
        if name[:1] == "c" and name[1:].isascii() and name[1:].isdigit():
            row = request.form.get(f"r{name[1:]}", "")
            given = [text.strip() for text in (column, row)]
            if any(text and not (text.isascii() and text.isdigit() and len(text) < 4) for text in given):
                raise Invalid.one("places", gettext("칸과 줄을 숫자로 적어 주세요"))
            places[number(name[1:])] = (int(given[0]), int(given[1])) if all(given) else None
    return places


@blueprint.get("/sites/<site>/floor-picture")
def floor_picture(site: str) -> AnyResponse:
    """Give the picture under a site's floor; its address carries its version, so it may be kept."""
    with db.read() as session:
        found = queries.picture_of(session, number(site))
    if found is None:
        raise NotFound
    kept = {"Cache-Control": f"public, max-age={DAY}", "Content-Security-Policy": "default-src 'none'"}
    return Response(found[0], mimetype=found[1], headers=kept)

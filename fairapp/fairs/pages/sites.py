"""Where a fair takes place: its sites and their rooms."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import actions, forms, queries
from fairapp.fairs.models import Fair
from fairapp.fairs.pages.base import blueprint, organized
from fairapp.fairs.rules import SiteFields
from fairapp.shapes import number


def _fair(caller: Caller, slug: str) -> Fair:
    with db.read() as session:
        return organized(session, caller, slug, clock.now())


def _rooms_form(site_id: int, **given: Any) -> forms.RoomsForm:
    """Return the form of one site; each has names of its own, for the page shows one a site."""
    return forms.RoomsForm(prefix=f"site{site_id}-", **given)


def _page(
    fair: Fair, site_form: forms.SiteForm, refused: forms.RoomsForm | None = None, at: int = 0, status: int = 200
) -> Any:
    with db.read() as session:
        sites = queries.sites_of(session, fair.id)
        others = queries.sites_not_of(session, fair.id)
    rooms_forms = {one.site.id: _rooms_form(one.site.id, formdata=None) for one in sites}
    if refused is not None:
        rooms_forms[at] = refused
    page = render_template(
        "fairs/sites.html",
        fair=fair,
        sites=sites,
        others=others,
        site_form=site_form,
        rooms_forms=rooms_forms,
        at=at,
        kinds=forms.SITE_NAMES,
    )
    return page, status


def _back(fair: Fair, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("fairs.sites", slug=fair.slug), 303)


@blueprint.get("/organize/<slug>/sites")
@guards.page(guards.organizer)
def sites(caller: Caller, slug: str) -> Any:
    """Show the fair's sites with their rooms."""
    return _page(_fair(caller, slug), forms.SiteForm())


@blueprint.post("/organize/<slug>/sites")
@guards.page(guards.organizer)
def add_site(caller: Caller, slug: str) -> Any:
    """Make a new site for the fair, or link one that is there (`site`)."""
    fair = _fair(caller, slug)
    if "site" in request.form:
        db.write(actions.link_site, fair.id, number(request.form["site"]))
        return _back(fair, gettext("장소를 더했어요."))
    form = forms.SiteForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(_make_and_link, fair.id, form.fields())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _page(fair, form, status=422)
    return _back(fair, gettext("장소를 더했어요."))


def _make_and_link(session: Any, fair_id: int, fields: SiteFields) -> None:
    actions.link_site(session, fair_id, actions.make_site(session, **asdict(fields)))


@blueprint.route("/organize/<slug>/sites/<site>", methods=["GET", "POST"])
@guards.page(guards.organizer)
def edit_site(caller: Caller, slug: str, site: str) -> Any:
    """Change what is told of one of the fair's sites."""
    fair = _fair(caller, slug)
    with db.read() as session:
        found = {one.site.id: one.site for one in queries.sites_of(session, fair.id)}.get(number(site))
    if found is None:
        raise NotFound
    form = forms.site_form(found)
    if not form.is_submitted():
        return render_template("fairs/edit_site.html", fair=fair, site=found, form=form)
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.edit_site, found.id, form.fields(), caller.id, clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return render_template("fairs/edit_site.html", fair=fair, site=found, form=form), 422
    return _back(fair, gettext("장소를 고쳤어요."))


@blueprint.post("/organize/<slug>/sites/<site>/rooms")
@guards.page(guards.organizer)
def add_rooms(caller: Caller, slug: str, site: str) -> Any:
    """Make rooms at one of the fair's sites."""
    fair = _fair(caller, slug)
    with db.read() as session:
        if number(site) not in {one.site.id for one in queries.sites_of(session, fair.id)}:
            raise NotFound
    form = _rooms_form(number(site))
    try:
        if not form.validate():
            raise Invalid
        made = db.write(actions.make_rooms, number(site), form.prefix.data, form.count.data)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _page(fair, forms.SiteForm(formdata=None), form, number(site), 422)
    return _back(fair, gettext("자리 %(n)s개를 만들었어요.", n=len(made)))


@blueprint.post("/organize/<slug>/sites/<site>/removal")
@guards.page(guards.organizer)
def remove_site(caller: Caller, slug: str, site: str) -> Response:
    """Take a site off the fair; meetings that are to take place there stay."""
    fair = _fair(caller, slug)
    db.write(actions.unlink_site, fair.id, number(site))
    return _back(fair, gettext("장소를 뺐어요. 이미 잡힌 만남은 그대로예요."))

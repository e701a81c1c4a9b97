"""What hosts and places allow: a host's limits, kept by her post; the ways between a fair's places, by its organizer."""

from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.language import in_language
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import LimitForm, WayForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of, hours_url
from fairapp.shapes import number

ANYWHERE = 0
NAMES = ("in_row", "per_day", "per_fair")


@blueprint.route("/stand/<booth>/limits", methods=["GET", "POST"])
@blueprint.route("/stand/<booth>/limits/<host>", methods=["POST"])
@guards.page(guards.signed_in)
def booth_limits(caller: Caller, booth: str, host: str | None = None) -> Any:
    """Show and set how many meetings the hosts of a booth take."""
    return _limits(counter_of(caller, "interview", number(booth)), host)


@blueprint.route("/coach/<coach>/limits", methods=["GET", "POST"])
@blueprint.route("/coach/<coach>/limits/<host>", methods=["POST"])
@guards.page(guards.signed_in)
def coach_limits(caller: Caller, coach: str, host: str | None = None) -> Any:
    """Show and set how many meetings a coach takes."""
    return _limits(counter_of(caller, "coaching", number(coach)), host)


def limits_url(kind: str, giver: int) -> str:
    """Return the address of a post's limits."""
    if kind == "interview":
        return url_for("scheduling.booth_limits", booth=giver)
    return url_for("scheduling.coach_limits", coach=giver)


def _limits(counter: Counter, of: str | None) -> Any:
    if of is None:
        return _show_limits(counter)
    host = number(of)
    if host not in {one for one, _ in counter.post.hosts}:
        raise NotFound
    form = LimitForm(prefix=f"host{host}-")
    try:
        if not form.validate():
            raise Invalid
        told = {name: form[name].data for name in NAMES}
        db.write(actions.set_host_limit, counter.fair.id, host, **told)
    except Invalid as error:
        form.add_errors(error)
        return _show_limits(counter, host, form)
    flash(gettext("정했어요. 이미 잡힌 만남은 그대로예요"), "success")
    return go(limits_url(counter.post.kind, counter.post.id))


def _show_limits(counter: Counter, host: int = 0, refused: LimitForm | None = None) -> Any:
    post = counter.post
    with db.read() as session:
        kept = queries.host_limits(session, counter.fair.id, [one for one, _ in post.hosts])
    forms = {one: LimitForm(formdata=None, obj=kept.get(one), prefix=f"host{one}-") for one, _ in post.hosts}
    if refused is not None:
        forms[host] = refused
    page = {"post": post, "fair": counter.fair, "forms": forms, "url": limits_url(post.kind, post.id), "at": host}
    back = hours_url(post.kind, post.id)
    return render_template("scheduling/limits.html", **page, back=back), 200 if refused is None else 422


@blueprint.route("/organize/<slug>/ways", methods=["GET", "POST"])
@guards.page(guards.organizer)
def ways(caller: Caller, slug: str) -> Any:
    """Show and set how long it takes to the places of a fair, and between them."""
    with db.read() as session:
        fair = fairs.get_fair(session, slug)
        if not caller.may_organize(fair.agency_id):
            raise NotFound
        sites = [one.site for one in fairs.sites_of(session, fair.id) if one.site.kind != "online"]
        between = queries.ways_told(session, [site.id for site in sites])
    form = WayForm()
    names = [(site.id, in_language(site.name, site.name_en)) for site in sites]
    form.one.choices, form.other.choices = names, [(ANYWHERE, _l("어디에서든, 온라인 만남 뒤에도")), *names]
    if form.is_submitted():
        try:
            _set_way(form)
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("정했어요. 이미 잡힌 만남은 그대로예요"), "success")
            return go(url_for("scheduling.ways", slug=fair.slug))
    page = {"fair": fair, "sites": sites, "names": {site.id: site for site in sites}, "between": between}
    return render_template("scheduling/ways.html", form=form, **page), 422 if form.errors else 200


def _set_way(form: WayForm) -> None:
    if not form.validate():
        raise Invalid
    one, other, minutes = form.one.data, form.other.data, form.minutes.data
    if other != ANYWHERE:
        db.write(actions.set_way, one, other, minutes)
    elif minutes is None:
        raise Invalid.one("minutes", gettext("적어 주세요"))
    else:
        db.write(actions.set_reach, one, minutes)

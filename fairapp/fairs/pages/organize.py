"""Pages for those who run fairs: their fairs, a new one, one of them, changing it."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies.models import Agency
from fairapp.errors import Forbidden, Invalid, Stale
from fairapp.fairs import actions, forms, queries, rules
from fairapp.fairs.pages.base import blueprint, organized
from fairapp.fairs.pages.planning import drafted
from fairapp.shapes import decode_cursor, number, page_of

AT_ONCE = 50


@blueprint.get("/organize")
@guards.page(guards.organizer)
def organize(caller: Caller) -> str:
    """List the fairs of the caller's agencies, drafts and archived ones too."""
    now = clock.now()
    after = decode_cursor(request.args.get("cursor"), datetime, int)
    mine = None if caller.is_admin else caller.organizes_for
    with db.read() as session:
        rows = queries.fairs(session, now, agencies=mine, after=after, limit=AT_ONCE)
        fairs, following = page_of(rows, AT_ONCE, lambda fair: (fair.starts_at, fair.id))
        counts = queries.counts(session, [fair.id for fair in fairs], now)
    phases = {fair.id: rules.phase(fair, now) for fair in fairs}
    return render_template("fairs/organize.html", fairs=fairs, phases=phases, counts=counts, following=following)


def _agencies(caller: Caller) -> list[tuple[int, str]]:
    """Return the agencies for which the caller may open a fair."""
    with db.read() as session:
        found = session.query(Agency.id, Agency.name).order_by(Agency.name)
        if not caller.is_admin:
            found = found.filter(Agency.id.in_(sorted(caller.organizes_for)))
        return [(row.id, row.name) for row in found.limit(500)]


@blueprint.route("/organize/fairs/new", methods=["GET", "POST"])
@guards.page(guards.organizer)
def new_fair(caller: Caller) -> Any:
    """Make a fair."""
    form = forms.fair_form(**(drafted(caller, clock.now()) if request.method == "GET" else {}))
    form.agency_id.choices = _agencies(caller)
    if request.method == "GET":
        return _shown(form, None, 200)
    if not form.validate():
        return _shown(form, None, 422)
    if form.agency_id.data not in {agency_id for agency_id, _ in form.agency_id.choices}:
        raise Forbidden
    try:
        fields = form.fields()
        copied = db.write(_make, caller, form.agency_id.data, fields, str(form.copied.data or ""))
    except Invalid as error:
        form.add_errors(error)
        return _shown(form, None, 422)
    flash(gettext("박람회를 만들었어요."), "success")
    return redirect(url_for("fairs.plan", slug=fields.slug, copied=copied), 303)


def _make(session: Session, caller: Caller, agency_id: int, fields: rules.FairFields, copied: str) -> str | None:
    """Make the fair; with the sites and agencies of the one it was copied from, if the caller runs that. Return its slug."""
    now = clock.now()
    fair_id = actions.make_fair(session, agency_id, fields, now)
    if not copied:
        return None
    before = organized(session, caller, str(number(copied)), now)
    for one in queries.sites_of(session, before.id):
        actions.link_site(session, fair_id, one.site.id)
    joined = {one.id for one in queries.agencies_of(session, before.id)}
    actions.set_agencies(session, fair_id, joined - {agency_id}, now)
    return before.slug


@blueprint.get("/organize/<slug>")
@guards.page(guards.organizer)
def overview(caller: Caller, slug: str) -> str:
    """Show one fair to its organizer: phase, numbers, and the ways to everything else."""
    now = clock.now()
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        counts = queries.counts(session, [fair.id], now)[fair.id]
        sites = queries.sites_of(session, fair.id)
    phase = rules.phase(fair, now)
    return render_template("fairs/overview.html", fair=fair, phase=phase, counts=counts, sites=sites, now=now)


@blueprint.route("/organize/<slug>/edit", methods=["GET", "POST"])
@guards.page(guards.organizer)
def edit_fair(caller: Caller, slug: str) -> Any:
    """Change a fair."""
    with db.read() as session:
        fair = organized(session, caller, slug, clock.now())
    form = forms.fair_form(fair)
    del form.agency_id, form.copied
    if request.method == "GET":
        return _shown(form, fair, 200)
    if not form.validate():
        return _shown(form, fair, 422)
    try:
        fields = form.fields()
        db.write(actions.edit_fair, fair.id, _rev(form), fields, clock.now())
    except (Invalid, Stale) as error:
        form.add_errors(error if isinstance(error, Invalid) else Invalid(error.detail))
        return _shown(form, fair, 422)
    flash(gettext("박람회를 고쳤어요."), "success")
    return redirect(url_for("fairs.overview", slug=fields.slug), 303)


def _shown(form: forms.FairForm, fair: Any, status: int) -> tuple[str, int]:
    return render_template("fairs/form.html", form=form, fair=fair, policies=forms.POLICIES), status


def _rev(form: forms.FairForm) -> int:
    """Return the version that was edited; one that cannot be is older than any."""
    text = str(form.rev.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

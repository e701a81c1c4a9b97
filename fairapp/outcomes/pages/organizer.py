"""What the organizer sees of a fair: the desk, the files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, headers, shapes
from fairapp.accounts import guards
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, forms, queries
from fairapp.outcomes.pages.base import blueprint

JOB_WORDS = {
    "waiting": _l("기다리는 중"),
    "making": _l("만드는 중"),
    "ready": _l("다 됐어요"),
    "failed": _l("만들지 못했어요"),
    "deleted": _l("지워졌어요"),
}


def organized(caller: guards.Caller, ref: str, now: datetime) -> Fair:
    """Return a fair that the caller runs; NotFound or Forbidden otherwise."""
    with db.read() as session:
        return queries.organized_fair(session, ref, caller, now)


@blueprint.get("/organize/<ref>/check-in")
@guards.page(guards.signed_in)
def desk(caller: guards.Caller, ref: str) -> Any:
    """Show the desk: a field for the next code, and who just came."""
    return _desk(caller, ref, forms.CheckInForm(formdata=None))


def _desk(caller: guards.Caller, ref: str, form: forms.CheckInForm, status: int = 200) -> Any:
    with db.read() as session:
        fair = queries.organized_fair(session, ref, caller, clock.now())
        arrivals = queries.recent_arrivals(session, fair.id)
        count = queries.count_arrivals(session, fair.id)
        who = request.args.get("who", "") if status == 200 else ""
        seen = queries.arrival(session, fair.id, shapes.number(who)) if who else None
    again = request.args.get("again") == "1"
    page = render_template(
        "outcomes/desk.html", fair=fair, form=form, arrivals=arrivals, count=count, seen=seen, again=again
    )
    return page, status, {"Content-Security-Policy": headers.SCANNER_POLICY}


@blueprint.get("/organize/<ref>/check-in/worker.js")
def desk_worker(ref: str) -> Response:
    """Give the script that keeps the desk's page while the network is gone; its address decides for which pages."""
    scope = {"Service-Worker-Allowed": url_for("outcomes.desk", ref=ref), "Cache-Control": "no-cache"}
    script = Path(current_app.static_folder or "") / "js" / "desk-worker.js"
    return Response(script.read_bytes(), mimetype="text/javascript", headers=scope)


@blueprint.post("/organize/<ref>/check-in")
@guards.page(guards.signed_in)
def check_in(caller: guards.Caller, ref: str) -> Any:
    """Check in whose pass it is, and show who that was."""
    now = clock.now()
    fair = organized(caller, ref, now)
    form = forms.CheckInForm()
    if not form.validate():
        return _desk(caller, ref, form, 422)
    try:
        first, arrival = db.write(actions.check_in, fair.id, form.code.data, caller.id, now)
    except (NotFound, Conflict) as error:
        form.code.errors = [str(error.detail)]
        return _desk(caller, ref, form, error.status)
    again = None if first else "1"
    return redirect(url_for("outcomes.desk", ref=fair.slug, who=arrival.account_id, again=again), 303)


@blueprint.get("/organize/<ref>/exports")
@guards.page(guards.signed_in)
def exports(caller: guards.Caller, ref: str) -> Any:
    """Show which files there are, what their columns mean, and those that were ordered."""
    fair = organized(caller, ref, clock.now())
    form = forms.ExportForm(formdata=None, kind=request.args.get("kind", "attendance"))
    return _exports(caller, fair, form)


def _exports(caller: guards.Caller, fair: Fair, form: forms.ExportForm, status: int = 200) -> Any:
    with db.read() as session:
        jobs = queries.export_jobs(session, fair.id, caller.id)
    named = [(name, label, queries.COLUMNS[name]) for name, label in forms.EXPORTS]
    return render_template(
        "outcomes/exports.html", fair=fair, form=form, jobs=jobs, exports=named, job_words=JOB_WORDS
    ), status


@blueprint.post("/organize/<ref>/exports")
@guards.page(guards.signed_in)
def take_export(caller: guards.Caller, ref: str) -> Any:
    """Lead to the file, the same address that programs use, or order it where making it takes long."""
    now = clock.now()
    fair = organized(caller, ref, now)
    form = forms.ExportForm()
    as_of = None
    try:
        valid = form.validate()
        as_of = forms.as_of_local(form.as_of.data, fair.zone, now)
    except Invalid as error:
        form.add_errors(error)
        valid = False
    if not valid:
        return _exports(caller, fair, form, 422)
    kind, form_wanted = form.kind.data, form.format.data
    if form_wanted == "xlsx":
        with db.read() as session:
            rows = queries.count_rows(session, kind, fair.id, as_of or now, queries.MOST_WAITED_FOR)
        if rows > queries.MOST_WAITED_FOR:
            exact = as_of is not None
            job = db.write(actions.order_export, fair.id, kind, form_wanted, as_of or now, caller.id, now, exact=exact)
            return redirect(url_for("outcomes.ordered_export", ref=fair.slug, job=job), 303)
    query: dict[str, Any] = {"as_of": as_of.isoformat().replace("+00:00", "Z")} if as_of else {}
    return redirect(url_for("api.outcomes_export", fair=fair.slug, file=f"{kind}.{form_wanted}", **query), 303)


@blueprint.get("/organize/<ref>/exports/<job>")
@guards.page(guards.signed_in)
def ordered_export(caller: guards.Caller, ref: str, job: str) -> Any:
    """Show how far an ordered file is."""
    fair = organized(caller, ref, clock.now())
    with db.read() as session:
        found = queries.export_job(session, shapes.number(job))
    if found.fair_id != fair.id:
        raise NotFound
    return render_template("outcomes/ordered_export.html", fair=fair, job=found)

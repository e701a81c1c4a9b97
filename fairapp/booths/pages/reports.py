"""What seekers report of booths: said on the booth's page, handled by the organizer."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries
from fairapp.booths.forms import HandleForm, ReportForm
from fairapp.booths.pages.base import blueprint
from fairapp.booths.pages.inviting import organized_fair
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.shapes import number


@blueprint.route("/booths/<booth>/report", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def report(caller: Caller, booth: str) -> Any:
    """Let a seeker say that a booth is not what it says."""
    now, form = clock.now(), ReportForm()
    with db.read() as session:
        row = queries.get_booth(session, number(booth), now)
        fair = fair_queries.fair_by_id(session, row.fair_id)
        fair_rules.check_sees(caller, fair, fair.agency_id, now)
    if row.status != "approved":
        raise NotFound
    if request.method == "GET":
        return render_template("booths/report.html", booth=row, form=ReportForm(formdata=None))
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.report_booth, row.id, caller.id, form.reason.data, form.text.data or "", now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return render_template("booths/report.html", booth=row, form=form), 422
    except Conflict as error:
        form.form_errors.append(str(error.detail))
        return render_template("booths/report.html", booth=row, form=form), error.status
    flash(gettext("알려 주셔서 고마워요. 운영 기관이 확인하고 답할게요. 기업은 누가 알렸는지 몰라요."), "success")
    return redirect(f"/booths/{row.id}" if row.hiring else url_for("booths.fair", slug=row.fair_slug), 303)


@blueprint.get("/organize/<slug>/reports")
@guards.page(guards.organizer)
def reports(caller: Caller, slug: str) -> Any:
    """Show what seekers report, and what became of it."""
    return _reports(caller, slug)


def _reports(caller: Caller, slug: str, refused: tuple[int, HandleForm] | None = None) -> Any:
    fair = organized_fair(caller, slug)
    with db.read() as session:
        waiting = queries.reports(session, fair.id)
        handled = queries.reports(session, fair.id, handled=True)
    forms = {one.id: HandleForm(formdata=None, prefix=f"r{one.id}-") for one in waiting}
    if refused is not None:
        forms[refused[0]] = refused[1]
    page = render_template("booths/reports.html", fair=fair, waiting=waiting, handled=handled, forms=forms)
    return page, 422 if refused else 200


@blueprint.post("/organize/<slug>/reports/<report>")
@guards.page(guards.organizer)
def handle(caller: Caller, slug: str, report: str) -> Any:
    """Say what became of a report."""
    fair, report_id = organized_fair(caller, slug), number(report)
    form = HandleForm(prefix=f"r{report_id}-")
    try:
        if not form.validate():
            raise Invalid
        told = (form.result.data, form.answer.data or "")
        db.write(actions.handle_report, report_id, fair.id, *told, caller.id, clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _reports(caller, slug, (report_id, form))
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("처리했어요. 알려 준 분에게 답을 보냈어요."), "success")
    return redirect(url_for("booths.reports", slug=fair.slug), 303)

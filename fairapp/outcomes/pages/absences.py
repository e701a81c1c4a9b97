"""Meetings that were missed: a seeker's own, with what she says to them; an agency's rule, and its answers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.navigation import NavItem, account_items, signed_in
from fairapp.outcomes import actions, queries
from fairapp.outcomes.forms import AbsenceRuleForm, AppealForm, DecisionForm
from fairapp.outcomes.pages.base import blueprint
from fairapp.shapes import number

account_items.append(NavItem(_l("내 출석"), "outcomes.my_absences", "calendar", signed_in, 45))


def _own(caller: Caller, form: AppealForm, about: int | None = None, status: int = 200) -> Any:
    with db.read() as session:
        missed = queries.absences_of(session, caller.id)
        rules = queries.absence_rules(session, [one.agency_id for one in missed])
    shown = [rule for rule in rules.values() if rule.limit is not None]
    return render_template("outcomes/absences.html", missed=missed, rules=shown, form=form, about=about), status


@blueprint.get("/me/absences")
@guards.page(guards.signed_in)
def my_absences(caller: Caller) -> Any:
    """Show which meetings one has missed, and what follows from it."""
    return _own(caller, AppealForm(formdata=None))


@blueprint.post("/me/absences/<booking>")
@guards.page(guards.signed_in)
def appeal(caller: Caller, booking: str) -> Any:
    """Say why one did not come, or that one did."""
    booking_id, form = number(booking), AppealForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.appeal, booking_id, caller.id, form.text.data or "", clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _own(caller, form, booking_id, 422)
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("알려 주셔서 고마워요. 답할 때까지 이 결석은 세지 않아요"), "success")
    return redirect(url_for("outcomes.my_absences"), 303)


@blueprint.route("/bookings/<booking>/host-absence", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def host_absence(caller: Caller, booking: str) -> Any:
    """Let a seeker say that nobody came to meet her."""
    booking_id, refused = number(booking), None
    with db.read() as session:
        meeting = queries.meeting(session, booking_id)
        if meeting.seeker_id != caller.id:
            raise NotFound
    if request.method == "POST":
        try:
            db.write(actions.report_host, booking_id, caller.id, clock.now())
        except Conflict as error:
            refused = error
        else:
            flash(gettext("알려 주셔서 고마워요. 운영 기관이 기록을 함께 봐요"), "success")
            return redirect(url_for("scheduling.booking", booking=booking_id), 303)
    page = render_template("outcomes/host_absence.html", meeting=meeting, refused=refused)
    return page, 200 if refused is None else refused.status


def _agency(caller: Caller, agency: str) -> int:
    """Return the agency if the caller organizes for it; NotFound."""
    agency_id = number(agency)
    if not caller.may_organize(agency_id):
        raise NotFound
    return agency_id


def _show(agency_id: int, form: AbsenceRuleForm | None = None) -> Any:
    with db.read() as session:
        rule = queries.absence_rules(session, [agency_id]).get(agency_id)
        if rule is None:
            raise NotFound
        appeals = queries.open_appeals(session, agency_id)
    form = form or AbsenceRuleForm(formdata=None, limit=rule.limit, days=rule.days)
    page = {"rule": rule, "appeals": appeals, "form": form}
    return render_template("outcomes/absence_rule.html", **page), 422 if form.errors else 200


@blueprint.get("/organize/agencies/<agency>/absences")
@guards.page(guards.signed_in)
def absence_rule(caller: Caller, agency: str) -> Any:
    """Show an agency's rule, and what people say to their absences."""
    return _show(_agency(caller, agency))


@blueprint.post("/organize/agencies/<agency>/absences")
@guards.page(guards.signed_in)
def set_absence_rule(caller: Caller, agency: str) -> Any:
    """Set the rule, or switch it off."""
    agency_id, form = _agency(caller, agency), AbsenceRuleForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.set_absence_rule, agency_id, form.limit.data, form.days.data or 0)
    except Invalid as error:
        form.add_errors(error)
        return _show(agency_id, form)
    flash(gettext("정했어요") if form.limit.data else gettext("이 규칙을 껐어요"), "success")
    return redirect(url_for("outcomes.absence_rule", agency=agency_id), 303)


@blueprint.post("/organize/agencies/<agency>/appeals/<appeal>")
@guards.page(guards.signed_in)
def answer_appeal(caller: Caller, agency: str, appeal: str) -> Any:
    """Answer what somebody says to an absence."""
    agency_id, appeal_id, form = _agency(caller, agency), number(appeal), DecisionForm()
    accept = request.form.get("do") == "accept"
    try:
        if not form.validate():
            raise Invalid
        told = (accept, form.answer.data or "", clock.now())
        db.write(actions.answer_appeal, appeal_id, agency_id, caller.id, *told)
    except (Invalid, Conflict) as error:
        flash(str(next(iter(form.answer.errors), error.detail)), "danger")
    else:
        flash(gettext("이 결석은 세지 않아요") if accept else gettext("그대로 두었어요"), "success")
    return redirect(url_for("outcomes.absence_rule", agency=agency_id), 303)

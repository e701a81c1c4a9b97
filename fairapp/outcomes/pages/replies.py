"""Results as seekers see them, what they say to them, and the organizer's answers; what is due of the ledger."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.errors import Conflict, Invalid
from fairapp.navigation import NavItem, account_items, signed_in
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.forms import AnswerForm, ReplyForm
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.organizer import organized
from fairapp.shapes import number

account_items.append(NavItem(_l("내 결과"), "outcomes.my_outcomes", "check-circle", signed_in, 46))


@blueprint.get("/me/outcomes")
@guards.page(guards.signed_in)
def my_outcomes(caller: guards.Caller) -> Any:
    """Show what was written about one's interviews."""
    return _own(caller, ReplyForm(formdata=None))


def _own(caller: guards.Caller, form: ReplyForm, about: int | None = None, status: int = 200) -> Any:
    with db.read() as session:
        rows = queries.outcomes_of(session, caller.id)
    return render_template("outcomes/my_outcomes.html", rows=rows, form=form, about=about), status


@blueprint.post("/me/outcomes/<outcome>")
@guards.page(guards.signed_in)
def reply(caller: guards.Caller, outcome: str) -> Any:
    """Say that it is so (`do` is `confirm`), or is not, with a word why."""
    outcome_id, form = number(outcome), ReplyForm()
    agrees = request.form.get("do") == "confirm"
    try:
        if not form.validate():
            raise Invalid
        text = "" if agrees else form.text.data or ""
        db.write(actions.reply, outcome_id, caller.id, agrees, text, clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _own(caller, form, outcome_id, 422)
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        told = (
            gettext("확인해 주셔서 고마워요.")
            if agrees
            else gettext("알려 주셔서 고마워요. 운영 기관이 확인하고 답할게요.")
        )
        flash(told, "success")
    return redirect(url_for("outcomes.my_outcomes"), 303)


@blueprint.get("/organize/<ref>/disputes")
@guards.page(guards.signed_in)
def disputes(caller: guards.Caller, ref: str) -> Any:
    """Show what seekers dispute, and which results and follow-ups are due."""
    return _disputes(caller, ref)


def _disputes(caller: guards.Caller, ref: str, refused: tuple[int, AnswerForm] | None = None) -> Any:
    now = clock.now()
    fair = organized(caller, ref, now)
    with db.read() as session:
        waiting = queries.disputes(session, fair.id)
        answered = queries.disputes(session, fair.id, answered=True)
        overdue = queries.overdue_results(session, fair, now)
        due = queries.follow_ups(session, clock.local(now, fair.zone).date(), fair_id=fair.id)
    page = render_template(
        "outcomes/disputes.html",
        fair=fair,
        waiting=waiting,
        within=rules.ANSWERED_WITHIN,
        answered=answered,
        overdue=overdue,
        due=due,
        refused=refused,
    )
    return page, 422 if refused else 200


@blueprint.post("/organize/<ref>/disputes/<dispute>")
@guards.page(guards.signed_in)
def answer_dispute(caller: guards.Caller, ref: str, dispute: str) -> Any:
    """Answer what a seeker disputes."""
    now = clock.now()
    fair, dispute_id, form = organized(caller, ref, now), number(dispute), AnswerForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.answer_dispute, dispute_id, fair.id, form.answer.data or "", caller.id, now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _disputes(caller, ref, (dispute_id, form))
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("답을 보냈어요."), "success")
    return redirect(url_for("outcomes.disputes", ref=fair.slug), 303)

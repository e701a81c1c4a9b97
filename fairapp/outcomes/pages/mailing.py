"""Reports by mail: who gets the fair's report every day, week or month."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.errors import Invalid
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, queries
from fairapp.outcomes.forms import MailingForm
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.organizer import organized
from fairapp.shapes import number


@blueprint.get("/organize/<ref>/report/mails")
@guards.page(guards.signed_in)
def mailings(caller: guards.Caller, ref: str) -> Any:
    """Show who gets the report, and a form for one more."""
    fair = organized(caller, ref, clock.now())
    return _mailings(fair, MailingForm(formdata=None, account=str(caller.id)))


def _mailings(fair: Fair, form: MailingForm, status: int = 200) -> Any:
    with db.read() as session:
        orders = queries.mailings(session, fair.id)
        form.offer(queries.may_have_reports(session, fair.agency_id))
    return render_template("outcomes/mailings.html", fair=fair, orders=orders, form=form), status


@blueprint.post("/organize/<ref>/report/mails")
@guards.page(guards.signed_in)
def order_mailing(caller: guards.Caller, ref: str) -> Any:
    """Order the report for somebody who organizes."""
    now = clock.now()
    fair, form = organized(caller, ref, now), MailingForm()
    with db.read() as session:
        form.offer(queries.may_have_reports(session, fair.agency_id))
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.order_mailing, fair.id, number(form.account.data), form.every.data, caller.id, now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _mailings(fair, form, 422)
    flash(gettext("보고서를 메일로 보낼게요."), "success")
    return redirect(url_for("outcomes.mailings", ref=fair.slug), 303)


@blueprint.post("/organize/<ref>/report/mails/<order>/end")
@guards.page(guards.signed_in)
def end_mailing(caller: guards.Caller, ref: str, order: str) -> Any:
    """Send no more."""
    now = clock.now()
    fair = organized(caller, ref, now)
    db.write(actions.end_mailing, number(order), fair.id, caller.id, now)
    flash(gettext("이제 보내지 않아요."), "success")
    return redirect(url_for("outcomes.mailings", ref=fair.slug), 303)

"""Somebody comes to a visit without a booking: staff on the spot let her in and give her the next free time."""

from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.language import say_clock
from fairapp.scheduling import queries as scheduling
from fairapp.shapes import number
from fairapp.visits import actions, forms, queries
from fairapp.visits.pages.base import blueprint, go


@blueprint.route("/visits/<visit>/walk-ins", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def walk_in(caller: Caller, visit: str) -> Any:
    """Let who has come have the next free time; for who runs the fair and the coaches who are there."""
    now = clock.now()
    with db.read() as session:
        found = queries.get_visit(session, number(visit), now)
        stops = queries.stops_of_visits(session, [found.id])
    if not caller.may_organize(found.agency_id) and caller.id not in {stop.account_id for stop in stops}:
        raise NotFound
    form, status = forms.CameForm(), 200
    if form.is_submitted():
        try:
            if not form.validate():
                raise Invalid
            told = (form.code.data or "", form.name.data or "", form.profile(), form.language.data)
            booking, _ = db.write(actions.seat_who_came, found.id, *told, caller.id, now)
            with db.read() as session:
                facts = scheduling.booking_facts(session, booking)
            if facts is not None:
                flash(gettext("%(time)s에 만나기로 했어요.", time=say_clock(facts.starts_at, found.zone)), "success")
            return go(url_for("visits.walk_in", visit=found.id))
        except Invalid as error:
            if error.errors:
                form.add_errors(error)
            status = 422
        except Conflict as error:
            form.add_errors(Invalid.one("", error.detail))
            status = 409
    return render_template("visits/walk_in.html", visit=found, form=form), status

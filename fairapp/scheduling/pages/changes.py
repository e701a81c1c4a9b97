"""Moving and cancelling one's booking: what will happen is shown first, a POST does it."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import AppError, Conflict, Invalid, NotFound, Stale
from fairapp.fairs import queries as fairs
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.actions.locking import CHANGEABLE
from fairapp.scheduling.forms import MoveForm, RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.bookings import own, show
from fairapp.scheduling.queries import BookingFacts, Giver
from fairapp.shapes import number


def _changeable(caller: Caller, booking: str) -> BookingFacts | AppError:
    """Return one's booking if it can still be changed, otherwise why it cannot."""
    facts, now = own(caller, booking), clock.now()
    state = rules.state_of(facts, now)
    if state not in CHANGEABLE:
        return rules.Ended()
    return facts if state == "held" or now <= facts.cancel_until else rules.TooLate()


@blueprint.get("/bookings/<booking>/move")
@guards.page(guards.signed_in)
def choose_time(caller: Caller, booking: str) -> Any:
    """Show the times to which one's booking could move."""
    facts = _changeable(caller, booking)
    if isinstance(facts, AppError):
        return show(caller, number(booking), refused=facts)
    return _times(caller, facts, MoveForm(formdata=None, rev=facts.rev))


def _times(caller: Caller, facts: BookingFacts, form: MoveForm, refused: queries.Refusal | None = None) -> Any:
    now = clock.now()
    giver = Giver(facts.zone, facts.booth_id, facts.coach_id)
    with db.read() as session:
        seq = fairs.news_number(session, facts.fair_id)
        shown = queries.window(session, giver, caller.id, now, rules.day_named(request.args.get("day")), moving=facts)
    page = render_template("scheduling/move.html", booking=facts, form=form, window=shown, refused=refused, seq=seq)
    return page, refused.error.status if refused is not None else 422 if form.errors else 200


@blueprint.post("/bookings/<booking>/move")
@guards.page(guards.signed_in)
def move(caller: Caller, booking: str) -> Any:
    """Move one's booking; id and calendar entry stay."""
    facts, form = own(caller, booking), MoveForm()
    if not form.validate():
        return _times(caller, facts, form)
    try:
        slot_id = number(form.slot.data)
        db.write(actions.reschedule, facts.id, slot_id, caller.id, clock.now(), rev=form.seen())
    except (Stale, rules.Ended, rules.TooLate) as error:
        return show(caller, facts.id, refused=error)
    except Conflict as error:
        with db.read() as session:
            refused = queries.refusal(session, error, slot_id, caller.id, clock.now())
        form.slot.data = str(refused.nearest[0].id) if refused.nearest else None
        return _times(caller, facts, form, refused)
    except (Invalid, NotFound):
        form.slot.errors = [str(rules.OTHER_GIVER)]
        return _times(caller, facts, form)
    flash(gettext("시간을 바꿨어요. 메일로도 알려 드렸어요"), "success")
    return go(url_for("scheduling.booking", booking=facts.id))


@blueprint.get("/bookings/<booking>/cancellation")
@guards.page(guards.signed_in)
def ask_cancel(caller: Caller, booking: str) -> Any:
    """Say what cancelling means, and ask."""
    facts = _changeable(caller, booking)
    if isinstance(facts, AppError):
        return show(caller, number(booking), refused=facts)
    return render_template("scheduling/cancel.html", booking=facts)


@blueprint.post("/bookings/<booking>/cancellation")
@guards.page(guards.signed_in)
def cancel(caller: Caller, booking: str) -> Any:
    """Cancel one's booking."""
    facts = own(caller, booking)
    try:
        db.write(actions.cancel, facts.id, caller.id, clock.now(), rev=RevForm().seen())
    except (Conflict, Stale) as error:
        return show(caller, facts.id, refused=error)
    flash(gettext("예약을 취소했어요"), "success")
    return go(url_for("scheduling.my_day"))

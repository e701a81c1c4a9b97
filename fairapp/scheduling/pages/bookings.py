"""One booking: what it is, its calendar file, confirming a hold, taking an offer, waiting and no longer waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import AppError, Conflict, NotFound, Stale
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.live import queries as live
from fairapp.scheduling import actions, pushes, queries, rules
from fairapp.scheduling.forms import AcceptForm, RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.queries import BookingFacts
from fairapp.shapes import number

LASTING = ("requested", "held", "confirmed", "completed")


def own(caller: Caller, booking: str) -> BookingFacts:
    """Return one's own booking; NotFound for anybody else's."""
    with db.read() as session:
        facts = queries.own_booking(session, number(booking), caller.id)
    if facts is None:
        raise NotFound
    return facts


@blueprint.get("/bookings/<booking>")
@guards.page(guards.signed_in)
def booking(caller: Caller, booking: str) -> Any:
    """Show one's booking."""
    return show(caller, number(booking))


@dataclass(frozen=True, slots=True)
class Preparing:
    """What belongs together: the interview that a session prepares for, or an interview's sessions and where to get one."""

    interview: BookingFacts | None
    sessions: Sequence[BookingFacts]
    coached: bool  # whether a session can be booked for it now


def _preparing(session: Session, facts: BookingFacts, fair: Fair, now: datetime) -> Preparing:
    if facts.kind != "interview":
        return Preparing(queries.booking_facts(session, facts.before_id) if facts.before_id else None, (), False)
    sessions = [one for one in queries.sessions_before(session, facts.id) if rules.state_of(one, now) in LASTING]
    coming = rules.state_of(facts, now) in LASTING and facts.starts_at > now and fair_rules.bookable(fair, now)
    coached = coming and fairs.counters["coaches"](session, [fair.id], now).get(fair.id, 0) > 0
    return Preparing(None, sessions, coached)


def show(
    caller: Caller, booking_id: int, *, refused: AppError | None = None, accepting: AcceptForm | None = None
) -> Any:
    """Return the page of the booking as it is now, with why something was refused."""
    now = clock.now()
    with db.read() as session:
        mine_seq = live.own_heads(session, [caller.id]).get(caller.id, 0)
        facts = queries.own_booking(session, booking_id, caller.id)
        if facts is None:
            raise NotFound
        fair = fairs.fair_by_id(session, facts.fair_id)
        seq = fairs.news_number(session, facts.fair_id)
        offer = queries.open_offers(session, [facts.id]).get(facts.id)
        preparing = _preparing(session, facts, fair, now)
    state = rules.state_of(facts, now)
    page = render_template(
        "scheduling/booking.html",
        booking=facts,
        fair=fair,
        state=state,
        offer=offer if state == "held" else None,
        preparing=preparing,
        changeable=state in ("held", "confirmed") and now <= facts.cancel_until,
        over=facts.ends_at <= now,
        refused=refused,
        form=RevForm(formdata=None, rev=facts.rev),
        accepting=accepting or AcceptForm(formdata=None),
        moment=now,
        live={"fair": facts.fair_id, "seq": seq, "mine": mine_seq},
    )
    status = refused.status if refused is not None else 422 if accepting is not None else 200
    return page, status


@blueprint.get("/bookings/<booking>.ics")
@guards.page(guards.signed_in)
def calendar(caller: Caller, booking: str) -> Response:
    """Give the booking as a calendar file."""
    facts = own(caller, booking)
    content = pushes.booking_calendar(facts, caller.name, caller.email, clock.now())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="booking-{facts.id}.ics"'
    return response


@blueprint.post("/bookings/<booking>/confirmation")
@guards.page(guards.signed_in)
def confirm(caller: Caller, booking: str) -> Any:
    """Make a hold a booking."""
    facts = own(caller, booking)
    try:
        db.write(actions.confirm, facts.id, caller.id, RevForm().seen(), clock.now())
    except (Conflict, Stale) as error:
        return show(caller, facts.id, refused=error)
    flash(gettext("예약을 확정했어요. 메일로도 알려 드렸어요"), "success")
    return go(url_for("scheduling.booking", booking=facts.id))


@blueprint.post("/bookings/<booking>/acceptance")
@guards.page(guards.signed_in)
def accept(caller: Caller, booking: str) -> Any:
    """Take the time that was offered to who waited."""
    facts = own(caller, booking)
    form = AcceptForm()
    if not form.validate():
        return show(caller, facts.id, accepting=form)
    with db.read() as session:
        offer = queries.open_offers(session, [facts.id]).get(facts.id)
    try:
        if offer is None:
            raise Stale if facts.status == "confirmed" else rules.HoldExpired
        db.write(actions.accept_offer, offer, caller.id, bool(form.consent.data), clock.now())
    except (Conflict, Stale) as error:
        return show(caller, facts.id, refused=error)
    flash(gettext("예약을 확정했어요. 메일로도 알려 드렸어요"), "success")
    return go(url_for("scheduling.booking", booking=facts.id))


@blueprint.post("/waitlist/<entry>/removal")
@guards.page(guards.signed_in)
def leave(caller: Caller, entry: str) -> Any:
    """Stop waiting; an open offer goes to the next."""
    db.write(actions.leave_waitlist, number(entry), caller.id, clock.now())
    flash(gettext("대기를 그만두었어요"), "success")
    return go(url_for("scheduling.my_day"))

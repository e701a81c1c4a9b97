"""Requests for a meeting: what a booth or a coach is asked for, and the answer."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import account_names
from fairapp.errors import Conflict, NotFound, Stale
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import AnswerForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import counter_of
from fairapp.shapes import number


def requests_url(kind: str, giver: int) -> str:
    """Return the address of a post's requests."""
    if kind == "interview":
        return url_for("scheduling.booth_requests", booth=giver)
    return url_for("scheduling.coach_requests", coach=giver)


@blueprint.get("/stand/<booth>/requests")
@guards.page(guards.signed_in)
def booth_requests(caller: Caller, booth: str) -> Any:
    """Show what a booth is asked for."""
    return _show(caller, "interview", number(booth))


@blueprint.get("/coach/<coach>/requests")
@guards.page(guards.signed_in)
def coach_requests(caller: Caller, coach: str) -> Any:
    """Show what a coach is asked for."""
    return _show(caller, "coaching", number(coach))


def _show(caller: Caller, kind: str, giver: int) -> Any:
    counter, now = counter_of(caller, kind, giver), clock.now()
    booth_id, coach_id = (giver, None) if kind == "interview" else (None, giver)
    with db.read() as session:
        asked = queries.requests_at(session, booth_id, coach_id, now)
        names = account_names(session, [facts.seeker_id for facts in asked])
    form = AnswerForm(formdata=None)
    page = {"post": counter.post, "fair": counter.fair, "asked": asked, "names": names, "form": form}
    return render_template("scheduling/requests.html", **page)


@blueprint.post("/bookings/<booking>/answer")
@guards.page(guards.signed_in)
def answer(caller: Caller, booking: str) -> Any:
    """Accept a request, or decline it with a reason."""
    booking_id, now, form = number(booking), clock.now(), AnswerForm()
    with db.read() as session:
        facts = queries.booking_facts(session, booking_id)
    if facts is None:
        raise NotFound
    kind, giver = ("interview", facts.booth_id) if facts.booth_id is not None else ("coaching", facts.coach_id)
    counter_of(caller, kind, giver or 0)
    accept = request.form.get("do") == "accept"
    if not form.validate():
        flash(str(next(iter(form.reason.errors), gettext("다시 시도해 주세요"))), "danger")
        return go(requests_url(kind, giver or 0))
    try:
        told = {"accept": accept, "rev": form.seen(), "reason": form.reason.data or ""}
        db.write(actions.answer_request, booking_id, caller.id, now, **told)
    except (Conflict, Stale) as error:
        flash(str(error.detail), "danger")
    else:
        flash(
            gettext("수락했어요. 구직자에게 알렸어요") if accept else gettext("거절했어요. 구직자에게 알렸어요"),
            "success",
        )
    return go(requests_url(kind, giver or 0))

"""What staff do with one meeting: give it to a colleague, or let two people change places; both are told."""

from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import account_names
from fairapp.errors import Conflict, Invalid, NotFound, Stale
from fairapp.language import masked, say_when
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.forms import ColleagueForm, SwapForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of
from fairapp.scheduling.queries import BookingFacts
from fairapp.shapes import number


def _kept(caller: Caller, booking: str) -> tuple[BookingFacts, Counter]:
    """Return the meeting and its counter, if the caller keeps it; NotFound."""
    with db.read() as session:
        facts = queries.booking_facts(session, number(booking))
    if facts is None:
        raise NotFound
    kind, giver = ("interview", facts.booth_id) if facts.booth_id is not None else ("coaching", facts.coach_id)
    return facts, counter_of(caller, kind, giver or 0)


def _filled(facts: BookingFacts, counter: Counter, colleague: ColleagueForm, swap: SwapForm) -> None:
    now = clock.now()
    with db.read() as session:
        others = queries.could_swap(session, facts, now)
    colleague.host.choices = [(str(one), name) for one, name in counter.post.hosts if one != facts.host_id]
    swap.other.choices = [
        (
            str(row.id),
            gettext("%(when)s %(who)s", when=say_when(row.starts_at, facts.zone), who=masked(row.seeker_name)),
        )
        for row in others
    ]


def _show(facts: BookingFacts, counter: Counter, colleague: ColleagueForm, swap: SwapForm) -> Any:
    now = clock.now()
    with db.read() as session:
        who = account_names(session, [facts.seeker_id])[facts.seeker_id]
    page = render_template(
        "scheduling/arranging.html",
        booking=facts,
        post=counter.post,
        fair=counter.fair,
        who=who,
        colleague=colleague,
        swap=swap,
        changeable=rules.state_of(facts, now) == "confirmed" and facts.starts_at > now,
    )
    return page, 422 if colleague.errors or swap.errors else 200


@blueprint.get("/bookings/<booking>/arrangement")
@guards.page(guards.signed_in)
def arrangement(caller: Caller, booking: str) -> Any:
    """Show what can be done with a meeting."""
    facts, counter = _kept(caller, booking)
    colleague, swap = ColleagueForm(formdata=None, rev=facts.rev), SwapForm(formdata=None)
    _filled(facts, counter, colleague, swap)
    return _show(facts, counter, colleague, swap)


@blueprint.post("/bookings/<booking>/reassignment")
@guards.page(guards.signed_in)
def give_to_colleague(caller: Caller, booking: str) -> Any:
    """Give the meeting to a colleague, at the same time and place."""
    facts, counter = _kept(caller, booking)
    colleague, swap = ColleagueForm(), SwapForm(formdata=None)
    _filled(facts, counter, colleague, swap)
    if not colleague.validate():
        return _show(facts, counter, colleague, swap)
    try:
        told = {"rev": colleague.seen(), "reason": colleague.reason.data or ""}
        db.write(actions.reassign, facts.id, int(colleague.host.data), caller.id, clock.now(), **told)
    except (Conflict, Stale, Invalid) as error:
        return _refused(facts, error)
    flash(gettext("동료에게 맡기고 구직자에게 알렸어요"), "success")
    return go(url_for("scheduling.arrangement", booking=facts.id))


@blueprint.post("/bookings/<booking>/swap")
@guards.page(guards.signed_in)
def change_places(caller: Caller, booking: str) -> Any:
    """Let two people change places, both or none."""
    facts, counter = _kept(caller, booking)
    colleague, swap = ColleagueForm(formdata=None, rev=facts.rev), SwapForm()
    _filled(facts, counter, colleague, swap)
    if not swap.validate():
        return _show(facts, counter, colleague, swap)
    try:
        db.write(actions.swap, facts.id, int(swap.other.data), caller.id, swap.reason.data or "", clock.now())
    except (Conflict, Stale, Invalid) as error:
        return _refused(facts, error)
    flash(gettext("두 분의 시간을 바꾸고 두 분께 알렸어요"), "success")
    return go(url_for("scheduling.arrangement", booking=facts.id))


def _refused(facts: BookingFacts, error: Conflict | Stale | Invalid) -> Response:
    flash(str(error.errors[0].message if isinstance(error, Invalid) and error.errors else error.detail), "danger")
    return go(url_for("scheduling.arrangement", booking=facts.id))

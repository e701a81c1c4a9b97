"""Whether the seeker comes: one tap from a reminder, signed in or not. A GET changes nothing, mail programs open links."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts.guards import caller as reader
from fairapp.errors import AppError, Conflict, Invalid, NotFound, Stale
from fairapp.scheduling import actions, pushes, queries, rules
from fairapp.scheduling.forms import RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.queries import BookingFacts


def _opened(secret: str) -> BookingFacts:
    """Return the booking whose secret this is; NotFound for one that is no secret of ours."""
    named = pushes.coming_booking(secret)
    with db.read() as session:
        facts = None if named is None else queries.own_booking(session, named[0], named[1])
    if facts is None or named is None:
        raise NotFound
    return facts


def _page(secret: str, facts: BookingFacts, refused: AppError | None = None) -> Any:
    now = clock.now()
    state, named = rules.state_of(facts, now), pushes.coming_booking(secret)
    moved = named is not None and facts.time_rev != named[2] and state == "confirmed"
    page = render_template(
        "scheduling/coming.html",
        secret=secret,
        booking=facts,
        state=state,
        moved=moved,
        open=state == "confirmed" and facts.starts_at > now,
        own=(found := reader()) is not None and found.id == facts.seeker_id,
        refused=refused,
        form=RevForm(formdata=None, rev=facts.time_rev),
    )
    return (
        page,
        200 if refused is None else refused.status,
        {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


@blueprint.get("/coming/<secret>")
def coming(secret: str) -> Any:
    """Ask whether the seeker comes."""
    return _page(secret, _opened(secret))


@blueprint.post("/coming/<secret>")
def answer_coming(secret: str) -> Any:
    """Write down that she comes, or give the time back; nothing of a meeting that was moved after she read the page."""
    facts = _opened(secret)
    answer = request.form.get("answer", "")
    if answer not in ("yes", "no"):
        raise Invalid.one("answer", gettext("하나를 골라 주세요"))
    act = actions.say_coming if answer == "yes" else actions.give_back
    try:
        db.write(act, facts.id, facts.seeker_id, clock.now(), time_rev=RevForm().seen())
    except (Conflict, Stale) as error:
        return _page(secret, _opened(secret), error)
    done = gettext("알려 줘서 고마워요. 그때 만나요") if answer == "yes" else gettext("시간을 돌려주었어요. 고마워요")
    flash(done, "success")
    return go(request.path)

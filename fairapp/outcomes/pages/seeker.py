"""The seeker's pass for a fair, as a code to be scanned and read."""

from typing import Any

from flask import redirect, render_template, url_for

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.hall import qr


@blueprint.get("/fairs/<ref>/pass")
@guards.page(guards.signed_in)
def show_pass(caller: guards.Caller, ref: str) -> Any:
    """Show the pass, or the button that makes it."""
    with db.read() as session:
        fair = queries.seen_fair(session, ref, caller, clock.now())
        code = queries.pass_code(session, fair.id, caller.id)
        arrival = queries.arrival(session, fair.id, caller.id)
    picture = qr(code) if code else None
    spaced = rules.spaced_code(code) if code else ""
    return render_template("outcomes/pass.html", fair=fair, code=spaced, picture=picture, arrival=arrival)


@blueprint.post("/fairs/<ref>/pass")
@guards.page(guards.signed_in)
def make_pass(caller: guards.Caller, ref: str) -> Any:
    """Make the pass."""
    with db.read() as session:
        fair = queries.seen_fair(session, ref, caller, clock.now())
    db.write(actions.ensure_pass, fair.id, caller.id, clock.now())
    return redirect(url_for("outcomes.show_pass", ref=fair.slug), 303)

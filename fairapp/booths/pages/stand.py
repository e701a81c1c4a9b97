"""A recruiter's booths: over all fairs, saying that one is hiring now, applying for one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries, rules
from fairapp.booths.pages.base import blueprint, own_booth, reasons, seen_fair
from fairapp.employers import queries as employer_queries
from fairapp.errors import NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.shapes import number


@blueprint.get("/stand")
@guards.page(guards.recruiter)
def stand(caller: Caller) -> str:
    """Show the caller's booths, why one is not visible, and the fairs that can be applied for."""
    now = clock.now()
    with db.read() as session:
        booths = queries.booths_of_employers(session, caller.recruits_for, now)
        why = reasons(session, booths, now)
        employers = employer_queries.employers_by_id(session, caller.recruits_for)
        fairs = fair_queries.fairs(session, now, phases=("announced", "booking", "open"), limit=50)
    there = {(row.fair_id, row.employer_id) for row in booths if row.status in {"applied", "approved"}}
    free = [(fair, employer) for fair in fairs for employer in employers if (fair.id, employer.id) not in there]
    return render_template("booths/stand.html", booths=booths, why=why, employers=employers, free=free, now=now)


@blueprint.post("/stand/booths")
@guards.page(guards.recruiter)
def apply(caller: Caller) -> Response:
    """Apply for a booth: `fair` and `employer`."""
    now = clock.now()
    employer_id = number(request.form.get("employer", ""))
    if not caller.may_recruit(employer_id):
        raise NotFound
    with db.read() as session:
        fair = seen_fair(session, request.form.get("fair", ""), now)
    try:
        booth_id = db.write(actions.apply_for_booth, fair.id, employer_id, now)
    except (rules.AlreadyApplied, rules.FairOver) as refused:
        flash(str(refused.detail), "error")
        return redirect(url_for("booths.stand"), 303)
    flash(gettext("부스를 신청했어요. 기다리는 동안 공고를 올려 두세요."), "success")
    return redirect(url_for("booths.stand_listings", booth=booth_id), 303)


@blueprint.post("/stand/<booth>/intent")
@guards.page(guards.recruiter)
def say_hiring(caller: Caller, booth: str) -> Any:
    """Keep that the booth is hiring now."""
    now = clock.now()
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
    db.write(actions.confirm_intent, [row.id], now)
    flash(gettext("지금 채용 중이라고 확인했어요."), "success")
    return redirect(url_for("booths.stand_listings", booth=row.id), 303)

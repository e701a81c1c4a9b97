"""Inviting employers to a fair, and what their recruiters answer."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries
from fairapp.booths.pages.base import blueprint, own_booth
from fairapp.employers import queries as employer_queries
from fairapp.employers.rules import name_key
from fairapp.errors import Conflict
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.shapes import number

MOST_FOUND = 50
MOST_CHOSEN = 500


def organized_fair(caller: Caller, slug: str) -> Fair:
    """Return the fair that this organizer runs; NotFound or Forbidden otherwise."""
    now = clock.now()
    with db.read() as session:
        fair = fair_queries.get_fair(session, slug)
        fair_rules.check_organizes(caller, fair, fair.agency_id, now)
    return fair


@blueprint.get("/organize/<slug>/invitations")
@guards.page(guards.organizer)
def invitations(caller: Caller, slug: str) -> str:
    """Show employers that can be invited, by the beginning of their name or from another fair, and those that are."""
    fair, asked = organized_fair(caller, slug), request.args.get("q", "")[:120].replace("\x00", "")
    now, mine = clock.now(), None if caller.is_admin else caller.organizes_for
    with db.read() as session:
        key = name_key(asked) if asked.strip() else ""
        fairs = [one for one in fair_queries.fairs(session, now, agencies=mine)[:MOST_FOUND] if one.id != fair.id]
        before = next((one for one in fairs if one.slug == request.args.get("fair")), None)
        if before is None:
            found = employer_queries.employers(session, key=key, limit=MOST_FOUND)[:MOST_FOUND]
        else:
            found = queries.employers_at(session, before.id, key=key, limit=MOST_CHOSEN)
        invited = queries.organized_booths(session, fair.id, now, status="invited", limit=MOST_FOUND)
        there = {
            row.employer_id: row.status for row in queries.booths_at(session, fair.id, [one.id for one in found], now)
        }
    free = [one for one in found if there.get(one.id, "withdrawn") in {"withdrawn", "rejected"}]
    return render_template(
        "booths/invitations.html", fair=fair, q=asked, free=free, invited=invited, fairs=fairs, before=before
    )


@blueprint.post("/organize/<slug>/invitations")
@guards.page(guards.organizer)
def invite(caller: Caller, slug: str) -> Response:
    """Invite the chosen employers."""
    fair = organized_fair(caller, slug)
    ids = [number(chosen) for chosen in request.form.getlist("employer")[:MOST_CHOSEN]]
    try:
        count = db.write(actions.invite, fair.id, ids, caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(ngettext("기업 %(num)s곳을 초대했어요.", "기업 %(num)s곳을 초대했어요.", count), "success")
    return redirect(url_for("booths.invitations", slug=fair.slug), 303)


@blueprint.post("/stand/<booth>/invitation")
@guards.page(guards.recruiter)
def answer_invitation(caller: Caller, booth: str) -> Any:
    """Take an invitation (`do` is `accept`), or decline it."""
    now = clock.now()
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
    if request.form.get("do") == "accept":
        try:
            status = db.write(actions.accept_invitation, row.id, now)
        except Conflict as error:
            flash(str(error.detail), "danger")
            return redirect(url_for("booths.stand"), 303)
        waits = gettext("부스가 다 차서 차례를 기다려요. 자리가 나면 알려 드려요.")
        flash(waits if status == "waiting" else gettext("초대를 받아들였어요. 이제 공고를 올려 주세요."), "success")
        return redirect(url_for("booths.stand_listings", booth=row.id), 303)
    db.write(actions.withdraw_booth, row.id, now)
    flash(gettext("초대를 거절했어요."), "success")
    return redirect(url_for("booths.stand"), 303)


@blueprint.route("/stand/<booth>/withdrawal", methods=["GET", "POST"])
@guards.page(guards.recruiter)
def withdraw(caller: Caller, booth: str) -> Any:
    """Give the booth up, after looking at what that means."""
    now = clock.now()
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
    if request.method == "GET":
        return render_template("booths/withdraw.html", booth=row)
    db.write(actions.withdraw_booth, row.id, now)
    flash(gettext("부스를 거둬들였어요. 이미 잡힌 면접은 그대로예요."), "success")
    return redirect(url_for("booths.stand"), 303)

"""Candidates from the pools for a recruiter's listing: without names, ranked with reasons, until somebody agrees."""

import hmac
from hashlib import sha256
from typing import Any

from flask import current_app, flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import WishForm
from fairapp.programmes.pages.base import back, blueprint, refused
from fairapp.programmes.queries import OpenListing
from fairapp.shapes import number


def _own(caller: Caller, listing: str) -> OpenListing:
    with db.read() as session:
        found = queries.listing_for_pools(session, number(listing))
    if not caller.may_recruit(found.employer_id):
        raise NotFound
    return found


@blueprint.get("/stand/listings/<listing>/candidates")
@guards.page(guards.recruiter)
def candidates(caller: Caller, listing: str) -> Any:
    """Show who of the pools fits a listing."""
    return _show(caller, _own(caller, listing))


def _show(caller: Caller, found: OpenListing, form: WishForm | None = None) -> Any:
    now = clock.now()
    with db.read() as session:
        rows = queries.candidates(session, found, now) if found.openings_left else []
        agreed = queries.agreed_to(session, found.id, now)
        meets = queries.interviews_at(session, found.booth_id, agreed) if agreed else {}
        asked = queries.asked_for(session, found.id) if agreed else {}
        invited = {one: row.invited_at for one, row in asked.items()}
    who = db.write(accounts.disclose_many, agreed, caller.id, [found.employer_id], (), "contact", now) if agreed else {}
    wish = {"key_people": found.wanted.key_people, "starts_on": found.wanted.starts_on}
    page = render_template(
        "programmes/candidates.html",
        listing=found,
        rows=[(_key(found.id, row.seeker_id), row) for row in rows if row.state != "agreed"],
        people=[(_key(found.id, one), facts, meets.get(one), invited.get(one)) for one, facts in who.items()],
        zone=rules.ZONE,
        form=form or WishForm(formdata=None, **wish),
    )
    return page, 422 if form is not None else 200, {"Cache-Control": "no-store"}


@blueprint.post("/stand/listings/<listing>/candidates")
@guards.page(guards.recruiter)
def say_wish(caller: Caller, listing: str) -> Any:
    """Say to the pools what the listing looks for."""
    found, form = _own(caller, listing), WishForm()
    try:
        if not form.validate():
            return _show(caller, found, form)
        db.write(actions.set_wish, found.id, bool(form.key_people.data), form.starts_on.data, caller.id, clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, found, form)
    flash(gettext("저장했어요"), "success")
    return back("candidates", listing=found.id)


def _key(listing_id: int, seeker_id: int) -> str:
    """Return what names a candidate on this page alone: an account's id could be known from elsewhere."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"candidate:{listing_id}:{seeker_id}".encode(), sha256).hexdigest()[:24]


@blueprint.post("/stand/listings/<listing>/candidates/<key>")
@guards.page(guards.recruiter)
def ask_candidate(caller: Caller, listing: str, key: str) -> Any:
    """Ask somebody whether one may see who she is (`do` is `ask`), or invite who agreed to an interview (`do` is `invite`)."""
    found, now = _own(caller, listing), clock.now()
    invites = request.form.get("do") == "invite"
    with db.read() as session:
        if invites:
            known = queries.agreed_to(session, found.id, now)
        else:
            known = [row.seeker_id for row in queries.candidates(session, found, now)]
    who = {_key(found.id, one): one for one in known}.get(key)
    try:
        if who is None:
            raise actions.NoCandidate
        if invites:
            db.write(actions.invite_candidate, found.id, who, caller.id, now)
            flash(gettext("메일로 초대했어요. 면접 시간을 고르면 여기에 보여요"), "success")
        else:
            db.write(actions.ask_candidate, found.id, who, caller.id, now)
            flash(gettext("물어보았어요. 동의하면 여기에 이름과 연락처가 보여요"), "success")
    except Conflict as error:
        refused(error)
    return back("candidates", listing=found.id)

"""Referrals: a counsellor makes one; employers and other agencies read and answer what was sent to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import ProfileFacts, barred
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.navigation import NavItem, account_items
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import ReplyForm
from fairapp.programmes.models import Assignment
from fairapp.programmes.pages.base import back, blueprint, refused
from fairapp.programmes.pages.person import act
from fairapp.programmes.queries import ReferralRow
from fairapp.shapes import decode_cursor, number, page_of

SHOWN = 30
OPENED = ("seen", "accepted", "declined", "result")


def _receives(caller: Any) -> bool:
    return bool(caller and (caller.recruits_for or caller.coaches_for or caller.organizes_for))


account_items.append(NavItem(_l("소개받은 사람"), "programmes.referrals", "people", _receives, 61))


@blueprint.post("/caseload/<case>/referrals")
@guards.page(guards.coach)
def refer(caller: Caller, case: str) -> Any:
    """Ask the person whether she may be referred to a listing or to another agency."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        try:
            listing = number(form.listing.data.rsplit("/", 1)[-1]) if form.listing.data else None
            agency = number(form.to_agency.data) if form.to_agency.data else None
        except NotFound as error:
            raise Invalid.one("listing", gettext("번호를 확인해 주세요")) from error
        to = {"listing_id": listing, "to_agency_id": agency}
        db.write(actions.refer, found.agency_id, found.seeker_id, caller.id, form.why.data, now, **to)
        return gettext("구직자에게 먼저 물었어요. 동의하면 바로 전해져요")

    return act(caller, case, "refer", do)


def _side(caller: Caller, row: ReferralRow) -> str:
    """Return on which side of a sent referral the caller is: `receiver` or `counsellor`; NotFound for anybody else."""
    agencies = caller.organizes_for | caller.coaches_for
    sent = row.consent_id is not None and row.state != "withdrawn" and not _barred(caller, [row])
    if sent and (row.employer_id in caller.recruits_for or row.to_agency_id in agencies):
        return "receiver"
    with db.read() as session:
        has = queries.open_assignment(session, row.agency_id, row.seeker_id)
    mine = has is not None and has.counsellor_id == caller.id and row.agency_id in caller.coaches_for
    if not mine:
        raise NotFound
    return "counsellor"


def _barred(caller: Caller, rows: Sequence[ReferralRow]) -> set[int]:
    """Return the receipts of these referrals by which the caller sees nothing: she agreed before two employers were one."""
    with db.read() as session:
        return barred(session, caller.id, [row.consent_id for row in rows if row.consent_id is not None])


@blueprint.get("/referrals")
@guards.page(guards.signed_in)
def referrals(caller: Caller) -> Any:
    """List what was referred to one's employers and agencies, without names."""
    after = decode_cursor(request.args.get("cursor"), int)
    agencies = caller.organizes_for | caller.coaches_for
    with db.read() as session:
        rows = queries.referrals_to(session, caller.recruits_for, agencies, after[0] if after else None, SHOWN)
    shown, following = page_of(rows, SHOWN, lambda row: (row.id,))
    today = rules.day_of(clock.now())
    hidden = _barred(caller, shown)
    shown = [row for row in shown if row.consent_id not in hidden]
    late = {row.id for row in shown if rules.is_due(row.state, row.due_on, today)}
    facts = {"rows": shown, "late": late, "next": following, "continued": after is not None}
    return render_template("programmes/referrals.html", **facts)


@blueprint.get("/referrals/<referral>")
@guards.page(guards.signed_in)
def referral(caller: Caller, referral: str) -> Any:
    """Show one referral: to its receiver, once opened and while her consent for it holds, who the person is."""
    return _show(caller, number(referral))


def _show(caller: Caller, referral_id: int, form: ReplyForm | None = None) -> Any:
    now = clock.now()
    with db.read() as session:
        row = queries.referral(session, referral_id)
        steps = queries.steps_of_referral(session, row.id)
        holds = queries.receipt_holds(session, row.consent_id, now)
    side = _side(caller, row)
    profile = _profile(caller, row, now) if side == "receiver" and holds and row.state in OPENED else None
    page = render_template(
        "programmes/referral.html",
        row=row,
        steps=steps,
        side=side,
        profile=profile,
        holds=holds,
        opened=row.state in OPENED,
        form=form or ReplyForm(formdata=None),
        zone=rules.ZONE,
    )
    return page, 422 if form is not None else 200, {"Cache-Control": "no-store"}


def _profile(caller: Caller, row: ReferralRow, now: datetime) -> ProfileFacts:
    employers, agencies = ([one] if one is not None else [] for one in (row.employer_id, row.to_agency_id))
    return db.write(accounts.disclose, row.seeker_id, caller.id, employers, agencies, "contact", now)


@blueprint.post("/referrals/<referral>")
@guards.page(guards.signed_in)
def answer(caller: Caller, referral: str) -> Any:
    """Open a referral (`do` is `open`), accept or decline it, tell the result; a counsellor withdraws it."""
    referral_id, now, what = number(referral), clock.now(), request.form.get("do")
    with db.read() as session:
        row = queries.referral(session, referral_id)
    if _side(caller, row) != ("counsellor" if what == "withdraw" else "receiver"):
        raise NotFound
    form = ReplyForm()
    try:
        if not form.validate():
            return _show(caller, referral_id, form)
        _do(str(what), row, caller.id, form.text.data or "", now)
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, referral_id, form)
    except Conflict as error:
        refused(error)
    return back("referral", referral=referral_id)


def _do(what: str, row: ReferralRow, by: int, text: str, now: datetime) -> None:
    if what == "open":
        db.write(actions.see_referral, row.id, by, now)
    elif what in ("accept", "decline"):
        db.write(actions.answer_referral, row.id, by, what == "accept", text, now)
        flash(gettext("답을 보냈어요"), "success")
    elif what == "result":
        db.write(actions.tell_result, row.id, by, text, now)
        flash(gettext("결과를 알렸어요"), "success")
    elif what == "withdraw":
        db.write(actions.withdraw_referral, row.id, by, now)
        flash(gettext("소개를 거두었어요"), "success")
    else:
        raise NotFound

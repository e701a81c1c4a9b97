"""The booths of a fair as its organizer sees them: filtered, decided on in bulk."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, queries
from fairapp.booths.pages.base import blueprint, reasons
from fairapp.booths.rules import BOOTH_STATUSES
from fairapp.employers import actions as employer_actions
from fairapp.errors import Invalid
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.shapes import decode_cursor, number, page_of

AT_ONCE = 100
MOST_CHOSEN = 500
STATES = {"hidden": "approved", "ready": "applied"}  # lists that are a part of a status


@blueprint.get("/organize/<slug>/booths")
@guards.page(guards.organizer)
def organized(caller: Caller, slug: str) -> str:
    """List the booths by status, those that are approved and yet not visible, or that lack approval alone, with reasons."""
    return _page(caller, slug)


def _page(caller: Caller, slug: str, problem: str = "", chosen: frozenset[int] = frozenset(), reason: str = "") -> str:
    now = clock.now()
    state = request.values.get("state", "")
    status = state if state in BOOTH_STATUSES else STATES.get(state, "")
    after = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        fair = fair_queries.get_fair(session, slug)
        fair_rules.check_organizes(caller, fair, fair.agency_id, now)
        rows = queries.organized_booths(
            session,
            fair.id,
            now,
            status=status,
            is_hiring=False if state == "hidden" else None,
            is_ready=state == "ready",
            after=after[0] if after else None,
            limit=AT_ONCE,
        )
        booths, following = page_of(rows, AT_ONCE, lambda row: (row.id,))
        why = reasons(session, list(booths), now)
        counts = queries.status_counts(session, fair.id)
        reported = queries.report_counts(session, fair.id)
    return render_template(
        "booths/organized.html",
        fair=fair,
        booths=booths,
        why=why,
        counts=counts,
        reported=reported,
        state=state if status else "",
        following=url_for("booths.organized", slug=slug, state=state, cursor=following) if following else None,
        problem=problem,
        chosen=chosen,
        reason=reason,
    )


@blueprint.post("/organize/<slug>/booths/decisions")
@guards.page(guards.organizer)
def decide(caller: Caller, slug: str) -> Any:
    """Approve, reject, confirm the intent of, or verify the employers of the chosen booths (`do`)."""
    now = clock.now()
    with db.read() as session:
        fair = fair_queries.get_fair(session, slug)
        fair_rules.check_organizes(caller, fair, fair.agency_id, now)
    ids = [number(chosen) for chosen in request.form.getlist("booth")[:MOST_CHOSEN]]
    reason = request.form.get("reason", "").replace("\x00", "")
    try:
        if not ids:
            raise Invalid(gettext("부스를 하나 이상 골라 주세요"))
        flash(_done(caller, fair.id, ids, reason), "success")
    except Invalid as error:
        return _page(caller, slug, str(error.detail), frozenset(ids), reason[:2000]), 422
    return redirect(url_for("booths.organized", slug=fair.slug, state=request.form.get("state", "")[:20]), 303)


def _done(caller: Caller, fair_id: int, ids: list[int], reason: str) -> str:
    """Do what was chosen and say it."""
    now, wanted = clock.now(), request.form.get("do", "")
    if wanted == "approve":
        count = db.write(actions.approve_booths, fair_id, ids, caller.id, now)
        return ngettext("부스 %(num)s곳을 승인했어요.", "부스 %(num)s곳을 승인했어요.", count)
    if wanted == "reject":
        count = db.write(actions.reject_booths, fair_id, ids, reason, caller.id, now)
        return ngettext("부스 %(num)s곳을 반려했어요.", "부스 %(num)s곳을 반려했어요.", count)
    if wanted == "intent":
        count = db.write(actions.confirm_intent, ids, now, fair_id=fair_id)
        return ngettext("부스 %(num)s곳의 채용 의사를 확인했어요.", "부스 %(num)s곳의 채용 의사를 확인했어요.", count)
    if wanted == "remind":
        count = db.write(actions.remind_booths, fair_id, ids, now)
        return ngettext("부스 %(num)s곳에 확인을 부탁했어요.", "부스 %(num)s곳에 확인을 부탁했어요.", count)
    if wanted == "verify":
        count = db.write(_verify_employers, fair_id, ids, caller.id, now)
        return ngettext("기업 %(num)s곳을 확인했어요.", "기업 %(num)s곳을 확인했어요.", count)
    raise Invalid(gettext("무엇을 할지 골라 주세요"))


def _verify_employers(session: Any, fair_id: int, booth_ids: list[int], by: int, now: Any) -> int:
    employers = actions.employers_of(session, fair_id, booth_ids)
    return employer_actions.verify_employers(session, employers, by, now)

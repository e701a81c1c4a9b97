"""The coaches of a fair, and one coach: what she helps with and when; booking and waiting."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.coaching import queries
from fairapp.coaching.actions import SHARED_FOR
from fairapp.coaching.forms import BookForm
from fairapp.coaching.pages.base import blueprint
from fairapp.coaching.queries import CoachRow
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.language import say_date, say_when
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as times
from fairapp.scheduling import rules
from fairapp.scheduling.queries import BookingFacts, Desk, Giver, Refusal
from fairapp.shapes import decode_cursor, number, page_of

COACHES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Found:
    """All that the page of a coach shows."""

    row: CoachRow
    fair: Fair
    desk: Desk
    seq: int
    now: datetime
    interviews: list[tuple[str, str]]  # the reader's own that a session could prepare

    @property
    def bookable(self) -> bool:
        """Whether her free slots can be booked now."""
        return fair_rules.bookable(self.fair, self.now)

    @property
    def shared_until(self) -> str:
        """Until when her agency may see the profile of who books."""
        return say_date(self.fair.ends_at + SHARED_FOR, self.fair.zone)


@blueprint.get("/fairs/<slug>/coaches")
def coaches(slug: str) -> Any:
    """Show who coaches at the fair."""
    now, key = clock.now(), decode_cursor(request.args.get("after"), int)
    caller = guards.caller()
    with db.read() as session:
        found = fairs.get_fair(session, slug)
        fair_rules.check_sees(caller, found, found.agency_id, now)
        seq = fairs.news_number(session, found.id)
        after = None if key is None else key[0]
        rows = queries.coaches_of(session, found.id, now, after=after, limit=COACHES_SHOWN + 1)
        prepared = _prepared(session, caller, found, now)
    shown, following = page_of(rows, COACHES_SHOWN, lambda row: (row.id,))
    organizes = caller is not None and caller.may_organize(found.agency_id)
    return render_template(
        "coaching/coaches.html",
        fair=found,
        coaches=shown,
        following=following,
        seq=seq,
        prepared=prepared,
        organizes=organizes,
        moment=now,
        bookable=fair_rules.bookable(found, now),
    )


def _prepared(session: Session, caller: Caller | None, fair: Fair, now: datetime) -> BookingFacts | None:
    """Return the reader's interview at the fair for which she looks for a session (`before`), if it is still to come."""
    said = request.args.get("before", "")
    if caller is None or not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    found = times.own_booking(session, int(said), caller.id)
    coming = found is not None and found.kind == "interview" and found.fair_id == fair.id and found.starts_at > now
    return found if coming else None


def _found(coach_id: int, caller: Caller | None) -> Found:
    now, first = clock.now(), rules.day_named(request.args.get("day"))
    with db.read() as session:
        fair_id = queries.fair_of(session, coach_id)
        seq = fairs.news_number(session, fair_id or 0)
        row = queries.coach(session, coach_id, now)
        if row is None:
            raise NotFound
        fair = fairs.fair_by_id(session, row.fair_id)
        fair_rules.check_sees(caller, fair, fair.agency_id, now)
        giver = Giver(fair.zone, coach_id=coach_id)
        desk = times.desk(session, giver, caller.id if caller else None, now, first)
        mine = times.upcoming_of_seeker(session, caller.id, now) if caller else []
    interviews = [
        (str(one.id), f"{one.employer_name} · {say_when(one.starts_at, one.zone)}")
        for one in mine
        if one.kind == "interview" and one.starts_at > now and one.fair_id == fair.id
    ]
    return Found(row, fair, desk, seq, now, interviews)


def _show(found: Found, form: BookForm, refused: Refusal | None = None) -> Any:
    form.offer(found.interviews)
    page = render_template(
        "coaching/coach.html",
        coach=found.row,
        fair=found.fair,
        desk=found.desk,
        window=found.desk.window,
        bookable=found.bookable,
        shared_until=found.shared_until,
        seq=found.seq,
        form=form,
        refused=refused,
        moment=found.now,
    )
    return page, refused.error.status if refused else 422 if form.errors else 200


@blueprint.get("/coaches/<coach>")
def coach(coach: str) -> Any:
    """Show a coach."""
    said = {name: request.args.get(name) for name in ("slot", "before")}
    return _show(_found(number(coach), guards.caller()), BookForm(formdata=None, **said))


@blueprint.get("/coaches/<coach>/bookings")
@guards.page(guards.signed_in)
def after_sign_in(caller: Caller, coach: str) -> Any:
    """Lead back to the coach with the time that was chosen before signing in."""
    slot = request.args.get("slot") or None
    return redirect(url_for("coaching.coach", coach=number(coach), slot=slot, _anchor="book"), 303)


@blueprint.post("/coaches/<coach>/bookings")
@guards.page(guards.signed_in)
def book(caller: Caller, coach: str) -> Any:
    """Book a coaching session."""
    coach_id, form = number(coach), BookForm()
    found = _found(coach_id, caller)
    valid = form.validate()
    slot_id, asking = _slot(form, Giver(found.fair.zone, coach_id=coach_id))
    if not valid or slot_id is None:
        return _show(found, form)
    try:
        booked = db.write(scheduling.book, slot_id, caller.id, replace(form.wish(), request=asking), clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _show(found, form)
    except Conflict as error:
        return _refused(caller, coach_id, slot_id, form, error)
    flash(str(booked.said), "success")
    return redirect(url_for("scheduling.booking", booking=booked.id), 303)


def _slot(form: BookForm, giver: Giver) -> tuple[int | None, bool]:
    """Return the chosen slot, and whether one asks for it, if it is the coach's; otherwise the form says so."""
    try:
        slot_id = number(form.slot.data)
        with db.read() as session:
            asking = times.asked_for(session, slot_id, giver)
        if asking is not None:
            return slot_id, asking
    except NotFound:
        pass
    if form.slot.data:
        form.slot.errors = [gettext("이 코치의 시간 가운데서 골라 주세요")]
    return None, False


def _refused(caller: Caller, coach_id: int, slot_id: int, form: BookForm, error: Conflict) -> Any:
    """Show the page as it is now, with the reason and the nearest times; what was typed stays."""
    with db.read() as session:
        refused = times.refusal(session, error, slot_id, caller.id, clock.now())
    if refused.own is not None:
        return redirect(url_for("scheduling.booking", booking=refused.own), 303)
    form.slot.data = str(refused.nearest[0].id) if refused.nearest else None
    return _show(_found(coach_id, caller), form, refused)


@blueprint.post("/coaches/<coach>/waitlist")
@guards.page(guards.signed_in)
def wait(caller: Caller, coach: str) -> Any:
    """Wait for a time of the coach."""
    coach_id = number(coach)
    if _found(coach_id, caller).bookable:
        try:
            db.write(
                scheduling.join_waitlist,
                caller.id,
                clock.now(),
                coach_id=coach_id,
                wanted=scheduling.Wanted.on(request.form.get("part")),
            )
        except NotFound:  # she is there, but has never opened a time that could become free
            flash(gettext("아직 연 시간이 없어서 기다릴 수 없어요. 나중에 다시 봐 주세요"), "warning")
        else:
            flash(gettext("대기를 신청했어요. 시간이 나면 메일과 화면으로 바로 알려 드려요"), "success")
    return redirect(url_for("coaching.coach", coach=coach_id, _anchor="wait"), 303)

"""The stand of a booth and of a coach: who sits here now, who comes next, who came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, language, shapes
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts.queries import seekers_who_allow
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.outcomes import actions, forms, queries, rules
from fairapp.outcomes.pages.base import blueprint


class NoConsent(Conflict):
    """The seeker has not allowed this employer or agency to see the profile, or no longer does."""

    slug = "no-consent"
    title = _l("프로필을 볼 수 없어요. 구직자가 공개에 동의하지 않았어요")


@blueprint.get("/stand/<booth>")
@guards.page(guards.signed_in)
def booth_stand(caller: guards.Caller, booth: str) -> Any:
    """Show a booth's day to its recruiters and to the organizer."""
    with db.read() as session:
        stand = queries.booth_stand(session, shapes.number(booth))
    return _stand(caller, stand)


@blueprint.get("/coach/<coach>")
@guards.page(guards.signed_in)
def coach_stand(caller: guards.Caller, coach: str) -> Any:
    """Show a coach's day to the coach and to the organizer."""
    with db.read() as session:
        stand = queries.coach_stand(session, shapes.number(coach))
    return _stand(caller, stand)


def _stand(caller: guards.Caller, stand: queries.Stand) -> Any:
    rules.check_gives(caller, stand, stand.account_id)
    now = clock.now()
    today = clock.local(now, stand.zone).date()
    day = _day(request.args.get("day", ""), today)
    with db.read() as session:
        lines = queries.day_of(session, stand, clock.day_bounds(day, stand.zone))
    allowed = _heard(caller, stand, lines, now)
    lines = [line if line.seeker_id in allowed else replace(line, note="", answers={}) for line in lines]
    here = [line for line in lines if line.starts_at <= now < line.ends_at]
    later = [line for line in lines if line.starts_at > now and day == today]
    coming = [line for line in later if line.starts_at == later[0].starts_at]
    return render_template(
        "outcomes/stand.html",
        stand=stand,
        lines=lines,
        here=here,
        coming=coming,
        rest=[line for line in lines if line not in here and line not in coming],
        day=clock.day_bounds(day, stand.zone)[0],
        day_tabs=_tabs(stand, day, today),
        is_today=day == today,
        markable=lambda line: line.starts_at - rules.MARK_EARLIEST <= now,
    )


def _heard(caller: guards.Caller, stand: queries.Stand, lines: Sequence[queries.Line], now: datetime) -> set[int]:
    """Return whose notes and answers are shown: to the host alone, not to who runs the fair, while the consent lasts."""
    if not rules.hosts(caller, stand, stand.account_id):
        return set()
    employers, agencies = ([one] if one else [] for one in (stand.employer_id, stand.coach_agency_id))
    seekers = [line.seeker_id for line in lines]
    with db.read() as session:
        return set(seekers_who_allow(session, seekers, employers, agencies, "profile", now, caller.id))


def _day(text: str, today: date) -> date:
    """Return the day in the address, today for none or one that cannot be a fair's."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day.year - today.year) <= 5 else today


def _here(stand: queries.Stand, day: date | None) -> str:
    """Return the address of the stand on that day, None for today."""
    if stand.employer_id is not None:
        return url_for("outcomes.booth_stand", booth=stand.id, day=day)
    return url_for("outcomes.coach_stand", coach=stand.id, day=day)


def _tabs(stand: queries.Stand, day: date, today: date) -> list[dict[str, Any]]:
    """Return the ways to the day before, today and the day after."""
    tabs = []
    for one in sorted({day - timedelta(days=1), day, day + timedelta(days=1), today}):
        url = _here(stand, None if one == today else one)
        noon = clock.day_bounds(one, stand.zone)[0]
        label = gettext("오늘") if one == today else language.say_day(noon, stand.zone)
        tabs.append({"url": url, "label": label, "current": one == day})
    return tabs


def given_meeting(caller: guards.Caller, booking: str) -> queries.Meeting:
    """Return the meeting if the caller gives it."""
    with db.read() as session:
        meeting = queries.meeting(session, shapes.number(booking))
    rules.check_gives(caller, meeting, meeting.coach_account_id, meeting.seeker_id)
    return meeting


def stand_of(meeting: queries.Meeting) -> str:
    """Return the address of the stand on the day of the meeting."""
    day = clock.local(meeting.starts_at, meeting.zone).date()
    at: dict[str, Any] = {
        "day": day if day != clock.local(clock.now(), meeting.zone).date() else None,
        "_anchor": f"b{meeting.id}",
    }
    if meeting.booth_id is not None:
        return url_for("outcomes.booth_stand", booth=meeting.booth_id, **at)
    return url_for("outcomes.coach_stand", coach=meeting.coach_id, **at)


@blueprint.post("/bookings/<booking>/attendance")
@guards.page(guards.signed_in)
def mark(caller: guards.Caller, booking: str) -> Any:
    """Mark one side, or take its mark back."""
    meeting = given_meeting(caller, booking)
    form = forms.MarkForm()
    if not form.validate():
        raise Invalid.one("mark", _l("왔는지 안 왔는지 골라 주세요"))
    try:
        db.write(actions.mark_attendance, meeting.id, by=caller.id, now=clock.now(), **form.sides())
    except Conflict as error:
        flash(str(error.detail), "danger")
    return redirect(stand_of(meeting), 303)


@blueprint.post("/bookings/<booking>/disclosure")
@guards.page(guards.signed_in)
def open_profile(caller: guards.Caller, booking: str) -> Any:
    """Show the seeker's profile to whom the seeker allowed; a POST, for each look is written down."""
    meeting = given_meeting(caller, booking)
    employers = caller.recruits_for & {meeting.employer_id}
    agencies = (caller.coaches_for | caller.organizes_for) & {meeting.coach_agency_id}
    try:
        shown = db.write(accounts.disclose, meeting.seeker_id, caller.id, employers, agencies, "profile", clock.now())
    except NotFound as error:
        raise NoConsent(links=[(stand_of(meeting), _l("현황판으로 돌아가기"))]) from error
    return render_template("outcomes/profile.html", meeting=meeting, profile=shown, back=stand_of(meeting))

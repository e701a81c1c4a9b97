"""What followed an interview: the ledger of a booking, for who gave it, the organizer, and the seeker's coach; what is due."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from fairapp import clock, db, shapes
from fairapp.accounts import guards
from fairapp.errors import Conflict, Forbidden, Invalid, NotFound
from fairapp.outcomes import actions, forms, queries, rules
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.stand import stand_of


def _ledger(caller: guards.Caller, booking: str) -> tuple[queries.Meeting, str]:
    """Return the interview with as who the caller writes of it: who gives it, the organizer, or the seeker's coach."""
    now = clock.now()
    with db.read() as session:
        meeting = queries.meeting(session, shapes.number(booking))
        if rules.gives(caller, meeting, meeting.coach_account_id):
            return meeting, rules.role_of(caller, meeting, meeting.coach_account_id)
        agency_id = queries.coached_by(session, meeting, caller.id, now)
    if agency_id is not None and agency_id in caller.coaches_for:
        return meeting, "coach"
    raise Forbidden if caller.id == meeting.seeker_id else NotFound


def _way_back(caller: guards.Caller, meeting: queries.Meeting) -> str:
    """Return where the caller came from: the stand, or one's own page for a coach of another booth's seeker."""
    return stand_of(meeting) if rules.gives(caller, meeting, meeting.coach_account_id) else url_for("coaching.posts")


@blueprint.get("/bookings/<booking>/outcomes")
@guards.page(guards.signed_in)
def outcomes(caller: guards.Caller, booking: str) -> Any:
    """Show what followed an interview, and the form for the next row."""
    meeting, _ = _ledger(caller, booking)
    today = clock.local(clock.now(), meeting.zone).date()
    return _outcomes(caller, meeting, forms.OutcomeForm(formdata=None, on=today, listing=str(meeting.listing_id or "")))


def _outcomes(caller: guards.Caller, meeting: queries.Meeting, form: forms.OutcomeForm, status: int = 200) -> Any:
    if meeting.booth_id is None:
        raise NotFound
    with db.read() as session:
        rows = queries.ledger(session, meeting.id)
        form.offer(queries.listings_of_booth(session, meeting.booth_id), [row for row in rows if row.stands][-1:])
    page = render_template(
        "outcomes/outcomes.html", meeting=meeting, form=form, rows=rows, back=_way_back(caller, meeting)
    )
    return page, status


@blueprint.post("/bookings/<booking>/outcomes")
@guards.page(guards.signed_in)
def append_outcome(caller: guards.Caller, booking: str) -> Any:
    """Add a row to the ledger and go back to the stand."""
    meeting, role = _ledger(caller, booking)
    if meeting.booth_id is None:
        raise NotFound
    form = forms.OutcomeForm()
    with db.read() as session:
        rows = [row for row in queries.ledger(session, meeting.id) if row.stands]
        form.offer(queries.listings_of_booth(session, meeting.booth_id), rows[-1:])
    if not form.validate():
        return _outcomes(caller, meeting, form, 422)
    try:
        db.write(actions.append_outcome, meeting.id, _found(form), caller.id, clock.now(), role)
    except Invalid as error:
        form.add_errors(error)
        return _outcomes(caller, meeting, form, 422)
    except (Conflict, NotFound) as error:
        form.form_errors.append(str(error.detail))
        return _outcomes(caller, meeting, form, error.status)
    flash(gettext("결과를 적었어요"), "success")
    return redirect(_way_back(caller, meeting), 303)


def _found(form: forms.OutcomeForm) -> actions.Found:
    def number(text: str | None) -> int | None:
        return shapes.number(text) if text else None

    return actions.Found(
        stage=form.stage.data,
        on=cast(date, form.on.data),
        listing_id=number(form.listing.data),
        employment_type=form.employment_type.data or None,
        salary=form.salary.data,
        occupation=form.occupation.data or None,
        corrects=number(form.corrects.data),
        evidence=form.evidence.data or None,
        reference=form.reference.data or "",
        months=number(form.months.data),
    )


@blueprint.get("/bookings/<booking>/interviews")
@guards.page(guards.signed_in)
def interviews(caller: guards.Caller, booking: str) -> Any:
    """Show a coach the interviews of somebody she coaches, by the consent given with the session."""
    now = clock.now()
    with db.read() as session:
        meeting = queries.meeting(session, shapes.number(booking))
        if meeting.coach_account_id != caller.id or queries.coached_by(session, meeting, caller.id, now) is None:
            raise NotFound
        rows = queries.interviews_of(session, meeting.fair_id, meeting.seeker_id)
    return render_template("outcomes/interviews.html", meeting=meeting, rows=rows, back=stand_of(meeting))


@blueprint.get("/stand/<booth>/due")
@guards.page(guards.signed_in)
def due(caller: guards.Caller, booth: str) -> Any:
    """Show a booth which hires are to be asked about, and lead to the results that are missing."""
    now = clock.now()
    with db.read() as session:
        stand = queries.booth_stand(session, shapes.number(booth))
        rules.check_gives(caller, stand, None)
        rows = queries.follow_ups(session, clock.local(now, stand.zone).date(), booth_id=stand.id)
        missing = queries.missing_results(session, stand.id, now)
    return render_template("outcomes/due.html", stand=stand, rows=rows, missing=missing)

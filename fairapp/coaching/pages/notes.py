"""The notes of a coaching session: the seeker prepares, the coach reads and writes; private notes are the coach's alone."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import valid_consent
from fairapp.coaching import actions, queries
from fairapp.coaching.forms import NoteForm
from fairapp.coaching.pages.base import blueprint
from fairapp.errors import NotFound
from fairapp.scheduling import queries as times
from fairapp.scheduling.queries import BookingFacts
from fairapp.shapes import number


def _session(caller: Caller, booking: str) -> BookingFacts:
    """Return the coaching session if the caller is one of its two people; NotFound for anybody else."""
    with db.read() as reading:
        facts = times.booking_facts(reading, number(booking))
    if facts is None or facts.coach_id is None or caller.id not in (facts.seeker_id, facts.host_id):
        raise NotFound
    return facts


@blueprint.get("/bookings/<booking>/notes")
@guards.page(guards.signed_in)
def notes(caller: Caller, booking: str) -> Any:
    """Show the notes of a session."""
    return _show(caller, _session(caller, booking))


def _allows(session: Session, facts: BookingFacts) -> bool:
    """Whether the seeker lets the coach's agency see what is hers now."""
    return valid_consent(session, facts.seeker_id, clock.now(), agency_id=facts.agency_id) is not None


def _show(caller: Caller, facts: BookingFacts, bad: NoteForm | None = None) -> Any:
    with db.read() as reading:
        found = queries.notes_of(reading, facts, caller.id)
        interview = times.booking_facts(reading, facts.before_id) if facts.before_id else None
        allows = caller.id == facts.seeker_id or _allows(reading, facts)
    if not allows:  # what she wrote was for the agency while she allows it; the coach's own words stay
        found, facts = replace(found, seeker=""), replace(facts, note="")
    coaches = caller.id == facts.host_id
    shared = NoteForm(formdata=None, prefix="shared", text=found.coach if coaches else found.seeker)
    private = NoteForm(formdata=None, prefix="private", text=found.private)
    page = render_template(
        "coaching/notes.html",
        booking=facts,
        notes=found,
        coaches=coaches,
        interview=interview if interview is not None and interview.seeker_id == facts.seeker_id else None,
        shared=bad if bad is not None and bad._prefix == "shared-" else shared,
        private=bad if bad is not None and bad._prefix == "private-" else private,
    )
    return page, 200 if bad is None else 422, {"Cache-Control": "no-store"}


@blueprint.post("/bookings/<booking>/notes/<kind>")
@guards.page(guards.signed_in)
def write_note(caller: Caller, booking: str, kind: str) -> Any:
    """Keep a note: `shared` for both, `private` for the coach who writes it."""
    facts = _session(caller, booking)
    if kind not in ("shared", "private") or (kind == "private" and caller.id != facts.host_id):
        raise NotFound
    form = NoteForm(prefix=kind)
    if not form.validate():
        return _show(caller, facts, form)
    text = form.text.data or ""
    db.write(actions.write_note, facts.id, caller.id, text, clock.now(), private=kind == "private")
    flash(gettext("메모를 저장했어요"), "success")
    return redirect(url_for("coaching.notes", booking=facts.id), 303)

"""Values that people contest, for the organizers of the agencies that gave and received them: a list, and the answer."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries as agencies
from fairapp.agencies.queries import AgencyFacts
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.partners import actions, queries
from fairapp.partners.forms import AnswerForm
from fairapp.partners.pages.base import blueprint, people_agency, show_private
from fairapp.partners.pages.words import said
from fairapp.partners.queries import CorrectionFacts, told_of_values
from fairapp.partners.rules import CONTESTED, fields_of
from fairapp.shapes import decode_cursor, number, page_of

LIMIT = 50


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


@blueprint.get("/agencies/<agency>/corrections")
@guards.page(guards.organizer)
def corrections(caller: Caller, agency: str) -> Any:
    """List what people contest and nobody has answered, overdue first, with the days that are left."""
    found, key = people_agency(caller, agency), decode_cursor(request.args.get("cursor"), str, int)
    with db.read() as session:
        rows = queries.open_corrections(session, found.id, (_day(key[0]), key[1]) if key else None, LIMIT)
        shown, following = page_of(rows, LIMIT, lambda one: (one.due_on.isoformat(), one.id))
        names = agencies.agency_names(session, {one for row in shown for one in (row.giver_id, row.receiver_id)})
    facts: dict[str, Any] = {"agency": found, "rows": shown, "names": names, "labels": CONTESTED}
    today = actions.day_of(clock.now())
    return show_private("corrections", **facts, today=today, next=following, continued=key is not None)


def _found(caller: Caller, agency: str, correction: str) -> tuple[AgencyFacts, CorrectionFacts]:
    own = people_agency(caller, agency)
    with db.read() as session:
        found = queries.get_correction(session, number(correction), own.id)
    if found is None:
        raise NotFound
    return own, found


@blueprint.get("/agencies/<agency>/corrections/<correction>")
@guards.page(guards.organizer)
def correction(caller: Caller, agency: str, correction: str) -> Any:
    """Show one contested value, what its person says, and ask for the answer."""
    own, found = _found(caller, agency, correction)
    return _shown(own, found, AnswerForm(formdata=None, value=found.wished))


def _shown(own: AgencyFacts, found: CorrectionFacts, form: AnswerForm, status: int = 200) -> Any:
    if found.state != "open":  # what she said was for who had to answer
        return show_private("corrected", agency=own, one=found, label=CONTESTED[found.field])
    with db.read() as session:
        [record] = queries.records_by_id(session, [found.record_id])
        names = agencies.agency_names(session, {found.giver_id, found.receiver_id})
    now_told = fields_of(told_of_values(record)).get(found.field)
    facts: dict[str, Any] = {"agency": own, "one": found, "names": names, "label": CONTESTED[found.field], "form": form}
    facts["was"] = said(found.field, found.contested)
    facts["is_now"] = said(found.field, now_told) if now_told not in (None, found.contested) else None
    return show_private("correction", status, **facts, today=actions.day_of(clock.now()))


@blueprint.post("/agencies/<agency>/corrections/<correction>")
@guards.page(guards.organizer)
def answer_correction(caller: Caller, agency: str, correction: str) -> Any:
    """Answer a contested value."""
    own, found = _found(caller, agency, correction)
    form = AnswerForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.answer, found.id, own.id, form.answer(), caller.id, clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _shown(own, found, form, 422)
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("본인에게 답을 보냈어요."), "success")
    return redirect(url_for("partners.corrections", agency=own.id), 303)

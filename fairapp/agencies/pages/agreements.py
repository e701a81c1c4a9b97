"""What an agency gives and receives, under which agreement and until when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import actions, queries
from fairapp.agencies.forms import AgreementForm
from fairapp.agencies.pages.base import blueprint, organized, show
from fairapp.agencies.queries import AgencyFacts, AgreementFacts
from fairapp.agencies.rules import SHARED_NAMES, SOON, STATE_NAMES, ZONE, AgreementFields
from fairapp.errors import Invalid, NotFound
from fairapp.shapes import number

MOST_AGENCIES = 500  # to choose the other one from


def _today() -> date:
    return clock.local(clock.now(), ZONE).date()


@blueprint.route("/agencies/<agency>/agreements", methods=["GET", "POST"])
@guards.page(guards.organizer)
def agreements(caller: Caller, agency: str) -> Any:
    """Show what the agency shares, and propose an agreement to another one."""
    found = organized(caller, agency)
    with db.read() as session:
        others = [one for one in queries.agencies(session, limit=MOST_AGENCIES) if one.id != found.id]
    form = AgreementForm() if request.method == "POST" else AgreementForm(formdata=None, starts_on=_today())
    form.offer([(one.id, language.in_language(one.name, one.name_en)) for one in others])
    if request.method == "POST" and form.validate():
        try:
            db.write(actions.offer_agreement, _fields(form, found.id), found.id, caller.id, clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("상대 기관에 제안했어요. 상대가 받아들이면 시작돼요"), "success")
            return redirect(url_for("agencies.agreements", agency=found.id), 303)
    return _shown(found, form)


def _fields(form: AgreementForm, own: int) -> AgreementFields:
    said, other = form.data, number(form.other.data)
    giver, receiver = (own, other) if form.direction.data == "give" else (other, own)
    return AgreementFields(giver, receiver, tuple(said["kinds"]), said["purpose"], said["starts_on"], said["ends_on"])


def _shown(found: AgencyFacts, form: AgreementForm) -> Any:
    today = _today()
    with db.read() as session:
        rows = queries.agreements_of(session, found.id, today)
        names = queries.agency_names(session, {one for row in rows for one in (row.giver_id, row.receiver_id)})
    return show(
        "agreements",
        422 if form.is_submitted() else 200,
        agency=found,
        form=form,
        rows=rows,
        names=names,
        shared=SHARED_NAMES,
        states=STATE_NAMES,
        soon=today + SOON,
    )


def _agreement(caller: Caller, agreement: str) -> tuple[AgreementFacts, Sequence[int]]:
    """Return the agreement and for which of its agencies the caller speaks; NotFound for none."""
    with db.read() as session:
        found = queries.get_agreement(session, number(agreement), _today())
    mine = [one for one in (found.giver_id, found.receiver_id) if caller.may_organize(one)] if found else []
    if found is None or not mine:
        raise NotFound
    return found, mine


@blueprint.post("/agreements/<agreement>/acceptance")
@guards.page(guards.organizer)
def accept_agreement(caller: Caller, agreement: str) -> Any:
    """Accept what another agency proposed."""
    found, mine = _agreement(caller, agreement)
    db.write(actions.accept_agreement, found.id, mine, caller.id, clock.now())
    flash(gettext("약속이 시작됐어요"), "success")
    return redirect(url_for("agencies.agreements", agency=mine[-1]), 303)


@blueprint.get("/agreements/<agreement>/end")
@guards.page(guards.organizer)
def ask_end(caller: Caller, agreement: str) -> Any:
    """Ask before an agreement ends."""
    found, mine = _agreement(caller, agreement)
    return show("agreement_end", agreement=found, agency=mine[0])


@blueprint.post("/agreements/<agreement>/end")
@guards.page(guards.organizer)
def end_agreement(caller: Caller, agreement: str) -> Any:
    """End an agreement, or decline what was proposed."""
    found, mine = _agreement(caller, agreement)
    db.write(actions.end_agreement, found.id, mine, caller.id, clock.now())
    flash(gettext("이제 이 약속으로는 아무것도 건네지 않아요"), "success")
    return redirect(url_for("agencies.agreements", agency=mine[0]), 303)

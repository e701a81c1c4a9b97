"""What partners tell about oneself, value by value, and saying that one of them is wrong (PIPA art. 35 and 36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries as agencies
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.navigation import NavItem, account_items, signed_in
from fairapp.partners import actions, queries
from fairapp.partners.forms import ContestForm
from fairapp.partners.pages.base import blueprint, show_private
from fairapp.partners.pages.words import said
from fairapp.partners.queries import CorrectionFacts, ToldRecord, told_of_values
from fairapp.partners.rules import CONTESTED, fields_of, fingerprint
from fairapp.shapes import number

account_items.append(NavItem(_l("기관이 알려 준 내 정보"), "partners.told", "people", signed_in, 47))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a record for its person, and what she last said of it."""

    field: str
    label: str
    words: str
    last: CorrectionFacts | None

    @property
    def waits(self) -> bool:
        """Whether it is contested and not answered."""
        return self.last is not None and self.last.state == "open"


@dataclass(frozen=True, slots=True)
class Card:
    """A record for its person: its list, the two agencies, and each value."""

    record: ToldRecord
    values: Sequence[Value]

    @property
    def number(self) -> str:
        """The partner's number for her, where it gave one."""
        own = self.record.facts.own_id
        return "" if own.startswith("#") else own


def _values(record: ToldRecord, last: Mapping[tuple[int, str], CorrectionFacts]) -> list[Value]:
    one = record.facts
    told = fields_of(told_of_values(one))
    return [
        Value(name, str(label), said(name, told[name]), last.get((one.id, name)))
        for name, label in CONTESTED.items()
        if name in told
    ]


@blueprint.get("/me/told")
@guards.page(guards.signed_in)
def told(caller: Caller) -> Any:
    """Show every value that partners tell of oneself: what, by whom, from which list, as of when; and what one contested."""
    with db.read() as session:
        records = queries.records_about(session, caller.id)
        asked = queries.corrections_of(session, caller.id)
        ids = {one for row in records for one in (row.facts.giver_id, row.facts.receiver_id)}
        names = agencies.agency_names(session, ids | {one.giver_id for one in asked})
    last = {(one.record_id, one.field): one for one in reversed(asked)}
    cards = [Card(one, _values(one, last)) for one in records]
    return show_private("told", cards=cards, asked=asked, names=names, labels=CONTESTED, said=said)


def _found(caller: Caller, record: str, field: str) -> tuple[ToldRecord, Any]:
    """Return the caller's record and the value of the field that it tells; NotFound for none."""
    record_id = number(record)
    with db.read() as session:
        own = next((one for one in queries.records_about(session, caller.id) if one.facts.id == record_id), None)
    value = fields_of(told_of_values(own.facts)).get(field) if own else None
    if own is None or value is None:
        raise NotFound
    return own, value


@blueprint.get("/me/told/<record>/<field>")
@guards.page(guards.signed_in)
def contest(caller: Caller, record: str, field: str) -> Any:
    """Ask what is right instead of a value, and why."""
    own, value = _found(caller, record, field)
    form = ContestForm(formdata=None, seen=fingerprint(own.facts.id, field, value))
    return _asking(own, field, value, form)


def _asking(own: ToldRecord, field: str, value: Any, form: ContestForm, status: int = 200) -> Any:
    with db.read() as session:
        names = agencies.agency_names(session, {own.facts.giver_id, own.facts.receiver_id})
    facts = {"own": own, "field": field, "label": CONTESTED[field], "value": said(field, value), "names": names}
    return show_private("contest", status, **facts, form=form)


@blueprint.post("/me/told/<record>/<field>")
@guards.page(guards.signed_in)
def send_contest(caller: Caller, record: str, field: str) -> Any:
    """Say that a value is wrong."""
    own, value = _found(caller, record, field)
    form = ContestForm()
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.contest, caller.id, own.facts.id, form.contest(field), clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _asking(own, field, value, form, 422)
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("알려 주셔서 고마워요. 10일 안에 답할게요."), "success")
    return redirect(url_for("partners.told"), 303)


@blueprint.post("/me/told/corrections/<correction>/drop")
@guards.page(guards.signed_in)
def drop_contest(caller: Caller, correction: str) -> Any:
    """Take back that a value is wrong."""
    try:
        db.write(actions.take_back, caller.id, number(correction), clock.now())
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("거두었어요"), "success")
    return redirect(url_for("partners.told"), 303)

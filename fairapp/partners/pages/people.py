"""People of whom partners told an agency: who they are, what is told of them by whom and when; likely pairs; merges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, language
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import ProfileFacts
from fairapp.agencies import queries as agencies
from fairapp.agencies.rules import ZONE
from fairapp.errors import Conflict, NotFound
from fairapp.partners import actions, queries
from fairapp.partners.pages.base import blueprint, people_agency, show_private
from fairapp.partners.pages.words import said
from fairapp.partners.rules import COURSE, Told, told_by_field
from fairapp.partners.rules.fields import PERSON_LABELS
from fairapp.shapes import decode_cursor, number, page_of

LIMIT, PAIRS = 50, 20
DECISIONS = {
    "same": _l("한 사람으로 합쳤어요"),
    "different": _l("다른 사람으로 적었어요"),
    "ask": _l("두 사람에게 메일로 물었어요"),
}


@blueprint.get("/agencies/<agency>/people")
@guards.page(guards.organizer)
def people(caller: Caller, agency: str) -> Any:
    """List the people who agreed; how many have not."""
    found, now = people_agency(caller, agency), clock.now()
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        ids = queries.people_of(session, found.id, now, key[0] if key else None, LIMIT)
        counts = queries.people_counts(session, found.id, now)
        pairs = len(queries.open_pairs(session, found.id, now, limit=PAIRS))
        contested = queries.is_correction_open(session, found.id)
    shown, following = page_of(ids, LIMIT, lambda one: (one,))
    rows = db.write(accounts.disclose_many, shown, caller.id, (), [found.id], "profile", now)
    facts: dict[str, Any] = {"agency": found, "rows": [rows[one] for one in shown if one in rows], "counts": counts}
    return show_private("people", **facts, pairs=pairs, contested=contested, next=following, continued=key is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a person: what counts, and what else is told; each with who says it and as of when."""

    name: str
    values: Sequence[tuple[str, str, date, bool]]  # value, source, day, whether the person contests it


def _lines(
    told: Mapping[str, Sequence[Told]], sources: Mapping[int, str], contested: Collection[tuple[int, str]]
) -> list[Line]:
    own = gettext("본인")

    def is_contested(name: str, one: Told) -> bool:
        parts = COURSE if name == "course" else (name,)
        return any((one.record_id, part) in contested for part in parts)

    return [
        Line(
            str(label),
            [
                (said(name, one.value), sources.get(one.record_id or 0, own), one.on, is_contested(name, one))
                for one in told[name]
            ],
        )
        for name, label in PERSON_LABELS.items()
        if told.get(name)
    ]


def _told(person_ids: Sequence[int], agency_id: int) -> dict[int, list[Line]]:
    """Return what is told about these people to the agency: by themselves, and by partners that give to this agency."""
    with db.read() as session:
        records = [one for one in queries.records_of(session, person_ids) if one.receiver_id == agency_id]
        claimed = queries.claimed(session, person_ids)
        words = queries.own_words(session, person_ids)
        contested = queries.contested_on(session, [one.id for one in records])
        names = agencies.agency_names(session, {one.giver_id for one in records})
    sources = {one.id: language.in_language(*names[one.giver_id]) for one in records if one.giver_id in names}
    found = {}
    for person_id in person_ids:
        own, at = words.get(person_id, ({}, None))
        on = clock.local(at, ZONE).date() if at and person_id in claimed else None
        mine = [(one.id, one.said_on, actions.values_of(one)) for one in records if one.account_id == person_id]
        found[person_id] = _lines(told_by_field(own, on, mine), sources, contested)
    return found


@blueprint.get("/agencies/<agency>/people/<person>")
@guards.page(guards.organizer)
def person(caller: Caller, agency: str, person: str) -> Any:
    """Show all that is told about one person, by whom and as of when."""
    found, person_id = people_agency(caller, agency), number(person)
    with db.read() as session:
        if not queries.is_shown(session, found.id, person_id, clock.now()):
            raise NotFound
    shown = db.write(accounts.disclose, person_id, caller.id, (), [found.id], "contact", clock.now())
    with db.read() as session:
        merges = queries.merges_of(session, person_id)
    return show_private(
        "person", agency=found, person=shown, lines=_told([person_id], found.id)[person_id], merges=merges
    )


@blueprint.get("/agencies/<agency>/pairs")
@guards.page(guards.organizer)
def pairs(caller: Caller, agency: str) -> Any:
    """Show pairs that are likely one person, side by side."""
    found, now = people_agency(caller, agency), clock.now()
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.open_pairs(session, found.id, now, key[0] if key else None, PAIRS)
    shown, following = page_of(rows, PAIRS, lambda row: (row.id,))
    ids = sorted({one for row in shown for one in (row.low_id, row.high_id)})
    people: dict[int, ProfileFacts] = db.write(accounts.disclose_many, ids, caller.id, (), [found.id], "contact", now)
    lines = _told(ids, found.id)
    both = [one for one in shown if one.low_id in people and one.high_id in people]
    with db.read() as session:
        claimed = queries.claimed(session, ids)
    owned = {one.id for one in both if {one.low_id, one.high_id} <= claimed}
    facts: dict[str, Any] = {"agency": found, "rows": both, "people": people, "lines": lines, "owned": owned}
    return show_private("pairs", **facts, next=following, continued=key is not None)


@blueprint.post("/agencies/<agency>/pairs/<pair>")
@guards.page(guards.organizer)
def decide_pair(caller: Caller, agency: str, pair: str) -> Any:
    """Keep whether two accounts are one person."""
    found, now, decision = people_agency(caller, agency), clock.now(), request.form.get("decision")
    with db.read() as session:
        row = queries.get_pair(session, number(pair), [found.id], now)
    if row is None or decision not in DECISIONS:
        raise NotFound
    try:
        if decision == "ask":
            db.write(actions.ask_owners, row.id, caller.id, now)
        else:
            db.write(actions.decide_pair, row.id, decision == "same", caller.id, now)
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(str(DECISIONS[decision]), "success")
    return redirect(url_for("partners.pairs", agency=found.id), 303)


@blueprint.post("/agencies/<agency>/merges/<merge>/undo")
@guards.page(guards.organizer)
def undo_merge(caller: Caller, agency: str, merge: str) -> Any:
    """Make two people of one again."""
    found, now = people_agency(caller, agency), clock.now()
    with db.read() as session:
        row = queries.get_merge(session, number(merge))
    if row is None:
        raise NotFound
    db.write(accounts.disclose, row.kept_id, caller.id, (), [found.id], "profile", now)  # NotFound without her consent
    db.write(actions.undo_merge, row.id, caller.id, now)
    flash(gettext("다시 두 사람으로 나눴어요"), "success")
    return redirect(url_for("partners.person", agency=found.id, person=row.kept_id), 303)

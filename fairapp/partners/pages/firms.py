"""Employers that may be one: likely pairs side by side, what is decided of them, and merges that can be undone."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.employers import queries as employers
from fairapp.employers.rules import name_key, written_number
from fairapp.errors import Conflict, NotFound
from fairapp.partners import actions, queries
from fairapp.partners.pages.base import blueprint, go, show
from fairapp.partners.queries import FirmPairRow, FirmSide
from fairapp.shapes import decode_cursor, encode_cursor, number, page_of

PAIRS, CHOICES = 20, 20


def _lines(pair: FirmPairRow) -> list[tuple[str, str, str, str]]:
    """Return, for each field, its name, what either employer says, and how the two stand; what neither says is left out."""
    stand = {name: language.label("likeness", word) for name, word in pair.evidence.items() if word != "missing"}
    values = [
        (gettext("이름"), "name", pair.low.name, pair.high.name),
        (gettext("영어 이름"), "", pair.low.name_en, pair.high.name_en),
        (gettext("사업자등록번호"), "", *(written_number(one.registration_number) for one in _sides(pair))),
        (gettext("대표 전화"), "phone", pair.low.phone, pair.high.phone),
        (gettext("지역"), "region", *(language.region_name(one.region) for one in _sides(pair))),
        (gettext("주소"), "address", pair.low.address, pair.high.address),
        (gettext("하는 일"), "", pair.low.industry, pair.high.industry),
        (gettext("확인"), "", *(gettext("확인함") if s.verified_at else gettext("확인 전") for s in _sides(pair))),
        (gettext("부스"), "", *(str(one.booths) for one in _sides(pair))),
        (gettext("채용 담당자"), "", *(str(one.recruiters) for one in _sides(pair))),
    ]
    return [(name, low, high, stand.get(field, "")) for name, field, low, high in values if low or high]


def _sides(pair: FirmPairRow) -> tuple[FirmSide, FirmSide]:
    return pair.low, pair.high


@blueprint.get("/organize/employers/pairs")
@guards.page(guards.organizer)
def firm_pairs(caller: Caller) -> Any:
    """Show employers that are likely one, side by side, and which were made one."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.open_firm_pairs(session, key[0] if key else None, PAIRS)
        merges = queries.firm_merges(session)
    shown, following = page_of(rows, PAIRS, lambda row: (row.id,))
    lines = {row.id: _lines(row) for row in shown}
    return show("firm_pairs", rows=shown, lines=lines, merges=merges, next=following, continued=key is not None)


@blueprint.post("/organize/employers/pairs/<pair>")
@guards.page(guards.organizer)
def decide_firm_pair(caller: Caller, pair: str) -> Any:
    """Keep whether two employers are one."""
    said, pair_id = request.form.get("decision"), number(pair)
    with db.read() as session:
        both = queries.firm_pair(session, pair_id)
    if both is None or said not in ("same", "different"):
        raise NotFound
    try:
        if said == "same":
            db.write(actions.merge_firms, *both, caller.id, clock.now())
        else:
            db.write(actions.keep_firms_apart, pair_id, caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(gettext("한 기업으로 합쳤어요") if said == "same" else gettext("다른 기업으로 적었어요"), "success")
    return go(url_for("partners.firm_pairs"))


FIELDS = {
    "name": _l("이름"),
    "name_en": _l("영어 이름"),
    "registration_number": _l("사업자등록번호"),
    "industry": _l("하는 일"),
    "employees": _l("직원 수"),
    "region": _l("지역"),
    "address": _l("주소"),
    "phone": _l("대표 전화"),
    "about": _l("소개"),
}


def _said(field: str, value: Any) -> str:
    text = "" if value is None else str(value)
    if field == "registration_number":
        return written_number(text)
    return language.region_name(text) if field == "region" else text


@blueprint.get("/organize/employers/<employer>/told")
@guards.page(guards.organizer)
def firm_told(caller: Caller, employer: str) -> Any:
    """Show of each value of an employer which sources tell it, or told another, and since when."""
    with db.read() as session:
        kept = employers.get_employer(session, number(employer))
        if kept.merged_into_id is not None:
            return go(url_for("partners.firm_told", employer=kept.merged_into_id))
        told = queries.told_of_firm(session, kept.id)
    lines = [
        (
            name,
            _said(field, getattr(kept, field)),
            [(_said(field, one.value), one) for one in told if one.field == field],
        )
        for field, name in FIELDS.items()
    ]
    return show("firm_told", employer=kept, lines=[one for one in lines if one[1] or one[2]])


@blueprint.get("/organize/employers/<employer>/pair")
@guards.page(guards.organizer)
def choose_firm(caller: Caller, employer: str) -> Any:
    """Let an organizer choose herself which other employer this one is: search by the beginning of its name."""
    asked = request.args.get("q", "")[:120].replace("\x00", "").strip()
    with db.read() as session:
        kept = employers.get_employer(session, number(employer))
        if kept.merged_into_id is not None:
            return go(url_for("partners.choose_firm", employer=kept.merged_into_id))
        found = employers.employers(session, key=name_key(asked), limit=CHOICES) if name_key(asked) else []
    rows = [one for one in found[:CHOICES] if one.id != kept.id]
    return show("choose_firm", employer=kept, rows=rows, q=asked, written_number=written_number)


@blueprint.post("/organize/employers/<employer>/pair")
@guards.page(guards.organizer)
def put_beside(caller: Caller, employer: str) -> Any:
    """Put the two side by side with the pairs that wait for a decision."""
    pair = db.write(actions.put_beside, number(employer), number(request.form.get("other", "")), caller.id, clock.now())
    return go(url_for("partners.firm_pairs", cursor=encode_cursor(pair - 1)))


@blueprint.post("/organize/employers/merges/<merge>/undo")
@guards.page(guards.organizer)
def undo_firm_merge(caller: Caller, merge: str) -> Any:
    """Make two employers of one again."""
    try:
        db.write(actions.undo_firm_merge, number(merge), caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(gettext("다시 두 기업으로 나눴어요"), "success")
    return go(url_for("partners.firm_pairs"))

"""Who saw my data, and whom I allow."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import blueprint, go, show
from fairapp.shapes import decode_cursor, number, page_of

LIMIT = 50
WORDS = {
    "purposes": rules.PURPOSES,
    "things": rules.CATEGORIES,
    "ways": rules.WAYS,
    "wordings": rules.WORDINGS,
}


@blueprint.get("/disclosures")
@guards.page(guards.signed_in)
def disclosures(caller: Caller) -> Response:
    """Show the consents that hold and the log of who saw what."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as reading:
        given = queries.given_consents(reading, caller.id, clock.now())
        rows = queries.disclosures(reading, caller.id, key[0] if key else None, LIMIT)
        others = queries.looks(reading, caller.id) if key is None else []
        both: list[queries.Given | queries.Disclosed] = [*given, *rows]
        names = {
            "employer": queries.names_of(reading, "employer", [one.employer_id for one in both]),
            "agency": queries.names_of(reading, "agency", [one.agency_id for one in both]),
        }
    seen, following = page_of(rows, LIMIT, lambda row: (row.id,))
    facts: dict[str, Any] = {"given": given, "seen": seen, "names": names, "others": others, "words": WORDS}
    return show("disclosures", next=following, continued=key is not None, **facts)


def _names(reading: Session, some: Sequence[queries.Given]) -> dict[str, Any]:
    kinds = ("employer", "agency")
    return {kind: queries.names_of(reading, kind, [getattr(one, f"{kind}_id") for one in some]) for kind in kinds}


@blueprint.get("/consents")
@guards.page(guards.signed_in)
def receipts(caller: Caller) -> Response:
    """Show every receipt, those that have ended too."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as reading:
        rows = queries.receipts(reading, caller.id, key[0] if key else None, LIMIT)
        names = _names(reading, rows)
    shown, following = page_of(rows, LIMIT, lambda row: (row.id,))
    facts: dict[str, Any] = {"rows": shown, "names": names, "words": WORDS, "moment": clock.now()}
    return show("receipts", next=following, continued=key is not None, **facts)


@blueprint.get("/consents/<consent>")
@guards.page(guards.signed_in)
def receipt(caller: Caller, consent: str) -> Response:
    """Show a receipt as a document to keep."""
    with db.read() as reading:
        found = queries.receipt(reading, caller.id, number(consent))
        names = _names(reading, [found])
    return show("receipt", one=found, names=names, words=WORDS, moment=clock.now())


@blueprint.get("/consents/<consent>.json")
@guards.page(guards.signed_in)
def receipt_as_json(caller: Caller, consent: str) -> Response:
    """Give a receipt for machines, with the fields of ISO/IEC TS 27560."""
    with db.read() as reading:
        found = queries.receipt(reading, caller.id, number(consent))
        names = _names(reading, [found])
    receiver = names["employer"].get(found.employer_id) or names["agency"].get(found.agency_id)
    told = {
        "record_id": str(found.id),
        "schema": "ISO/IEC TS 27560:2023",
        "pii_principal_id": str(found.seeker_id),
        "controller": {
            "name": receiver.name if receiver else None,
            "kind": "employer" if found.employer_id else "agency",
            "id": str(found.employer_id or found.agency_id),
        },
        "purpose": {"code": found.purpose, "words": str(rules.PURPOSES.get(found.purpose, found.purpose))},
        "pii_categories": sorted(found.scope),
        "lawful_basis": "consent",
        "given_at": clock.rfc3339(found.given_at),
        "given_by": found.way,
        "stated_on": found.stated_on.isoformat() if found.stated_on else None,
        "valid_until": clock.rfc3339(found.until),
        "withdrawn_at": clock.rfc3339(found.withdrawn_at),
        "notice": {"version": found.wording, "text": str(rules.WORDINGS.get(found.wording, ""))},
    }
    response = jsonify(told)
    response.headers["Content-Disposition"] = f"attachment; filename=consent-{found.id}.json"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/consents/<consent>/withdrawal")
@guards.page(guards.signed_in)
def withdraw_consent(caller: Caller, consent: str) -> AnyResponse:
    """Take a consent back."""
    db.write(actions.withdraw_consent, caller.id, number(consent), clock.now())
    flash(gettext("동의를 거두었어요. 이제 그곳에서는 내 정보를 볼 수 없어요"), "success")
    return go(url_for("accounts.disclosures"))

"""Who saw my data, and whom I allow."""

from flask import Response, flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import blueprint, go, show
from fairapp.shapes import decode_cursor, number, page_of

LIMIT = 50


@blueprint.get("/disclosures")
@guards.page(guards.signed_in)
def disclosures(caller: Caller) -> Response:
    """Show the consents that hold and the log of who saw what."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as reading:
        given = queries.given_consents(reading, caller.id, clock.now())
        rows = queries.disclosures(reading, caller.id, key[0] if key else None, LIMIT)
        both: list[queries.Given | queries.Disclosed] = [*given, *rows]
        names = {
            "employer": queries.names_of(reading, "employer", [one.employer_id for one in both]),
            "agency": queries.names_of(reading, "agency", [one.agency_id for one in both]),
        }
    seen, following = page_of(rows, LIMIT, lambda row: (row.id,))
    return show("disclosures", given=given, seen=seen, names=names, next=following, continued=key is not None)


@blueprint.post("/consents/<consent>/withdrawal")
@guards.page(guards.signed_in)
def withdraw_consent(caller: Caller, consent: str) -> AnyResponse:
    """Take a consent back."""
    db.write(actions.withdraw_consent, caller.id, number(consent), clock.now())
    flash(gettext("동의를 거두었어요. 이제 그곳에서는 내 정보를 볼 수 없어요"), "success")
    return go(url_for("accounts.disclosures"))

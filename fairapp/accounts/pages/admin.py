"""The admin's list of accounts, and the end of a role."""

from flask import Response, flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import blueprint, go, show
from fairapp.errors import NotFound
from fairapp.shapes import decode_cursor, number, page_of, refuse_unstorable

LIMIT = 50


@blueprint.get("/admin/accounts")
@guards.page(guards.admin)
def admin_accounts(caller: Caller) -> Response:
    """List accounts in order of address, those whose address begins with what is looked for."""
    beginning = request.args.get("q", "").strip().lower()[:320]
    refuse_unstorable(beginning)
    key = decode_cursor(request.args.get("cursor"), str)
    with db.read() as reading:
        rows = queries.accounts(reading, beginning, key[0] if key else None, LIMIT)
    shown, following = page_of(rows, LIMIT, lambda row: (row.email,))
    return show("admin_accounts", rows=shown, q=beginning, next=following, continued=key is not None)


@blueprint.get("/admin/accounts/<account>")
@guards.page(guards.admin)
def admin_account(caller: Caller, account: str) -> Response:
    """Show one account with its roles."""
    with db.read() as reading:
        person = queries.person(reading, number(account))
        if person is None:
            raise NotFound
        roles = queries.memberships(reading, person.id)
        names = {
            "employer": queries.names_of(reading, "employer", [role.employer_id for role in roles]),
            "agency": queries.names_of(reading, "agency", [role.agency_id for role in roles]),
        }
    return show("admin_account", person=person, roles=roles, names=names, own=person.id == caller.id)


@blueprint.post("/admin/accounts/<account>/disabling")
@guards.page(guards.admin)
def disable_account(caller: Caller, account: str) -> AnyResponse:
    """Shut an account out."""
    db.write(actions.disable_account, caller.id, number(account), clock.now())
    flash(gettext("계정을 막았어요. 모든 기기에서 로그아웃됐어요"), "success")
    return go(url_for("accounts.admin_account", account=account))


@blueprint.post("/admin/accounts/<account>/enabling")
@guards.page(guards.admin)
def enable_account(caller: Caller, account: str) -> AnyResponse:
    """Let an account in again."""
    db.write(actions.enable_account, number(account))
    flash(gettext("계정을 다시 열었어요"), "success")
    return go(url_for("accounts.admin_account", account=account))


@blueprint.post("/memberships/<membership>/end")
@guards.page(guards.signed_in)
def end_membership(caller: Caller, membership: str) -> AnyResponse:
    """End a role, for those who may give it, and go back to the page it was done on."""
    db.write(actions.end_membership, caller.id, number(membership), clock.now())
    flash(gettext("역할을 거두었어요"), "success")
    return go(rules.local_path(request.form.get("next")))

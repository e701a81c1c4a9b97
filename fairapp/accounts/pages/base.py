"""What the pages of accounts share."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field

from fairapp.navigation import NavItem, account_items, signed_in

blueprint = Blueprint("accounts", __name__)

ZONE = "Asia/Seoul"  # times of one's own account, which belong to no fair

account_items += [
    NavItem(_l("내 계정"), "accounts.account", "person", signed_in, 10),
    NavItem(_l("내 프로필"), "accounts.profile", "document", signed_in, 20),
    NavItem(_l("누가 보았나요"), "accounts.disclosures", "lock", signed_in, 30),
    NavItem(_l("관리"), "accounts.admin_accounts", "settings", lambda caller: bool(caller and caller.is_admin), 90),
]


def typed(field: Field) -> str:
    """Return what was typed into a text field; empty where the field was not sent."""
    return str(field.data or "")


def show(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """Return the page, with a status and headers of its own."""
    response = make_response(render_template(f"accounts/{template}.html", zone=ZONE, **facts), status)
    response.headers.update(headers or {})
    return response


def go(url: str) -> AnyResponse:
    """Send the reader on after a form: 303, so that going back does not send it again."""
    return redirect(url, 303)


# For pages whose address or content is a secret: not kept anywhere, not told to the next page.
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

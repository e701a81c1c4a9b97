"""What the pages of time share."""

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from fairapp.navigation import NavItem, items, signed_in

blueprint = Blueprint("scheduling", __name__)

items += [NavItem(_l("내 일정"), "scheduling.my_day", "calendar", signed_in, 30)]


def go(url: str) -> Response:
    """Send the reader on after a form: 303, so that going back does not send it again."""
    return redirect(url, 303)

"""What the pages of coaches share."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from fairapp.navigation import NavItem, account_items

blueprint = Blueprint("coaching", __name__)

account_items += [
    NavItem(_l("내 코칭"), "coaching.posts", "coaching", lambda caller: bool(caller and caller.coaches_for), 40)
]

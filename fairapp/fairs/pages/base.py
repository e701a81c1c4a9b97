"""What the pages of fairs share: the blueprint, and the one place where an organizer's fair is found."""

from datetime import datetime

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from fairapp.accounts.guards import Caller
from fairapp.fairs import queries, rules
from fairapp.fairs.models import Fair
from fairapp.navigation import NavItem, items

blueprint = Blueprint("fairs", __name__)

items.append(NavItem(lazy_pgettext("several", "박람회"), "fairs.home", "fair", order=10))
items.append(
    NavItem(
        _l("운영"),
        "fairs.organize",
        "settings",
        lambda caller: bool(caller and (caller.organizes_for or caller.is_admin)),
        60,
    )
)


def organized(session: Session, caller: Caller, slug: str, now: datetime) -> Fair:
    """Return the fair that this organizer runs; Forbidden or NotFound otherwise."""
    fair = queries.get_fair(session, slug)
    rules.check_organizes(caller, fair, fair.agency_id, now)
    return fair

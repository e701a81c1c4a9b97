"""What the calls on a whole fair share."""

from datetime import datetime

from fairapp import db
from fairapp.accounts.guards import Caller
from fairapp.fairs.models import Fair
from fairapp.outcomes import queries
from fairapp.shapes import MomentIn, Query


class AsOf(Query):
    """The moment whose state is wanted; now if it is left out."""

    as_of: MomentIn | None = None


def organized(caller: Caller, fair: str, now: datetime) -> Fair:
    """Return a fair that the caller runs; Forbidden or NotFound otherwise."""
    with db.read() as session:
        return queries.organized_fair(session, fair, caller, now)

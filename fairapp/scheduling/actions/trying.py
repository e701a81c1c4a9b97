"""Why not: what stands in the way of a booking, told by booking and taking it back in the same transaction."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from fairapp.scheduling.actions.booking import book
from fairapp.scheduling.rules import Wish


class WouldBook(Exception):
    """Nothing stands in the way. It is raised so that the writer undoes what was written."""


def try_booking(session: Session, slot_id: int, seeker_id: int, wish: Wish, now: datetime) -> NoReturn:
    """Raise what `book` would raise for this slot, person and moment, or WouldBook; nothing is kept either way.

    There is one list of rules, and it is run: a second one would tell something else one day. Outdated holds that are in
    the way are expired, as they would be for who books.
    """
    book(session, slot_id, seeker_id, wish, now)
    raise WouldBook

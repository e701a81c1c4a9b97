"""Telling that booths and listings pass the gate, or no longer do. The gate itself is a query: nothing waits for this."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from fairapp.booths import pushes, queries
from fairapp.booths.models import Booth, Listing
from fairapp.db import UtcDateTime
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce

after_lapse: list[Callable[[Session, Sequence[int], datetime], None]] = []  # told which booths stopped hiring


def tell_flips(session: Session, booth_ids: Sequence[int], now: datetime) -> int:
    """Announce those of the booths whose visibility is not the one last announced; return how many."""
    if not booth_ids:
        return 0
    return _tell(session, session.execute(_FLIPPED, {"booths": sorted(set(booth_ids)), "now": now}).all(), now)


def tell_flips_of_fair(session: Session, fair_id: int, now: datetime) -> None:
    """Announce what has flipped in a fair: its times or its interval of intent have changed."""
    _tell(session, session.execute(_flipped(Booth.fair_id == fair_id), {"now": now}).all(), now)


def tell_flips_of_employers(session: Session, employer_ids: Sequence[int], now: datetime) -> None:
    """Announce what has flipped in any fair: these employers were verified, or are so no more."""
    theirs = Booth.employer_id.in_(sorted(set(employer_ids)))
    _tell(session, session.execute(_flipped(theirs), {"now": now}).all(), now)


def tell_renamed(session: Session, employer_id: int, now: datetime) -> None:
    """Announce the visible listings of an employer whose name may have changed: it stands beside each of them."""
    names = ("id", "fair_id", "booth_id", "title", "headcount", "filled")
    visible = (
        select(*(Listing.__table__.c[name] for name in names), Booth.employer_id)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(Booth.employer_id == employer_id, queries.is_visible(now))
        .order_by(Listing.id)
    )
    rows = session.execute(visible).mappings().all()
    announce(session, [news for row in rows for news in pushes.listing_changed(row, True, True, now)])


def tell_turns(session: Session, listing_ids: Sequence[int], now: datetime) -> int:
    """Announce those of the listings that time has opened or closed, and their booths' flips; return how much was told.

    One that closes together with its booth is not told: the booth's news says it. Where the booth is hidden nobody looks.
    """
    turned = (
        update(Listing)
        .where(Listing.id.in_(listing_ids), queries.has_turned(now))  # again: somebody may have been faster
        .values(shown=~Listing.shown)
        .returning(Listing.id)
    )
    ids = session.scalars(turned, execution_options={"synchronize_session": False}).all()
    names = ("id", "fair_id", "booth_id", "title", "headcount", "filled", "shown")
    found = (
        select(*(Listing.__table__.c[name] for name in names), Booth.employer_id, queries.hiring(now).label("hiring"))
        .join(Booth, Booth.id == Listing.booth_id)
        .where(Listing.id.in_(ids))
        .order_by(Listing.id)
    )
    rows = session.execute(found).mappings().all()
    told = [
        news
        for row in rows
        if row["hiring"]
        for news in pushes.listing_changed(row, not row["shown"], row["shown"], now)
    ]
    announce(session, told)
    return len(told) + tell_flips(session, [row["booth_id"] for row in rows], now)


def _flipped(which: ColumnElement[bool]) -> Any:
    """Return the statement that finds those of the booths whose visibility is not the one last announced."""
    hiring = queries.hiring(bindparam("now", type_=UtcDateTime()))
    facts = select(Booth.id, Booth.fair_id, Booth.employer_id, hiring.label("hiring"))
    return facts.where(which, Booth.shown != hiring).order_by(Booth.id)


# Made once: every write of a listing runs it, an import thousands of times, and making it costs ten times running it.
_FLIPPED = _flipped(Booth.id.in_(bindparam("booths", expanding=True)))


def _tell(session: Session, flipped: Sequence[Any], now: datetime) -> int:
    for shown in (True, False):
        ids = [booth.id for booth in flipped if bool(booth.hiring) is shown]
        if ids:
            marked = update(Booth).where(Booth.id.in_(ids)).values(shown=shown)
            session.execute(marked, execution_options={"synchronize_session": False})
    announce(session, [pushes.booth_flipped(booth, bool(booth.hiring), now) for booth in flipped])
    lapsed = [booth.id for booth in flipped if not booth.hiring]
    if lapsed:
        for told in after_lapse:
            told(session, lapsed, now)
    return len(flipped)

"""Writes of listings. Each appends the full state to the history, keeps the search index, and tells who can see it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from fairapp.booths import pushes, queries, rules
from fairapp.booths.actions.gate import tell_flips
from fairapp.booths.actions.searching import index_listing
from fairapp.booths.models import Booth, Listing, ListingHistory
from fairapp.db import UtcDateTime
from fairapp.employers.models import Employer
from fairapp.errors import NotFound, Stale
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce

TEXT_COLUMNS = ("title", "title_en", "description", "workplace", "occupation_text", "url")
# Made once, of tables alone: an import writes thousands of listings.
_LISTINGS, _HISTORY = cast(Table, Listing.__table__), cast(Table, ListingHistory.__table__)
_TIMES = ("announced_at", "booking_opens_at", "starts_at", "ends_at", "archived_at")
_FAIR = (
    select(Fair.id, *(Fair.__table__.c[name] for name in _TIMES))
    .join(Booth, Booth.fair_id == Fair.id)
    .where(Booth.id == bindparam("booth"))
)
_INSERT = insert(_LISTINGS).returning(_LISTINGS.c.id)
_NOW = bindparam("now", type_=UtcDateTime())
_STATE = (
    select(
        Listing.__table__,
        Booth.employer_id,
        Employer.name.label("employer_name"),
        queries.is_open(_NOW).label("open"),
        queries.is_ready(_NOW).label("ready"),
    )
    .join(Booth, Booth.id == Listing.booth_id)
    .join(Employer, Employer.id == Booth.employer_id)
    .join(Fair, Fair.id == Booth.fair_id)
    .where(Listing.id == bindparam("listing"))
)
_SHOW = update(_LISTINGS).where(_LISTINGS.c.id == bindparam("listing")).values(shown=bindparam("open"))
_KEEP = insert(_HISTORY)


def open_listing(session: Session, booth_id: int, fields: rules.ListingFields, by: int | None, now: datetime) -> int:
    """Put a listing up at the booth and return its id; Invalid, FairOver or NotFound.

    A wage below the minimum is kept but not visible: the form refuses it beforehand, an import reports it.
    """
    rules.check_listing(fields, now)
    fair = session.execute(_FAIR, {"booth": booth_id}).first()
    if fair is None:
        raise NotFound
    if fair_rules.phase(fair_rules.Times(*fair[1:]), now) in {"closed", "archived"}:
        raise rules.FairOver
    values = _columns(fields) | {"booth_id": booth_id, "fair_id": fair.id, "created_at": now}
    made = session.execute(_INSERT, values | {"filled": 0, "rev": 1})
    listing_id = int(made.scalar_one())
    index_listing(session, listing_id)
    _changed(session, listing_id, "opened", by, now)
    return listing_id


def edit_listing(
    session: Session, listing_id: int, rev: int, fields: rules.ListingFields, by: int | None, now: datetime
) -> None:
    """Change a listing that is still at `rev`; Stale otherwise, Invalid, ListingClosed or NotFound."""
    rules.check_listing(fields, None)
    before = queries.get_listing(session, listing_id)
    if before.closed_at is not None:
        raise rules.ListingClosed
    if before.rev != rev:
        raise Stale
    rules.check_headcount(fields.headcount, before.headcount, before.filled)
    if not _update(session, (Listing.id == listing_id, Listing.rev == rev), _columns(fields)):
        raise Stale
    index_listing(session, listing_id)
    _changed(session, listing_id, "changed", by, now)


def close_listing(session: Session, listing_id: int, by: int | None, now: datetime) -> None:
    """Close a listing early; one that is closed stays as it is. Booked interviews stay too."""
    if _update(session, (Listing.id == listing_id, Listing.closed_at.is_(None)), {"closed_at": now}):
        _changed(session, listing_id, "closed", by, now)


def fill(session: Session, listing_id: int, by: int | None, now: datetime) -> None:
    """Count a hire of the ledger against the headcount; when none is left the listing is no longer visible."""
    if _update(session, (Listing.id == listing_id,), {"filled": Listing.filled + 1}):
        _changed(session, listing_id, "filled", by, now)


def unfill(session: Session, listing_id: int, by: int | None, now: datetime) -> None:
    """Take back a counted hire that the ledger has corrected."""
    if _update(session, (Listing.id == listing_id, Listing.filled > 0), {"filled": Listing.filled - 1}):
        _changed(session, listing_id, "changed", by, now)


def _columns(fields: rules.ListingFields) -> dict[str, Any]:
    values = asdict(fields)
    values |= {name: values[name].strip() for name in TEXT_COLUMNS}
    values["skills"] = list(dict.fromkeys(skill.strip() for skill in fields.skills if skill.strip()))
    offered = fields.salary_min if fields.salary_min is not None else fields.salary_max
    values["legal_until"] = rules.legal_until(offered, fields.salary_period, fields.hours_per_week)
    return values


def _update(session: Session, which: tuple[Any, ...], values: dict[str, Any]) -> bool:
    changed = update(Listing).where(*which).values(**values, rev=Listing.rev + 1)
    done = session.execute(changed, execution_options={"synchronize_session": False})
    session.expire_all()
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count


def _changed(session: Session, listing_id: int, what: str, by: int | None, now: datetime) -> None:
    """Append the state to the history; tell of the listing, and of its booth where the gate has flipped."""
    row = dict(session.execute(_STATE, {"listing": listing_id, "now": now}).mappings().one())
    shown, is_open, ready = (bool(row.pop(name)) for name in ("shown", "open", "ready"))
    state = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
    kept = {"listing_id": listing_id, "rev": row["rev"], "at": now, "actor_id": by, "what": what, "state": state}
    session.execute(_KEEP, kept)
    if shown != is_open:
        session.execute(_SHOW, {"listing": listing_id, "open": is_open})
    announce(session, pushes.listing_changed(row, shown and ready, is_open and ready, now))
    tell_flips(session, [row["booth_id"]], now)

"""One opening that two sources tell: the first is the listing, the other is kept beside it, until somebody parts them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.booths import rules
from fairapp.booths.models import Booth, Listing, ListingDouble
from fairapp.errors import NotFound


@dataclass(slots=True)
class Doubles:
    """What of a chunk of rows is told already: open listings by booth, and rows known as doubles by their identity."""

    fair_id: int
    openings: dict[int, list[rules.Opening]] = field(default_factory=lambda: defaultdict(list))
    known: dict[str, Any] = field(default_factory=dict)

    def add(self, booth_id: int, listing_id: int, row: rules.ListingRow) -> None:
        """Take in a listing that was just opened."""
        self.openings[booth_id].append(rules.opening_of(listing_id, row.fields, row.key))

    def find(self, session: Session, booth_id: int, row: rules.ListingRow, now: datetime) -> int | None:
        """Return the listing of which the row is a double, and keep that; None where it is an opening of its own.

        What was a double and is none any more, because the listing closed or either changed, is an opening of its own again.
        """
        digest = rules.identity_digest(row.identity)
        before = self.known.get(digest)
        if before is not None and before.apart_at is not None:
            return None
        mine = rules.opening_of(0, row.fields, row.key)
        same = (one.listing_id for one in self.openings[booth_id] if rules.is_double(one, mine))
        listing_id = min(same, default=None)
        if before is not None and before.listing_id != listing_id:
            session.execute(delete(ListingDouble).where(ListingDouble.id == before.id))
        if listing_id is not None and (before is None or before.listing_id != listing_id):
            self._keep(session, digest, listing_id, row, now)
        return listing_id

    def _keep(self, session: Session, digest: str, listing_id: int, row: rules.ListingRow, now: datetime) -> None:
        told = {"source": row.fields.source or "", "title": row.fields.title, "url": row.fields.url}
        values = {"fair_id": self.fair_id, "identity": digest, "listing_id": listing_id, "first_at": now, **told}
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(ListingDouble).values(values).on_conflict_do_nothing())


def known_doubles(
    session: Session, fair_id: int, rows: Collection[rules.ListingRow], booths: Mapping[int, str], now: datetime
) -> Doubles:
    """Return what is told already that these rows could tell again. `booths`: the key of the employer's name by booth.

    The booths are locked: of two sources that bring in the same opening at once, one comes second.
    """
    found = Doubles(fair_id)
    session.execute(select(Booth.id).where(Booth.id.in_(sorted(booths))).order_by(Booth.id).with_for_update())
    digests = {rules.identity_digest(row.identity) for row in rows}
    columns = ListingDouble.id, ListingDouble.identity, ListingDouble.listing_id, ListingDouble.apart_at
    theirs = ListingDouble.fair_id == fair_id, ListingDouble.identity.in_(digests)
    found.known = {row.identity: row for row in session.execute(select(*columns).where(*theirs))}
    lasting = Listing.booth_id.in_(booths), Listing.closed_at.is_(None), Listing.closes_at > now
    for one in session.execute(select(Listing.__table__).where(*lasting).order_by(Listing.id)):
        found.openings[one.booth_id].append(_opening(one, booths[one.booth_id]))
    return found


def _opening(row: Any, employer_key: str) -> rules.Opening:
    return rules.opening_of(row.id, row, employer_key)


def part(session: Session, double_id: int, fair_id: int, by: int, now: datetime) -> None:
    """Keep that a double is an opening of its own: the next import brings it in. NotFound for another fair's, or twice."""
    open_one = ListingDouble.id == double_id, ListingDouble.fair_id == fair_id, ListingDouble.apart_at.is_(None)
    values = {"apart_at": now, "apart_by": by}
    done = session.scalar(update(ListingDouble).where(*open_one).values(values).returning(ListingDouble.listing_id))
    if done is None:
        raise NotFound
    trace.record(session, "listing.parted", "listing", done, now, by=by, fair_id=fair_id)

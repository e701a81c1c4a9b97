"""Keeping the search index: written by the same action that writes the listing."""

from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from fairapp.booths import queries
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer

_FORGET = text("DELETE FROM listing_search WHERE rowid = :id")
_INSERT = text("INSERT INTO listing_search (rowid, words) VALUES (:id, :words)")
# The words are kept as they are: PostgreSQL's own parser would take Korean apart in its own way.
_UPSERT = text(
    "INSERT INTO listing_search (listing_id, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
    " ON CONFLICT (listing_id) DO UPDATE SET words = excluded.words"
)


_TEXTS = (Listing.title, Listing.title_en, Listing.description, Listing.workplace, Listing.occupation_text)
_FOUND_BY = (
    select(*_TEXTS, Listing.skills, Employer.name, Employer.name_en)
    .join(Booth, Booth.id == Listing.booth_id)
    .join(Employer, Employer.id == Booth.employer_id)
    .where(Listing.id == bindparam("id"))
)


def index_listing(session: Session, listing_id: int) -> None:
    """Keep what the listing is found by: title, employer, description, skills, workplace, occupation as the source has it."""
    row = session.execute(_FOUND_BY, {"id": listing_id}).one()
    words = queries.indexed([part for part in row if isinstance(part, str)] + list(row.skills))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_FORGET, {"id": listing_id})
        session.execute(_INSERT, {"id": listing_id, "words": " ".join(words)})
    else:
        session.execute(_UPSERT, {"id": listing_id, "words": words})


def index_employer(session: Session, employer_id: int, now: datetime) -> None:
    """Keep the new name of an employer for all of its listings."""
    theirs = select(Listing.id).join(Booth, Booth.id == Listing.booth_id).where(Booth.employer_id == employer_id)
    for listing_id in session.scalars(theirs.order_by(Listing.id)).all():
        index_listing(session, listing_id)

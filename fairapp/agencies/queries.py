"""Reads of agencies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.queries import Organisation
from fairapp.agencies.models import Agency

MOST_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """An agency as plain values."""

    id: int
    slug: str
    name: str
    name_en: str
    kind: str
    parent_id: int | None
    region: str | None = None


_FACTS = select(Agency.id, Agency.slug, Agency.name, Agency.name_en, Agency.kind, Agency.parent_id, Agency.region)


def get_agency(session: Session, agency_id: int) -> AgencyFacts | None:
    """Return the agency of that id."""
    row = session.execute(_FACTS.where(Agency.id == agency_id)).first()
    return AgencyFacts(*row) if row else None


def agency_by_slug(session: Session, slug: str) -> AgencyFacts | None:
    """Return the agency of that slug."""
    row = session.execute(_FACTS.where(Agency.slug == slug)).first()
    return AgencyFacts(*row) if row else None


def agencies(session: Session, after: int | None = None, limit: int = 50) -> Sequence[AgencyFacts]:
    """Return `limit + 1` agencies in order of id, after an id."""
    wanted = _FACTS.order_by(Agency.id).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(Agency.id > after)
    return [AgencyFacts(*row) for row in session.execute(wanted)]


def agencies_of(session: Session, agency_ids: Collection[int]) -> Sequence[AgencyFacts]:
    """Return these agencies in order of id, in one query."""
    if not agency_ids:
        return []
    wanted = _FACTS.where(Agency.id.in_(set(agency_ids))).order_by(Agency.id)
    return [AgencyFacts(*row) for row in session.execute(wanted)]


def agency_names(session: Session, agency_ids: Collection[int]) -> Mapping[int, Organisation]:
    """Return the names of these agencies, in one query; fills accounts.queries.organisation_names."""
    return {found.id: Organisation(found.name, found.name_en) for found in agencies_of(session, agency_ids)}


def with_ancestors(session: Session, agency_id: int) -> list[int]:
    """Return the agency's id and those above it, the nearest first."""
    found: list[int] = []
    here: int | None = agency_id
    while here is not None and here not in found and len(found) < MOST_ANCESTORS:
        found.append(here)
        here = session.scalar(select(Agency.parent_id).where(Agency.id == here))
    return found

"""Agencies are made and changed by admins; their people come and go through accounts.actions."""

from dataclasses import asdict
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.agencies import queries
from fairapp.agencies.models import Agency
from fairapp.agencies.rules import AgencyFields, check_agency, check_parent
from fairapp.errors import Invalid, NotFound


def _check_slug(session: Session, slug: str, own_id: int | None) -> None:
    holder = session.scalar(select(Agency.id).where(Agency.slug == slug))
    if holder is not None and holder != own_id:
        raise Invalid.one("slug", _l("다른 기관이 쓰는 짧은 이름이에요"))


def _check_parent_exists(session: Session, parent_id: int | None) -> None:
    if parent_id is not None and queries.get_agency(session, parent_id) is None:
        raise Invalid.one("parent_id", _l("그런 기관이 없어요"))


def make_agency(session: Session, fields: AgencyFields, now: datetime) -> int:
    """Make an agency and return its id; Invalid for what cannot be one or a slug that is taken."""
    check_agency(fields)
    _check_slug(session, fields.slug, None)
    _check_parent_exists(session, fields.parent_id)
    new = insert(Agency).values(**asdict(fields), created_at=now)
    agency_id = session.scalars(new.returning(Agency.id)).one()
    trace.record(session, "agency.made", "agency", agency_id, now)
    return agency_id


def change_agency(session: Session, agency_id: int, fields: AgencyFields) -> None:
    """Set what is said of an agency; NotFound, or Invalid as for a new one or where it would stand above itself."""
    if queries.get_agency(session, agency_id) is None:
        raise NotFound
    check_agency(fields)
    _check_slug(session, fields.slug, agency_id)
    _check_parent_exists(session, fields.parent_id)
    if fields.parent_id is not None:
        check_parent(agency_id, queries.with_ancestors(session, fields.parent_id))
    session.execute(update(Agency).where(Agency.id == agency_id).values(**asdict(fields)))

"""Agencies are made and changed by admins; what two of them share, they agree on. Their people: accounts.actions."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import clock, trace
from fairapp.accounts.rules import SEGMENTS
from fairapp.agencies import queries
from fairapp.agencies.models import SHARED, Agency, Agreement
from fairapp.agencies.rules import ZONE, AgencyFields, AgreementFields, check_agency, check_agreement, check_parent
from fairapp.errors import Conflict, Invalid, NotFound


def _check_slug(session: Session, slug: str, own_id: int | None) -> None:
    holder = session.scalar(select(Agency.id).where(Agency.slug == slug))
    if holder is not None and holder != own_id:
        raise Invalid.one("slug", _l("다른 기관이 쓰는 짧은 이름이에요"))


def _check_parent_exists(session: Session, parent_id: int | None) -> None:
    if parent_id is not None and queries.get_agency(session, parent_id) is None:
        raise Invalid.one("parent_id", _l("그런 기관이 없어요"))


def _values(fields: AgencyFields) -> dict[str, Any]:
    """Return what the row keeps; the groups in one order."""
    return asdict(fields) | {"serves": [one for one in SEGMENTS if one in fields.serves]}


def make_agency(session: Session, fields: AgencyFields, now: datetime) -> int:
    """Make an agency and return its id; Invalid for what cannot be one or a slug that is taken."""
    check_agency(fields)
    _check_slug(session, fields.slug, None)
    _check_parent_exists(session, fields.parent_id)
    new = insert(Agency).values(**_values(fields), created_at=now)
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
    session.execute(update(Agency).where(Agency.id == agency_id).values(**_values(fields)))


def offer_agreement(session: Session, fields: AgreementFields, offered_for: int, by: int, now: datetime) -> int:
    """Write down what one of two agencies proposes, and return its id; it is in force once the other one accepts.

    `offered_for` is the agency for which it is proposed, one of the two. Invalid for what cannot be one.
    """
    check_agreement(fields, clock.local(now, ZONE).date())
    for agency_id in (fields.giver_id, fields.receiver_id):
        if queries.get_agency(session, agency_id) is None:
            raise Invalid.one("other", _l("그런 기관이 없어요"))
    values = {**asdict(fields), "kinds": [kind for kind in SHARED if kind in fields.kinds]}
    new = insert(Agreement).values(**values, offered_for=offered_for, offered_by=by, offered_at=now)
    made = session.scalars(new.returning(Agreement.id)).one()
    trace.record(session, "agreement.offered", "agreement", made, now, by=by)
    return made


def accept_agreement(session: Session, agreement_id: int, agency_ids: Collection[int], by: int, now: datetime) -> None:
    """Accept for the agency that was asked, one of `agency_ids`; NotFound for anybody else, Conflict if it is too late."""
    found = _agreement_of(session, agreement_id, agency_ids, now)
    if not any(found.waits_for(one) for one in agency_ids):
        raise Conflict(_l("이미 답했거나 기간이 끝난 약속이에요"))
    waiting = update(Agreement).where(Agreement.id == agreement_id, Agreement.accepted_at.is_(None))
    session.execute(waiting.values(accepted_by=by, accepted_at=now))
    trace.record(session, "agreement.accepted", "agreement", agreement_id, now, by=by)


def end_agreement(session: Session, agreement_id: int, agency_ids: Collection[int], by: int, now: datetime) -> None:
    """End it, or decline what was offered: either of the two may, from now on nothing is handed over. NotFound for others."""
    found = _agreement_of(session, agreement_id, agency_ids, now)
    if found.state in ("over", "ended"):
        raise Conflict(_l("이미 끝난 약속이에요"))
    session.execute(update(Agreement).where(Agreement.id == agreement_id).values(ended_by=by, ended_at=now))
    trace.record(session, "agreement.ended", "agreement", agreement_id, now, by=by)


def _agreement_of(
    session: Session, agreement_id: int, agency_ids: Collection[int], now: datetime
) -> queries.AgreementFacts:
    found = queries.get_agreement(session, agreement_id, clock.local(now, ZONE).date())
    if found is None or not {found.giver_id, found.receiver_id} & set(agency_ids):
        raise NotFound
    return found

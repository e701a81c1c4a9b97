"""Roles at employers and agencies."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import queries
from fairapp.accounts.models import Membership
from fairapp.accounts.rules import check_may_give
from fairapp.errors import Invalid, NotFound


def place_member(
    session: Session,
    account_id: int,
    role: str,
    now: datetime,
    *,
    employer_id: int | None = None,
    agency_id: int | None = None,
) -> int:
    """Give the role and return the membership's id; the same id if the person has it. For whoever is the rule itself:
    the demo, imports, and actions that checked who asks."""
    same = (
        Membership.account_id == account_id,
        Membership.role == role,
        Membership.employer_id == employer_id if employer_id else Membership.employer_id.is_(None),
        Membership.agency_id == agency_id if agency_id else Membership.agency_id.is_(None),
        Membership.ended_at.is_(None),
    )
    held = session.scalar(select(Membership.id).where(*same))
    if held is not None:
        return held
    new = insert(Membership).values(
        account_id=account_id, role=role, employer_id=employer_id, agency_id=agency_id, created_at=now
    )
    given = session.scalars(new.returning(Membership.id)).one()
    told = {"role": role, "employer": employer_id, "agency": agency_id}
    trace.record(session, "role.given", "membership", given, now, person_id=account_id, data=told)
    return given


def add_membership(
    session: Session,
    actor_id: int,
    email: str,
    role: str,
    now: datetime,
    *,
    employer_id: int | None = None,
    agency_id: int | None = None,
) -> int:
    """Give a role to the account with this normalised address; Forbidden, or Invalid where there is no such account.

    An address that nobody confirmed may be somebody else's: it gets no role.
    """
    check_may_give(queries.rights(session, actor_id), role, employer_id, agency_id)
    found = queries.credentials(session, email)
    if found is None or found.confirmed_at is None or found.disabled_at is not None:
        raise Invalid.one("email", _l("이 주소로 가입을 마친 사람이 없어요. 먼저 가입을 부탁해 주세요"))
    return place_member(session, found.id, role, now, employer_id=employer_id, agency_id=agency_id)


def end_membership(session: Session, actor_id: int, membership_id: int, now: datetime) -> None:
    """End a role; NotFound if there is none, Forbidden for those who could not give it. One may end one's own."""
    row = session.get(Membership, membership_id)
    if row is None:
        raise NotFound
    if row.account_id != actor_id:
        check_may_give(queries.rights(session, actor_id), row.role, row.employer_id, row.agency_id)
    lasting = update(Membership).where(Membership.id == membership_id, Membership.ended_at.is_(None))
    session.execute(lasting.values(ended_at=now))
    told = {"role": row.role, "employer": row.employer_id, "agency": row.agency_id}
    trace.record(
        session, "role.ended", "membership", membership_id, now, by=actor_id, person_id=row.account_id, data=told
    )

"""Reads of reports that go out by mail: who ordered which, and who may have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account
from fairapp.outcomes.models import MailOrder

MOST = 100


@dataclass(frozen=True, slots=True)
class Mailing:
    """An order: to whom, how often, when next."""

    id: int
    fair_id: int
    account_id: int
    name: str
    email: str
    every: str
    next_at: datetime


def mailings(session: Session, fair_id: int) -> Sequence[Mailing]:
    """Return the orders of a fair that last, the oldest first."""
    found = (
        select(MailOrder.id, MailOrder.fair_id, MailOrder.account_id, Account.name, Account.email)
        .add_columns(MailOrder.every, MailOrder.next_at)
        .join(Account, Account.id == MailOrder.account_id)
        .where(MailOrder.fair_id == fair_id, MailOrder.ended_at.is_(None))
        .order_by(MailOrder.id)
        .limit(MOST)
    )
    return [Mailing(*row) for row in session.execute(found)]


def mailings_due(session: Session, now: datetime) -> Sequence[int]:
    """Return the orders whose time has come."""
    due = select(MailOrder.id).where(MailOrder.ended_at.is_(None), MailOrder.next_at <= now)
    return session.scalars(due.order_by(MailOrder.next_at, MailOrder.id).limit(MOST)).all()


def may_have_reports(session: Session, agency_id: int) -> dict[int, str]:
    """Return the accounts that may have reports of an agency's fairs, its organizers, with their names."""
    people = accounts.members(session, agency_id=agency_id)
    return {one.account_id: one.name for one in people if one.role == "organizer"}

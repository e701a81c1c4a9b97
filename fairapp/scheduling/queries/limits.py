"""Reads of what hosts and places allow."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.scheduling.models import HostLimit


def host_limits(session: Session, fair_id: int, accounts: Iterable[int]) -> dict[int, HostLimit]:
    """Return the limits of these hosts at the fair, of those who have any."""
    found = select(HostLimit).where(HostLimit.fair_id == fair_id, HostLimit.account_id.in_(list(accounts)))
    return {row.account_id: row for row in session.scalars(found)}

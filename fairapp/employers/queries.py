"""Reads of employers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Membership
from fairapp.employers.models import Employer
from fairapp.errors import NotFound


def get_employer(session: Session, employer_id: int) -> Employer:
    """Return the employer; NotFound where there is none."""
    employer = session.get(Employer, employer_id)
    if employer is None:
        raise NotFound
    return employer


def recruits(session: Session, account_id: int, employer_id: int) -> bool:
    """Whether the person is a recruiter of the employer now; read in the transaction that relies on it."""
    lasting = Membership.account_id == account_id, Membership.role == "recruiter", Membership.ended_at.is_(None)
    found = session.scalar(select(Membership.id).where(*lasting, Membership.employer_id == employer_id))
    return found is not None


def employers_by_id(session: Session, ids: Iterable[int]) -> Sequence[Employer]:
    """Return these employers in order of name."""
    return session.scalars(select(Employer).where(Employer.id.in_(sorted(set(ids)))).order_by(Employer.name)).all()


def employers(
    session: Session, *, verified: bool | None = None, key: str = "", after: int | None = None, limit: int = 50
) -> Sequence[Employer]:
    """Return employers, newest first, at most `limit + 1`: those (un)verified, whose name_key begins so, below an id.

    One that was merged into another rests and is not among them.
    """
    found = select(Employer).where(Employer.merged_into_id.is_(None)).order_by(Employer.id.desc()).limit(limit + 1)
    if verified is not None:
        found = found.where(Employer.verified_at.is_not(None) if verified else Employer.verified_at.is_(None))
    if key:
        found = found.where(Employer.name_key.startswith(key, autoescape=True))
    if after is not None:
        found = found.where(Employer.id < after)
    return session.scalars(found).all()


def employer_by_number(session: Session, digits: str) -> int | None:
    """Return the employer with this registration number."""
    return session.scalar(select(Employer.id).where(Employer.registration_number == digits))


def employers_by_key(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Return the oldest employer of each rules.name_key that has one; of one that rests, the one that stays."""
    wanted = sorted(set(keys))
    rows = session.execute(
        select(Employer.name_key, func.coalesce(Employer.merged_into_id, Employer.id))
        .where(Employer.name_key.in_(wanted))
        .order_by(Employer.id.desc())
    )
    return {row[0]: row[1] for row in rows}

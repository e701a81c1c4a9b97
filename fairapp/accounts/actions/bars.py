"""Who does not see by which receipt: two employers became one, and a yes to one is none to the other's people."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Consent, ConsentBar


def bar(
    session: Session,
    merge_id: int,
    account_ids: Collection[int],
    employer_id: int,
    now: datetime,
    besides: Collection[int] = (),
) -> None:
    """Let these people see nothing by the receipts that the employer holds now, but for some.

    Who is barred already is barred by this merge too, so that undoing the other one opens nothing.
    """
    for account_id in sorted(set(account_ids)):
        holding = [Consent.employer_id == employer_id, Consent.withdrawn_at.is_(None), Consent.until > now]
        if besides:
            holding.append(Consent.id.not_in(list(besides)))
        _insert(session, merge_id, select(Consent.id, literal(account_id), literal(merge_id)).where(*holding))


def bar_again(session: Session, merge_id: int, account_ids: Collection[int], employer_id: int) -> None:
    """Let the bars that these people have at the employer be this merge's too, for it gives them another way in."""
    theirs = (
        select(ConsentBar.consent_id, ConsentBar.account_id, literal(merge_id))
        .join(Consent, Consent.id == ConsentBar.consent_id)
        .where(Consent.employer_id == employer_id, ConsentBar.account_id.in_(set(account_ids)))
        .distinct()
    )
    _insert(session, merge_id, theirs)


def _insert(session: Session, merge_id: int, rows: Any) -> None:
    known = select(ConsentBar.consent_id, ConsentBar.account_id).where(ConsentBar.merge_id == merge_id)
    barred = {tuple(row) for row in session.execute(known)}
    fresh = [row for row in session.execute(rows) if (row[0], row[1]) not in barred]
    if fresh:
        names = ("consent_id", "account_id", "merge_id")
        session.execute(insert(ConsentBar), [dict(zip(names, row, strict=True)) for row in fresh])


def unbar(session: Session, merge_id: int) -> None:
    """Take the bars of a merge away: it is undone."""
    session.execute(delete(ConsentBar).where(ConsentBar.merge_id == merge_id))

"""The seals of the ledger: each row's digest lies in the trace, and the audit compares them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account
from fairapp.outcomes.models import Outcome
from fairapp.trace import AT_ONCE, Trace, digest

# What a seal holds. A column that comes later is not among them: the seals of old rows must stay true.
SEALED = (
    *("id", "fair_id", "booking_id", "seeker_id", "booth_id", "listing_id", "stage", "on", "employment_type", "salary"),
    *("occupation", "corrects", "recorded_at", "recorded_by", "role", "evidence", "reference", "months", "age"),
    *("segment", "region"),
)


def seal_of(row: Mapping[str, Any]) -> str:
    """Return the digest of a row of the ledger."""
    return digest({name: row[name] for name in SEALED})


def broken_seals(session: Session) -> Iterator[str]:
    """Give a sentence for each row of the ledger that is not what was written, was never written, or is gone.

    A row about somebody who was erased may have lost the number of a document: then the seal of that deed counts.
    """
    sealed = Trace.kind == "outcome", Trace.what == "outcome.sealed"
    cut, erased = aliased(Trace), Account.erased_at.is_not(None)
    reduced = (cut.kind == "outcome") & (cut.what == "outcome.reduced") & (cut.about_id == Outcome.id) & erased
    rows = (
        select(*(Outcome.__table__.c[name] for name in SEALED), Trace.chain, Trace.data, cut.data.label("cut"))
        .join(Account, Account.id == Outcome.seeker_id)
        .outerjoin(Trace, (Trace.about_id == Outcome.id) & sealed[0] & sealed[1])
        .outerjoin(cut, reduced)
        .order_by(Outcome.id)
    )
    for row in _in_parts(session, rows):
        if row["data"] is None:
            yield f"outcome {row['id']}: no seal says that it was written"
        elif _seal(row) != seal_of(row) or row["chain"] != row["fair_id"]:
            yield f"outcome {row['id']}: is not what was written"
    gone = select(Trace.about_id).outerjoin(Outcome, Outcome.id == Trace.about_id).where(*sealed, Outcome.id.is_(None))
    for found in session.scalars(gone.order_by(Trace.about_id)):
        yield f"outcome {found}: was written, and is gone"


def _seal(row: Mapping[str, Any]) -> str:
    """Return the seal that counts: of the row as it was written, or as it was left by an erasure."""
    written, cut = row["data"]["seal"], row["cut"]
    return str(cut["seal"]) if cut is not None and cut["was"] == written else str(written)


def _in_parts(session: Session, rows: Any) -> Iterator[Mapping[str, Any]]:
    """Give the rows some at a time: a ledger may be long."""
    after = 0
    while found := [dict(row) for row in session.execute(rows.where(Outcome.id > after).limit(AT_ONCE)).mappings()]:
        yield from found
        after = found[-1]["id"]

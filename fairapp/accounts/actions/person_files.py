"""Orders of the file of one's own data, and what becomes of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import queries
from fairapp.accounts.actions.retention import record_destruction
from fairapp.accounts.models import PersonFile
from fairapp.accounts.rules import ASKED_EVERY
from fairapp.errors import Conflict

LEASE = timedelta(minutes=10)  # a maker that needs longer has died


class AskedAlready(Conflict):
    """A file was asked for within the last hour."""

    slug = "asked-already"
    title = _l("방금 만든 파일이 있어요. 한 시간 뒤에 다시 만들 수 있어요")


def order_person_file(session: Session, account_id: int, now: datetime) -> int:
    """Order the file of one's own data and return the order's id; AskedAlready within an hour of the last."""
    recent = PersonFile.account_id == account_id, PersonFile.asked_at > now - ASKED_EVERY, PersonFile.state != "failed"
    if session.scalar(select(PersonFile.id).where(*recent).limit(1)) is not None:
        raise AskedAlready
    made = insert(PersonFile).values(account_id=account_id, asked_at=now, state="waiting").returning(PersonFile.id)
    file_id: int = session.execute(made).scalar_one()
    trace.record(session, "own_data.asked", "account", account_id, now, person_id=account_id)
    return file_id


def claim_person_file(session: Session, now: datetime) -> int | None:
    """Take the oldest order that waits, or whose maker died, and return its id; None where there is none."""
    due = queries.waiting(now)
    oldest = select(PersonFile.id).where(due).order_by(PersonFile.id).limit(1).scalar_subquery()
    taken = update(PersonFile).where(PersonFile.id == oldest, due).values(state="making", leased_until=now + LEASE)
    return session.execute(taken.returning(PersonFile.id)).scalar_one_or_none()


def finish_person_file(session: Session, file_id: int, file: str | None, size: int, now: datetime) -> bool:
    """Say that the file lies ready, or with None that it could not be made; False if the person was erased meanwhile."""
    done: dict[str, Any] = {"file": file, "size": size, "made_at": now, "leased_until": None}
    done["state"] = "ready" if file else "failed"
    made = update(PersonFile).where(PersonFile.id == file_id, PersonFile.state == "making").values(done)
    return session.execute(made.returning(PersonFile.id)).first() is not None


def take_person_file(session: Session, file_id: int, account_id: int, now: datetime) -> None:
    """Write down that the person downloads her file."""
    session.execute(update(PersonFile).where(PersonFile.id == file_id).values(taken_at=now))
    trace.record(session, "own_data.taken", "account", account_id, now, person_id=account_id)


def forget_person_files(session: Session, now: datetime) -> Sequence[str]:
    """Mark files older than a week as deleted, and return the names of all that are to go; the caller deletes them."""
    old = queries.outdated(now)
    names = session.scalars(select(PersonFile.file).where(old)).all()
    session.execute(update(PersonFile).where(old).values(state="deleted", file=None))
    if names:
        record_destruction(session, "own_data", len(names), now)
    return [name for name in names if name]

"""What is left of somebody who was erased: a partner's number of hers as a digest, so that no later list brings her back."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Account, Profile
from fairapp.partners.actions.corrections import erase_corrections
from fairapp.partners.actions.records import GRAVE, grave
from fairapp.partners.actions.runs import MOST_FORGOTTEN
from fairapp.partners.models import Correction, ImportRun, Merge, Record, RecordVersion


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Blank what partners told about the person, erase the accounts that rest in hers, and forget refused rows with her."""
    _forget_refused(session, account_id)
    mine = select(Record.id).where(Record.account_id == account_id)
    session.execute(delete(RecordVersion).where(RecordVersion.record_id.in_(mine)))
    erase_corrections(session, account_id, mine)
    for row in session.execute(select(Record.id, Record.own_id).where(Record.account_id == account_id)).all():
        blank: dict[str, Any] = {
            "own_id": grave(row.own_id),
            "account_id": None,
            "name": "",
            "name_key": "",
            "email": None,
            "phone": None,
            "birth_date": None,
            "values": {},
            "gone_at": now,
        }
        session.execute(update(Record).where(Record.id == row.id).values(blank))
    both = or_(Merge.kept_id == account_id, Merge.absorbed_id == account_id)
    for merge in session.scalars(select(Merge).where(both)).all():
        merge.moved = {name: ids for name, ids in merge.moved.items() if isinstance(ids, list)}
        if merge.kept_id == account_id and merge.undone_at is None:
            accounts.erase(session, merge.absorbed_id, "asked", now)


def _forget_refused(session: Session, account_id: int) -> None:
    """Forget the refused rows of whole imports in which one stands that is hers: they were to be mended, not kept."""
    told = select(Account.name, Account.email, Profile.phone).outerjoin(Profile, Profile.account_id == Account.id)
    person = session.execute(told.where(Account.id == account_id)).first()
    records = session.execute(select(Record.name, Record.email).where(Record.account_id == account_id)).all()
    words = {word for row in (person, *records) if row is not None for word in row if word and len(word) > 1}
    if person is not None and person.phone:
        words.add(person.phone[-8:])
    for word in sorted(words):
        held = ImportRun.rejected.contains(word, autoescape=True)
        session.execute(update(ImportRun).where(held).values(rejected=None))


def forget_records(session: Session, before: datetime) -> int:
    """Delete some records of people who left a partner's list before then, with what they told before; 0 at the end."""
    left = Record.gone_at < before, ~Record.own_id.startswith(GRAVE)
    ids = session.scalars(select(Record.id).where(*left).order_by(Record.id).limit(MOST_FORGOTTEN)).all()
    session.execute(delete(RecordVersion).where(RecordVersion.record_id.in_(ids)))
    session.execute(delete(Correction).where(Correction.record_id.in_(ids)))
    session.execute(delete(Record).where(Record.id.in_(ids)))
    return len(ids)

"""Reads of what partners tell about one person, for herself, and of the values that people contest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account
from fairapp.partners.models import Correction, DataSource, Record
from fairapp.partners.queries.joining import RecordFacts, records_by_id
from fairapp.partners.rules import COLUMNS, Settled

MOST_RECORDS, MOST_ASKED, MOST_WARNED = 200, 200, 200


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A contested value, with the record that tells it and the two agencies that have it."""

    id: int
    record_id: int
    account_id: int
    field: str
    contested: Any
    wished: str
    why: str
    asked_at: datetime
    due_on: date
    state: str
    value: Any
    answer: str
    ended_at: datetime | None
    giver_id: int
    receiver_id: int
    source_name: str
    own_id: str
    person_name: str


_ASKED = select(
    *(getattr(Correction, name) for name in CorrectionFacts.__slots__[:13]),
    DataSource.giver_id,
    DataSource.receiver_id,
    DataSource.name,
    Record.own_id,
    Account.name,
)
_CORRECTION: Any = (
    _ASKED.join(Record, Record.id == Correction.record_id)
    .join(DataSource, DataSource.id == Record.source_id)
    .join(Account, Account.id == Correction.account_id)
)


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record for the person whom it is about, with the list that it stands in."""

    facts: RecordFacts
    source_name: str


def told_of_values(record: RecordFacts) -> dict[str, Any]:
    """Return all that a record tells, columns and values side by side."""
    return {**{name: getattr(record, name) for name in COLUMNS}, **record.values}


def records_about(session: Session, account_id: int) -> list[ToldRecord]:
    """Return every record about a person, those that have left their list too, in the order in which they came."""
    found = select(Record.id, DataSource.name).join(DataSource, DataSource.id == Record.source_id)
    mine = found.where(Record.account_id == account_id).order_by(Record.id).limit(MOST_RECORDS)
    names = {row.id: row.name for row in session.execute(mine)}
    return [ToldRecord(one, names[one.id]) for one in records_by_id(session, names)]


def corrections_of(session: Session, account_id: int) -> Sequence[CorrectionFacts]:
    """Return what a person has contested, the newest first."""
    mine = _CORRECTION.where(Correction.account_id == account_id).order_by(Correction.id.desc()).limit(MOST_ASKED)
    return [CorrectionFacts(*row) for row in session.execute(mine)]


def _of_agency(agency_id: int) -> Any:
    return or_(DataSource.giver_id == agency_id, DataSource.receiver_id == agency_id)


def open_corrections(
    session: Session, agency_id: int, after: tuple[date, int] | None = None, limit: int = 50
) -> Sequence[CorrectionFacts]:
    """Return `limit + 1` contested values that an agency gave or received, what is due first before all others."""
    found = _CORRECTION.where(Correction.state == "open", _of_agency(agency_id))
    if after is not None:
        day, last = after
        found = found.where(or_(Correction.due_on > day, (Correction.due_on == day) & (Correction.id > last)))
    rows = session.execute(found.order_by(Correction.due_on, Correction.id).limit(limit + 1))
    return [CorrectionFacts(*row) for row in rows]


def is_correction_open(session: Session, agency_id: int) -> bool:
    """Whether anything of an agency's is contested and not answered."""
    found = select(Correction.id).join(Record, Record.id == Correction.record_id)
    found = found.join(DataSource, DataSource.id == Record.source_id)
    return session.scalar(found.where(Correction.state == "open", _of_agency(agency_id)).limit(1)) is not None


def get_correction(session: Session, correction_id: int, agency_id: int) -> CorrectionFacts | None:
    """Return a contested value that the agency gave or received."""
    row = session.execute(_CORRECTION.where(Correction.id == correction_id, _of_agency(agency_id))).first()
    return CorrectionFacts(*row) if row else None


def contested_on(session: Session, record_ids: Collection[int]) -> Mapping[tuple[int, str], datetime]:
    """Return since when which values of these records are contested and not answered: by record and field."""
    if not record_ids:
        return {}
    found = select(Correction.record_id, Correction.field, Correction.asked_at)
    rows = session.execute(found.where(Correction.record_id.in_(set(record_ids)), Correction.state == "open"))
    return {(row.record_id, row.field): row.asked_at for row in rows}


def settled_of(session: Session, record_ids: Collection[int]) -> Mapping[int, Sequence[Settled]]:
    """Return what was answered of these records' values and goes on acting, in the order of answers."""
    if not record_ids:
        return {}
    found = select(Correction).where(Correction.record_id.in_(set(record_ids)))
    acting = found.where(Correction.state.in_(("corrected", "deleted"))).order_by(Correction.ended_at, Correction.id)
    settled: dict[int, list[Settled]] = {}
    for row in session.scalars(acting):
        settled.setdefault(row.record_id, []).append(Settled(row.field, row.digest, row.value))
    return settled


def due_corrections(session: Session, until: date) -> Sequence[int]:
    """Return some contested values that are due until then and whose organizers were not warned."""
    due = Correction.state == "open", Correction.due_on <= until, Correction.warned_at.is_(None)
    return session.scalars(select(Correction.id).where(*due).order_by(Correction.id).limit(MOST_WARNED)).all()


def who_answers(session: Session, giver_id: int, receiver_id: int) -> list[int]:
    """Return the accounts of the organizers of both agencies, each once."""
    return sorted(
        {
            one.account_id
            for agency_id in {giver_id, receiver_id}
            for one in accounts.members(session, agency_id=agency_id)
            if one.role == "organizer"
        }
    )

"""Contesting a value of a partner's record, and answering: what was put right or deleted is not brought back by a list.

Whoever writes a record's values locks its row first, so a list that is read at the same moment sees the answer, or waits.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, null, or_, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Invalid, NotFound
from fairapp.live.actions import post
from fairapp.partners import pushes, queries, rules
from fairapp.partners.actions import joining
from fairapp.partners.actions.runs import MOST_FORGOTTEN
from fairapp.partners.actions.sources import day_of
from fairapp.partners.models import Correction, Record, RecordVersion
from fairapp.partners.queries import RecordFacts, told_of_values

# Told a record as it was and as it is after an answer: later domains undo what followed from the wrong value.
after_correction: list[Callable[[Session, RecordFacts, RecordFacts, datetime], None]] = []


def contest(session: Session, account_id: int, record_id: int, said: rules.Contest, now: datetime) -> int:
    """Keep that a person finds a value about her wrong, tell who must answer, and return its id.

    NotFound for another person's record or a value that it does not tell, Invalid for no words, Moved where the value is not
    the one that she saw, Contested where it waits for an answer already, TooManyContested.
    """
    rules.check_contest(said)
    record = _locked(session, record_id)
    value = rules.fields_of(told_of_values(record)).get(said.field) if record.account_id == account_id else None
    if value is None:
        raise NotFound
    digest = rules.fingerprint(record_id, said.field, value)
    if said.seen != digest:
        raise rules.Moved
    if (record_id, said.field) in queries.contested_on(session, [record_id]):
        raise rules.Contested
    mine = select(func.count()).where(Correction.account_id == account_id, Correction.state == "open")
    if (session.scalar(mine) or 0) >= rules.MOST_OPEN:
        raise rules.TooManyContested
    words = {"wished": said.wished.strip(), "why": said.why.strip(), "contested": value, "digest": digest}
    about = {"record_id": record_id, "account_id": account_id, "field": said.field}
    row = insert(Correction).values(**about, **words, asked_at=now, due_on=rules.due_on(day_of(now)))
    made = session.scalars(row.returning(Correction.id)).one()
    staff = queries.who_answers(session, record.giver_id, record.receiver_id)
    post(session, [pushes.asked_letter(made, one, now) for one in staff])
    _trace(session, "correction.asked", made, account_id, account_id, now)
    return made


def take_back(session: Session, account_id: int, correction_id: int, now: datetime) -> None:
    """Let a person take back what she contests. NotFound for another's, Answered where it does not wait any more."""
    row = session.scalar(_lock(Correction.id == correction_id, Correction.account_id == account_id))
    if row is None:
        raise NotFound
    if row.state != "open":
        raise rules.Answered
    row.state, row.ended_at = "dropped", now
    _trace(session, "correction.dropped", row.id, account_id, account_id, now)


def answer(session: Session, correction_id: int, agency_id: int, said: rules.Answer, by: int, now: datetime) -> None:
    """Answer a contested value for the agency that gave or received it: put it right, delete it, or say why not.

    NotFound for another agency's, Invalid for a value that cannot be read or an answer that says nothing, Answered where
    somebody was faster.
    """
    rules.check_answer(said)
    found = queries.get_correction(session, correction_id, agency_id)
    if found is None:
        raise NotFound
    before = _locked(session, found.record_id)
    row = session.scalars(_lock(Correction.id == correction_id)).one()
    if row.state != "open":
        raise rules.Answered
    told = told_of_values(before)
    value = rules.read_value(row.field, said.value, told, day_of(now)) if said.state == "corrected" else None
    if value is not None and rules.fingerprint(row.record_id, row.field, value) == row.digest:
        raise Invalid.one("value", rules.SAME_VALUE)
    row.state, row.value, row.answer = said.state, value, said.words.strip()
    row.ended_at, row.ended_by = now, by
    session.flush()
    post(session, [pushes.answer_letter(row.id, row.account_id, now)])
    _trace(session, "correction.answered", row.id, by, row.account_id, now, said.state)
    if said.state == "refused":
        return
    kept = rules.with_field(told, row.field, value) if value is not None else told
    _put(
        session,
        before,
        row,
        rules.settled_told(row.record_id, kept, [rules.Settled(row.field, row.digest, value)]),
        now,
    )


def _put(session: Session, before: RecordFacts, row: Correction, told: dict[str, Any], now: datetime) -> None:
    """Let the record tell this, and forget the wrong value where it stands in what it told before."""
    columns = rules.as_columns(told)
    renewed = {**columns, "changed_at": now, "rev": before.rev + 1}
    session.execute(update(Record).where(Record.id == before.id).values(renewed))
    for old in session.scalars(select(RecordVersion).where(RecordVersion.record_id == before.id)).all():
        was = rules.fields_of(old.values).get(row.field)
        if was is not None and rules.fingerprint(before.id, row.field, was) == row.digest:
            old.values = rules.as_json(rules.with_field(old.values, row.field, row.value))
    [after] = queries.records_by_id(session, [before.id])
    for told_of in after_correction:
        told_of(session, before, after, now)
    joining.follow(session, [after], now)


def _locked(session: Session, record_id: int) -> RecordFacts:
    """Return a record whose row is locked until the transaction ends; NotFound for none."""
    if session.scalar(select(Record.id).where(Record.id == record_id).with_for_update()) is None:
        raise NotFound
    [record] = queries.records_by_id(session, [record_id])
    return record


def _lock(*where: Any) -> Any:
    return select(Correction).where(*where).with_for_update().execution_options(populate_existing=True)


def _trace(
    session: Session, what: str, made: int, by: int | None, person_id: int, now: datetime, state: str = ""
) -> None:
    data = {"state": state} if state else {}
    trace.record(session, what, "correction", made, now, by=by, person_id=person_id, data=data)


def warn(session: Session, correction_id: int, now: datetime) -> int:
    """Tell the organizers of a contested value that its answer is due; return to how many, none where they were told."""
    row = session.scalar(_lock(Correction.id == correction_id, Correction.state == "open"))
    if row is None or row.warned_at is not None or row.due_on > day_of(now) + timedelta(days=rules.WARNED_BEFORE):
        return 0
    row.warned_at = now
    [record] = queries.records_by_id(session, [row.record_id])
    staff = queries.who_answers(session, record.giver_id, record.receiver_id)
    post(session, [pushes.due_letter(row.id, one, now) for one in staff])
    return len(staff)


def drop_moved(session: Session, record_ids: Collection[int], now: datetime) -> None:
    """Take back what somebody contests in records that turned out to be about another person."""
    open_ones = select(Correction).join(Record, Record.id == Correction.record_id)
    theirs = Correction.record_id.in_(list(record_ids)), Correction.state == "open"
    for row in session.scalars(open_ones.where(*theirs, Record.account_id.is_distinct_from(Correction.account_id))):
        row.state, row.ended_at = "dropped", now
        _trace(session, "correction.dropped", row.id, None, row.account_id, now)


def forget_corrections(session: Session, before: datetime) -> int:
    """Blank what was said of some contested values that were answered before then; return how many, 0 at the end.

    What makes an answer last stays: the fingerprint of the wrong value, and what stands in its place.
    """
    said = or_(
        Correction.wished != "", Correction.why != "", Correction.answer != "", Correction.contested.is_not(null())
    )
    old = select(Correction.id).where(Correction.ended_at < before, said).order_by(Correction.id).limit(MOST_FORGOTTEN)
    ids = session.scalars(old).all()
    blank = {"wished": "", "why": "", "answer": "", "contested": null()}
    session.execute(update(Correction).where(Correction.id.in_(ids)).values(blank))
    return len(ids)


def erase_corrections(session: Session, account_id: int, record_ids: Any) -> None:
    """Delete all that was contested in these records, and by this person."""
    theirs = or_(Correction.record_id.in_(record_ids), Correction.account_id == account_id)
    session.execute(delete(Correction).where(theirs))

"""Employers that are likely one: found by a job in bounded steps, put before a person, her decision kept."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.partners import queries
from fairapp.partners.models import FirmKey, FirmLook, FirmPair
from fairapp.partners.rules import FirmForms, FirmLikeness, firm_forms, likely_pairs_of

STEP = 200  # employers that are compared with the others at a time

Write = Callable[..., Any]
Read = Callable[[], AbstractContextManager[Session]]


def find_firm_pairs(write: Write, read: Read, now: datetime) -> int:
    """Compare the next employers that are new or changed with all that have something in common; return how many.

    `write` and `read` are those of the database. Raises LinkageStopped where they could not be compared; then, or killed in
    between, they are compared again.
    """
    with read() as session:
        waiting = queries.firms_to_look_at(session, STEP)
        total = queries.count_firms(session)
    if not waiting:
        return 0
    new = [firm_forms(one.firm) for one in waiting if one.stays is None]
    write(_keep_keys, [firm_forms(one.firm) for one in waiting])
    with read() as session:
        near = queries.firms_near(session, [one.id for one in new])
    known = [firm_forms(one.firm) for one in near]
    found = likely_pairs_of(new, known, total) if new and len(new) + len(known) > 1 else []
    stays = {one.firm.id: one.stays for one in near if one.stays is not None}
    write(_keep_found, found, stays, {one.firm.id: one.rev for one in waiting}, now)
    return len(waiting)


def _keep_keys(session: Session, forms: Sequence[FirmForms]) -> None:
    session.execute(delete(FirmKey).where(FirmKey.employer_id.in_([one.id for one in forms])))
    rows = [{"employer_id": one.id, "key": key} for one in forms for key in one.keys]
    if rows:
        session.execute(insert(FirmKey), rows)


def _keep_found(
    session: Session,
    found: Sequence[FirmLikeness],
    stays: Mapping[int, int],
    looked: Mapping[int, int],
    now: datetime,
) -> None:
    """Write down the pairs, one that rests by the one that stays, and at which revision each was compared."""
    pairs: dict[tuple[int, int], FirmLikeness] = {}
    for one in sorted(found, key=lambda one: one.permille):
        low, high = sorted((stays.get(one.one, one.one), stays.get(one.other, one.other)))
        if low != high:
            pairs[low, high] = one
    ids = {employer_id for pair in pairs for employer_id in pair}
    rests = Employer.id.in_(ids), Employer.merged_into_id.is_not(None)
    resting = set(session.scalars(select(Employer.id).where(*rests)))
    rows = [
        {"low_id": low, "high_id": high, "permille": one.permille, "evidence": dict(one.evidence), "found_at": now}
        for (low, high), one in sorted(pairs.items())
        if not {low, high} & resting  # merged since
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    if rows:
        session.execute(dialect.insert(FirmPair).on_conflict_do_nothing(), rows)
    if looked:
        said = dialect.insert(FirmLook).values([{"employer_id": one, "rev": rev} for one, rev in looked.items()])
        session.execute(said.on_conflict_do_update(index_elements=["employer_id"], set_={"rev": said.excluded.rev}))


def look_again(session: Session, employer_ids: Collection[int]) -> None:
    """Let these employers be compared again."""
    session.execute(delete(FirmLook).where(FirmLook.employer_id.in_(list(employer_ids))))


def keep_firms_apart(session: Session, pair_id: int, by: int, now: datetime) -> None:
    """Keep that two employers are two: nobody is asked again. NotFound where it was decided before."""
    pair = session.scalar(select(FirmPair).where(FirmPair.id == pair_id, FirmPair.decision.is_(None)).with_for_update())
    if pair is None:
        raise NotFound
    decide(session, pair.low_id, pair.high_id, "different", by, now)
    trace.record(session, "employers.differ", "firm_pair", pair_id, now, by=by)


def put_beside(session: Session, one: int, other: int, by: int, now: datetime) -> int:
    """Put two employers before a person that somebody chose herself, and return the pair's id; it may be there already.

    NotFound for one employer twice, one that rests, and none.
    """
    here = Employer.id.in_([one, other]), Employer.merged_into_id.is_(None)
    # The rows are the lock: who merges one of them meanwhile waits, or was faster.
    if len(session.scalars(select(Employer.id).where(*here).order_by(Employer.id).with_for_update()).all()) != 2:
        raise NotFound
    pair = {"low_id": min(one, other), "high_id": max(one, other), "permille": 0, "evidence": {}, "found_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    again = {"decision": None, "decided_at": None, "decided_by": None}
    kept = dialect.insert(FirmPair).values(pair)
    kept = kept.on_conflict_do_update(index_elements=[FirmPair.low_id, FirmPair.high_id], set_=again)
    made: int = session.execute(kept.returning(FirmPair.id)).scalar_one()
    trace.record(session, "employers.beside", "firm_pair", made, now, by=by)
    return made


def decide(session: Session, kept: int, other: int, decision: str, by: int, now: datetime) -> list[int]:
    """Write down what two employers are; of one, return the open pairs of the other that this answers.

    Who was in those is compared again, so that it is asked about the one that stays.
    """
    said = {"decision": decision, "decided_at": now, "decided_by": by}
    pair = {"low_id": min(kept, other), "high_id": max(kept, other), "permille": 0, "evidence": {}, "found_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    written = dialect.insert(FirmPair).values({**pair, **said})
    session.execute(written.on_conflict_do_update(index_elements=[FirmPair.low_id, FirmPair.high_id], set_=said))
    if decision != "same":
        return []
    theirs = or_(FirmPair.low_id == other, FirmPair.high_id == other), FirmPair.decision.is_(None)
    rows = session.execute(select(FirmPair.id, FirmPair.low_id, FirmPair.high_id).where(*theirs)).all()
    answered = [row.id for row in rows]
    session.execute(update(FirmPair).where(FirmPair.id.in_(answered)).values({**said, "decision": "gone"}))
    look_again(session, {row.low_id + row.high_id - other for row in rows})
    return answered


def reopen(session: Session, pair_ids: Collection[int]) -> None:
    """Ask again what a merge had answered that is undone now."""
    gone = FirmPair.id.in_(list(pair_ids)), FirmPair.decision == "gone"
    values = {"decision": None, "decided_at": None, "decided_by": None}
    session.execute(update(FirmPair).where(*gone).values(values))

"""Writes of booths: applying, deciding, saying that one is hiring now. In bulk where an organizer needs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.booths import pushes, queries, rules
from fairapp.booths.actions.gate import tell_flips
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.live.actions import post


def apply_for_booth(
    session: Session, fair_id: int, employer_id: int, now: datetime, *, says_hiring: bool = True
) -> int:
    """Apply for a booth of the employer at the fair and return its id; again after a refusal is the same booth.

    Who applies says that she is hiring now, unless `says_hiring` is false, as in an import, where nobody has said it.
    AlreadyApplied, FairOver or NotFound.
    """
    fair, employer = session.get(Fair, fair_id), session.get(Employer, employer_id)
    if fair is None or employer is None:
        raise NotFound
    if fair_rules.phase(fair, now) in {"closed", "archived"}:
        raise rules.FairOver
    if says_hiring and fair.applications_until is not None and now >= fair.applications_until:
        raise rules.ApplicationsClosed
    booth, is_new = own_booth(session, fair_id, employer_id, now)
    if booth.status in {"applied", "waiting", "approved"}:
        raise rules.AlreadyApplied
    booth.status, booth.applied_at, booth.decided_at, booth.decided_by = "applied", now, None, None
    booth.reason, booth.rev = "", booth.rev + (0 if is_new else 1)
    if says_hiring:
        booth.intent_confirmed_at = now
    session.flush()
    trace.record(session, "booth.applied", "booth", booth.id, now, fair_id=fair_id)
    return booth.id


def own_booth(session: Session, fair_id: int, employer_id: int, now: datetime) -> tuple[Booth, bool]:
    """Return the employer's booth at the fair, locked, and whether it was made just now: it stands as withdrawn then.

    Of two who make it at once one makes it, and the other finds what became of it. NotFound for an employer that was merged
    into another, also one that is so just now: the merge holds its row.
    """
    stays = select(Employer.id).where(Employer.id == employer_id, Employer.merged_into_id.is_(None))
    if session.scalar(stays.with_for_update(read=True, key_share=True)) is None:
        raise NotFound
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(Booth).values(fair_id=fair_id, employer_id=employer_id, status="withdrawn", applied_at=now)
    is_new = session.execute(made.on_conflict_do_nothing().returning(Booth.id)).first() is not None
    mine = select(Booth).where(Booth.fair_id == fair_id, Booth.employer_id == employer_id)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one(), is_new


def approve_booths(session: Session, fair_id: int, booth_ids: Sequence[int], by: int | None, now: datetime) -> int:
    """Approve those of the fair's booths that are not; return how many. Those for which there is no booth left wait."""
    count = _decide(session, fair_id, booth_ids, "approved", "", by, now)
    let_wait(session, fair_id, now)
    return count


def reject_booths(
    session: Session, fair_id: int, booth_ids: Sequence[int], reason: str, by: int | None, now: datetime
) -> int:
    """Reject those of the fair's booths that are not yet rejected, with the reason their recruiters read; return how many."""
    if not reason.strip():
        raise Invalid.one("reason", _l("반려하는 까닭을 적어 주세요. 기업이 읽어요"))
    if len(reason) > 1000:
        raise Invalid.one("reason", _l("%(most)s자까지 쓸 수 있어요", most=1000))
    count = _decide(session, fair_id, booth_ids, "rejected", reason.strip(), by, now)
    let_in(session, fair_id, now)
    return count


def withdraw_booth(session: Session, booth_id: int, now: datetime) -> None:
    """Give the booth up, or decline an invitation; who waits for a booth gets it. Bookings stay, and their people are told.

    NotFound for a booth that is not applied for, waiting, invited or approved.
    """
    lasting = Booth.id == booth_id, Booth.status.in_(("invited", "applied", "waiting", "approved"))
    booth = session.execute(select(Booth.fair_id).where(*lasting).with_for_update()).one_or_none()
    if booth is None:
        raise NotFound
    _change(session, lasting, {"status": "withdrawn", "decided_at": now}, now, "booth.withdrawn")
    let_in(session, booth.fair_id, now)


def let_wait(session: Session, fair_id: int, now: datetime) -> None:
    """Put those approved last on the waiting list while the fair has too many booths; their recruiters are told."""
    limit = session.scalar(select(Fair.booth_limit).where(Fair.id == fair_id).with_for_update())
    if limit is None:
        return
    approved = select(Booth.id).where(Booth.fair_id == fair_id, Booth.status == "approved")
    beyond = list(session.scalars(approved.order_by(Booth.decided_at, Booth.applied_at, Booth.id).offset(limit)))
    _change(session, [Booth.id.in_(beyond)], {"status": "waiting"}, now, "booth.waiting")


def let_in(session: Session, fair_id: int, now: datetime) -> None:
    """Approve who has waited longest while there are booths left; their recruiters are told."""
    limit = session.scalar(select(Fair.booth_limit).where(Fair.id == fair_id).with_for_update())
    waiting = select(Booth.id).where(Booth.fair_id == fair_id, Booth.status == "waiting")
    waiting = waiting.order_by(Booth.decided_at, Booth.applied_at, Booth.id)
    if limit is not None:
        taken = select(func.count()).where(Booth.fair_id == fair_id, Booth.status == "approved")
        waiting = waiting.limit(max(0, limit - (session.scalar(taken) or 0)))
    ids = list(session.scalars(waiting))
    _change(session, [Booth.id.in_(ids)], {"status": "approved", "decided_at": now}, now, "booth.approved")


def _decide(
    session: Session, fair_id: int, booth_ids: Sequence[int], status: str, reason: str, by: int | None, now: datetime
) -> int:
    meant = Booth.fair_id == fair_id, Booth.id.in_(sorted(set(booth_ids))), Booth.status.not_in([status, "withdrawn"])
    values = {"status": status, "reason": reason, "decided_at": now, "decided_by": by}
    return _change(session, meant, values, now, f"booth.{status}")


def confirm_intent(session: Session, booth_ids: Sequence[int], now: datetime, *, fair_id: int | None = None) -> int:
    """Keep that these booths are hiring now, said by their recruiter or, with fair_id, by its organizer; return how many."""
    meant: list[Any] = [Booth.id.in_(sorted(set(booth_ids))), Booth.status.in_(["applied", "approved"])]
    if fair_id is not None:
        meant.append(Booth.fair_id == fair_id)
    return _change(session, meant, {"intent_confirmed_at": now}, now, "booth.intent")


def _change(session: Session, meant: Sequence[Any], values: dict[str, Any], now: datetime, what: str) -> int:
    fair_of = {row.id: row.fair_id for row in session.execute(select(Booth.id, Booth.fair_id).where(*meant))}
    ids = sorted(fair_of)
    if ids:
        changed = update(Booth).where(Booth.id.in_(ids)).values(**values, rev=Booth.rev + 1)
        session.execute(changed, execution_options={"synchronize_session": False})
        session.expire_all()
        tell_flips(session, ids, now)
    if what in pushes.TOLD:
        post(session, pushes.decision_letters(what, queries.recruiters_of_booths(session, ids), now))
    for booth_id in ids:
        trace.record(session, what, "booth", booth_id, now, by=values.get("decided_by"), fair_id=fair_of[booth_id])
    return len(ids)


def employers_of(session: Session, fair_id: int, booth_ids: Sequence[int]) -> list[int]:
    """Return the employers of those of the booths that are the fair's."""
    meant = Booth.fair_id == fair_id, Booth.id.in_(sorted(set(booth_ids)))
    return list(session.scalars(select(Booth.employer_id).where(*meant).order_by(Booth.employer_id)))


def place_booth(session: Session, booth_id: int, room_id: int | None) -> None:
    """Give the booth its place in the hall."""
    placed = update(Booth).where(Booth.id == booth_id).values(room_id=room_id, rev=Booth.rev + 1)
    session.execute(placed, execution_options={"synchronize_session": False})


def allow_many_interviews(session: Session, booth_id: int, allowed: bool) -> None:
    """Let a seeker hold several interviews at the booth, or one alone."""
    changed = update(Booth).where(Booth.id == booth_id).values(many_interviews=allowed, rev=Booth.rev + 1)
    session.execute(changed, execution_options={"synchronize_session": False})

"""Giving each person a counsellor: one at a time, fairly, never over a limit; who finds all full waits her turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Invalid
from fairapp.live.actions import announce, post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.models import Assignment, CounsellorWait


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a wish for a counsellor: whom she has now, or nobody: then she waits."""

    counsellor_id: int | None
    assignment_id: int | None

    @property
    def waits(self) -> bool:
        """Whether she waits for a counsellor."""
        return self.counsellor_id is None


class Desk:
    """The counsellors of one agency while people are given to them; made under the agency's lock, so that counts are true."""

    def __init__(self, session: Session, agency_id: int, now: datetime) -> None:
        queries.lock_agency(session, agency_id)
        self.session, self.agency_id, self.now = session, agency_id, now
        self.loads = {load.account_id: load for load in queries.present(session, agency_id, rules.day_of(now))}

    def choose(self, earlier: Sequence[int] = (), but: int | None = None) -> int | None:
        """Return who takes the next person; see rules.choose."""
        return rules.choose([load for load in self.loads.values() if load.account_id != but], earlier)

    def check(self, counsellor_id: int) -> None:
        """Raise CounsellorAway or CounsellorFull unless this counsellor can take one more."""
        load = self.loads.get(counsellor_id)
        if load is None:
            raise rules.CounsellorAway
        if not load.free:
            raise rules.CounsellorFull

    def give(self, seeker_id: int, to: int, why: str, by: int | None, wait: bool = False) -> int:
        """Write the assignment, tell both, and return its id. `wait`: she stood on the waiting list."""
        row = {"agency_id": self.agency_id, "seeker_id": seeker_id, "counsellor_id": to, "began_at": self.now}
        new = insert(Assignment).values(**row, why=why, by=by, reason="").returning(Assignment.id)
        made = int(self.session.execute(new).scalar_one())
        self._count(to, 1)
        trace.record(
            self.session, "assignment.made", "assignment", made, self.now, by=by, person_id=seeker_id, data={"why": why}
        )
        announce(self.session, [pushes.case_news(to, made, self.now)])
        post(
            self.session, [pushes.case_letter(to, made, self.now), pushes.counsellor_letter(seeker_id, made, self.now)]
        )
        if wait:
            self._leave_list(seeker_id, served=True)
        return made

    def end(self, row: Assignment, why: str, reason: str = "") -> None:
        """End an assignment: from now on this counsellor sees nothing of the person."""
        ended = {"ended_at": self.now, "why_ended": why, "reason": reason}
        self.session.execute(update(Assignment).where(Assignment.id == row.id).values(ended))
        self._count(row.counsellor_id, -1)
        trace.record(
            self.session, "assignment.ended", "assignment", row.id, self.now, person_id=row.seeker_id, data={"why": why}
        )

    def queue(self, seeker_id: int, why: str) -> None:
        """Put the person at the end of the waiting list, unless she is on it."""
        dialect = postgresql if self.session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"agency_id": self.agency_id, "seeker_id": seeker_id, "why": why, "since": self.now, "served": False}
        new = dialect.insert(CounsellorWait).values(row).on_conflict_do_nothing().returning(CounsellorWait.id)
        made = self.session.execute(new).scalar()
        if made is not None:
            post(self.session, [pushes.waiting_letter(seeker_id, int(made), self.now)])

    def serve(self) -> int:
        """Give counsellors to those who wait, first come first, as long as somebody has room; return to how many."""
        if not any(load.free for load in self.loads.values()):
            return 0
        rows = queries.waiting(self.session, self.agency_id)
        before = queries.earlier(self.session, self.agency_id, [row.seeker_id for row in rows])
        served = 0
        for row in rows:
            to = self.choose(before.get(row.seeker_id, ()))
            if to is None:
                break
            self.give(row.seeker_id, to, row.why, None, wait=True)
            served += 1
        return served

    def _leave_list(self, seeker_id: int, *, served: bool) -> None:
        mine = CounsellorWait.agency_id == self.agency_id, CounsellorWait.seeker_id == seeker_id
        left = update(CounsellorWait).where(*mine, CounsellorWait.ended_at.is_(None))
        self.session.execute(left.values(ended_at=self.now, served=served))

    def forget(self, seeker_id: int) -> None:
        """Take the person off the waiting list."""
        self._leave_list(seeker_id, served=False)

    def _count(self, counsellor_id: int, more: int) -> None:
        load = self.loads.get(counsellor_id)
        if load is not None:
            self.loads[counsellor_id] = replace(load, people=load.people + more)


def assign(
    session: Session, agency_id: int, seeker_id: int, now: datetime, *, why: str = "first", by: int | None = None
) -> Assigned:
    """Give the person a counsellor of the agency and return whom; she keeps the one she has.

    Nobody passes those who wait longer: they are served first, and she waits behind them where nobody has room.
    """
    desk = Desk(session, agency_id, now)
    has = queries.open_assignment(session, agency_id, seeker_id)
    if has is not None:
        return Assigned(has.counsellor_id, has.id)
    desk.serve()
    has = queries.open_assignment(session, agency_id, seeker_id)  # she may have been the next
    if has is not None:
        return Assigned(has.counsellor_id, has.id)
    before = queries.earlier(session, agency_id, [seeker_id]).get(seeker_id, [])
    to = desk.choose(before)
    if to is None:
        desk.queue(seeker_id, why)
        return Assigned(None, None)
    return Assigned(to, desk.give(seeker_id, to, "again" if to in before else why, by))


def hand_over(
    session: Session, assignment_id: int, reason: str, by: int, now: datetime, *, to: int | None = None
) -> Assigned:
    """Give a person to another counsellor, named or chosen fairly, and say why. All shared history stays with the person.

    NotCounselled where the assignment has ended; CounsellorAway, CounsellorFull, Invalid for a receiver who cannot be one.
    """
    row = session.get(Assignment, assignment_id)
    if row is None:
        raise rules.NotCounselled
    said = rules.checked_reason(reason)
    desk = Desk(session, row.agency_id, now)
    session.refresh(row)
    if row.ended_at is not None:
        raise rules.NotCounselled
    if to == row.counsellor_id:
        raise Invalid.one("to", _l("지금 맡은 상담사예요"))
    if to is None:
        to = desk.choose(but=row.counsellor_id)
        if to is None:
            raise rules.CounsellorFull
    desk.check(to)
    desk.end(row, "handed", said)
    made = desk.give(row.seeker_id, to, "handed", by)
    desk.serve()
    return Assigned(to, made)


def settle(session: Session, agency_id: int, now: datetime) -> int:
    """Hand over all whose counsellor is away or has left, then serve who waits; return how many got a counsellor.

    Who finds nobody goes to the waiting list, in the order in which they had their counsellor.
    """
    desk = Desk(session, agency_id, now)
    rows = queries.people_left_alone(session, agency_id, sorted(desk.loads))
    moved = 0
    for row in rows:
        desk.end(row, "away")
        to = desk.choose()
        if to is None:
            desk.queue(row.seeker_id, "handed")
        else:
            desk.give(row.seeker_id, to, "handed", None)
            moved += 1
    return moved + desk.serve()


def release(session: Session, agency_id: int, seeker_id: int, why: str, now: datetime) -> None:
    """End the counselling of a person at an agency, or her waiting for it; whoever waits next gets the place."""
    desk = Desk(session, agency_id, now)
    row = queries.open_assignment(session, agency_id, seeker_id)
    if row is not None:
        desk.end(row, why)
    desk.forget(seeker_id)
    desk.serve()

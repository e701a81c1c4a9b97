"""Passes, check-ins at the desk, and who came to a meeting."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import clock, trace
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.fairs.queries import fair_by_id
from fairapp.outcomes import queries, rules
from fairapp.outcomes.models import Attendance, CheckIn, FairPass


def ensure_pass(session: Session, fair_id: int, account_id: int, now: datetime) -> str:
    """Return the code of the seeker's pass for the fair; made the first time."""
    row = {"fair_id": fair_id, "account_id": account_id, "code": rules.new_code(), "created_at": now}
    session.execute(_insert(session, FairPass).values(row).on_conflict_do_nothing())
    code = queries.pass_code(session, fair_id, account_id)
    if code is None:  # the new code was somebody's already: one in 10^14
        return ensure_pass(session, fair_id, account_id, now)
    return code


def check_in(
    session: Session, fair_id: int, code: str, by: int, now: datetime, *, ago: int = 0, device: str = ""
) -> tuple[bool, queries.Arrival]:
    """Record that the owner of the pass came; return whether this is the first time, and who came when first.

    `ago` is how many seconds before now the code was scanned, by a device that was cut off meanwhile: the earliest time
    counts, in whatever order they come in.

    NotFound for a code that nobody has, OtherFair for a pass of another fair, NotYet or WrongState outside the hours.
    """
    owner = queries.pass_owner(session, rules.normal_code(code))
    if owner is None:
        raise NotFound(_l("모르는 입장권이에요. 코드를 다시 확인해 주세요"))
    if owner.fair_id != fair_id:
        raise rules.OtherFair
    at = now - timedelta(seconds=max(0, ago))
    check_hours(fair_by_id(session, fair_id), at)
    return arrive(session, fair_id, owner.account_id, by, at, now, device)


def check_hours(fair: Fair, at: datetime) -> None:
    """Raise NotYet or WrongState outside of the hours in which the fair's desk checks people in: from its first midnight."""
    day = clock.local(fair.starts_at, fair.zone).date()
    rules.check_in_hours(rules.Hours(clock.day_bounds(day, fair.zone)[0], fair.ends_at), at)


def arrive(
    session: Session, fair_id: int, account_id: int, by: int | None, at: datetime, now: datetime, device: str = ""
) -> tuple[bool, queries.Arrival]:
    """Record that the person came at that time, unless an earlier one is known; see check_in."""
    # Whoever else records this person's arrival waits here, so that one of them is the first.
    mine = FairPass.fair_id == fair_id, FairPass.account_id == account_id
    session.execute(select(FairPass.id).where(*mine).with_for_update())
    before = queries.arrival(session, fair_id, account_id)
    if before is None or at < before.at:
        row = {"fair_id": fair_id, "account_id": account_id, "at": at, "received_at": now}
        session.execute(insert(CheckIn).values(row | {"recorded_by": by, "device": device[:40]}))
        trace.record(session, "person.arrived", "fair", fair_id, now, by=by, fair_id=fair_id, person_id=account_id)
    arrived = queries.arrival(session, fair_id, account_id)
    if arrived is None:
        raise NotFound
    return before is None, arrived


def mark_attendance(
    session: Session,
    booking_id: int,
    *,
    seeker: str | rules.Unset | None = rules.UNSET,
    host: str | rules.Unset | None = rules.UNSET,
    by: int,
    now: datetime,
) -> tuple[str | None, str | None]:
    """Mark the sides that are given, `present`, `absent` or null (taken back); return what holds of both.

    Rows are only added, and none where nothing changes. WrongState for a booking that is not confirmed, and for `absent`
    where the ledger says that the interview took place; NotYet earlier than half an hour before the start.
    """
    meeting = queries.lock_meeting(session, booking_id)
    rules.check_markable(meeting.status, meeting.starts_at, now)
    held = dict(zip(("seeker", "host"), queries.newest_marks(session, booking_id), strict=True))
    changed = {}
    for side, state in (("seeker", seeker), ("host", host)):
        if isinstance(state, rules.Unset) or state == held[side]:
            continue
        if state not in ("present", "absent", None):
            raise Invalid.one(side, _l("왔는지 안 왔는지 골라 주세요"))
        changed[side] = state
    if "absent" in changed.values():
        rules.check_absence([step.stage for step in queries.standing(session, booking_id)])
    if changed:
        rows = [
            {"booking_id": booking_id, "side": side, "state": state, "at": now, "recorded_by": by}
            for side, state in changed.items()
        ]
        session.execute(insert(Attendance).values(rows))
        about = {"by": by, "fair_id": meeting.fair_id, "person_id": meeting.seeker_id}
        trace.record(session, "attendance.marked", "booking", booking_id, now, **about, data=changed)
    held.update(changed)
    return held["seeker"], held["host"]


def report_host(session: Session, booking_id: int, seeker_id: int, now: datetime) -> None:
    """Mark that nobody came to meet the seeker, as she says; who gives the meeting may mark otherwise afterwards.

    NotFound for somebody else's booking, NotYet in the first five minutes, WrongState after seven days, for a booking that
    is not confirmed, and where the host is marked present.
    """
    meeting = queries.lock_meeting(session, booking_id)
    if meeting.seeker_id != seeker_id:
        raise NotFound
    held = queries.newest_marks(session, booking_id)[1]
    rules.check_host_report(meeting.starts_at, meeting.ends_at, held, now)
    mark_attendance(session, booking_id, host="absent", by=seeker_id, now=now)


def _insert(session: Session, table: Any) -> Any:
    """Return the insert of this database that knows ON CONFLICT."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)

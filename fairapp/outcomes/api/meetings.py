"""Calls on passes, check-ins, attendance and the ledger."""

from datetime import date
from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths.rules import annual_salary
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.api.fairs import organized
from fairapp.shapes import DayIn, Id, In, Moment, Ref, number

MOST_AGO = 86_400  # seconds a scan may have waited


class CodeIn(In):
    """What the desk scanned, and how many seconds ago, where the device was cut off meanwhile."""

    code: str = Field(max_length=200)
    ago: int = Field(0, ge=0, le=MOST_AGO)
    device: str = Field("", max_length=40, description="A name of the device's own choice")


class CheckInOut(BaseModel):
    """Somebody who came, and when first."""

    fair: Ref
    seeker: Ref
    name: str
    at: Moment


class PassOut(BaseModel):
    """A seeker's pass for a fair."""

    fair: Ref
    code: str


State = Literal["present", "absent"]
FULL_TIME = 40  # hours a week


class AttendanceIn(In):
    """The sides to be marked: null takes a mark back, a side that is not named stays."""

    seeker: State | None = None
    host: State | None = None


class AttendanceOut(BaseModel):
    """What holds of both sides."""

    booking: Ref
    seeker: State | None
    host: State | None
    interviewed: bool


YearlyIn = Annotated[int, Field(ge=1, le=10_000_000_000, strict=True, description="KRW a year")]


class SalaryIn(In):
    """What was agreed, in KRW a period; nulls: not said. The ledger keeps it as KRW a year, hours as forty a week."""

    min: YearlyIn | None
    max: YearlyIn | None = None
    period: Literal["year", "month", "hour"] | None

    def a_year(self) -> int | None:
        """Return it in KRW a year."""
        amount = self.max if self.min is None else self.min
        return None if amount is None else annual_salary(amount, self.period or "year", FULL_TIME)


class OutcomeIn(In):
    """A row for the ledger; `corrects` is the last standing row, which this one replaces."""

    stage: Literal[
        "interviewed",
        "passed",
        "final_interview",
        "offered",
        "hired",
        "started",
        "retained",
        "rejected",
        "withdrawn",
    ]
    on: DayIn
    listing: Id | None = None
    employment_type: Literal["regular", "contract", "part_time", "internship"] | None = None
    salary: YearlyIn | SalaryIn | None = None
    occupation: str | None = Field(None, max_length=4)
    corrects: Id | None = None
    evidence: Literal["contract", "insurance", "payslip", "visit", "call"] | None = None
    reference: str = Field("", max_length=60)
    months: Literal[1, 3, 6] | None = None


class OutcomeOut(BaseModel):
    """The row as it was written."""

    id: Ref
    booking: Ref
    stage: str
    on: date


@openapi.call("POST", "/fairs/{fair}/passes", admit=guards.signed_in, returns=PassOut)
def make_pass(caller: Caller, fair: str) -> PassOut:
    """Return the caller's pass for the fair, made the first time."""
    with db.read() as session:
        found = queries.seen_fair(session, fair, caller, clock.now())
    return PassOut(fair=found.id, code=db.write(actions.ensure_pass, found.id, caller.id, clock.now()))


@openapi.call(
    "POST",
    "/fairs/{fair}/check-ins",
    admit=guards.signed_in,
    body=CodeIn,
    returns=CheckInOut,
    status=201,
    also={200: CheckInOut},
    problems=(409,),
)
def check_in(caller: Caller, fair: str, body: CodeIn) -> openapi.Reply:
    """Check in by the code of a seeker's pass; repeated, 200 with the first time."""
    now = clock.now()
    found = organized(caller, fair, now)
    scanned = {"ago": body.ago, "device": body.device}
    first, arrival = db.write(actions.check_in, found.id, body.code, caller.id, now, **scanned)
    out = CheckInOut(fair=found.id, seeker=arrival.account_id, name=arrival.name, at=arrival.at)
    return openapi.Reply(out, 201 if first else 200)


def _given(caller: Caller, booking: str) -> queries.Meeting:
    """Return the meeting if the caller gives it."""
    with db.read() as session:
        meeting = queries.meeting(session, number(booking))
    rules.check_gives(caller, meeting, meeting.coach_account_id, meeting.seeker_id)
    return meeting


def _ledger(caller: Caller, booking: str) -> tuple[queries.Meeting, str]:
    """Return the interview with as who the caller writes of it."""
    with db.read() as session:
        meeting = queries.meeting(session, number(booking))
        agency_id = queries.coached_by(session, meeting, caller.id, clock.now())
    if agency_id in caller.coaches_for and not rules.gives(caller, meeting, meeting.coach_account_id):
        return meeting, "coach"
    rules.check_gives(caller, meeting, meeting.coach_account_id, meeting.seeker_id)
    return meeting, rules.role_of(caller, meeting, meeting.coach_account_id)


@openapi.call(
    "PUT",
    "/bookings/{booking}/attendance",
    admit=guards.signed_in,
    body=AttendanceIn,
    returns=AttendanceOut,
    problems=(409,),
)
def mark_attendance(caller: Caller, booking: str, body: AttendanceIn) -> AttendanceOut:
    """Mark who came to a meeting, for both sides; reversible."""
    meeting = _given(caller, booking)
    sides = {side: getattr(body, side) for side in body.model_fields_set}
    seeker, host = db.write(actions.mark_attendance, meeting.id, by=caller.id, now=clock.now(), **sides)
    with db.read() as session:
        stages = [step.stage for step in queries.standing(session, meeting.id)]
    took_place = meeting.kind == "interview" and rules.interviewed(seeker, host, stages)
    held = {"seeker": cast("State | None", seeker), "host": cast("State | None", host)}
    return AttendanceOut(booking=meeting.id, **held, interviewed=took_place)


@openapi.call(
    "POST",
    "/bookings/{booking}/outcomes",
    admit=guards.signed_in,
    body=OutcomeIn,
    returns=OutcomeOut,
    status=201,
    problems=(409,),
)
def append_outcome(caller: Caller, booking: str, body: OutcomeIn) -> OutcomeOut:
    """Append what followed an interview to the ledger: who gave it, its organizer, or the seeker's coach by consent."""
    meeting, role = _ledger(caller, booking)
    found = actions.Found(
        stage=body.stage,
        on=body.on,
        listing_id=body.listing,
        employment_type=body.employment_type,
        salary=body.salary.a_year() if isinstance(body.salary, SalaryIn) else body.salary,
        occupation=body.occupation,
        corrects=body.corrects,
        evidence=body.evidence,
        reference=body.reference,
        months=body.months,
    )
    outcome_id = db.write(actions.append_outcome, meeting.id, found, caller.id, clock.now(), role)
    return OutcomeOut(id=outcome_id, booking=meeting.id, stage=body.stage, on=body.on)

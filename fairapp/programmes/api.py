"""The calls of the way to a job: one's own plan and the answer to it; a counsellor's caseload; an agency's figures."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.openapi import call
from fairapp.programmes import actions, queries
from fairapp.programmes.models import STAGES
from fairapp.programmes.queries import Case, GoalRow, Placed
from fairapp.programmes.rules import WORDS
from fairapp.shapes import In, Moment, Page, Paged, Ref, decode_cursor, number, page_of


class GoalOut(BaseModel):
    """A goal with its day; `attended` counts sessions for many where it asks for some."""

    id: Ref
    text: str
    due_on: date
    state: str
    sessions: int | None
    attended: int


class PlanOut(BaseModel):
    """A version of a plan. `agreed` is null until it is answered."""

    id: Ref
    agency: Ref
    agency_name: str
    version: int
    text: str
    offered_at: Moment
    agreed: bool | None
    answer: str


class CounselledOut(BaseModel):
    """Where one is counselled: `counsellor_name` is null while one waits. `stage` is null outside of a course."""

    agency: Ref
    agency_name: str
    counsellor_name: str | None
    stage: int | None
    goals: list[GoalOut]


class MyPlanOut(BaseModel):
    """One's own way to a job."""

    counselled: list[CounselledOut]
    plans: list[PlanOut]


class AnswerIn(In):
    """The answer to a plan; who does not agree says what should change."""

    agrees: bool
    text: str = Field("", max_length=1000)


class CaseOut(BaseModel):
    """Somebody on a caseload; `name` is null without her consent. `late`: what is overdue."""

    id: Ref
    agency: Ref
    name: str | None
    stage: int | None
    paused: bool
    late: list[str]
    next_on: date | None
    meeting_at: Moment | None


class PlacedOut(BaseModel):
    """Of those who began in a span, how many were placed within 365 days; `share` in per cent, null of nobody."""

    began: int
    placed: int
    share: float | None


class CounsellingOut(BaseModel):
    """An agency's counselling now. `whole`: who began between two years and one year ago; `running`: who began since."""

    counsellors: int
    people: int
    waiting: int
    stages: dict[str, int]
    late: dict[str, int]
    whole: PlacedOut
    running: PlacedOut


def _goal(row: GoalRow) -> GoalOut:
    return GoalOut(
        id=row.id, text=row.text, due_on=row.due_on, state=row.state, sessions=row.sessions, attended=row.attended
    )


def _plan(row: Any) -> PlanOut:
    plan = row.Plan
    return PlanOut(
        id=plan.id,
        agency=plan.agency_id,
        agency_name=row.name,
        version=plan.version,
        text=plan.text,
        offered_at=plan.offered_at,
        agreed=plan.agreed,
        answer=plan.answer,
    )


@call("GET", "/me/plan", admit=guards.signed_in, returns=MyPlanOut)
def my_plan(caller: Caller) -> MyPlanOut:
    """One's own way to a job: counsellors, stages, goals and plans."""
    now = clock.now()
    with db.read() as session:
        counselled = []
        for one in queries.counselled_at(session, caller.id)[:20]:
            way = queries.way_of(session, one.agency_id, caller.id)
            goals = [_goal(row) for row in queries.goals_of(session, one.agency_id, caller.id, now)]
            counselled.append(
                CounselledOut(
                    agency=one.agency_id,
                    agency_name=one.name,
                    counsellor_name=one.counsellor,
                    stage=None if way is None else way[0].stage,
                    goals=goals,
                )
            )
        plans = [_plan(row) for row in queries.plans_of(session, caller.id)]
    return MyPlanOut(counselled=counselled, plans=plans)


@call("POST", "/plans/{plan}/answer", admit=guards.signed_in, body=AnswerIn)
def answer_plan(caller: Caller, plan: str, body: AnswerIn) -> None:
    """Agree to the newest version of one's plan, or ask for a change."""
    db.write(actions.answer_plan, number(plan), caller.id, body.agrees, body.text, clock.now())


def _key(case: Case) -> tuple[int, str, int]:
    rank, day, case_id = case.order
    return rank, day.isoformat(), case_id


@call("GET", "/caseload", admit=guards.coach, query=Paged, returns=Page[CaseOut])
def caseload(caller: Caller, query: Paged) -> Page[CaseOut]:
    """Whom one counsels, the overdue first; each look at a name is logged."""
    after, now = decode_cursor(query.cursor, int, str, int), clock.now()
    with db.read() as session:
        every = queries.cases(session, now, agency_ids=caller.coaches_for, counsellor_id=caller.id)
    rows = [case for case in every if after is None or _key(case) > after]
    shown, cursor = page_of(rows[: query.limit + 1], query.limit, _key)
    names: dict[tuple[int, int], str] = {}
    for agency_id in sorted({case.agency_id for case in shown}):
        here = [case.seeker_id for case in shown if case.agency_id == agency_id and case.allowed]
        found = db.write(accounts.disclose_many, here, caller.id, (), [agency_id], "profile", now)
        names |= {(agency_id, who): facts.name for who, facts in found.items()}
    items = [
        CaseOut(
            id=case.id,
            agency=case.agency_id,
            name=names.get((case.agency_id, case.seeker_id)),
            stage=case.stage,
            paused=case.paused,
            late=list(case.late),
            next_on=case.next_on,
            meeting_at=case.meeting_at,
        )
        for case in shown
    ]
    return Page[CaseOut](items=items, next=cursor)


@call("GET", "/agencies/{agency}/counselling", admit=guards.organizer, returns=CounsellingOut)
def counselling(caller: Caller, agency: str) -> CounsellingOut:
    """The figures of one's own agency's counselling: counsellors, people, stages, and who was placed within a year."""
    agency_id = number(agency)
    if not caller.may_organize(agency_id):
        raise NotFound
    with db.read() as session:
        shown = queries.overview(session, agency_id, clock.now())
    return CounsellingOut(
        counsellors=len(shown.counsellors),
        people=shown.people,
        waiting=shown.waiting,
        stages={str(no): shown.by_stage.get(no, 0) for no in STAGES},
        late={name: shown.late.get(name, 0) for name in WORDS["late"] if name},
        whole=_placed(shown.whole),
        running=_placed(shown.running),
    )


def _placed(one: Placed) -> PlacedOut:
    return PlacedOut(began=one.began, placed=one.placed, share=one.share)

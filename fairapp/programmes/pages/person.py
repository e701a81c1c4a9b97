"""A person's page for her counsellor: path, plan, goals, meetings, referrals, history; and what is done there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.forms import BaseForm
from fairapp.language import in_language, label
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import CourseForm, EndForm, GoalForm, HandForm, NoteForm, PlanForm, ReferForm, StageForm
from fairapp.programmes.models import Assignment, Programme
from fairapp.programmes.pages.base import NeedsConsent, back, blueprint, names_for, own_case, refused
from fairapp.shapes import number

FORMS: dict[str, type[BaseForm]] = {
    "note": NoteForm,
    "goal": GoalForm,
    "plan": PlanForm,
    "course": CourseForm,
    "stage": StageForm,
    "end": EndForm,
    "hand": HandForm,
    "refer": ReferForm,
}


def _form(name: str, *, empty: bool = False) -> Any:
    return FORMS[name](formdata=None, prefix=name) if empty else FORMS[name](prefix=name)


@blueprint.get("/caseload/<case>")
@guards.page(guards.coach)
def person(caller: Caller, case: str) -> Any:
    """Show a person."""
    return show_person(caller, own_case(caller, case))


def show_person(caller: Caller, case: Assignment, bad: tuple[str, Any] | None = None) -> Any:
    """Render the page; `bad` is a form with its errors, which stays as it was typed."""
    now = clock.now()
    profile = names_for(caller, [case.seeker_id], case.agency_id, now, "contact").get(case.seeker_id)
    facts = _facts(case, caller.id, now) if profile is not None else _veiled(case)
    forms = {name: _form(name, empty=True) for name in FORMS}
    if bad is not None:
        forms[bad[0]] = bad[1]
    _offer(forms, facts, case)
    page = render_template("programmes/person.html", case=case, profile=profile, forms=forms, zone=rules.ZONE, **facts)
    return page, 200 if bad is None else 422, {"Cache-Control": "no-store"}


def _veiled(case: Assignment) -> dict[str, Any]:
    """Return what is shown without consent: whether she was asked, and who else could take her."""
    with db.read() as session:
        asked = case.seeker_id in queries.open_asks(session, case.agency_id, [case.seeker_id])
        return {"asked": asked, "counsellors": queries.counsellors(session, case.agency_id, rules.day_of(clock.now()))}


def _facts(case: Assignment, reader_id: int, now: datetime) -> dict[str, Any]:
    """Return everything of the person that belongs to the agency's counselling."""
    agency_id, seeker_id = case.agency_id, case.seeker_id
    with db.read() as session:
        way = queries.participation_of(session, agency_id, seeker_id)
        programme = None if way is None else session.get(Programme, way.programme_id)
        stages = {} if way is None else queries.stages_of(session, way.programme_id)
        goals = queries.goals_of(session, agency_id, seeker_id, now)
        last = queries.last_contacts(session, agency_id, [seeker_id], now).get(seeker_id)
        late: tuple[str, ...] = ()
        course = None
        if way is not None and programme is not None and way.ended_at is None:
            due = [goal.due_on for goal in goals if goal.state == "open"]
            course = queries.course_of(way, programme, stages[way.stage].usual_days, last, due)
            late = rules.overdue(course, rules.day_of(now))
        return {
            "way": way,
            "programme": programme,
            "stages": stages,
            "course": course,
            "stage_until": None if course is None else rules.stage_until(course),
            "ends_on": None if course is None else rules.ends_on(course),
            "late": late,
            "last_contact": last,
            "steps": [] if way is None else queries.steps_of(session, way.id),
            "holding": set() if way is None else queries.holding(session, agency_id, seeker_id, way.stage_since, now),
            "goals": goals,
            "plans": queries.plans_of(session, seeker_id, agency_id),
            "notes": queries.notes_of(session, agency_id, seeker_id, reader_id),
            "meetings": queries.meetings_with(session, agency_id, seeker_id),
            "referrals": queries.referrals_of(session, seeker_id, agency_id),
            "back": queries.ways_back(session, seeker_id, agency_id),
            "pools": queries.pools_entered(session, seeker_id, agency_id),
            "enrolments": queries.enrolments_of(session, seeker_id, queries.sources(session, agency_id, now)),
            "history": queries.history(session, agency_id, seeker_id),
            "counsellors": queries.counsellors(session, agency_id, rules.day_of(now)),
            "programmes": queries.programmes_of(session, agency_id, going=True),
            "agencies": [row for row in queries.agencies_that_counsel(session) if row.id != agency_id],
        }


def _offer(forms: dict[str, Any], facts: dict[str, Any], case: Assignment) -> None:
    """Fill the choices of the forms."""
    others = [(one.account_id, one.name) for one in facts["counsellors"] if one.account_id != case.counsellor_id]
    forms["hand"].offer(others)
    stages = facts.get("stages") or {}
    forms["stage"].to.choices = [
        (str(no), gettext("%(n)s단계 %(name)s", n=no, name=in_language(stage.name, stage.name_en)))
        for no, stage in stages.items()
        if facts["way"] is None or no != facts["way"].stage
    ]
    forms["course"].programme.choices = [
        (str(one.id), in_language(one.name, one.name_en)) for one in facts.get("programmes", ())
    ]
    forms["refer"].offer([(row.id, in_language(row.name, row.name_en)) for row in facts.get("agencies", ())])


def act(caller: Caller, case: str, name: str, do: Callable[[Assignment, Any, datetime], str]) -> Any:
    """Parse the form of that name, do what it asks for, and come back with a word; what is refused is shown there."""
    now, found = clock.now(), own_case(caller, case)
    with db.read() as session:
        allowed = queries.allowed(session, [found.seeker_id], found.agency_id, now)
    form = _form(name)
    if not allowed and name != "hand":
        refused(NeedsConsent())
        return back("person", case=found.id)
    try:
        if not form.validate():
            return show_person(caller, found, (name, form))
        flash(do(found, form, now), "success")
    except Invalid as error:
        form.add_errors(error)
        return show_person(caller, found, (name, form))
    except Conflict as error:
        refused(error)
    return back("caseload") if name == "hand" else back("person", case=found.id)


@blueprint.post("/caseload/<case>/consent")
@guards.page(guards.coach)
def ask_for_consent(caller: Caller, case: str) -> Any:
    """Ask the person by letter whether one may see her data."""
    found = own_case(caller, case)
    asked = db.write(actions.ask_consent, found.agency_id, found.seeker_id, caller.id, clock.now())
    flash(gettext("동의를 묻는 메일을 보냈어요") if asked else gettext("이미 물었고 답을 기다려요"), "success")
    return back("person", case=found.id)


@blueprint.post("/caseload/<case>/notes")
@guards.page(guards.coach)
def write_note(caller: Caller, case: str) -> Any:
    """Append a note."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        kept = {"private": form.private.data == "1", "contact": form.contact.data or None}
        db.write(actions.write_note, found.agency_id, found.seeker_id, caller.id, form.text.data, now, **kept)
        return gettext("메모를 적었어요")

    return act(caller, case, "note", do)


@blueprint.post("/caseload/<case>/goals")
@guards.page(guards.coach)
def add_goal(caller: Caller, case: str) -> Any:
    """Set a goal."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        told = (form.text.data, form.due_on.data, caller.id, now)
        db.write(actions.add_goal, found.agency_id, found.seeker_id, *told, sessions=form.sessions.data)
        return gettext("목표를 세웠어요")

    return act(caller, case, "goal", do)


@blueprint.post("/caseload/<case>/goals/<goal>")
@guards.page(guards.coach)
def end_goal(caller: Caller, case: str, goal: str) -> Any:
    """Say that a goal was reached (`do` is `done`) or is dropped."""
    found, done = own_case(caller, case), request.form.get("do") == "done"
    if not done and request.form.get("do") != "drop":
        raise NotFound
    now = clock.now()
    with db.read() as session:
        allowed = queries.allowed(session, [found.seeker_id], found.agency_id, now)
    try:
        if not allowed:
            raise NeedsConsent
        db.write(actions.end_goal, number(goal), found.agency_id, found.seeker_id, caller.id, now, done=done)
        flash(label("goal_state", "done" if done else "dropped"), "success")
    except Conflict as error:
        refused(error)
    return back("person", case=found.id, _anchor="goals")


@blueprint.post("/caseload/<case>/plan")
@guards.page(guards.coach)
def offer_plan(caller: Caller, case: str) -> Any:
    """Put a plan before the person."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        db.write(actions.offer_plan, found.agency_id, found.seeker_id, form.text.data, caller.id, now)
        return gettext("계획을 보냈어요. 구직자가 읽고 답해요")

    return act(caller, case, "plan", do)


@blueprint.post("/caseload/<case>/hand-over")
@guards.page(guards.coach)
def hand_over(caller: Caller, case: str) -> Any:
    """Hand the person over to another counsellor."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        to = number(form.to.data) if form.to.data else None
        db.write(actions.hand_over, found.id, form.reason.data, caller.id, now, to=to)
        return gettext("다른 상담사에게 맡겼어요. 이제 나는 이분의 기록을 볼 수 없어요")

    return act(caller, case, "hand", do)

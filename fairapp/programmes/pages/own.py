"""The way to a job as the person herself sees it: her counsellor, plan, goals, what she is asked, her next steps."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.language import in_language, said_groups
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import AnswerForm, ApplyForm, HomeForm
from fairapp.programmes.models import Homecoming
from fairapp.programmes.pages.base import back, blueprint, refused
from fairapp.scheduling import queries as scheduling
from fairapp.shapes import number


@blueprint.get("/me/plan")
@guards.page(guards.signed_in)
def my_plan(caller: Caller) -> Any:
    """Show one's own way to a job."""
    return _show(caller)


def _show(
    caller: Caller, answer: AnswerForm | None = None, apply: ApplyForm | None = None, home: HomeForm | None = None
) -> Any:
    now = clock.now()
    with db.read() as session:
        kept = session.get(Homecoming, caller.id)
        at = queries.counselled_at(session, caller.id)
        plans = queries.plans_of(session, caller.id)
        facts = {
            "at": at,
            "ways": {one.agency_id: queries.way_of(session, one.agency_id, caller.id) for one in at[:5]},
            "goals": {one.agency_id: queries.goals_of(session, one.agency_id, caller.id, now) for one in at[:5]},
            "plans": plans,
            "invitations": queries.invitations_of(session, caller.id, now),
            "asks": queries.asks_of(session, caller.id),
            "referrals": queries.referrals_of(session, caller.id),
            "candidacies": queries.candidacies_of(session, caller.id),
            "offered": queries.meetings_offered(session, caller.id, now),
            "backs": queries.ways_back(session, caller.id),
            "meetings": [one for one in scheduling.upcoming_of_seeker(session, caller.id, now) if one.coach_id],
        }
        agencies = [row for row in queries.agencies_that_counsel(session) if row.id not in {a.agency_id for a in at}]
    apply = apply or ApplyForm(formdata=None)
    apply.agency.choices = [("", gettext("고르세요"))]
    apply.agency.choices += [(str(row.id), _named(row)) for row in agencies]
    newest = {row.Plan.agency_id: row.Plan.id for row in reversed(plans)}  # they come newest first
    replaced = {row.Plan.id for row in plans} - set(newest.values())
    page = render_template(
        "programmes/my_plan.html",
        answer=answer or AnswerForm(formdata=None),
        apply=apply,
        home=home or HomeForm(formdata=None, obj=kept),
        comes_home=kept is not None,
        home_kept=kept,
        replaced=replaced,
        zone=rules.ZONE,
        **facts,
    )
    bad = any(form is not None and form.errors for form in (answer, apply, home))
    return page, 422 if bad else 200, {"Cache-Control": "no-store"}


def _named(agency: Any) -> str:
    """Return an agency's name, with the groups it is for."""
    name = in_language(agency.name, agency.name_en)
    if not agency.serves:
        return name
    return gettext("%(agency)s · %(groups)s만", agency=name, groups=said_groups(agency.serves))


@blueprint.post("/me/plan/<plan>")
@guards.page(guards.signed_in)
def answer_plan(caller: Caller, plan: str) -> Any:
    """Agree to a plan (`do` is `agree`) or ask for a change."""
    form, agreed = AnswerForm(), request.form.get("do") == "agree"
    try:
        if not form.validate():
            return _show(caller, answer=form)
        db.write(actions.answer_plan, number(plan), caller.id, agreed, form.answer.data or "", clock.now())
        flash(gettext("계획에 동의했어요") if agreed else gettext("바꾸고 싶은 점을 상담사에게 알렸어요"), "success")
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, answer=form)
    except Conflict as error:
        refused(error)
    return back("my_plan")


@blueprint.post("/me/counselling")
@guards.page(guards.signed_in)
def apply_for_counselling(caller: Caller) -> Any:
    """Ask an agency for a counsellor, who may then see one's data."""
    form = ApplyForm()
    with db.read() as session:
        known = {str(row.id) for row in queries.agencies_that_counsel(session)}
    form.agency.choices = sorted((one, one) for one in known)
    if not form.validate() or form.agency.data not in known:
        form.agency.errors = form.agency.errors or [gettext("기관을 골라 주세요")]
        return _show(caller, apply=form)
    try:
        given = db.write(actions.apply_herself, caller.id, int(form.agency.data), clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, apply=form)
    flash(
        gettext("상담사가 모두 차 있어요. 자리가 나면 차례대로 알려 드려요")
        if given.waits
        else gettext("상담사가 정해졌어요"),
        "success",
    )
    return back("my_plan")


@blueprint.post("/me/counselling/<agency>/end")
@guards.page(guards.signed_in)
def stop_counselling(caller: Caller, agency: str) -> Any:
    """Stop being counselled at an agency; its consent ends with it."""
    db.write(actions.stop, number(agency), caller.id, clock.now())
    flash(gettext("상담을 그만두었어요. 이제 그 기관은 내 정보를 볼 수 없어요"), "success")
    return back("my_plan")


@blueprint.post("/me/home")
@guards.page(guards.signed_in)
def come_home(caller: Caller) -> Any:
    """Say that one wants to come back home, or no more (`do` is `stop`)."""
    form = HomeForm()
    stops = request.form.get("do") == "stop"
    try:
        if not stops and not form.validate():
            return _show(caller, home=form)
        told = (None, None) if stops else (form.home_region.data or "", form.from_on.data)
        db.write(actions.set_homecoming, caller.id, *told, clock.now())
        flash(gettext("귀향을 바라는 마음을 적어 두었어요") if not stops else gettext("지웠어요"), "success")
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, home=form)
    return back("my_plan")


@blueprint.get("/me/asks/<ask>")
@guards.page(guards.signed_in)
def ask(caller: Caller, ask: str) -> Any:
    """Show what an agency asks."""
    with db.read() as session:
        row = queries.own_ask(session, number(ask), caller.id)
    who = in_language(row.name, row.name_en)
    return _question(
        gettext("%(agency)s에서 내 정보를 봐도 될까요?", agency=who),
        gettext("동의하면 상담사가 한 해 동안 내 프로필과 이력서, 연락처를 보고 상담해요. 언제든 거둘 수 있어요."),
        row.ConsentAsk.answered_at is not None,
    )


def _question(title: str, text: str, answered: bool, more: str = "") -> Any:
    page = render_template("programmes/question.html", title=title, text=text, more=more, answered=answered)
    return page, 200, {"Cache-Control": "no-store"}


def _agreed() -> bool:
    said = request.form.get("do")
    if said not in ("agree", "refuse"):
        raise NotFound
    return said == "agree"


@blueprint.post("/me/asks/<ask>")
@guards.page(guards.signed_in)
def answer_ask(caller: Caller, ask: str) -> Any:
    """Answer what an agency asks: `do` is `agree` or `refuse`."""
    return _answered(actions.answer_ask, number(ask), caller.id, _agreed())


def _answered(action: Any, about: int, caller_id: int, agreed: bool) -> Any:
    try:
        db.write(action, about, caller_id, agreed, clock.now())
        flash(
            gettext("동의했어요. 고마워요") if agreed else gettext("동의하지 않았어요. 아무것도 전해지지 않아요"),
            "success",
        )
    except Conflict as error:
        refused(error)
    return back("my_plan")


@blueprint.get("/me/referrals/<referral>")
@guards.page(guards.signed_in)
def referral_ask(caller: Caller, referral: str) -> Any:
    """Show where one is to be referred."""
    with db.read() as session:
        row = queries.referral(session, number(referral))
    if row.seeker_id != caller.id:
        raise NotFound
    to = in_language(row.to_name, row.to_name_en)
    title = gettext("%(to)s에 나를 소개해도 될까요?", to=to)
    text = gettext("동의하면 받는 곳이 90일 동안 내 프로필과 이력서, 연락처를 봐요. 상담사가 이렇게 소개해요:")
    return _question(title, text, row.state != "asked", row.why)


@blueprint.post("/me/referrals/<referral>")
@guards.page(guards.signed_in)
def answer_referral_ask(caller: Caller, referral: str) -> Any:
    """Agree to be referred, or not."""
    return _answered(actions.answer_referral_ask, number(referral), caller.id, _agreed())


@blueprint.get("/me/candidacies/<candidacy>")
@guards.page(guards.signed_in)
def candidacy(caller: Caller, candidacy: str) -> Any:
    """Show which employer asks."""
    with db.read() as session:
        row = queries.own_candidacy(session, number(candidacy), caller.id)
    names = {"who": in_language(row.name, row.name_en), "listing": in_language(row.title, row.title_en)}
    title = gettext("%(who)s에 나를 알려도 될까요?", **names)
    text = gettext("‘%(listing)s’에 맞는 사람을 찾아요. 동의하면 90일 동안 내 프로필과 이력서, 연락처를 봐요.", **names)
    return _question(title, text, row.Candidacy.answered_at is not None)


@blueprint.post("/me/candidacies/<candidacy>")
@guards.page(guards.signed_in)
def answer_candidacy(caller: Caller, candidacy: str) -> Any:
    """Agree that the employer sees who one is, or not."""
    return _answered(actions.answer_candidacy, number(candidacy), caller.id, _agreed())

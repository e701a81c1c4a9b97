"""Documents at employers: where mine are, and what an employer has to destroy."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.errors import NotFound
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.pages.base import blueprint
from fairapp.shapes import number

ZONE = "Asia/Seoul"


@blueprint.get("/me/papers")
@guards.page(guards.signed_in)
def my_papers(caller: guards.Caller) -> Any:
    """Show where one's documents are."""
    with db.read() as session:
        rows = queries.papers_of(session, caller.id, clock.now())
    return render_template("outcomes/my_papers.html", rows=rows, zone=ZONE, kept=rules.KEPT_AFTER.days)


@blueprint.post("/me/papers/<employer>")
@guards.page(guards.signed_in)
def ask_papers(caller: guards.Caller, employer: str) -> Any:
    """Have an employer destroy one's documents."""
    db.write(actions.ask_papers, caller.id, number(employer), clock.now())
    flash(gettext("이제 그 회사에서는 내 서류를 볼 수 없어요. 내려받은 것은 14일 안에 파기하고 알려 줘요"), "success")
    return redirect(url_for("outcomes.my_papers"), 303)


def _employer(caller: guards.Caller, employer: str) -> int:
    """Return the employer for its recruiters; NotFound for anybody else."""
    employer_id = number(employer)
    if not caller.may_recruit(employer_id):
        raise NotFound
    return employer_id


@blueprint.get("/employers/<employer>/papers")
@guards.page(guards.signed_in)
def papers(caller: guards.Caller, employer: str) -> Any:
    """Show a recruiter whose documents are to be destroyed by when."""
    employer_id = _employer(caller, employer)
    with db.read() as session:
        duties = queries.paper_duties(session, employer_id)
    shown = {"duties": duties, "employer": employer_id, "zone": ZONE, "moment": clock.now()}
    return render_template("outcomes/papers.html", **shown)


@blueprint.post("/employers/<employer>/papers/<duty>")
@guards.page(guards.signed_in)
def confirm_papers_gone(caller: guards.Caller, employer: str, duty: str) -> Any:
    """Say that the copies are destroyed."""
    employer_id = _employer(caller, employer)
    db.write(actions.confirm_papers_gone, number(duty), employer_id, caller.id, clock.now())
    flash(gettext("파기했다고 적었어요. 구직자도 볼 수 있어요"), "success")
    return redirect(url_for("outcomes.papers", employer=employer_id), 303)

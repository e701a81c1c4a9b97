"""Pages of employers: organizers enter and verify them, their recruiters keep them and add colleagues."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts import queries as accounts
from fairapp.accounts.guards import Caller
from fairapp.accounts.rules import normal_email
from fairapp.employers import actions, queries, rules
from fairapp.employers.forms import EmployerForm, RecruiterForm, employer_form
from fairapp.employers.models import Employer
from fairapp.errors import AppError, Invalid, NotFound, Stale
from fairapp.shapes import decode_cursor, number, page_of

blueprint = Blueprint("employers", __name__)
AT_ONCE = 50
MOST_CHOSEN = 500


def _organizes(caller: Caller) -> bool:
    return bool(caller.organizes_for) or caller.is_admin


def _kept(caller: Caller, employer: str) -> Employer:
    """Return the employer, or the one it was merged into, for its recruiters and any organizer; NotFound for others."""
    with db.read() as session:
        kept = queries.get_employer(session, number(employer))
        if kept.merged_into_id is not None:
            kept = queries.get_employer(session, kept.merged_into_id)
    if not (caller.may_recruit(kept.id) or _organizes(caller)):
        raise NotFound
    return kept


@blueprint.route("/organize/employers/new", methods=["GET", "POST"])
@guards.page(guards.organizer)
def new(caller: Caller) -> Response:
    """Enter an employer, then go where its recruiters are added."""
    form = EmployerForm()
    if form.validate_on_submit():
        try:
            made = db.write(actions.make_employer, form.fields(), clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("기업을 더했어요. 이제 채용 담당자를 정해 주세요"), "success")
            return redirect(url_for("employers.members", employer=made), 303)
    page = render_template("employers/form.html", form=form, employer=None)
    return make_response(page, 422 if form.is_submitted() else 200)


@blueprint.route("/employers/<employer>/edit", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def edit(caller: Caller, employer: str) -> Any:
    """Change an employer: its recruiters, and any organizer."""
    kept = _kept(caller, employer)
    if str(kept.id) != employer:
        return redirect(url_for("employers.edit", employer=kept.id), 303)
    form = employer_form(kept)
    if request.method == "GET":
        return render_template("employers/form.html", form=form, employer=kept)
    try:
        if not form.validate():
            raise Invalid
        rev = str(form.rev.data or "")
        wanted = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 10 else 0
        db.write(actions.edit_employer, kept.id, wanted, form.fields(), clock.now())
    except (Invalid, Stale) as error:
        _add(form, error)
        return render_template("employers/form.html", form=form, employer=kept), 422
    flash(gettext("기업 정보를 고쳤어요."), "success")
    return redirect(url_for("employers.edit", employer=kept.id), 303)


def _add(form: Any, error: AppError) -> None:
    """Show a refusal in the form; what the fields say of themselves is there already."""
    if isinstance(error, Invalid):
        if error.errors:
            form.add_errors(error)
    else:
        form.add_errors(Invalid(error.detail))


@blueprint.route("/employers/<employer>/members", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def members(caller: Caller, employer: str) -> Response:
    """Show who recruits for an employer and add somebody: its recruiters, and any organizer."""
    kept = _kept(caller, employer)
    if str(kept.id) != employer:
        return redirect(url_for("employers.members", employer=kept.id), 303)
    form = RecruiterForm()
    if form.validate_on_submit():
        try:
            email = normal_email(str(form.email.data))
            db.write(actions.add_recruiter, caller.id, kept.id, email, clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("역할을 주었어요"), "success")
            return redirect(url_for("employers.members", employer=kept.id), 303)
    with db.read() as session:
        rows = accounts.members(session, employer_id=kept.id)
    shown = {"form": form, "employer": kept, "rows": rows, "me": caller.id, "organizes": _organizes(caller)}
    return make_response(render_template("employers/members.html", **shown), 422 if form.is_submitted() else 200)


@blueprint.get("/organize/employers")
@guards.page(guards.organizer)
def organized(caller: Caller) -> str:
    """List employers to be verified, all of them, or those whose name begins so."""
    state = request.args.get("state", "unverified")
    verified = {"verified": True, "unverified": False}.get(state)
    asked = request.args.get("q", "")[:120].replace("\x00", "")
    after = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.employers(
            session,
            verified=verified,
            key=rules.name_key(asked) if asked.strip() else "",
            after=after[0] if after else None,
            limit=AT_ONCE,
        )
    employers, following = page_of(rows, AT_ONCE, lambda row: (row.id,))
    return render_template(
        "employers/organized.html",
        employers=employers,
        state=state if verified is not None else "all",
        q=asked,
        following=following,
        written_number=rules.written_number,
    )


@blueprint.post("/organize/employers/verifications")
@guards.page(guards.organizer)
def verify(caller: Caller) -> Response:
    """Verify the chosen employers, or take their verification back (`do` is `unverify`)."""
    ids = [number(chosen) for chosen in request.form.getlist("employer")[:MOST_CHOSEN]]
    if request.form.get("do") == "unverify":
        count = db.write(actions.unverify_employers, ids, clock.now())
        flash(ngettext("기업 %(num)s곳의 확인을 거뒀어요.", "기업 %(num)s곳의 확인을 거뒀어요.", count), "success")
    else:
        count = db.write(actions.verify_employers, ids, caller.id, clock.now())
        flash(ngettext("기업 %(num)s곳을 확인했어요.", "기업 %(num)s곳을 확인했어요.", count), "success")
    return redirect(url_for("employers.organized", state=request.form.get("state", "unverified")[:20]), 303)

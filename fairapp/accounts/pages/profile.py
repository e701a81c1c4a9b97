"""One's profile and résumé, and the résumé of somebody who allowed it."""

from dataclasses import asdict, fields
from io import BytesIO

from flask import Response, flash, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.forms import ProfileForm, ResumeForm
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import blueprint, go, show
from fairapp.errors import Invalid, NotFound
from fairapp.shapes import number

TEN_THOUSAND = 10_000  # people say a yearly wage in units of 10,000 won


def _shown(caller: Caller, status: int, form: ProfileForm, file_form: ResumeForm) -> Response:
    with db.read() as reading:
        resume = queries.resume_facts(reading, [caller.id]).get(caller.id)
    return show("profile", status, form=form, resume_form=file_form, resume=resume)


def _filled(caller: Caller) -> ProfileForm:
    """Return the form as it was last saved."""
    with db.read() as reading:
        kept = asdict(queries.profile_fields(reading, caller.id))
    kept["skills"] = ", ".join(kept["skills"])
    kept["wish_salary"] = kept["wish_salary"] and kept["wish_salary"] // TEN_THOUSAND
    return ProfileForm(formdata=None, data={name: value for name, value in kept.items() if value is not None})


def _typed(form: ProfileForm) -> rules.ProfileFields:
    typed = {field.name: form[field.name].data for field in fields(rules.ProfileFields)}
    typed["skills"] = rules.skills_of(typed["skills"] or "")
    typed["experience_years"] = typed["experience_years"] or 0
    typed["wish_salary"] = typed["wish_salary"] and typed["wish_salary"] * TEN_THOUSAND
    return rules.ProfileFields(**typed)


@blueprint.route("/profile", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def profile(caller: Caller) -> AnyResponse:
    """Show and keep one's profile."""
    if request.method == "GET":
        return _shown(caller, 200, _filled(caller), ResumeForm(formdata=None))
    form = ProfileForm()
    if form.validate():
        try:
            db.write(actions.save_profile, caller.id, _typed(form), clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("프로필을 저장했어요"), "success")
            return go(url_for("accounts.profile"))
    return _shown(caller, 422, form, ResumeForm(formdata=None))


@blueprint.post("/resume")
@guards.page(guards.signed_in)
def upload_resume(caller: Caller) -> AnyResponse:
    """Keep a PDF as one's résumé."""
    form = ResumeForm()
    if form.validate_on_submit():
        upload = form.resume.data
        # One byte more than allowed is enough to know that a file is too large.
        content = upload.stream.read(rules.LARGEST_RESUME + 1) if upload else b""
        try:
            db.write(actions.keep_resume, caller.id, upload.filename if upload else "", content, clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("이력서를 올렸어요"), "success")
            return go(url_for("accounts.profile"))
    return _shown(caller, 422, _filled(caller), form)


@blueprint.post("/resume/removal")
@guards.page(guards.signed_in)
def remove_resume(caller: Caller) -> AnyResponse:
    """Delete one's résumé."""
    db.write(actions.remove_resume, caller.id)
    flash(gettext("이력서를 지웠어요"), "success")
    return go(url_for("accounts.profile"))


@blueprint.get("/resume")
@guards.page(guards.signed_in)
def own_resume(caller: Caller) -> Response:
    """Give one's own résumé."""
    return _file(caller.id)


@blueprint.get("/seekers/<seeker>/resume")
@guards.page(guards.signed_in)
def seekers_resume(caller: Caller, seeker: str) -> Response:
    """Give the résumé of a seeker who allows the caller's employer or agency to see it, and write that down."""
    seeker_id, agencies = number(seeker), caller.coaches_for | caller.organizes_for
    db.write(actions.disclose, seeker_id, caller.id, caller.recruits_for, agencies, "resume", clock.now())
    return _file(seeker_id)


def _file(account_id: int) -> Response:
    """Send the PDF as a file to be saved. Shown inline, a PDF made by somebody else would run in our origin."""
    with db.read() as reading:
        found = queries.resume(reading, account_id)
    if found is None:
        raise NotFound
    response = send_file(
        BytesIO(found.content), mimetype="application/pdf", as_attachment=True, download_name=found.name, max_age=0
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response

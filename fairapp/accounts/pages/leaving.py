"""Having oneself erased: asked for with the password, taken back within the days of grace, or done at once."""

from flask import Response, flash, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.forms import ErasureForm, OwnDataForm
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import SECRET, blueprint, go, show, typed
from fairapp.errors import Invalid, TooMany
from fairapp.shapes import number


def _page(caller: Caller, form: ErasureForm, status: int = 200) -> Response:
    with db.read() as reading:
        duties = queries.open_duties(reading, caller.id, clock.now())
        at = queries.erasure_of(reading, caller.id)
    return show("erasure", status, form=form, duties=duties, at=at, grace=rules.GRACE.days)


@blueprint.get("/account/erasure")
@guards.page(guards.signed_in)
def erasure(caller: Caller) -> Response:
    """Say what is erased and what stays, and ask for the password."""
    return _page(caller, ErasureForm(formdata=None))


def confirmed(caller: Caller, form: ErasureForm | OwnDataForm) -> int:
    """Return 0 if the password of the form is the caller's, otherwise the status of the answer; the form then says why."""
    try:
        guards.proven(caller.email, typed(form.password), clock.now())
    except rules.WrongCredentials:
        form.add_errors(Invalid.one("password", gettext("비밀번호가 달라요")))
        return 422
    except TooMany as error:
        form.add_errors(Invalid.one("password", error.detail))
        return error.status
    return 0


@blueprint.post("/account/erasure")
@guards.page(guards.signed_in)
def ask_erasure(caller: Caller) -> AnyResponse:
    """Ask to be erased: after the days of grace, or at once."""
    form, now = ErasureForm(), clock.now()
    if not form.validate_on_submit():
        return _page(caller, form, 422)
    refused = confirmed(caller, form)
    if refused:
        return _page(caller, form, refused)
    at_once = bool(form.at_once.data)
    try:
        at = db.write(actions.ask_erasure, caller.id, at_once, now)
        if at_once:
            db.write(actions.erase, caller.id, "asked", now)
    except rules.HandOver as error:
        return _page(caller, form, error.status)
    if at_once:
        db.of().scrub()
        session.clear()
        return go(url_for("accounts.erased"))
    flash(
        gettext("%(days)s일 뒤에 모두 지울게요. 그 전에는 여기에서 되돌릴 수 있어요", days=(at - now).days), "success"
    )
    return go(url_for("accounts.erasure"))


@blueprint.post("/account/erasure/withdrawal")
@guards.page(guards.signed_in)
def take_erasure_back(caller: Caller) -> AnyResponse:
    """Keep the account after all."""
    db.write(actions.take_erasure_back, caller.id, clock.now())
    flash(gettext("계정을 그대로 두기로 했어요"), "success")
    return go(url_for("accounts.erasure"))


@blueprint.get("/erased")
def erased() -> Response:
    """Say that all is erased; nobody is signed in any more."""
    return show("erased", 200, SECRET)


@blueprint.post("/admin/accounts/<account>/erasure")
@guards.page(guards.admin)
def erase_for(caller: Caller, account: str) -> AnyResponse:
    """Erase somebody who asked for it by letter, telephone or at the desk, such as people without an address."""
    account_id, now = number(account), clock.now()
    if account_id == caller.id:
        raise Invalid.one("", gettext("내 계정은 내 계정 화면에서 지울 수 있어요"))
    try:
        db.write(actions.erase, account_id, "asked", now)
    except rules.HandOver as error:
        for duty in error.duties:
            flash(str(duty), "warning")
        return go(url_for("accounts.admin_account", account=account_id))
    db.of().scrub()
    flash(gettext("이 사람의 개인정보를 모두 지웠어요"), "success")
    return go(url_for("accounts.admin_account", account=account_id))

"""One's own account: name, password, the browsers and tokens that may act for it."""

from typing import Any

from flask import Response, flash, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.forms import ChangePasswordForm, NameForm, TokenForm
from fairapp.accounts.guards import Caller
from fairapp.accounts.models import secret_hash
from fairapp.accounts.pages.base import SECRET, blueprint, go, show, typed
from fairapp.errors import Invalid, TooMany
from fairapp.shapes import number


def _overview(caller: Caller, status: int = 200, **forms: Any) -> Response:
    now = clock.now()
    with db.read() as reading:
        facts = {
            "sessions": queries.open_sessions(reading, caller.id, now),
            "tokens": queries.open_tokens(reading, caller.id, now),
        }
    shown = {
        # Each form has an id of its own on the page, so that labels find their fields.
        "name_form": forms.get("name_form") or NameForm(formdata=None, name=caller.name),
        "password_form": forms.get("password_form") or ChangePasswordForm(formdata=None),
        "token_form": forms.get("token_form") or TokenForm(formdata=None),
    }
    words = rules.browser_words
    headers = SECRET if forms.get("secret") else None
    return show(
        "account", status, headers, caller=caller, browser_words=words, secret=forms.get("secret"), **facts, **shown
    )


@blueprint.get("/account")
@guards.page(guards.signed_in)
def account(caller: Caller) -> Response:
    """Show one's account."""
    return _overview(caller)


@blueprint.post("/account/name")
@guards.page(guards.signed_in)
def change_name(caller: Caller) -> AnyResponse:
    """Set the name."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            db.write(actions.change_name, caller.id, rules.normal_name(typed(form.name)))
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("이름을 바꿨어요"), "success")
            return go(url_for("accounts.account"))
    return _overview(caller, 422, name_form=form)


@blueprint.post("/account/password")
@guards.page(guards.signed_in)
def change_password(caller: Caller) -> AnyResponse:
    """Set a new password after the old one was given."""
    form, now = ChangePasswordForm(), clock.now()
    if not form.validate_on_submit():
        return _overview(caller, 422, password_form=form)
    try:
        rules.check_password(typed(form.password), caller.email, caller.name)
        guards.proven(caller.email, typed(form.current), now)
    except Invalid as error:
        form.add_errors(error)
    except rules.WrongCredentials:
        form.add_errors(Invalid.one("current", gettext("지금 비밀번호와 달라요")))
    except TooMany as error:
        form.add_errors(Invalid.one("current", error.detail))
        return _overview(caller, error.status, password_form=form)
    else:
        password_hash = rules.hash_password(typed(form.password))
        db.write(actions.change_password, caller.id, password_hash, caller.session_id, now)
        flash(gettext("비밀번호를 바꿨어요. 다른 기기에서는 모두 로그아웃됐고 토큰도 모두 지워졌어요"), "success")
        return go(url_for("accounts.account"))
    return _overview(caller, 422, password_form=form)


@blueprint.post("/account/sessions/<session_id>/end")
@guards.page(guards.signed_in)
def end_session(caller: Caller, session_id: str) -> AnyResponse:
    """Sign one browser out."""
    db.write(actions.end_session, caller.id, number(session_id), clock.now())
    flash(gettext("그 기기에서 로그아웃했어요"), "success")
    return go(url_for("accounts.account"))


@blueprint.post("/account/sessions/end")
@guards.page(guards.signed_in)
def end_all_sessions(caller: Caller) -> AnyResponse:
    """Sign every browser out, this one too."""
    db.write(actions.end_all_sessions, caller.id, clock.now())
    session.clear()
    return go(url_for("accounts.sign_in"))


@blueprint.post("/account/tokens")
@guards.page(guards.signed_in)
def make_token(caller: Caller) -> AnyResponse:
    """Make a token and show it, this once: only its hash is kept, so there is no page to be sent on to."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _overview(caller, 422, token_form=form)
    secret = rules.new_secret()
    try:
        db.write(actions.make_token, caller.id, typed(form.use), secret_hash(secret), clock.now())
    except rules.TooManyTokens as error:
        form.add_errors(Invalid.one("use", error.detail))
        return _overview(caller, error.status, token_form=form)
    return _overview(caller, secret=secret)


@blueprint.post("/account/tokens/<token_id>/revocation")
@guards.page(guards.signed_in)
def revoke_token(caller: Caller, token_id: str) -> AnyResponse:
    """Make a token useless."""
    db.write(actions.revoke_token, caller.id, number(token_id), clock.now())
    flash(gettext("토큰을 지웠어요"), "success")
    return go(url_for("accounts.account"))

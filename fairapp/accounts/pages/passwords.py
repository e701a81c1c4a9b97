"""A forgotten password, and a new one."""

from flask import Response, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db, limits
from fairapp.accounts import actions, pushes, queries, rules
from fairapp.accounts.forms import AskResetForm, NewPasswordForm
from fairapp.accounts.models import secret_hash
from fairapp.accounts.pages.base import SECRET, blueprint, go, show, typed
from fairapp.errors import Invalid


@blueprint.route("/reset", methods=["GET", "POST"])
def ask_reset() -> AnyResponse:
    """Ask for a link by mail. The answer is the same whether or not there is such an account."""
    form = AskResetForm()
    if not form.validate_on_submit():
        return show("ask_reset", 422 if form.is_submitted() else 200, form=form)
    try:
        email = rules.normal_email(typed(form.email))
    except Invalid as error:
        form.add_errors(error)
        return show("ask_reset", 422, form=form)
    limits.spend(limits.RESET_ADDRESS, limits.address())
    limits.spend(limits.LETTERS_TO, email)
    db.write(actions.ask_reset, email, clock.now())
    session["letter_to"] = email
    return go(url_for("accounts.reset_sent"))


@blueprint.get("/reset/sent")
def reset_sent() -> Response:
    """Tell that a letter is on its way, if there is such an account."""
    return show("sent", email=session.get("letter_to", ""), resetting=True)


@blueprint.route("/reset/<secret>", methods=["GET", "POST"])
def reset(secret: str) -> AnyResponse:
    """Set a new password by a mailed link; nothing happens before the form is sent."""
    key, now = pushes.link_key(secret), clock.now()
    if key is None:
        raise rules.LinkGone
    with db.read() as reading:
        owner = queries.link_owner(reading, secret_hash(key), "reset", now)
    if owner is None:
        raise rules.LinkGone
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            rules.check_password(typed(form.password), owner.email, owner.name)
        except Invalid as error:
            form.add_errors(error)
        else:
            db.write(actions.reset_password, key, rules.hash_password(typed(form.password)), now)
            session.clear()
            return go(url_for("accounts.changed"))
    return show("reset", 422 if form.errors or form.form_errors else 200, SECRET, form=form, owner=owner)


@blueprint.get("/reset/done")
def changed() -> Response:
    """Tell that the new password holds."""
    return show("changed")

"""Coming in: register, confirm the address, sign in and out, choose a language."""

from flask import Response, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db, language, limits
from fairapp.accounts import actions, guards, pushes, queries, rules
from fairapp.accounts.forms import ConfirmForm, RegisterForm, SignInForm
from fairapp.accounts.models import secret_hash
from fairapp.accounts.pages.base import SECRET, blueprint, go, show, typed
from fairapp.errors import AppError, Invalid, TooMany


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> AnyResponse:
    """Make an account. The answer is the same whether or not the address has one."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return show("register", 422 if form.is_submitted() else 200, form=form)
    try:
        email, name = rules.normal_email(typed(form.email)), rules.normal_name(typed(form.name))
        rules.check_password(typed(form.password), email, name)
    except Invalid as error:
        form.add_errors(error)
        return show("register", 422, form=form)
    limits.spend(limits.REGISTER_ADDRESS, limits.address())
    limits.spend(limits.LETTERS_TO, email)
    password_hash = rules.hash_password(typed(form.password))
    db.write(actions.register, email, name, password_hash, language.reader_language(), clock.now())
    session["letter_to"] = email
    return go(url_for("accounts.registered"))


@blueprint.get("/register/sent")
def registered() -> Response:
    """Tell that a letter is on its way."""
    return show("sent", email=session.get("letter_to", ""), resetting=False)


@blueprint.route("/confirm/<secret>", methods=["GET", "POST"])
def confirm(secret: str) -> AnyResponse:
    """Show the button; pressing it confirms. Mail programs that follow links confirm nothing."""
    key = pushes.link_key(secret)
    if key is None:
        raise rules.LinkGone
    form = ConfirmForm()
    if form.validate_on_submit():
        db.write(actions.confirm_address, key, clock.now())
        return go(url_for("accounts.confirmed"))
    with db.read() as reading:
        owner = queries.link_owner(reading, secret_hash(key), "confirm", clock.now())
    if owner is None:
        raise rules.LinkGone
    return show("confirm", headers=SECRET, form=form, owner=owner)


@blueprint.get("/confirmed")
def confirmed() -> Response:
    """Tell that the address is confirmed, and where to go."""
    return show("confirmed")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    """Sign in and go on to where the reader wanted to be."""
    form = SignInForm()
    wanted = rules.local_path(request.values.get("next"))
    if request.method == "GET" and guards.caller() is not None:
        return go(wanted)
    if not form.validate_on_submit():
        return show("sign_in", 422 if form.is_submitted() else 200, form=form, next=wanted)
    now = clock.now()
    try:
        proof = guards.proven(typed(form.email), typed(form.password), now)
    except (rules.WrongCredentials, TooMany) as error:
        return _refused(form, wanted, error)
    response = go(wanted)
    _open_session(proof)
    guards.remember_browser(response, proof.email)
    return response


def _refused(form: SignInForm, wanted: str, error: AppError) -> Response:
    """Show the form again with the reason; what was typed stays, but not the password."""
    form.form_errors.append(str(error.detail))
    status = error.status if isinstance(error, TooMany) else 422
    return show("sign_in", status, error.headers if isinstance(error, TooMany) else None, form=form, next=wanted)


def _open_session(proof: guards.Proof) -> None:
    """Start a session with a new secret; nothing of the one before is kept, so none can be planted beforehand."""
    secret, old = rules.new_secret(), session.get("secret")
    db.write(
        actions.sign_in,
        proof.account_id,
        proof.email,
        secret_hash(secret),
        clock.now(),
        known_browser=proof.known_browser,
        new_hash=proof.new_hash,
        old_secret_hash=secret_hash(old) if old else None,
        browser=request.user_agent.string,
        address=request.remote_addr or "",
    )
    session.clear()
    session.permanent = True
    session["secret"] = secret


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this browser's session."""
    secret = session.get("secret")
    if secret:
        db.write(actions.sign_out, secret_hash(secret), clock.now())
    session.clear()
    return go("/")


@blueprint.post("/language")
def choose_language() -> AnyResponse:
    """Choose the language: for this browser, and for the account if signed in."""
    chosen = request.form.get("language", "")
    response = go(rules.local_path(request.form.get("next")))
    if chosen in language.CODES:
        caller = guards.caller()
        if caller is not None:
            db.write(actions.change_language, caller.id, chosen)
        response.set_cookie("language", chosen, max_age=guards.KNOWN_FOR, samesite="Lax", httponly=True)
    return response

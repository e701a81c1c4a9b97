"""Who is calling, and who may enter. The caller is found once a request, by bearer token or by the browser's session.

A program of an agency calls by key instead: it is a Partner, never a Caller, and only calls that name a scope take it.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from fairapp import clock, db, limits
from fairapp.accounts import actions, queries, rules
from fairapp.accounts.models import secret_hash
from fairapp.accounts.rules import Partner
from fairapp.errors import Busy, Forbidden, Invalid, NotSignedIn, TooMany

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody signed in: account and roles, as plain values."""

    id: int
    email: str
    name: str
    language: str
    is_admin: bool
    recruits_for: frozenset[int]  # employers
    coaches_for: frozenset[int]  # agencies
    organizes_for: frozenset[int]  # agencies
    session_id: int | None = None  # of the browser session; None with a token
    seen_at: datetime | None = None  # when that session was last noted
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return the account's id as text, for Flask-Login."""
        return str(self.id)

    def may_organize(self, agency_id: int) -> bool:
        """Whether this person runs the fairs of the agency."""
        return self.is_admin or agency_id in self.organizes_for

    def may_recruit(self, employer_id: int) -> bool:
        """Whether this person keeps the booths of the employer."""
        return employer_id in self.recruits_for

    @property
    def roles(self) -> list[str]:
        """The roles in words of the contract; everybody may be a seeker."""
        held = [("recruiter", self.recruits_for), ("coach", self.coaches_for), ("organizer", self.organizes_for)]
        return ["seeker", *(role for role, where in held if where), *(["admin"] if self.is_admin else [])]


# Hook: the partner whose key this is, if it holds at `now`; its use is noted. Filled in wiring.py.
partners_by_key: list[Callable[[str, datetime], Partner | None]] = []


def partner() -> Partner:
    """Return the partner whose key calls; NotSignedIn if nobody's does. The scope is checked where the call is."""
    caller()
    found: Partner | None = g.get("partner")
    if found is None:
        raise NotSignedIn
    return found


def _found() -> Caller | None:
    """Find the caller. A bearer token that is no good is an error, never a fall-back to the cookie."""
    now = clock.now()
    header = request.headers.get("Authorization", "")
    if header:
        kind, _, secret = header.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise NotSignedIn
        if secret.strip().startswith(rules.KEY_PREFIX):
            g.partner = next((found for find in partners_by_key if (found := find(secret.strip(), now))), None)
            if g.partner is None:
                raise NotSignedIn
            return None
        with db.glance() as reading:
            facts = queries.caller_by_token(reading, secret_hash(secret.strip()), now)
        if facts is None:
            raise NotSignedIn
    else:
        secret = session.get("secret", "")
        if not secret:
            return None
        with db.glance() as reading:
            facts = queries.caller_by_session(reading, secret_hash(secret), now)
        g.caller_by_session = facts is not None
        _touch(facts, now)
    return Caller(**facts) if facts else None


def _touch(facts: dict[str, Any] | None, now: datetime) -> None:
    """Let a session that is in use last longer, in the cookie and in its row, once an hour."""
    if facts is None or facts["seen_at"] > now - rules.TOUCH_EVERY:
        return
    session.modified = True
    try:
        db.write(actions.touch_session, facts["session_id"], now)
    except Busy:  # it is noted with the next request; nobody's page waits for that
        return


def caller() -> Caller | None:
    """Return who is calling, or None; looked up once a request."""
    if "caller" not in g:
        g.caller = None  # so that the page which tells of a bad token does not look again
        g.caller = _found()
        if g.caller is not None:
            g.caller_id, g.caller_language = g.caller.id, g.caller.language
    return cast("Caller | None", g.caller)


def signed_in() -> Caller:
    """Return the caller; NotSignedIn if there is none."""
    found = caller()
    if found is None:
        raise NotSignedIn
    return found


def admin() -> Caller:
    """Return the caller if an admin."""
    found = signed_in()
    if not found.is_admin:
        raise Forbidden
    return found


def organizer() -> Caller:
    """Return the caller if an organizer of some agency, or an admin. Which fair is checked where the fair is known."""
    found = signed_in()
    if not (found.is_admin or found.organizes_for):
        raise Forbidden
    return found


def recruiter() -> Caller:
    """Return the caller if a recruiter of some employer."""
    found = signed_in()
    if not found.recruits_for:
        raise Forbidden
    return found


def coach() -> Caller:
    """Return the caller if a coach of some agency."""
    found = signed_in()
    if not found.coaches_for:
        raise Forbidden
    return found


def _wanted() -> str:
    """Return the path to come back to: this page, or the one whose form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    query = f"?{came_from.query}" if came_from.query else ""
    return rules.local_path(came_from.path + query) if came_from.netloc == request.host else "/"


def page(guard: Callable[[], Caller]) -> Callable[[F], F]:
    """Guard a page: who is not signed in is sent to sign in and comes back; the view gets the caller first."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                found = guard()
            except NotSignedIn:
                return redirect(url_for("accounts.sign_in", next=_wanted()), 303)
            return view(found, *args, **kwargs)

        return cast(F, guarded)

    return decorate


@dataclass(frozen=True, slots=True)
class Proof:
    """A right password was given for this account. `new_hash` is to be kept in place of an outdated one."""

    account_id: int
    email: str
    language: str
    known_browser: str
    new_hash: str | None


def proven(email: str, password: str, now: datetime) -> Proof:
    """Return whose password this is; WrongCredentials, TooMany past a limit. Slow: call it outside of any transaction.

    What is answered, and how long it takes, is the same for a wrong password and for no account. An account whose address
    is not confirmed is answered likewise, and gets a new link by mail if the password was right.
    """
    limits.spend(limits.SIGN_IN_ADDRESS, limits.address())
    try:
        address = rules.normal_email(email)
    except Invalid:
        address = ""
    browser = known_browser(address)
    if limits.active() and address:
        db.write(actions.begin_attempt, address, browser, now)
    with db.read() as reading:
        found = queries.credentials(reading, address)
    right = rules.password_matches(found.password_hash if found else None, password)
    if found is None or not right or found.disabled_at is not None:
        raise rules.WrongCredentials
    if found.confirmed_at is None:
        _send_link_again(found, now)
        raise rules.WrongCredentials
    outdated = rules.needs_rehash(found.password_hash or "")
    new_hash = rules.hash_password(password) if outdated else None
    return Proof(found.id, found.email, found.language, browser, new_hash)


def _send_link_again(found: queries.Credentials, now: datetime) -> None:
    """Post a new link, unless the mailbox has had its letters of this hour; the answer is the same either way."""
    try:
        limits.spend(limits.LETTERS_TO, found.email)
    except TooMany:
        return
    db.write(actions.confirm_again, found.id, now)


KNOWN_COOKIE, KNOWN_FOR, MOST_KNOWN = "known", timedelta(days=400), 10


def _known() -> dict[str, Any]:
    """Return what this browser's cookie says: its id `b` and, as hashes, the addresses `a` that signed in here before."""
    try:
        kept = _known_signer().loads(request.cookies.get(KNOWN_COOKIE, ""))
    except BadSignature:
        kept = None
    return kept if isinstance(kept, dict) else {"b": secrets.token_hex(16), "a": []}


def _known_signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="fairapp.accounts.known-browser")


def _short(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]


def known_browser(email: str) -> str:
    """Return the id of this browser if the address signed in here before, otherwise an empty text."""
    kept = _known()
    return str(kept["b"]) if _short(email) in kept["a"] else ""


def remember_browser(response: Response, email: str) -> None:
    """Make this browser known to the address that just signed in: an attack elsewhere does not keep it out."""
    kept = _known()
    kept["a"] = [_short(email), *(a for a in kept["a"] if a != _short(email))][:MOST_KNOWN]
    response.set_cookie(
        KNOWN_COOKIE,
        _known_signer().dumps(kept),
        max_age=KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def register(app: Flask) -> None:
    """Give the templates `current_user`; the request loader is the only way in."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(lambda _request: caller())
    app.config.update(PERMANENT_SESSION_LIFETIME=rules.SESSION_LASTS, SESSION_REFRESH_EACH_REQUEST=False)

    @app.before_request
    def know_the_reader() -> None:
        # Before anything is rendered, for a person's language goes before the browser's. A call of the API finds its
        # caller itself; what needs no sign-in must answer without a database.
        if session.get("secret") and not request.path.startswith(("/api/", "/static/")):
            caller()

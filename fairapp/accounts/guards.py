"""Who is calling, and who may enter. The caller is found once a request, by bearer token or by the browser's session."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager

from fairapp import clock, db
from fairapp.accounts import queries
from fairapp.errors import Forbidden, NotSignedIn

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


def secret_hash(secret: str) -> str:
    """Return what is kept of a random secret; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _found() -> Caller | None:
    """Find the caller. A bearer token that is no good is an error, never a fall-back to the cookie."""
    now = clock.now()
    header = request.headers.get("Authorization", "")
    if header:
        kind, _, secret = header.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise NotSignedIn
        with db.read() as reading:
            facts = queries.caller_by_token(reading, secret_hash(secret.strip()), now)
        if facts is None:
            raise NotSignedIn
    else:
        secret = session.get("secret", "")
        if not secret:
            return None
        with db.read() as reading:
            facts = queries.caller_by_session(reading, secret_hash(secret), now)
        g.caller_by_session = facts is not None
    return Caller(**facts) if facts else None


def caller() -> Caller | None:
    """Return who is calling, or None; looked up once a request."""
    if "caller" not in g:
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


def page(guard: Callable[[], Caller]) -> Callable[[F], F]:
    """Guard a page: who is not signed in is sent to sign in and comes back; the view gets the caller first."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                found = guard()
            except NotSignedIn:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or "/"
                return redirect(url_for("accounts.sign_in", next=wanted), 303)
            return view(found, *args, **kwargs)

        return cast(F, guarded)

    return decorate


def register(app: Flask) -> None:
    """Give the templates `current_user`; the request loader is the only way in."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(lambda _request: caller())

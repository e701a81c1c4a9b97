"""Errors as classes: each carries its status, its slug and a sentence. Raised anywhere below, shown here alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of an input and the sentence that says what is wrong with it."""

    field: str
    message: str | LazyString


class AppError(Exception):
    """What a person or program may be told. `slug` names the problem's type in the API: /problems/<slug>."""

    status = 400
    slug = "bad-request"
    title: str | LazyString = _l("요청을 처리할 수 없어요")
    headers: Mapping[str, str] = {}

    def __init__(
        self,
        detail: str | LazyString = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        links: Sequence[tuple[str, str | LazyString]] = (),
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.extra = dict(extra or {})  # further members of the problem, such as alternatives
        self.links = tuple(links)  # where a reader of the page can go from here: nothing is a dead end


class Invalid(AppError):
    """Input that breaks a rule; `errors` says which field and why."""

    status = 422
    slug = "invalid"
    title = _l("입력한 내용을 확인해 주세요")

    @classmethod
    def one(cls, field: str, message: str | LazyString) -> "Invalid":
        """Return the error for a single field."""
        return cls(message, errors=[FieldError(field, message)])


class NotSignedIn(AppError):
    """Nobody is signed in, or the token is bad."""

    status = 401
    slug = "not-signed-in"
    title = _l("로그인이 필요해요")
    headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(AppError):
    """Signed in, but not somebody who may do this."""

    status = 403
    slug = "forbidden"
    title = _l("권한이 없어요")


class NotFound(AppError):
    """No such thing, or none that this person may know of."""

    status = 404
    slug = "not-found"
    title = _l("찾을 수 없어요")


class Conflict(AppError):
    """The state of things does not allow it now."""

    status = 409
    slug = "conflict"
    title = _l("지금은 할 수 없어요")


class Stale(AppError):
    """The caller's copy is older than what is kept (RFC 9110, 412)."""

    status = 412
    slug = "stale"
    title = _l("그 사이에 내용이 바뀌었어요. 새로 고친 뒤 다시 해 주세요")


class PreconditionRequired(AppError):
    """The call needs If-Match (RFC 6585, 428)."""

    status = 428
    slug = "precondition-required"
    title = _l("If-Match 머리글이 필요해요")


class TooMany(AppError):
    """A limit was reached."""

    status = 429
    slug = "too-many-requests"
    title = _l("잠시 뒤에 다시 해 주세요")


class Busy(AppError):
    """The database could not take the write in time; nothing was changed and trying again is right."""

    status = 503
    slug = "busy"
    title = _l("지금 이용자가 많아요. 잠시 뒤에 다시 해 주세요")
    headers = {"Retry-After": "2"}


HTTP_TITLES = {
    400: _l("요청을 처리할 수 없어요"),
    404: _l("찾을 수 없어요"),
    405: _l("이 주소에서는 할 수 없는 일이에요"),
    413: _l("파일이나 글이 너무 커요"),
    415: _l("받을 수 없는 형식이에요"),
    429: _l("잠시 뒤에 다시 해 주세요"),
}


def wants_problem() -> bool:
    """Whether the answer goes to a program: every call below /api, and whoever asks for JSON alone."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def answer(error: AppError) -> Response:
    """Return the error as a problem (RFC 9457) or as a page, in the reader's language."""
    if wants_problem():
        body = {
            "type": f"/problems/{error.slug}",
            "title": str(error.title),
            "status": error.status,
            "detail": str(error.detail),
            "errors": [{"field": e.field, "message": str(e.message)} for e in error.errors],
            **error.extra,
        }
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        links = [(url, str(label)) for url, label in error.links] or [("/", gettext("처음으로"))]
        page = render_template(
            "error.html", title=str(error.title), detail=str(error.detail), status=error.status, links=links
        )
        response = Response(page, mimetype="text/html")
    response.status_code = error.status
    response.headers.extend(error.headers)
    return response


def _from_http(error: HTTPException) -> Response:
    """Return werkzeug's and the extensions' errors in the same two shapes."""
    if error.response is not None:
        return cast(Response, error.response)
    shown = AppError()
    shown.status = error.code or 500
    shown.slug = "-".join((error.name or "error").lower().split())
    shown.title = HTTP_TITLES.get(shown.status, AppError.title)
    shown.detail = shown.title
    response = answer(shown)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _from_csrf(error: CSRFError) -> Response:
    log.info("csrf_refused", reason=error.description)
    return answer(AppError(_l("화면이 오래되었어요. 새로 고친 뒤 다시 해 주세요")))


def _from_database(error: OperationalError) -> Response:
    log.exception("database_unavailable")
    return answer(Busy())


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected_error", path=request.path)
    shown = AppError(_l("저희 쪽에 문제가 생겼어요. 입력하신 내용은 바뀌지 않았어요"))
    shown.status, shown.slug = 500, "internal"
    shown.title = _l("문제가 생겼어요")
    return answer(shown)


def register(app: Flask) -> None:
    """Make the app show every error here."""
    app.register_error_handler(AppError, answer)
    app.register_error_handler(CSRFError, _from_csrf)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(OperationalError, _from_database)
    app.register_error_handler(Exception, _unexpected)

"""The API: a decorator that makes a function a call, checks what comes in, and describes all calls as OpenAPI 3.1.

A handler declares by parameter name what it wants: `body`, `query` (pydantic models), `caller`, and the names in the path.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import validate_csrf
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from wtforms import ValidationError as CsrfInvalid

from fairapp.errors import AppError, Forbidden, Invalid
from fairapp.idempotency import remembered
from fairapp.shapes import Problem, field_errors, refuse_unstorable

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "/api/v1"
Guard = Callable[[], Any]  # returns the caller or raises NotSignedIn or Forbidden


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API and all that its description says."""

    method: str
    path: str
    handler: Callable[..., Any]
    summary: str
    tag: str
    admit: Guard | None
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    returns: type[BaseModel] | None
    status: int
    problems: tuple[int, ...]
    media: str
    needs_match: bool
    remember: bool
    also: Mapping[int, type[BaseModel]]
    scope: str | None
    keys_only: bool
    wants: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with another status or headers than the call's usual ones."""

    body: BaseModel | Mapping[str, Any] | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


CALLS: list[Call] = []


def call(
    method: str,
    path: str,
    *,
    admit: Guard | None = None,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    returns: type[BaseModel] | None = None,
    status: int = 200,
    problems: tuple[int, ...] = (),
    media: str = "application/json",
    needs_match: bool = False,
    remember: bool | None = None,
    also: Mapping[int, type[BaseModel]] | None = None,
    scope: str | None = None,
    keys_only: bool = False,
) -> Callable[[F], F]:
    """Make the function the handler of `method path` below /api/v1; its docstring's first line is the summary.

    `admit` says who may call (None: anyone). `also` names further answers by status.
    `scope` lets in the keys of agencies that have it; without one the call takes no key. `keys_only` documents
    that it takes nothing else (its `admit` sees to it).
    `needs_match` documents If-Match. `remember` makes it take an Idempotency-Key; by default all but GET do.
    """

    def register_call(handler: F) -> F:
        CALLS.append(
            Call(
                method=method,
                path=path,
                handler=handler,
                summary=(inspect.getdoc(handler) or "").split("\n")[0],
                tag=handler.__module__.split(".")[1],
                admit=admit,
                body=body,
                query=query,
                returns=returns,
                status=status,
                problems=problems,
                media=media,
                needs_match=needs_match,
                also=also or {},
                scope=scope,
                keys_only=keys_only,
                remember=method != "GET" if remember is None else remember,
                wants=frozenset(inspect.signature(handler).parameters),
            )
        )
        return handler

    return register_call


def register(app: Flask, identify: Callable[[], Any]) -> Blueprint:
    """Mount every call on the app; `identify` finds the caller by token or session and runs before each."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    blueprint.before_request(lambda: identify() and None)
    for one in CALLS:
        rule = one.path.replace("{", "<").replace("}", ">")
        name = f"{one.tag}_{one.handler.__name__}"
        blueprint.add_url_rule(rule, name, _view(one), methods=[one.method])
    blueprint.add_url_rule("/openapi.json", "openapi", lambda: current_app.json.response(document()))
    app.register_blueprint(blueprint)
    return blueprint


def _view(one: Call) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        refuse_unstorable(path)
        _check_scope(one)
        arguments: dict[str, Any] = dict(path)
        caller = one.admit() if one.admit else None
        if one.method != "GET":
            _check_csrf()
        if "caller" in one.wants:
            arguments["caller"] = caller
        if one.query is not None:
            arguments["query"] = _parse(one.query, request.args.to_dict())
        if one.body is not None:
            arguments["body"] = _parse(one.body, _json())
        if one.remember:
            return remembered(lambda: _respond(one, one.handler(**arguments)))
        return _respond(one, one.handler(**arguments))

    return view


class MissingScope(Forbidden):
    """The key is good, but not for this call."""

    slug = "missing-scope"
    title = _l("이 키로는 할 수 없는 일이에요")


def _check_scope(one: Call) -> None:
    """Refuse a partner's key that is not for this call, public or not: a key does nothing beyond its scopes."""
    partner = g.get("partner")
    if partner is not None and (one.scope is None or one.scope not in partner.scopes):
        raise MissingScope(extra={"scope": one.scope})


def _check_csrf() -> None:
    """Ask for the CSRF token where, and only where, the browser's session is what signs the caller in."""
    if g.get("caller_by_session") and current_app.config.get("WTF_CSRF_ENABLED", True):
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except CsrfInvalid as error:
            refused = AppError(_l("화면이 오래되었어요. 새로 고친 뒤 다시 해 주세요"))
            refused.slug = "csrf"
            raise refused from error


def _json() -> Any:
    if not request.get_data():
        return {}
    try:
        return request.get_json()
    except UnsupportedMediaType:
        raise
    except (BadRequest, RecursionError, ValueError) as error:
        raise Invalid.one("", _l("본문을 JSON으로 읽을 수 없어요")) from error


def _parse(model: type[BaseModel], value: Any) -> BaseModel:
    refuse_unstorable(value)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(errors=field_errors(error)) from error


def _respond(one: Call, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    reply = result if isinstance(result, Reply) else Reply(result)
    status = reply.status or one.status
    if reply.body is None:
        response = Response(status=status if reply.status else (204 if one.returns is None else status))
    elif isinstance(reply.body, BaseModel):
        response = Response(reply.body.model_dump_json(), status, mimetype=one.media)
    else:
        response = Response(current_app.json.dumps(reply.body), mimetype=one.media)
        response.status_code = status
    response.headers.extend(dict(reply.headers))
    return response


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every call, made from the code."""
    modes: list[tuple[type[BaseModel], Any]] = []
    for one in CALLS:
        modes += [(m, "validation") for m in (one.body, one.query) if m]
        shapes = [one.returns, *one.also.values()]
        modes += [(shape, "serialization") for shape in shapes if shape]
    modes.append((Problem, "serialization"))
    refs, schemas = models_json_schema(
        sorted(set(modes), key=lambda pair: (pair[0].__name__, pair[1])), ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in CALLS:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "fairapp", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "http", "scheme": "bearer", "description": "A key of an agency, with scopes."},
            },
        },
    }


def _operation(one: Call, refs: Mapping[Any, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": refs[(Problem, "serialization")]}}
    statuses = set(one.problems) | {400, 401, 429}  # 401: a bad token is told of everywhere
    if one.admit or one.scope:
        statuses.add(403)
    if one.method != "GET":
        statuses.add(503)
    if "{" in one.path:
        statuses.add(404)
    if one.body or one.query or one.remember:
        statuses |= {422} | ({409, 415} if one.body or one.remember else set())
    if one.needs_match:
        statuses |= {412, 428}
    answer: dict[str, Any] = {"description": "OK"}
    if one.returns:
        answer["content"] = {one.media: {"schema": refs[(one.returns, "serialization")]}}
    elif one.media != "application/json":
        answer["content"] = {one.media: {"schema": {"type": "string"}}}
    status = 204 if one.returns is None and one.media == "application/json" and one.status == 200 else one.status
    operation: dict[str, Any] = {
        "summary": one.summary,
        "operationId": f"{one.tag}_{one.handler.__name__}",
        "tags": [one.tag],
        "parameters": _parameters(one, refs),
        "responses": _also(one, refs)
        | {str(status): answer}
        | {str(s): {"description": "problem", "content": problem} for s in sorted(statuses)},
    }
    if one.body:
        schema = refs[(one.body, "validation")]
        required = any(field.is_required() for field in one.body.model_fields.values())
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    operation["security"] = [{"bearer": []}] if one.admit else [{}, {"bearer": []}]
    if one.scope:
        operation["security"] = [*([] if one.keys_only else operation["security"]), {"key": [one.scope]}]
    return operation


def _also(one: Call, refs: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, shape in one.also.items():
        found[str(status)] = {
            "description": "OK",
            "content": {"application/json": {"schema": refs[(shape, "serialization")]}},
        }
    return found


def _parameters(one: Call, refs: Mapping[Any, Any]) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in one.path.replace(".ics", "").split("/") if part.startswith("{")]
    found: list[dict[str, Any]] = [
        {"name": n.split(":")[-1], "in": "path", "required": True, "schema": {"type": "string"}} for n in names
    ]
    if one.query:
        properties = one.query.model_json_schema().get("properties", {})
        found += [{"name": n, "in": "query", "schema": schema} for n, schema in properties.items()]
    if one.needs_match:
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    if one.remember:
        found.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}})
    return found

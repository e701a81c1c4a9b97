"""Shapes that calls of the API share: ids, moments, lists with a cursor, problems, and errors in the reader's language."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)

from fairapp.clock import as_utc, rfc3339
from fairapp.errors import FieldError, Invalid, NotFound

T = TypeVar("T")
LARGEST_ID = 2**63 - 1


def number(text: Any) -> int:
    """Return the row id behind an opaque id; NotFound for anything that cannot be one."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and text[0] != "0" and int(text[:20]) <= LARGEST_ID:
        return int(text)
    raise NotFound


def _id(value: Any) -> int:
    try:
        return number(value)
    except NotFound as error:
        raise ValueError("not an id") from error


Id = Annotated[
    int,
    BeforeValidator(_id),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,17}$"}),
]
Ref = Annotated[int, PlainSerializer(str, return_type=str), WithJsonSchema({"type": "string"})]  # an id going out
Moment = Annotated[
    datetime, PlainSerializer(rfc3339, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
EARLIEST, LATEST = 1900, 2999  # years between which every zone and database can say a moment


def _as_text(value: Any) -> Any:
    """Refuse a number, which pydantic would take for seconds since 1970; mend a plus sign that an address made a space."""
    if not isinstance(value, str) or "-" not in value[1:]:
        raise ValueError("not a date as RFC 3339 has it")
    return value.replace(" ", "+") if "T" in value else value


def _sayable(value: datetime) -> datetime:
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError("too far away")
    return as_utc(value)


MomentIn = Annotated[
    AwareDatetime,
    BeforeValidator(_as_text),
    AfterValidator(_sayable),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
DayIn = Annotated[date, BeforeValidator(_as_text), WithJsonSchema({"type": "string", "format": "date"})]


class In(BaseModel):
    """Base of what comes in: unknown names are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Query(BaseModel):
    """Base of what stands after the question mark; unknown names are ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class Paged(Query):
    """The limit and cursor of a list."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=300)


class Page(BaseModel, Generic[T]):
    """A part of a list, and the cursor of the next part."""

    items: list[T]
    next: str | None = None


class ProblemField(BaseModel):
    """One field of a problem."""

    field: str
    message: str


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemField]


def encode_cursor(*key: Any) -> str:
    """Return the sort key of the last row as an opaque cursor."""
    plain = [rfc_key(part) for part in key]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def rfc_key(part: Any) -> Any:
    """Return a part of a sort key as JSON can hold it, to the microsecond."""
    return part.isoformat() if isinstance(part, datetime) else part


def decode_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """Return the sort key in a cursor, of the given types (int, str, datetime); Invalid if it is not one of ours."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = tuple(datetime.fromisoformat(p) if k is datetime else p for p, k in zip(plain, kinds, strict=True))
        if not all(isinstance(p, k) and not isinstance(p, bool) for p, k in zip(key, kinds, strict=True)):
            raise ValueError
        if any(isinstance(p, datetime) and (p.tzinfo is None or not EARLIEST <= p.year <= LATEST) for p in key):
            raise ValueError
        if any(isinstance(p, int) and abs(p) > LARGEST_ID for p in key):
            raise ValueError
        refuse_unstorable(list(key))
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid.one("cursor", _l("이어 보기 표시(cursor)가 올바르지 않아요")) from error
    return key


def page_of(rows: Sequence[T], limit: int, key: Any) -> tuple[Sequence[T], str | None]:
    """Split `limit + 1` fetched rows into the page and the cursor after it; `key(row)` is the sort key."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor(*key(rows[limit - 1]))


def refuse_unstorable(value: Any, depth: int = 0) -> None:
    """Raise Invalid for text that no database keeps: NUL and lone surrogates; and for nesting without end."""
    if depth > 20:
        raise Invalid.one("", _l("너무 깊이 겹친 값이에요"))
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise Invalid.one("", _l("쓸 수 없는 글자가 들어 있어요"))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            refuse_unstorable(name, depth + 1)
            refuse_unstorable(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            refuse_unstorable(part, depth + 1)


_MESSAGES = {
    "missing": _l("필요한 값이에요"),
    "extra_forbidden": _l("모르는 이름이에요"),
    "string_too_long": _l("글이 너무 길어요"),
    "string_too_short": _l("글이 너무 짧아요"),
    "too_long": _l("너무 많아요"),
    "string_type": _l("글이어야 해요"),
    "bool_type": _l("참(true)이나 거짓(false)이어야 해요"),
    "bool_parsing": _l("참(true)이나 거짓(false)이어야 해요"),
    "int_type": _l("정수여야 해요"),
    "int_parsing": _l("정수여야 해요"),
    "int_from_float": _l("정수여야 해요"),
    "greater_than_equal": _l("너무 작은 값이에요"),
    "less_than_equal": _l("너무 큰 값이에요"),
    "enum": _l("정해진 값 가운데 하나여야 해요"),
    "literal_error": _l("정해진 값 가운데 하나여야 해요"),
    "datetime_parsing": _l("2026-11-22T01:30:00Z와 같은 시각이어야 해요"),
    "datetime_from_date_parsing": _l("2026-11-22T01:30:00Z와 같은 시각이어야 해요"),
    "datetime_type": _l("2026-11-22T01:30:00Z와 같은 시각이어야 해요"),
    "timezone_aware": _l("시각에 시간대가 있어야 해요"),
    "date_parsing": _l("2026-11-22와 같은 날짜여야 해요"),
    "date_from_datetime_parsing": _l("2026-11-22와 같은 날짜여야 해요"),
    "date_type": _l("2026-11-22와 같은 날짜여야 해요"),
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Return pydantic's findings as fields and sentences in the reader's language."""
    return [
        FieldError(
            ".".join(str(part) for part in found["loc"])[:200],
            _MESSAGES.get(found["type"], _l("올바르지 않은 값이에요")),
        )
        for found in error.errors(include_url=False, include_input=False)[:50]
    ]

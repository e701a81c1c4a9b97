"""Contested values: which there are, when an answer is due, what an answer needs, and what it does to later lists. Pure.

Personal Information Protection Act (PIPA) art. 36, decree art. 43: an answer within ten days, and with a refusal its reason
and how to object.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import ProfileFields, checked_profile
from fairapp.employers.rules import name_key
from fairapp.errors import Conflict, FieldError, Invalid
from fairapp.partners.rules.fields import PERSON_LABELS
from fairapp.partners.rules.people import reading

ANSWER_KEY = "correction-answered:"  # of the letter with the answer, before the id
ANSWERED_IN = 10  # days
WARNED_BEFORE = 3  # days
MOST_OPEN = 50  # of one person
LONGEST_VALUE, LONGEST_WORDS = 500, 1000
COLUMNS = ("name", "email", "phone", "birth_date")  # of a record; the rest stands in its values
COURSE = {  # field → its part of a course
    "course": "title",
    "course_kind": "kind",
    "institute": "institute",
    "began": "starts_on",
    "ended": "ends_on",
    "completed": "completed",
}
NOT_CONTESTED = ("own_id", "consented", "consented_on", "said_on")  # a number, a consent and a day, no facts about her
# What of a record can be contested, in the order of pages. A consent is taken back, not corrected.
CONTESTED: dict[str, LazyString] = {
    **{name: label for name, label in PERSON_LABELS.items() if name not in NOT_CONTESTED},
    "course_kind": _l("과정의 종류"),
    "intro": _l("한두 줄 소개"),
}
SAME_VALUE = _l("틀리다고 한 값과 같아요. 그대로 둔다면 까닭을 적어 주세요")
ANSWERS = ("corrected", "deleted", "refused")


class Contested(Conflict):
    """The value is contested already, and waits for an answer."""

    slug = "contested"
    title = _l("이미 알린 값이에요. 답을 기다려 주세요")


class Moved(Conflict):
    """The value is another one than was seen."""

    slug = "moved"
    title = _l("그 사이에 값이 바뀌었어요. 다시 살펴봐 주세요")


class TooManyContested(Conflict):
    """One person has so many open that nobody could answer them in time."""

    slug = "too-many-contested"
    title = _l("한 번에 50개까지 알릴 수 있어요. 답을 받은 뒤에 더 알려 주세요")


class Answered(Conflict):
    """Somebody was faster, or the person took it back."""

    slug = "answered"
    title = _l("이미 답했거나 본인이 거둔 것이에요")


def due_on(asked_on: date) -> date:
    """Return the last day for an answer: the tenth after the day of asking, which does not count (Civil Act art. 157).

    A weekend or holiday does not put it off, though art. 161 would let it.
    """
    return asked_on + timedelta(days=ANSWERED_IN)


def fields_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return each field that a record tells as JSON would have it; `told`: columns and values side by side."""
    course = told.get("course") or {}
    flat = {name: course.get(COURSE[name]) if name in COURSE else told.get(name) for name in CONTESTED}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in flat.items()}
    return {name: value for name, value in plain.items() if value not in (None, "", 0, [], {}) or value is False}


def with_field(told: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return what is told with another value of one field, None for none; a course without a title is none."""
    if name in COURSE:
        course = {**(told.get("course") or {}), COURSE[name]: value}
        course = {part: one for part, one in course.items() if one not in (None, "")}
        name, value = "course", course if course.get("title") else None
    if name == "birth_date" and isinstance(value, str):
        value = date.fromisoformat(value)
    if name == "name":
        key = {"name_key": key_of(value)} if "name_key" in told else {}
        return {**told, "name": value or "", **key}
    if name in COLUMNS:
        return {**told, name: value}
    return {**{key: one for key, one in told.items() if key != name}, **({} if value is None else {name: value})}


def fingerprint(record_id: int, name: str, value: Any) -> str:
    """Return by what a value of a record is known again, written with other spaces and capitals too."""
    if isinstance(value, list):
        value = sorted("".join(str(one).casefold().split()) for one in value)
    elif isinstance(value, str):
        value = "".join(value.casefold().split())
    said = json.dumps([record_id, name, value], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Settled:
    """What was answered of one value: what it was, by its fingerprint, and what stands in its place; None: nothing."""

    field: str
    digest: str
    value: Any = None


def settled_told(record_id: int, told: Mapping[str, Any], settled: Iterable[Settled]) -> dict[str, Any]:
    """Return what a list tells of a record with what was settled: a wrong value is not kept again, another one counts.

    `settled` in the order of answers: what was put right twice follows both, and what was later found right is not wrong.
    """
    kept, answers = dict(told), list(settled)
    for at, one in enumerate(answers):
        right = [
            fingerprint(record_id, late.field, late.value) for late in answers[at + 1 :] if late.field == one.field
        ]
        if one.digest in right:
            continue
        value = fields_of(kept).get(one.field)
        if value is not None and fingerprint(record_id, one.field, value) == one.digest:
            kept = with_field(kept, one.field, one.value)
    return kept


def key_of(name: str | None) -> str:
    """Return by what records of a name are found."""
    return name_key(name)[:80] if name else ""


def as_columns(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told as the columns of a record."""
    values = {name: value for name, value in told.items() if name not in COLUMNS}
    columns = {name: told.get(name) for name in COLUMNS}
    return {**columns, "name_key": key_of(told.get("name")), "values": values}


def as_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told as JSON has it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


@dataclass(frozen=True, slots=True)
class Contest:
    """What a person says of a value: what is right (empty: delete it), why, and what she saw."""

    field: str
    wished: str
    why: str
    seen: str  # the fingerprint of the value before her


def check_contest(said: Contest) -> None:
    """Raise Invalid for words that are too long, or none at all."""
    errors = []
    if len(said.wished) > LONGEST_VALUE:
        errors.append(FieldError("wished", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_VALUE)))
    if len(said.why) > LONGEST_WORDS:
        errors.append(FieldError("why", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_WORDS)))
    if not said.wished.strip() and not said.why.strip():
        errors.append(FieldError("why", _l("지워 달라는 뜻이면 왜인지 적어 주세요")))
    if errors:
        raise Invalid(errors=errors)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an organizer answers: one of ANSWERS, the right value in words, and words to the person."""

    state: str
    value: str = ""
    words: str = ""


def check_answer(said: Answer) -> None:
    """Raise Invalid for an answer that is none: PIPA wants the reason of a refusal."""
    if said.state not in ANSWERS:
        raise Invalid.one("state", _l("어떻게 했는지 골라 주세요"))
    if len(said.words) > LONGEST_WORDS:
        raise Invalid.one("words", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_WORDS))
    if said.state == "refused" and not said.words.strip():
        raise Invalid.one("words", _l("고치지 않는 까닭을 적어 주세요"))
    if said.state == "corrected" and not said.value.strip():
        raise Invalid.one("value", _l("맞는 값을 적어 주세요"))


def read_value(name: str, text: str, told: Mapping[str, Any], today: date) -> Any:
    """Return a value that somebody typed as a list's would be read; Invalid for what cannot be, or no course would be left."""
    try:
        if name == "intro":
            intro = checked_profile(ProfileFields(intro=text.strip()), today).intro
            return intro or _unreadable()
        # A course is read as a whole: its days must go together.
        course = {key: str(value) for key, value in fields_of(told).items() if key in COURSE and value is not None}
        row = reading({"name": "가", "own_id": "1", **_unflagged(course), name: text}, today)
    except Invalid as error:
        raise Invalid(errors=[FieldError("value", one.message) for one in error.errors]) from error
    read = {"name": row.name, "email": row.email, "phone": row.profile.phone, "birth_date": row.profile.birth_date}
    value = fields_of({**read, **row.values}).get(name)
    return _unreadable() if value is None else value


def _unflagged(course: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in course.items() if key not in ("completed", "course_kind")}


def _unreadable() -> Any:
    raise Invalid.one("value", _l("읽을 수 없는 값이에요. 명단에 적을 때처럼 적어 주세요"))

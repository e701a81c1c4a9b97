"""Decisions on coming: codes of passes, when a desk checks in, when a meeting's attendance can be marked."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, NotFound

# Read aloud, typed and printed: without I, L, O, 0 and 1. Ten of 31 signs are 49 bits, and only the desk can try them.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
MARK_EARLIEST = timedelta(minutes=30)  # before the start: people who come early are there
HOST_WAITED_FOR = timedelta(minutes=5)  # after the start, before a seeker may say that nobody came
HOST_REPORTED_FOR = timedelta(days=7)  # after the end
MARKED_STATUSES = ("confirmed", "completed")


class Unset:
    """What says that a side of the attendance is to stay as it is; null takes a mark back."""


UNSET: Final = Unset()
Attended = Literal["present", "absent"]


class NotYet(Conflict):
    """The moment has not come."""

    slug = "not-yet"
    title = _l("아직 할 수 없어요")


class WrongState(Conflict):
    """The booking's state does not allow it."""

    slug = "wrong-state"
    title = _l("이 예약에는 할 수 없는 일이에요")


class OtherFair(Conflict):
    """The pass is good, but for another fair."""

    slug = "other-fair"
    title = _l("다른 박람회의 입장권이에요")


class NoSuchPerson(Conflict):
    """Nobody, or more than one, is meant by a name and its proof."""

    slug = "no-such-person"
    title = _l("찾지 못했어요. 안내 데스크로 와 주세요")


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk of a fair checks people in, in UTC."""

    opens: datetime
    closes: datetime


def new_code() -> str:
    """Return a code that nobody can guess."""
    return code_from(secrets.choice)


def code_from(choose: Callable[[str], str]) -> str:
    """Return a code of signs that `choose` picks."""
    return "".join(choose(ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(typed: str) -> str:
    """Return the code as it is kept, from what was typed or scanned; NotFound if it cannot be one."""
    code = "".join(sign for sign in typed[:200] if sign not in " -\t\r\n").upper()
    if len(code) != CODE_LENGTH or any(sign not in ALPHABET for sign in code):
        raise NotFound(_l("모르는 입장권이에요. 코드를 다시 확인해 주세요"))
    return code


def spaced_code(code: str) -> str:
    """Return the code as people read it: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def check_in_hours(hours: Hours, now: datetime) -> None:
    """Raise NotYet or WrongState outside the hours in which the desk checks people in."""
    if now < hours.opens:
        raise NotYet(_l("박람회가 열리는 날부터 입장을 확인할 수 있어요"))
    if now >= hours.closes:
        raise WrongState(_l("끝난 박람회예요. 입장을 더 확인할 수 없어요"))


def check_markable(status: str, starts_at: datetime, now: datetime) -> None:
    """Raise why the attendance of a booking in this status, starting then, cannot be marked at `now`."""
    if status not in MARKED_STATUSES:
        raise WrongState(_l("확정된 예약에만 출석을 표시할 수 있어요"))
    if now < starts_at - MARK_EARLIEST:
        raise NotYet(_l("시작 30분 전부터 출석을 표시할 수 있어요"))


def check_host_report(starts_at: datetime, ends_at: datetime, host: str | None, now: datetime) -> None:
    """Raise why a seeker cannot say at `now` that the host, marked so, did not come to a meeting of these times."""
    if now < starts_at + HOST_WAITED_FOR:
        raise NotYet(_l("시작하고 5분이 지나면 알릴 수 있어요"))
    if now > ends_at + HOST_REPORTED_FOR:
        raise WrongState(_l("만남이 끝나고 7일 안에 알릴 수 있어요"))
    if host == "present":
        raise WrongState(_l("상대가 온 것으로 표시돼 있어요. 사실과 다르면 행사장 안내에 알려 주세요"))

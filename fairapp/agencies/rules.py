"""What an agency must be, and an agreement between two."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.accounts.rules import SEGMENTS
from fairapp.agencies.models import KINDS, SHARED
from fairapp.errors import FieldError, Invalid

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

KIND_NAMES: dict[str, LazyString] = {
    "city": _l("시·도 일자리센터"),
    "district": _l("구·군 일자리센터"),
    "school": _l("학교"),
    "training": _l("훈련기관"),
    "private": _l("민간 기관"),
    "public": _l("공공기관"),
}


@dataclass(frozen=True, slots=True)
class AgencyFields:
    """What is said of an agency. `slug` names it in commands and addresses; `parent_id` is the agency it belongs to."""

    slug: str
    name: str
    name_en: str = ""
    kind: str = "city"
    parent_id: int | None = None
    region: str | None = None  # where it is, for the map
    serves: tuple[str, ...] = ()  # a desk for these groups alone (accounts.rules.SEGMENTS); none: for everybody


def check_agency(fields: AgencyFields) -> None:
    """Raise Invalid with everything that is wrong."""
    errors: list[FieldError] = []
    if not SLUG.fullmatch(fields.slug) or len(fields.slug) > 60 or fields.slug.isdigit():
        errors.append(FieldError("slug", _l("영어 소문자와 숫자, 붙임표로 60자까지 적어 주세요. 예: daegu-youth")))
    if not fields.name.strip() or len(fields.name) > 120:
        errors.append(FieldError("name", _l("이름을 120자까지 적어 주세요")))
    if len(fields.name_en) > 120:
        errors.append(FieldError("name_en", _l("이름을 120자까지 적어 주세요")))
    if fields.kind not in KINDS:
        errors.append(FieldError("kind", _l("목록에 있는 값을 골라 주세요")))
    if fields.region is not None and fields.region not in codes.regions():
        errors.append(FieldError("region", _l("지역을 목록에서 골라 주세요")))
    if not set(fields.serves) <= set(SEGMENTS):
        errors.append(FieldError("serves", _l("대상을 목록에서 골라 주세요")))
    if errors:
        raise Invalid(errors=errors)


def check_parent(agency_id: int, ancestors: list[int]) -> None:
    """Raise Invalid if the agency would stand above itself; `ancestors` are those of its new parent, and that one."""
    if agency_id in ancestors:
        raise Invalid.one("parent_id", _l("자기 아래에 있는 기관 밑으로 들어갈 수는 없어요"))


ZONE = "Asia/Seoul"  # an agreement's days are those of Korea
LONGEST_AGREEMENT = timedelta(days=3 * 366)  # then it is looked at again
SOON = timedelta(days=30)  # how long before its end an agreement should be renewed

SHARED_NAMES: dict[str, LazyString] = {
    "seekers": _l("구직자"),
    "trainees": _l("훈련생·재학생"),
    "employers": _l("기업"),
    "listings": _l("공고"),
}
STATE_NAMES: dict[str, LazyString] = {
    "offered": _l("답을 기다려요"),
    "coming": _l("곧 시작해요"),
    "in_force": _l("진행 중"),
    "over": _l("기간이 끝났어요"),
    "ended": _l("그만두었어요"),
}


@dataclass(frozen=True, slots=True)
class AgreementFields:
    """What two agencies agree on: who hands over what to whom, what for, on which days (both included, Korea)."""

    giver_id: int
    receiver_id: int
    kinds: tuple[str, ...]
    purpose: str
    starts_on: date
    ends_on: date


def check_agreement(fields: AgreementFields, today: date) -> None:
    """Raise Invalid with everything that is wrong. Purpose and end are what a receipt must name (PIPA art. 17 (2))."""
    errors: list[FieldError] = []
    if fields.giver_id == fields.receiver_id:
        errors.append(FieldError("other", _l("다른 기관을 골라 주세요")))
    if not fields.kinds or not set(fields.kinds) <= set(SHARED):
        errors.append(FieldError("kinds", _l("무엇을 나눌지 하나 이상 골라 주세요")))
    if not fields.purpose.strip() or len(fields.purpose) > 300:
        errors.append(FieldError("purpose", _l("무엇에 쓰는지 300자까지 적어 주세요")))
    if fields.ends_on < max(fields.starts_on, today):
        errors.append(FieldError("ends_on", _l("끝나는 날은 시작하는 날과 오늘보다 앞설 수 없어요")))
    elif fields.ends_on - fields.starts_on > LONGEST_AGREEMENT:
        errors.append(FieldError("ends_on", _l("한 번에 3년까지 정할 수 있어요")))
    if errors:
        raise Invalid(errors=errors)


def agreement_state(
    starts_on: date, ends_on: date, accepted_at: datetime | None, ended_at: datetime | None, today: date
) -> str:
    """Return `offered`, `coming`, `in_force`, `over` or `ended`; data goes only while it is `in_force`."""
    if ended_at is not None:
        return "ended"
    if today > ends_on:
        return "over"
    if accepted_at is None:
        return "offered"
    return "in_force" if today >= starts_on else "coming"

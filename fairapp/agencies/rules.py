"""What an agency must be."""

import re
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.agencies.models import KINDS
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
    if errors:
        raise Invalid(errors=errors)


def check_parent(agency_id: int, ancestors: list[int]) -> None:
    """Raise Invalid if the agency would stand above itself; `ancestors` are those of its new parent, and that one."""
    if agency_id in ancestors:
        raise Invalid.one("parent_id", _l("자기 아래에 있는 기관 밑으로 들어갈 수는 없어요"))

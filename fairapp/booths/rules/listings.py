"""What a listing must be to be kept, and the refusals of booths and listings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.booths.models import EDUCATIONS, EMPLOYMENT_TYPES, EXPERIENCES, SALARY_PERIODS
from fairapp.booths.rules.needs import Needs, need_errors
from fairapp.errors import Conflict, FieldError, Invalid

KOREA = ZoneInfo("Asia/Seoul")
BOOTH_STATUSES = ("invited", "applied", "waiting", "approved", "rejected", "withdrawn")
MOST_MONEY = 10_000_000_000  # KRW
MOST_SKILLS, LONGEST_SKILL = 30, 40
TEXTS = {
    "title": 200,
    "title_en": 200,
    "description": 20_000,
    "occupation_text": 200,
    "workplace": 200,
    "url": 500,
    "source": 60,
    "source_id": 120,
}


@dataclass(frozen=True, slots=True)
class ListingFields:
    """Everything told of a listing. Salaries are KRW per salary_period, both null: negotiable; times are aware."""

    title: str
    opens_at: datetime
    closes_at: datetime
    title_en: str = ""
    description: str = ""
    occupation: str | None = None
    occupation_text: str = ""
    employment_type: str | None = None
    region: str | None = None
    workplace: str = ""
    salary_min: int | None = None
    salary_max: int | None = None
    salary_period: str | None = None
    hours_per_week: int = 40
    headcount: int = 1
    experience: str = "any"
    experience_years: int = 0
    education: str = "any"
    skills: list[str] = field(default_factory=list)
    source: str | None = None
    source_id: str | None = None
    url: str = ""
    needs: dict[str, Any] | None = None  # of who books for it, as `Needs.kept`


class AlreadyApplied(Conflict):
    """This employer has a booth at the fair."""

    slug = "already-applied"
    title = _l("이미 이 박람회에 부스를 신청했어요")


class FairOver(Conflict):
    """The fair has ended."""

    slug = "fair-over"
    title = _l("끝난 박람회예요")


class ApplicationsClosed(Conflict):
    """The last day of applications has passed."""

    slug = "applications-closed"
    title = _l("부스 신청이 마감됐어요")


class ListingClosed(Conflict):
    """A listing that was closed is not changed any more."""

    slug = "listing-closed"
    title = _l("닫은 공고는 고칠 수 없어요. 새 공고를 올려 주세요")


def wage_year(opens_at: datetime, now: datetime) -> int:
    """Return the year whose minimum wage counts: that in which somebody could start, by Korean time (the law is Korea's)."""
    return max(opens_at, now).astimezone(KOREA).year


def check_listing(fields: ListingFields, now: datetime | None) -> None:
    """Raise Invalid, naming every field that cannot be kept. With `now` (a new listing), one that is over is refused."""
    errors = [*_text_errors(fields), *_code_errors(fields), *_salary_errors(fields), *_number_errors(fields)]
    errors += [*_skill_errors(fields.skills), *need_errors(Needs.of(fields.needs))]
    if fields.opens_at >= fields.closes_at:
        errors.append(FieldError("closes_at", _l("닫는 시각은 여는 시각보다 늦어야 해요")))
    elif now is not None and fields.closes_at <= now:
        errors.append(FieldError("closes_at", _l("닫는 시각이 이미 지났어요")))
    if errors:
        raise Invalid(errors=errors)


def check_headcount(wanted: int, kept: int, filled: int) -> None:
    """Raise Invalid for a changed headcount that is below the number of those who are hired already."""
    if wanted != kept and wanted < filled:
        raise Invalid.one("headcount", _l("이미 %(n)s명을 뽑았어요. 그보다 적게 줄일 수 없어요", n=filled))


def _text_errors(fields: ListingFields) -> Iterator[FieldError]:
    if not fields.title.strip():
        yield FieldError("title", _l("공고 제목을 적어 주세요"))
    for name, most in TEXTS.items():
        if len(getattr(fields, name) or "") > most:
            yield FieldError(name, _l("%(most)s자까지 쓸 수 있어요", most=most))
    if fields.url:
        try:
            parts = urlsplit(fields.url)
            fine = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            fine = False
        if not fine:
            yield FieldError("url", _l("https://로 시작하는 주소를 적어 주세요"))


def _code_errors(fields: ListingFields) -> Iterator[FieldError]:
    if fields.occupation is not None and fields.occupation not in codes.occupations():
        yield FieldError("occupation", _l("직무를 목록에서 골라 주세요"))
    if fields.region is not None and fields.region not in codes.regions():
        yield FieldError("region", _l("지역을 목록에서 골라 주세요"))
    if fields.employment_type is not None and fields.employment_type not in EMPLOYMENT_TYPES:
        yield FieldError("employment_type", _l("고용형태를 목록에서 골라 주세요"))
    if fields.experience not in EXPERIENCES:
        yield FieldError("experience", _l("경력을 목록에서 골라 주세요"))
    if fields.education not in EDUCATIONS:
        yield FieldError("education", _l("학력을 목록에서 골라 주세요"))


def _salary_errors(fields: ListingFields) -> Iterator[FieldError]:
    low, high = fields.salary_min, fields.salary_max
    for name, value in (("salary_min", low), ("salary_max", high)):
        if value is not None and not 0 < value <= MOST_MONEY:
            yield FieldError(name, _l("급여를 다시 확인해 주세요"))
    if low is not None and high is not None and low > high:
        yield FieldError("salary_max", _l("가장 많은 급여가 가장 적은 급여보다 적어요"))
    stated = low is not None or high is not None or fields.salary_period is not None
    if stated and fields.salary_period not in SALARY_PERIODS:
        yield FieldError("salary_period", _l("연봉, 월급, 시급 가운데 골라 주세요"))


def _number_errors(fields: ListingFields) -> Iterator[FieldError]:
    limits = {"headcount": (1, 9999), "hours_per_week": (1, 80), "experience_years": (0, 60)}
    for name, (low, high) in limits.items():
        if not low <= getattr(fields, name) <= high:
            yield FieldError(name, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=low, high=high))


def _skill_errors(skills: list[str]) -> Iterator[FieldError]:
    if len(skills) > MOST_SKILLS:
        yield FieldError("skills", _l("기술은 %(most)s개까지 쓸 수 있어요", most=MOST_SKILLS))
    if any(len(skill) > LONGEST_SKILL for skill in skills):
        yield FieldError("skills", _l("기술 하나는 %(most)s자까지 쓸 수 있어요", most=LONGEST_SKILL))

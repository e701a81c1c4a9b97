"""A fair's phase, what it allows, and what a fair must be to be kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from fairapp.errors import FieldError, Forbidden, Invalid, NotFound

MODES = ("online", "onsite", "hybrid")
PHASES = ("draft", "announced", "booking", "open", "closed", "archived")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
TAKEN_WORDS = {"new", "fairs", "employers", "sites"}  # words of our own addresses
LONGEST = timedelta(days=400)
MOST_COST = 10**12  # KRW


class FairTimes(Protocol):
    """The times that decide a phase; a fair has them."""

    @property
    def announced_at(self) -> datetime | None:
        """Null or later than now: a draft."""

    @property
    def booking_opens_at(self) -> datetime:
        """When seekers may begin to book."""

    @property
    def starts_at(self) -> datetime:
        """When the fair opens."""

    @property
    def ends_at(self) -> datetime:
        """When the fair ends; not part of it."""

    @property
    def archived_at(self) -> datetime | None:
        """When it left the lists."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times that decide a phase, where there is no fair at hand but a row with them."""

    announced_at: datetime | None
    booking_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    archived_at: datetime | None


class Organized(Protocol):
    """Somebody who may run fairs, as guards.Caller."""

    def may_organize(self, agency_id: int) -> bool:
        """Whether this person runs the fairs of the agency."""


@dataclass(frozen=True, slots=True)
class FairFields:
    """What is told of a fair. Times are aware; minutes and days are whole numbers."""

    slug: str
    name: str
    mode: str
    booking_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime | None = None
    archived_at: datetime | None = None
    zone: str = "Asia/Seoul"
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    intent_days: int = 7
    cancel_minutes: int = 60
    change_minutes: int = 60
    book_minutes: int = 0
    ahead_days: int | None = None
    quota: int | None = None
    quota_relaxes_minutes: int = 0
    hold_minutes: int = 5
    grace_minutes: int = 10
    hire_target: int | None = None
    cost: int | None = None  # KRW
    result_days: int = 7
    booth_limit: int | None = None
    applications_until: datetime | None = None
    languages: str = "ko,en"
    letter_note: str = ""
    letter_note_en: str = ""


class BookingsOutside(Invalid):
    """The change would leave people with bookings outside of the fair."""

    slug = "bookings-outside"

    @classmethod
    def of(cls, count: int, field: str) -> "BookingsOutside":
        """Return the refusal for so many bookings."""
        message = _ln(
            "이미 잡힌 예약 %(num)s건이 박람회 시간 밖에 있게 돼요. 먼저 옮기거나 취소해 주세요",
            "이미 잡힌 예약 %(num)s건이 박람회 시간 밖에 있게 돼요. 먼저 옮기거나 취소해 주세요",
            count,
        )
        return cls(message, errors=[FieldError(field, message)])


class SlugTaken(Invalid):
    """Another fair has this address."""

    slug = "slug-taken"
    title = _l("이미 쓰이는 주소예요")


def phase(times: FairTimes, now: datetime) -> str:
    """Return the phase at `now`: draft, announced, booking, open, closed or archived. An end is not part of what it ends."""
    if times.announced_at is None or now < times.announced_at:
        return "draft"
    if times.archived_at is not None and now >= times.archived_at:
        return "archived"
    if now >= times.ends_at:
        return "closed"
    if now >= times.starts_at:
        return "open"
    return "booking" if now >= times.booking_opens_at else "announced"


def bookable(times: FairTimes, now: datetime) -> bool:
    """Whether meetings of the fair can be booked at `now`: in the phases booking and open."""
    return phase(times, now) in {"booking", "open"}


def check_sees(caller: Organized | None, fair: FairTimes, agency_id: int, now: datetime) -> None:
    """Raise NotFound for a draft, unless the caller runs the fairs of its agency."""
    if phase(fair, now) == "draft" and not (caller is not None and caller.may_organize(agency_id)):
        raise NotFound


def check_organizes(caller: Organized, fair: FairTimes, agency_id: int, now: datetime) -> None:
    """Raise Forbidden where the caller does not run this fair, NotFound if it is a draft he may not know of."""
    if not caller.may_organize(agency_id):
        raise NotFound if phase(fair, now) == "draft" else Forbidden


def check_fair(fields: FairFields) -> None:
    """Raise Invalid, naming every field that cannot be kept."""
    errors = [*_slug_errors(fields.slug), *_time_errors(fields), *_number_errors(fields)]
    if not fields.name.strip():
        errors.append(FieldError("name", _l("박람회 이름을 적어 주세요")))
    if fields.mode not in MODES:
        errors.append(FieldError("mode", _l("방식을 골라 주세요")))
    if fields.languages not in LANGUAGES:
        errors.append(FieldError("languages", _l("목록에 있는 값을 골라 주세요")))
    for name, most in MOST_TEXT.items():
        if len(getattr(fields, name)) > most:
            errors.append(FieldError(name, _l("%(most)s자까지 쓸 수 있어요", most=most)))
    if errors:
        raise Invalid(errors=errors)


def _slug_errors(slug: str) -> Iterator[FieldError]:
    if not SLUG.fullmatch(slug):
        yield FieldError("slug", _l("주소는 영어 소문자, 숫자, 붙임표(-)로 60자까지 쓸 수 있어요"))
    elif slug.isdigit() or slug in TAKEN_WORDS:
        yield FieldError("slug", _l("이 주소는 쓸 수 없어요. 영어 낱말을 넣어 주세요"))


def _time_errors(fields: FairFields) -> Iterator[FieldError]:
    if fields.starts_at >= fields.ends_at:
        yield FieldError("ends_at", _l("끝나는 시각은 시작하는 시각보다 늦어야 해요"))
    elif fields.ends_at - fields.starts_at > LONGEST:
        yield FieldError("ends_at", _l("박람회는 400일까지 열 수 있어요"))
    if fields.booking_opens_at > fields.ends_at:
        yield FieldError("booking_opens_at", _l("예약은 박람회가 끝나기 전에 열려야 해요"))
    if fields.announced_at is not None and fields.announced_at > fields.starts_at:
        yield FieldError("announced_at", _l("박람회는 시작하기 전에 알려야 해요"))
    if fields.archived_at is not None and fields.archived_at < fields.ends_at:
        yield FieldError("archived_at", _l("보관은 박람회가 끝난 뒤에 할 수 있어요"))
    if fields.applications_until is not None and fields.applications_until > fields.ends_at:
        yield FieldError("applications_until", _l("부스 신청은 박람회가 끝나기 전에 마감해야 해요"))


LANGUAGES = ("ko", "ko,en")
MOST_TEXT = {"name": 120, "name_en": 120, "about": 5000, "about_en": 5000, "letter_note": 1000, "letter_note_en": 1000}
DAYS_14 = 14 * 24 * 60  # in minutes
NUMBERS = {
    "intent_days": (1, 90),
    "cancel_minutes": (0, DAYS_14),
    "change_minutes": (0, DAYS_14),
    "book_minutes": (0, DAYS_14),
    "ahead_days": (0, 365),
    "quota": (1, 100),
    "quota_relaxes_minutes": (0, DAYS_14),
    "hold_minutes": (1, 60),
    "grace_minutes": (0, 120),
    "result_days": (1, 90),
    "booth_limit": (1, 5000),
}


def _number_errors(fields: FairFields) -> Iterator[FieldError]:
    for name, (low, high) in NUMBERS.items():
        told = getattr(fields, name)
        if told is not None and not low <= told <= high:
            yield FieldError(name, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=low, high=high))
    if fields.hire_target is not None and not 0 <= fields.hire_target <= 1_000_000:
        yield FieldError("hire_target", _l("0부터 1,000,000까지 쓸 수 있어요"))
    if fields.cost is not None and not 0 <= fields.cost <= MOST_COST:
        yield FieldError("cost", _l("0원부터 1조 원까지 쓸 수 있어요"))

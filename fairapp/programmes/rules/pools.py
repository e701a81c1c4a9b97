"""When somebody is in a pool, and from which day she could work.

A trainee's share is that of Seoul's job centre: the pool opens when 70 to 80 % of a course has passed, by agency, so that
work starts at graduation. A student's months are the agency's.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import OLDER_FROM, YOUTH_BEFORE, YOUTH_FROM
from fairapp.errors import FieldError, Invalid
from fairapp.outcomes.rules import months_after
from fairapp.programmes.models import POOL_KINDS
from fairapp.programmes.rules.days import months_before

STAYS = timedelta(days=90)  # after a course or public work has ended somebody is still led to work from the pool
STUDENTS_STAY = timedelta(days=180)
PLACED_FOR = timedelta(days=365)  # who was hired so recently is in no pool


def trainee_from(starts_on: date, ends_on: date, share: int) -> date:
    """Return the first day on which `share` per cent of a course's days have passed; both its days are included.

    A day has passed when it is over: of ten days from the first, seven have passed on the eighth.
    """
    days = (ends_on - starts_on).days + 1
    return starts_on + timedelta(days=-(-share * days // 100))


def student_from(graduates_on: date, months: int) -> date:
    """Return the first day on which a student is in: so many months before she graduates."""
    return months_before(graduates_on, months)


def graduating_until(today: date, months: int) -> date:
    """Return the latest day of graduation of a student who is in the pool today: the inverse of student_from."""
    there = months_after(today, months)
    last_here = (today + timedelta(days=1)).month != today.month
    if not last_here:
        return there
    following = months_after(there.replace(day=1), 1)
    return following - timedelta(days=1)


def youth_born(today: date) -> tuple[date, date]:
    """Return the days between which the young of today were born: after the first, until the second."""
    return months_before(today, 12 * YOUTH_BEFORE), months_before(today, 12 * YOUTH_FROM)


def older_born_until(today: date) -> date:
    """Return the last day of birth of those who are fifty or older today."""
    return months_before(today, 12 * OLDER_FROM)


def available_from(ends_on: date | None, today: date) -> date:
    """Return the first day on which somebody could work: the day after her course, today if that is over or there is none."""
    return today if ends_on is None else max(today, ends_on + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class PoolFields:
    """A pool as an organizer sets it."""

    kind: str
    name: str
    name_en: str = ""
    share: int = 70
    months_before: int = 6
    ends_on: date | None = None
    counsellors: tuple[int, ...] = ()


def check_pool(fields: PoolFields, today: date) -> None:
    """Raise Invalid with everything that is wrong."""
    errors: list[FieldError] = []
    if fields.kind not in POOL_KINDS:
        errors.append(FieldError("kind", _l("목록에 있는 값을 골라 주세요")))
    if not fields.name.strip() or len(fields.name) > 120 or len(fields.name_en) > 120:
        errors.append(FieldError("name", _l("이름을 120자까지 적어 주세요")))
    if not 70 <= fields.share <= 80:
        errors.append(FieldError("share", _l("70%부터 80%까지 적어 주세요")))
    if not 1 <= fields.months_before <= 12:
        errors.append(FieldError("months_before", _l("1달부터 12달까지 적어 주세요")))
    if fields.ends_on is not None and not today <= fields.ends_on <= date(2199, 12, 31):
        errors.append(FieldError("ends_on", _l("이미 지난 날이에요")))
    if errors:
        raise Invalid(errors=errors)

"""The legal minimum wage, as an hour, a month or a year of it.

Minimum Wage Act (최저임금법) art. 6: an employer pays at least the yearly fixed hourly amount; whoever agrees on less owes
that much all the same. Enforcement Decree (시행령) art. 5: a wage fixed by the month is compared after dividing it by
the month's hours, which are the weekly hours plus the paid weekly holiday (Labour Standards Act art. 55: a fifth of up to
40 hours, owed from 15 hours a week on), times the weeks of an average month. Hours are whole; everything is computed in
whole numbers, so that a wage of exactly the minimum is legal.
"""

from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes

HOLIDAY_FROM = 15  # hours a week from which the weekly holiday is paid
HOLIDAY_UP_TO = 40  # hours a week beyond which it does not grow


def _paid_fifths(hours_per_week: int) -> int:
    """Return five times the paid hours of a week, a whole number."""
    holiday = min(hours_per_week, HOLIDAY_UP_TO) if hours_per_week >= HOLIDAY_FROM else 0
    return 5 * hours_per_week + holiday


def _share(period: str, hours_per_week: int) -> tuple[int, int]:
    """Return the paid hours in the period as a fraction: an average year has 365/7 weeks, a month a twelfth of it."""
    if period == "hour":
        return 1, 1
    return _paid_fifths(hours_per_week) * 365, 5 * 7 * (12 if period == "month" else 1)


def hourly_minimum(year: int) -> int:
    """Return the minimum wage of the year in KRW an hour; of a year not yet known, the newest known one."""
    known = codes.minimum_wages()
    return known.get(year) or known[max(known) if year > max(known) else min(known)]


def wage_is_legal(salary_min: int | None, salary_period: str | None, hours_per_week: int, year: int) -> bool:
    """Whether the least that is offered (KRW per period) reaches the minimum wage of the year. An unstated salary passes."""
    if salary_min is None or salary_period is None:
        return True
    hours, parts = _share(salary_period, hours_per_week)
    return salary_min * parts >= hourly_minimum(year) * hours


def legal_until(salary_min: int | None, salary_period: str | None, hours_per_week: int) -> datetime | None:
    """Return when the least that is offered falls below the minimum wage: when the first year begins, in Korea, whose
    minimum it does not reach (minimums only rise). None: it reaches every known one, or is unstated.
    """
    for year in sorted(codes.minimum_wages()):
        if not wage_is_legal(salary_min, salary_period, hours_per_week, year):
            return clock.day_bounds(date(year, 1, 1), "Asia/Seoul")[0]
    return None


def least_salary(salary_period: str, hours_per_week: int, year: int) -> int:
    """Return the lowest legal salary for the period in whole KRW."""
    hours, parts = _share(salary_period, hours_per_week)
    return -(-hourly_minimum(year) * hours // parts)


def annual_salary(salary: int, salary_period: str, hours_per_week: int) -> int:
    """Return a salary as KRW a year, rounded down."""
    hours, parts = _share("year", hours_per_week)
    return {"year": salary, "month": salary * 12, "hour": salary * hours // parts}[salary_period]


def wage_message(salary_period: str, hours_per_week: int, year: int) -> LazyString:
    """Return the sentence for a wage below the minimum, with the minimum named."""
    names = {"year": year, "hourly": f"{hourly_minimum(year):,}", "hours": hours_per_week}
    least = f"{least_salary(salary_period, hours_per_week, year):,}"
    if salary_period == "hour":
        return _l("%(year)s년 최저임금(시급 %(hourly)s원)보다 낮아요", **names)
    if salary_period == "month":
        return _l(
            "%(year)s년 최저임금(시급 %(hourly)s원)보다 낮아요. 주 %(hours)s시간이면 월 %(least)s원 이상이어야 해요",
            least=least,
            **names,
        )
    return _l(
        "%(year)s년 최저임금(시급 %(hourly)s원)보다 낮아요. 주 %(hours)s시간이면 연 %(least)s원 이상이어야 해요",
        least=least,
        **names,
    )

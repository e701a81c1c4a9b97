"""The reader's language, and how times, money and codes are said in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.lists import format_list
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_decimal, get_locale, gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes
from fairapp.labels import LABELS

LANGUAGES = (("ko", "한국어"), ("en", "English"))
CODES = tuple(code for code, _ in LANGUAGES)
WEEKDAYS = (_l("월"), _l("화"), _l("수"), _l("목"), _l("금"), _l("토"), _l("일"))
MONTHS = (
    *(_l("1월"), _l("2월"), _l("3월"), _l("4월"), _l("5월"), _l("6월")),
    *(_l("7월"), _l("8월"), _l("9월"), _l("10월"), _l("11월"), _l("12월")),
)


def reader_language() -> str:
    """Return the language of this request: the person's choice, the browser's cookie, its header, then Korean."""
    if not has_request_context():
        return "ko"
    chosen = None if request.path.startswith("/api/") else (g.get("caller_language") or request.cookies.get("language"))
    return chosen if chosen in CODES else (request.accept_languages.best_match(CODES) or "ko")


def label(group: str, value: Any) -> str:
    """Return the word for a code of a group, such as ('employment_type', 'regular')."""
    return str(LABELS[group].get(value, value if value is not None else ""))


def said_groups(segments: Sequence[str]) -> str:
    """Return for whom a desk is, as the reader's language lists it: "A 또는 B"."""
    return str(format_list([label("desk_for", one) for one in segments], style="or", locale=get_locale()))


def meeting_name(kind: str, topic: str) -> str:
    """Return what a meeting is called: an interview, or what the coaching or the session for many is about."""
    return label("topic", topic) if kind == "coaching" or (kind == "group" and topic) else label("kind", kind)


def occupation_name(code: str | None) -> str:
    """Return the occupation's name in the reader's language; empty where there is none."""
    found = codes.occupations().get(code or "")
    return "" if found is None else (found.name_en if str(get_locale()) == "en" else found.name_ko)


def region_name(code: str | None) -> str:
    """Return the region's short name in the reader's language; empty where there is none."""
    found = codes.regions().get(code or "")
    return "" if found is None else (found.name_en if str(get_locale()) == "en" else found.short_ko)


def region_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the regions to choose from: each 시도 with its 시군구 under it, in the reader's language."""
    grouped: dict[str, list[tuple[str, str]]] = {"": [("", gettext("고르세요"))]}
    for code, region in codes.regions().items():
        head = codes.regions().get(f"{code[:2]}000", region)
        group = in_language(head.name_ko, head.name_en)
        grouped.setdefault(group, []).append((code, in_language(region.name_ko, region.name_en)))
    return grouped


def in_language(korean: str, english: str) -> str:
    """Return the English text to an English reader where there is one."""
    return english if english and str(get_locale()) == "en" else korean


def say_clock(moment: datetime, zone: str) -> str:
    """Return the time of day in the zone as people say it: `오후 2:20`, `2:20 pm`."""
    at = clock.local(moment, zone)
    names = {"hour": at.hour % 12 or 12, "minute": f"{at.minute:02d}"}
    return (
        gettext("오전 %(hour)s:%(minute)s", **names) if at.hour < 12 else gettext("오후 %(hour)s:%(minute)s", **names)
    )


def say_day(moment: datetime, zone: str) -> str:
    """Return the day in the zone as people say it: `11월 24일 (화)`, `Tue 24 November`."""
    return _say_day(clock.local(moment, zone).date())


def _say_day(day: date) -> str:
    month, weekday = str(MONTHS[day.month - 1]), str(WEEKDAYS[day.weekday()])
    return gettext("%(month)s %(day)s일 (%(weekday)s)", month=month, day=day.day, weekday=weekday)


def say_on(day: date) -> str:
    """Return a calendar day with its year: `2027년 2월 26일 (금)`, `Fri 26 February 2027`."""
    return gettext("%(year)s년 %(day)s", year=day.year, day=_say_day(day))


def say_short_day(day: date) -> str:
    """Return a day for the head of a column: `11/24 화`, `24/11 Tue`."""
    return gettext("%(month)s/%(day)s %(weekday)s", month=day.month, day=day.day, weekday=str(WEEKDAYS[day.weekday()]))


def say_month(day: date) -> str:
    """Return the month of a day: `2026년 11월`, `November 2026`."""
    return gettext("%(year)s년 %(month)s", year=day.year, month=str(MONTHS[day.month - 1]))


def say_date(moment: datetime, zone: str) -> str:
    """Return the day with its year, for one that is far off: `2027년 2월 26일 (금)`, `Fri 26 February 2027`."""
    return gettext("%(year)s년 %(day)s", year=clock.local(moment, zone).year, day=say_day(moment, zone))


def say_when(moment: datetime, zone: str) -> str:
    """Return day and time of day in the zone: `11월 24일 (화) 오후 2:20`, `Tue 24 November, 2:20 pm`."""
    return gettext("%(day)s %(clock)s", day=say_day(moment, zone), clock=say_clock(moment, zone))


def say_full(moment: datetime, zone: str) -> str:
    """Return day, year and time of day, for what is kept: `2026년 11월 24일 (화) 오후 2:20`."""
    return gettext("%(day)s %(clock)s", day=say_date(moment, zone), clock=say_clock(moment, zone))


def say_span(starts_at: datetime, ends_at: datetime, zone: str, with_year: bool | None = None) -> str:
    """Return from when to when in the zone, a day once: `10월 20일 (수) 오후 2:00 ~ 오후 4:00`.

    The year is told if `with_year` says so, otherwise where either end lies in another year than today.
    """
    start, end = (clock.local(one, zone) for one in (starts_at, ends_at))
    if with_year is None:
        with_year = {start.year, end.year} != {clock.local(clock.now(), zone).year}
    say = say_full if with_year else say_when
    last = say_clock(ends_at, zone) if start.date() == end.date() else say(ends_at, zone)
    return gettext("%(start)s ~ %(end)s", start=say(starts_at, zone), end=last)


def say_figure(value: float | None, unit: str) -> str:
    """Return a figure with its unit (percent, points, times, days, krw, people, hires); a dash where there is none."""
    if value is None:
        return "–"
    if unit == "krw":
        return say_money(round(value))
    if unit == "percent":
        return gettext("%(n)s%%", n=value)
    if unit == "points":
        return gettext("%(n)s%%p", n=f"{value:+}")
    if unit == "days":
        return gettext("%(n)s일", n=value)
    if unit == "times":
        return gettext("%(n)s회", n=value)
    return format_decimal(value)


def say_money(krw: int) -> str:
    """Return an amount of won: `4,200만원` where it is round, `₩42,000,000`."""
    if krw and krw % 10_000 == 0 and str(get_locale()) != "en":
        # Only Korean counts in ten thousands, so this is no sentence to translate.
        return f"{format_decimal(krw // 10_000)}만원"
    return gettext("%(amount)s원", amount=format_decimal(krw))


def say_salary(listing: Any) -> str:
    """Return a listing's salary in words; it has salary_min, salary_max and salary_period."""
    low, high, period = listing.salary_min, listing.salary_max, listing.salary_period
    if low is None and high is None:
        return gettext("급여 협의")
    names = {
        "period": label("salary_period", period),
        "low": say_money(low) if low is not None else "",
        "high": say_money(high) if high is not None else "",
    }
    if low is None:
        return gettext("%(period)s %(high)s까지", **names)
    if high is None:
        return gettext("%(period)s %(low)s부터", **names)
    if low == high:
        return gettext("%(period)s %(low)s", **names)
    return gettext("%(period)s %(low)s ~ %(high)s", **names)


def register(app: Flask) -> None:
    """Teach the app its languages and the templates how to say things."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ko")
    app.config.setdefault("BABEL_DOMAIN", "fairapp")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(codes.DATA.parent.parent / "translations"))
    Babel(app, locale_selector=reader_language)
    app.jinja_env.filters.update(
        masked=masked,
        when=say_when,
        clock=say_clock,
        day=say_day,
        on=say_on,
        short_day=say_short_day,
        month=say_month,
        full=say_full,
        money=say_money,
        salary=say_salary,
        figure=say_figure,
        number=format_decimal,
        iso=clock.rfc3339,
    )
    app.jinja_env.globals.update(
        label=label,
        said_groups=said_groups,
        span=say_span,
        meeting_name=meeting_name,
        occupation_name=occupation_name,
        region_name=region_name,
        region_choices=region_choices,
        in_language=in_language,
        get_locale=get_locale,
        languages=LANGUAGES,
        now=clock.now,
    )


def masked(name: str) -> str:
    """Return a name as the stand shows it before the profile is opened: 최○○. One syllable stays, it says little."""
    name = name.strip()
    return name[:1] + "○" * min(len(name) - 1, 2) if name else "○"

"""The reader's language, and how times, money and codes are said in it."""

from datetime import date, datetime
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, LazyString, format_decimal, get_locale, gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes

LANGUAGES = (("ko", "한국어"), ("en", "English"))
CODES = tuple(code for code, _ in LANGUAGES)
WEEKDAYS = (_l("월"), _l("화"), _l("수"), _l("목"), _l("금"), _l("토"), _l("일"))
MONTHS = (
    *(_l("1월"), _l("2월"), _l("3월"), _l("4월"), _l("5월"), _l("6월")),
    *(_l("7월"), _l("8월"), _l("9월"), _l("10월"), _l("11월"), _l("12월")),
)

LABELS: dict[str, dict[str | None, LazyString]] = {
    "employment_type": {
        "regular": _l("정규직"),
        "contract": _l("계약직"),
        "part_time": _l("시간제"),
        "internship": _l("인턴"),
        None: _l("고용형태 미정"),
    },
    "salary_period": {"year": _l("연봉"), "month": _l("월급"), "hour": _l("시급")},
    "experience": {"any": _l("경력 무관"), "entry": _l("신입"), "experienced": _l("경력")},
    "education": {
        "any": _l("학력 무관"),
        "high_school": _l("고졸 이상"),
        "associate": _l("전문대졸 이상"),
        "bachelor": _l("대졸 이상"),
        "master": _l("석사 이상"),
        "doctorate": _l("박사 이상"),
    },
    "mode": {"online": _l("온라인"), "onsite": _l("현장"), "hybrid": _l("온라인·현장")},
    "phase": {
        "draft": _l("준비 중"),
        "announced": _l("곧 예약 시작"),
        "booking": _l("예약 중"),
        "open": _l("진행 중"),
        "closed": _l("끝남"),
        "archived": _l("보관됨"),
    },
    "kind": {"interview": _l("면접"), "coaching": _l("1:1 코칭"), "group": _l("단체 프로그램")},
    "topic": {
        "interview": _l("면접 코칭"),
        "resume": _l("이력서 코칭"),
        "career": _l("진로 상담"),
        "tour": _l("기업 탐방"),
        "briefing": _l("채용 설명회"),
        "workshop": _l("워크숍"),
        "": _l("코칭"),
    },
    "booking_status": {
        "requested": _l("답을 기다려요"),
        "held": _l("임시로 잡아 둠"),
        "confirmed": _l("확정"),
        "cancelled": _l("취소됨"),
        "expired": _l("시간이 지나 풀림"),
        "completed": _l("마침"),
    },
    "line_status": {
        "waiting": _l("기다려요"),
        "called": _l("불렀어요"),
        "meeting": _l("만나는 중"),
        "skipped": _l("불렀을 때 없었어요"),
    },
    "attendance": {"present": _l("왔어요"), "absent": _l("안 왔어요"), None: _l("표시 전")},
    "stage": {
        "interviewed": _l("면접함"),
        "passed": _l("합격"),
        "final_interview": _l("최종 면접"),
        "offered": _l("채용 제안"),
        "hired": _l("채용"),
        "started": _l("출근 시작"),
        "retained": _l("근속"),
        "rejected": _l("불합격"),
        "withdrawn": _l("지원 철회"),
    },
    "figure": {
        "registered": _l("등록"),
        "came": _l("입장"),
        "booked": _l("예약"),
        "interviewed": _l("면접"),
        "passed": _l("합격·최종 면접"),
        "offered": _l("채용 제안"),
        "hired": _l("채용"),
        "started": _l("출근 시작"),
        "retained": _l("근속"),
        "hires": _l("채용 건수"),
        "youth": _l("청년 (15~34세)"),
        "regular": _l("정규직"),
        "professional": _l("전문·사무·회계 직종"),
        "career_break": _l("경력 보유 여성"),
        "age_50_plus": _l("50세 이상"),
        "returnee": _l("귀향한 사람"),
        "placement": _l("등록한 사람 가운데 채용"),
        "success": _l("면접한 사람 가운데 합격·최종 면접"),
        "interviews_per_seeker": _l("한 사람이 본 면접"),
        "interviews_per_booth": _l("부스마다 본 면접"),
        "seeker_absence": _l("구직자가 오지 않은 면접"),
        "host_absence": _l("면접관이 오지 않은 면접"),
        "days_to_result": _l("결과가 나오기까지"),
        "cost_per_hire": _l("채용 한 건에 든 비용"),
    },
    "dimension": {
        "fair": _l("박람회별"),
        "agency": _l("기관별"),
        "booth": _l("부스별"),
        "occupation": _l("직업별"),
        "district": _l("사는 곳별"),
        "month": _l("달별"),
        "employment_type": _l("고용형태별"),
    },
    "report_reason": {
        "not_hiring": _l("채용하지 않는다고 했어요"),
        "other_terms": _l("공고와 조건이 달라요"),
        "filled": _l("이미 뽑았다고 했어요"),
        "conduct": _l("태도가 나빴어요"),
    },
    "report_result": {
        "confirmed": _l("사실이어서 부스를 내렸어요"),
        "asked": _l("기업에 확인을 부탁했어요"),
        "unfounded": _l("사실과 달랐어요"),
    },
    "segment": {
        "youth": _l("청년"),
        "career_break": _l("경력 보유 여성"),
        "age_50_plus": _l("50세 이상"),
        "returnee": _l("귀향 희망"),
    },
    "role": {"recruiter": _l("채용 담당자"), "coach": _l("코치"), "organizer": _l("운영자")},
    "booth_status": {
        "invited": _l("초대함"),
        "applied": _l("신청함"),
        "waiting": _l("자리 기다림"),
        "approved": _l("승인됨"),
        "rejected": _l("반려됨"),
        "withdrawn": _l("철회함"),
    },
}


def reader_language() -> str:
    """Return the language of this request: the person's choice, the browser's cookie, its header, then Korean."""
    if not has_request_context():
        return "ko"
    chosen = None if request.path.startswith("/api/") else (g.get("caller_language") or request.cookies.get("language"))
    return chosen if chosen in CODES else (request.accept_languages.best_match(CODES) or "ko")


def label(group: str, value: Any) -> str:
    """Return the word for a code of a group, such as ('employment_type', 'regular')."""
    return str(LABELS[group].get(value, value if value is not None else ""))


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
    at = clock.local(moment, zone)
    month, weekday = str(MONTHS[at.month - 1]), str(WEEKDAYS[at.weekday()])
    return gettext("%(month)s %(day)s일 (%(weekday)s)", month=month, day=at.day, weekday=weekday)


def say_short_day(day: date) -> str:
    """Return a day for the head of a column: `11/24 화`, `24/11 Tue`."""
    return gettext("%(month)s/%(day)s %(weekday)s", month=day.month, day=day.day, weekday=str(WEEKDAYS[day.weekday()]))


def say_date(moment: datetime, zone: str) -> str:
    """Return the day with its year, for one that is far off: `2027년 2월 26일 (금)`, `Fri 26 February 2027`."""
    return gettext("%(year)s년 %(day)s", year=clock.local(moment, zone).year, day=say_day(moment, zone))


def say_when(moment: datetime, zone: str) -> str:
    """Return day and time of day in the zone: `11월 24일 (화) 오후 2:20`, `Tue 24 November, 2:20 pm`."""
    return gettext("%(day)s %(clock)s", day=say_day(moment, zone), clock=say_clock(moment, zone))


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
        return gettext("%(n)s번", n=value)
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
        money=say_money,
        salary=say_salary,
        figure=say_figure,
        number=format_decimal,
        iso=clock.rfc3339,
    )
    app.jinja_env.globals.update(
        label=label,
        meeting_name=meeting_name,
        occupation_name=occupation_name,
        region_name=region_name,
        in_language=in_language,
        get_locale=get_locale,
        languages=LANGUAGES,
        now=clock.now,
    )


def masked(name: str) -> str:
    """Return a name as the stand shows it before the profile is opened: 최○○. One syllable stays, it says little."""
    name = name.strip()
    return name[:1] + "○" * min(len(name) - 1, 2) if name else "○"

"""The columns of every export: name, kind of cell and meaning, in order. docs/exports.md says the same; a test compares.

Names and codes do not depend on a reader's language, so that a file is the same for whoever takes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes
from fairapp.outcomes import rules

Cell = str | int | None
KINDS = ("attendance", "bookings", "outcomes", "listings")
FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `text` that people wrote, `code`, `number`, `moment` (UTC), `local` (the fair's zone), `date`, `flag` or
    `occupation` (the name to a code)."""

    name: str
    kind: str
    meaning: LazyString


def _columns(*given: tuple[str, str, LazyString]) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in given)


_SEEKER = (
    ("seeker", "number", _l("구직자의 번호")),
    ("seeker_name", "text", _l("구직자의 이름 (파일을 만든 때의 이름)")),
    ("seeker_email", "text", _l("구직자의 메일 (파일을 만든 때의 주소)")),
)
_EMPLOYER = (
    ("booth", "number", _l("부스의 번호")),
    ("employer", "number", _l("기업의 번호")),
    ("employer_name", "text", _l("기업의 이름 (파일을 만든 때의 이름)")),
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "attendance": _columns(
        ("what", "code", _l("fair: 박람회 입장, meeting: 면접이나 코칭에 옴")),
        ("booking", "number", _l("예약의 번호. 입장에는 없어요")),
        ("kind", "code", _l("interview, coaching, group. 입장에는 없어요")),
        ("side", "code", _l("seeker: 구직자, host: 면접관이나 코치")),
        ("person", "number", _l("그 사람의 번호")),
        ("name", "text", _l("그 사람의 이름 (파일을 만든 때의 이름)")),
        ("email", "text", _l("그 사람의 메일 (파일을 만든 때의 주소)")),
        ("state", "code", _l("present: 옴, absent: 안 옴")),
        ("at", "moment", _l("처음 입장한 때, 또는 마지막으로 표시한 때 (UTC)")),
        ("local_at", "local", _l("같은 때, 박람회의 시간대로")),
        ("recorded_by", "number", _l("표시한 사람의 번호")),
    ),
    "bookings": _columns(
        ("booking", "number", _l("예약의 번호")),
        ("status", "code", _l("requested, held, confirmed, cancelled, expired, completed")),
        ("rev", "number", _l("몇 번째 상태인지")),
        ("kind", "code", _l("interview: 면접, coaching: 1:1 코칭, group: 단체")),
        *_SEEKER,
        ("slot", "number", _l("시간의 번호")),
        ("starts_at", "moment", _l("시작 (UTC)")),
        ("ends_at", "moment", _l("끝 (UTC)")),
        ("local_start", "local", _l("시작, 박람회의 시간대로")),
        *_EMPLOYER,
        ("listing", "number", _l("지원한 공고의 번호")),
        ("host", "number", _l("면접관이나 코치의 번호")),
        ("host_name", "text", _l("면접관이나 코치의 이름 (파일을 만든 때의 이름)")),
        ("room", "text", _l("자리의 이름. 온라인이면 비어 있어요")),
        ("seeker_attendance", "code", _l("구직자의 출석: present, absent, 표시 전이면 비어 있음")),
        ("host_attendance", "code", _l("면접관이나 코치의 출석")),
        ("interviewed", "flag", _l("면접이 이루어졌는지: yes, no")),
        ("booked_at", "moment", _l("처음 예약한 때 (UTC)")),
        ("changed_at", "moment", _l("이 상태가 된 때 (UTC)")),
        ("reason", "text", _l("취소나 변경의 까닭으로 적힌 글")),
    ),
    "outcomes": _columns(
        ("outcome", "number", _l("결과의 번호")),
        ("booking", "number", _l("예약의 번호")),
        *_SEEKER,
        *_EMPLOYER,
        ("listing", "number", _l("공고의 번호")),
        ("stage", "code", _l("interviewed부터 retained까지, rejected, withdrawn")),
        ("on", "date", _l("그 일이 있은 날, 박람회의 시간대로")),
        ("employment_type", "code", _l("regular, contract, part_time, internship")),
        ("salary", "number", _l("연봉 (원)")),
        ("occupation", "code", _l("직업 코드 (한국고용직업분류 2018)")),
        ("occupation_name", "occupation", _l("직업의 이름")),
        ("corrects", "number", _l("이 줄이 고친 결과의 번호")),
        ("stands", "flag", _l("yes: 유효함, no: 뒤의 줄이 고침")),
        ("months", "number", _l("근속: 1, 3, 6개월")),
        ("evidence", "code", _l("확인한 자료: contract, insurance, payslip, visit, call")),
        ("reference", "text", _l("자료의 번호")),
        ("role", "code", _l("누구로 적었는지: recruiter, coach, organizer")),
        ("age", "number", _l("채용된 날의 나이")),
        ("segment", "code", _l("채용된 때의 대상: youth, career_break, age_50_plus, returnee")),
        ("region", "code", _l("채용된 때 살던 곳의 지역 코드")),
        ("recorded_at", "moment", _l("적은 때 (UTC)")),
        ("recorded_by", "number", _l("적은 사람의 번호")),
    ),
    "listings": _columns(
        ("listing", "number", _l("공고의 번호")),
        *_EMPLOYER,
        ("title", "text", _l("공고의 제목")),
        ("occupation", "code", _l("직업 코드 (한국고용직업분류 2018)")),
        ("occupation_name", "occupation", _l("직업의 이름")),
        ("employment_type", "code", _l("regular, contract, part_time, internship")),
        ("region", "code", _l("지역 코드")),
        ("workplace", "text", _l("일하는 곳")),
        ("salary_min", "number", _l("급여의 아래 끝 (원). 둘 다 비면 협의")),
        ("salary_max", "number", _l("급여의 위 끝 (원)")),
        ("salary_period", "code", _l("year, month, hour")),
        ("headcount", "number", _l("뽑는 사람 수")),
        ("filled", "number", _l("뽑은 사람 수")),
        ("openings_left", "number", _l("남은 자리")),
        ("experience", "code", _l("any, entry, experienced")),
        ("experience_years", "number", _l("필요한 경력 (년)")),
        ("education", "code", _l("필요한 학력")),
        ("opens_at", "moment", _l("여는 때 (UTC)")),
        ("closes_at", "moment", _l("닫는 때 (UTC)")),
        ("closed_at", "moment", _l("먼저 닫은 때 (UTC)")),
        ("source", "text", _l("가져온 곳")),
        ("source_id", "text", _l("가져온 곳에서의 번호")),
        ("last_change", "code", _l("마지막 변화: opened, changed, closed, filled")),
        ("changed_at", "moment", _l("마지막 변화의 때 (UTC)")),
        ("rev", "number", _l("몇 번째 상태인지")),
    ),
}


def cell_makers(kind: str, zone: str, *, guard: bool) -> list[tuple[int, Callable[[Any], Cell]]]:
    """Return what turns values of an export into cells, for the columns that need it; codes and numbers are cells already.

    With `guard` text that a spreadsheet could take for a formula is made harmless.
    """
    local_zone = clock.zone_named(zone)
    makers: dict[str, Callable[[Any], Cell]] = {
        "moment": _moment_cell,
        "local": lambda value: _local_cell(value, local_zone),
        "date": lambda value: value and value.isoformat(),
        "flag": lambda value: "yes" if value else "no",
        "occupation": _occupation_cell,
    }
    if guard:
        makers["text"] = lambda value: value and rules.harmless(value)
    return [(at, makers[column.kind]) for at, column in enumerate(COLUMNS[kind]) if column.kind in makers]


def _moment_cell(value: datetime | str | None) -> Cell:
    moment = _moment(value)
    return None if moment is None else rules.moment_text(moment)


def _local_cell(value: datetime | str | None, zone: ZoneInfo) -> Cell:
    moment = _moment(value)
    return None if moment is None else moment.astimezone(zone).isoformat(" ", "minutes")[:16]


def _moment(value: datetime | str | None) -> datetime | None:
    """Return a moment, also from the JSON of a history, where it is text."""
    return clock.as_utc(datetime.fromisoformat(value)) if isinstance(value, str) else value


def _occupation_cell(code: str | None) -> Cell:
    found = codes.occupations().get(code or "")
    return None if found is None else found.name_ko

"""The columns of every export: name, kind of cell and meaning, in order. docs/exports.md says the same; a test compares.

Names and codes do not depend on a reader's language, so that a file is the same for whoever takes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes
from fairapp.outcomes import rules

Cell = str | int
KINDS = ("attendance", "bookings", "outcomes", "listings")
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `text`, `number`, `moment` (UTC), `local` (the fair's zone), `date`, `flag` or `occupation`."""

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
        ("what", "text", _l("fair: 박람회 입장, meeting: 면접이나 코칭에 옴")),
        ("booking", "number", _l("예약의 번호. 입장에는 없어요")),
        ("kind", "text", _l("interview, coaching, group. 입장에는 없어요")),
        ("side", "text", _l("seeker: 구직자, host: 면접관이나 코치")),
        ("person", "number", _l("그 사람의 번호")),
        ("name", "text", _l("그 사람의 이름 (파일을 만든 때의 이름)")),
        ("email", "text", _l("그 사람의 메일 (파일을 만든 때의 주소)")),
        ("state", "text", _l("present: 옴, absent: 안 옴")),
        ("at", "moment", _l("처음 입장한 때, 또는 마지막으로 표시한 때 (UTC)")),
        ("local_at", "local", _l("같은 때, 박람회의 시간대로")),
        ("recorded_by", "number", _l("표시한 사람의 번호")),
    ),
    "bookings": _columns(
        ("booking", "number", _l("예약의 번호")),
        ("status", "text", _l("requested, held, confirmed, cancelled, expired, completed")),
        ("rev", "number", _l("몇 번째 상태인지")),
        ("kind", "text", _l("interview: 면접, coaching: 1:1 코칭, group: 단체")),
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
        ("seeker_attendance", "text", _l("구직자의 출석: present, absent, 표시 전이면 비어 있음")),
        ("host_attendance", "text", _l("면접관이나 코치의 출석")),
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
        ("stage", "text", _l("interviewed부터 retained까지, rejected, withdrawn")),
        ("on", "date", _l("그 일이 있은 날, 박람회의 시간대로")),
        ("employment_type", "text", _l("regular, contract, part_time, internship")),
        ("salary", "number", _l("연봉 (원)")),
        ("occupation", "text", _l("직업 코드 (한국고용직업분류 2018)")),
        ("occupation_name", "occupation", _l("직업의 이름")),
        ("corrects", "number", _l("이 줄이 고친 결과의 번호")),
        ("stands", "flag", _l("yes: 유효함, no: 뒤의 줄이 고침")),
        ("recorded_at", "moment", _l("적은 때 (UTC)")),
        ("recorded_by", "number", _l("적은 사람의 번호")),
    ),
    "listings": _columns(
        ("listing", "number", _l("공고의 번호")),
        *_EMPLOYER,
        ("title", "text", _l("공고의 제목")),
        ("occupation", "text", _l("직업 코드 (한국고용직업분류 2018)")),
        ("occupation_name", "occupation", _l("직업의 이름")),
        ("employment_type", "text", _l("regular, contract, part_time, internship")),
        ("region", "text", _l("지역 코드")),
        ("workplace", "text", _l("일하는 곳")),
        ("salary_min", "number", _l("급여의 아래 끝 (원). 둘 다 비면 협의")),
        ("salary_max", "number", _l("급여의 위 끝 (원)")),
        ("salary_period", "text", _l("year, month, hour")),
        ("headcount", "number", _l("뽑는 사람 수")),
        ("filled", "number", _l("뽑은 사람 수")),
        ("openings_left", "number", _l("남은 자리")),
        ("experience", "text", _l("any, entry, experienced")),
        ("experience_years", "number", _l("필요한 경력 (년)")),
        ("education", "text", _l("필요한 학력")),
        ("opens_at", "moment", _l("여는 때 (UTC)")),
        ("closes_at", "moment", _l("닫는 때 (UTC)")),
        ("closed_at", "moment", _l("먼저 닫은 때 (UTC)")),
        ("source", "text", _l("가져온 곳")),
        ("source_id", "text", _l("가져온 곳에서의 번호")),
        ("last_change", "text", _l("마지막 변화: opened, changed, closed, filled")),
        ("changed_at", "moment", _l("마지막 변화의 때 (UTC)")),
        ("rev", "number", _l("몇 번째 상태인지")),
    ),
}


def cell_makers(kind: str, zone: str) -> list[Callable[[Any], Cell]]:
    """Return, for each column of an export, what turns a value into a cell: text or a whole number, never None."""
    local_zone = clock.zone_named(zone)
    return [_maker(column.kind, local_zone) for column in COLUMNS[kind]]


def _maker(kind: str, zone: ZoneInfo) -> Callable[[Any], Cell]:
    def local(value: datetime | str | None) -> Cell:
        moment = _moment(value)
        return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    def moment(value: datetime | str | None) -> Cell:
        found = _moment(value)
        return "" if found is None else rules.moment_text(found)

    return {"local": local, "moment": moment, **_MAKERS}[kind]


def _moment(value: datetime | str | None) -> datetime | None:
    """Return a moment, also from the JSON of a history, where it is text."""
    if isinstance(value, str):
        return clock.as_utc(datetime.fromisoformat(value)) if value else None
    return value


def _plain(value: Any) -> Cell:
    return "" if value is None else str(value)


def _number(value: int | None) -> Cell:
    return "" if value is None else int(value)


def _date(value: date | None) -> Cell:
    return "" if value is None else value.isoformat()


def _flag(value: bool) -> Cell:
    return "yes" if value else "no"


def _occupation(code: str | None) -> Cell:
    found = codes.occupations().get(code or "")
    return "" if found is None else found.name_ko


_MAKERS: dict[str, Callable[[Any], Cell]] = {
    "text": _plain,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "occupation": _occupation,
}

"""How a fair is planned: from a template or a past fair, and what is still missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import clock

TIMES = ("announced_at", "applications_until", "booking_opens_at", "starts_at", "ends_at", "archived_at")


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of fair: its days and hours, and the rules that go with it. Days are counted from the first."""

    name: LazyString
    about: LazyString
    mode: str
    days: int
    opens: time
    closes: time
    announced: int  # days before the first
    applications: int
    booking: int
    archived: int  # days after the last
    rules: dict[str, Any]


TEMPLATES: dict[str, Template] = {
    "hall": Template(
        _l("하루 현장 박람회"),
        _l("한 행사장에서 하루 동안. 면접은 일주일 전부터 예약해요."),
        *("onsite", 1, time(10), time(17), 21, 5, 7, 30),
        {"intent_days": 7, "book_minutes": 0, "change_minutes": 60, "cancel_minutes": 60, "grace_minutes": 10},
    ),
    "online": Template(
        _l("50일 온라인 박람회"),
        _l("온라인으로 50일 동안. 공고와 면접이 날마다 새로 열려요."),
        *("online", 50, time(9), time(18), 14, -40, 3, 60),
        {"intent_days": 7, "book_minutes": 60, "change_minutes": 180, "cancel_minutes": 180, "quota": 5},
    ),
    "hybrid": Template(
        _l("일주일 온라인·현장 박람회"),
        _l("닷새 동안 행사장과 온라인에서 함께."),
        *("hybrid", 5, time(10), time(18), 21, 3, 7, 30),
        {"intent_days": 5, "book_minutes": 10, "change_minutes": 120, "cancel_minutes": 120, "quota": 8},
    ),
}


def from_template(name: str, first: date, zone: str) -> dict[str, Any]:
    """Return mode, times (aware, UTC) and rules of a fair of this kind whose first day is that; KeyError for no kind."""
    kind = TEMPLATES[name]
    last = first + timedelta(days=kind.days - 1)

    def at(day: date, hour: time) -> datetime:
        return clock.from_local(datetime.combine(day, hour), zone)

    return {
        "mode": kind.mode,
        "zone": zone,
        "announced_at": at(first - timedelta(days=kind.announced), time(9)),
        "applications_until": at(first - timedelta(days=kind.applications), time(18)),
        "booking_opens_at": at(first - timedelta(days=kind.booking), time(10)),
        "starts_at": at(first, kind.opens),
        "ends_at": at(last, kind.closes),
        "archived_at": at(last + timedelta(days=kind.archived), time(9)),
        **kind.rules,
    }


def moved_to(times: dict[str, datetime | None], first: date, zone: str) -> dict[str, datetime | None]:
    """Return the times of a past fair moved by whole days, so that it starts on that day; each keeps its time of day."""
    starts = times["starts_at"]
    if starts is None:
        raise ValueError("a fair has a start")
    days = first - clock.local(starts, zone).date()

    def moved(moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        local = clock.local(moment, zone).replace(tzinfo=None) + days
        try:
            return clock.from_local(local, zone)
        except ValueError:  # an hour that the clocks leave out on the new day
            return clock.from_local(local + timedelta(hours=1), zone)

    return {name: moved(moment) for name, moment in times.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is of a fair, for the list of what is missing."""

    mode: str
    bilingual: bool
    name_en: str
    about: str
    about_en: str
    announced: bool
    hire_target: int | None
    sites: int
    rooms: int
    placed_rooms: int
    agencies: int
    letter_note: str
    booths: int
    hiring: int
    unplaced: int
    listings: int
    free_slots: int
    coaches: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a word for it, whether it is done, whether the fair can do without, and where it is done."""

    key: str
    done: bool
    words: LazyString
    optional: bool = False


def steps(plan: Plan) -> list[Step]:
    """Return what a fair needs, in the order in which it is done."""
    return [*_first(plan), *_places(plan), *_people(plan), Step("announce", plan.announced, _l("알리는 때를 정하기"))]


def _first(plan: Plan) -> Iterator[Step]:
    texts = bool(plan.about) and (not plan.bilingual or bool(plan.name_en and plan.about_en))
    yield Step("texts", texts, _l("이름과 소개를 쓰기로 한 말로 모두 적기"))
    yield Step("target", plan.hire_target is not None, _l("채용 목표 정하기"))
    yield Step("letters", bool(plan.letter_note), _l("편지에 덧붙일 말 적기"), optional=True)
    yield Step("agencies", plan.agencies > 0, _l("함께할 기관 정하기"), optional=True)


def _places(plan: Plan) -> Iterator[Step]:
    if plan.mode != "online":
        yield Step("sites", plan.sites > 0, _l("장소 정하기"))
        yield Step("rooms", plan.rooms > 0, _l("자리 만들기"))
        yield Step("floor", 0 < plan.rooms <= plan.placed_rooms, _l("자리를 배치도에 놓기"), optional=True)
        yield Step("places", plan.booths > 0 and plan.unplaced == 0, _l("부스마다 자리 정하기"))


def _people(plan: Plan) -> Iterator[Step]:
    yield Step("booths", plan.booths > 0, _l("기업을 초대하고 승인하기"))
    yield Step("listings", plan.listings > 0, _l("공고 올리기"))
    yield Step("hours", plan.free_slots > 0, _l("면접 시간 열기"))
    yield Step("coaches", plan.coaches > 0, _l("코치 정하기"), optional=True)

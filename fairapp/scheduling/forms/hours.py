"""The shape of a host's hours: what is offered, to how many, by whom, where, and when on a day or a calendar."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from fairapp import clock
from fairapp.errors import FieldError, Invalid
from fairapp.forms import BaseForm
from fairapp.language import label

WRITE = InputRequired(_l("적어 주세요"))
CLOCK_FORMATS = ["%H:%M", "%H:%M:%S"]
NO_SUCH_TIME = _l("이 날에는 없는 시각이에요. 시계를 앞당기는 날이에요")
BREAK_NEEDS_BOTH = _l("쉬는 시간은 시작과 끝을 모두 적어 주세요")
BREAK_ENDS_FIRST = _l("쉬는 시간의 끝은 시작보다 늦어야 해요")
PROGRAMS = ("tour", "briefing", "workshop")  # for many at once
MOST_SEATS = 500
ANYBODY, POOL = "any", "site:"  # a choice that names no single host, or no single room
Times = list[tuple[datetime, datetime]]


def clock_time(name: Any, *validators: Any) -> TimeField:
    """Return a field for a time of day on the five-minute grid."""
    return TimeField(name, list(validators), format=CLOCK_FORMATS, render_kw={"step": "300"})


def _minutes(name: Any, least: int, default: int) -> IntegerField:
    message = _l("%(least)s분부터 480분까지예요", least=least)
    return IntegerField(
        name,
        [WRITE, NumberRange(least, 480, message)],
        default=default,
        render_kw={"inputmode": "numeric", "step": "5", "min": str(least), "max": "480"},
    )


def _buffer(name: Any) -> IntegerField:
    return IntegerField(
        name,
        [Optional(), NumberRange(0, 120, _l("0분부터 120분까지예요")), grid_step],
        default=0,
        render_kw={"inputmode": "numeric", "step": "5", "min": "0", "max": "120"},
    )


class PeopleField(SelectMultipleField):
    """People to be ticked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def grid_step(_form: Any, field: Any) -> None:
    """Raise for minutes off the five-minute grid."""
    if field.data is not None and field.data % 5:
        raise ValidationError(_l("5분 단위로 정해 주세요"))


class TermsForm(BaseForm):
    """What is offered, how long each meeting takes, who meets, and where."""

    program = SelectField(_l("무엇을 하나요"), default="")
    seats = IntegerField(
        _l("자리 수"),
        [Optional(), NumberRange(2, MOST_SEATS, _l("2명부터 %(most)s명까지예요", most=MOST_SEATS))],
        default=10,
        description=_l("여럿이 함께하는 프로그램에만 써요."),
        render_kw={"inputmode": "numeric", "min": "2", "max": str(MOST_SEATS)},
    )
    length = _minutes(_l("한 번에 (분)"), 5, 20)
    gap = _minutes(_l("사이 시간 (분)"), 0, 0)
    before = _buffer(_l("시작 전 준비 (분)"))
    after = _buffer(_l("끝난 뒤 정리 (분)"))
    room = SelectField(_l("장소"))
    host = SelectField(_l("만나는 사람"), [InputRequired(_l("만나는 사람을 골라 주세요"))])
    team = PeopleField(
        _l("같이 만나는 사람"),
        description=_l(
            "고른 사람과 함께 만나요. 만나는 사람이 ‘누구나’이면 이 가운데 한 명이 만나고, 아무도 고르지 않으면 모두예요."
        ),
    )
    topic = SelectField(_l("주제"))
    requests = BooleanField(_l("신청을 받고 내가 수락하기"), description=_l("하루 안에 답하지 않으면 신청이 끝나요."))

    def offer(self, post: Any, sites: Any) -> None:
        """Fill the choices: what the post gives, who may be the host, the rooms and pools of the fair's sites."""
        self.everybody = [one for one, _ in post.hosts]
        people = [(str(one), name) for one, name in post.hosts]
        self.program.choices = [("", label("kind", post.kind)), *((one, label("topic", one)) for one in PROGRAMS)]
        self.host.choices = people if len(people) < 2 else [*people, (ANYBODY, _l("누구나 (가장 덜 바쁜 사람)"))]
        self.team.choices = people
        self.room.choices = [("", _l("온라인")), *_places(sites)]
        self.topic.choices = [(one, label("topic", one)) for one in post.topics]
        if not post.topics:
            del self.topic
        if len(people) < 2:
            del self.team

    def what(self, kind: str) -> dict[str, Any]:
        """Return kind, topic and capacity, as an Offer has them.

        Invalid for a program without seats, or whose host or room would be another for each who comes.
        """
        if not self.program.data:
            return {"kind": kind, "topic": self.topic.data if self.topic else "", "capacity": 1}
        if self.host.data == ANYBODY:
            raise Invalid.one("host", _l("여럿이 함께하는 프로그램은 이끄는 사람을 골라 주세요"))
        if self.place()["pool_site_id"] is not None:
            raise Invalid.one("room", _l("여럿이 함께하는 프로그램은 방 하나를 골라 주세요"))
        if self.seats.data is None:
            raise Invalid.one("seats", _l("몇 명까지 받을지 적어 주세요"))
        return {"kind": "group", "topic": self.program.data, "capacity": self.seats.data}

    def cutting(self) -> tuple[timedelta, timedelta]:
        """Return length and gap; the gap is never shorter than what the hosts need between two meetings."""
        gap = timedelta(minutes=self.gap.data or 0)
        return timedelta(minutes=self.length.data or 0), max(gap, sum(self.buffers(), timedelta()))

    def buffers(self) -> tuple[timedelta, timedelta]:
        """Return the hosts' time before and after each meeting."""
        return timedelta(minutes=self.before.data or 0), timedelta(minutes=self.after.data or 0)

    def people(self) -> tuple[int | None, tuple[int, ...]]:
        """Return the host and the team, as an Offer has them: no host where any one of the team meets."""
        ticked = [int(one) for one in (self.team.data if self.team else ()) or ()]
        if self.host.data == ANYBODY:
            return None, tuple(ticked or self.everybody)
        host = int(self.host.data)
        return host, tuple(one for one in ticked if one != host)

    def place(self) -> dict[str, Any]:
        """Return the room, or the site of which any room is taken, as an Offer has them; neither: online."""
        text = self.room.data or ""
        if text.startswith(POOL):
            return {"room_id": None, "pool_site_id": int(text.removeprefix(POOL))}
        return {"room_id": int(text) if text else None, "pool_site_id": None}


def _places(sites: Any) -> list[tuple[str, str]]:
    """Return the rooms of the sites, and each site with several rooms as a pool."""
    found: list[tuple[str, Any]] = []
    for one in sites:
        if len(one.rooms) > 1:
            found.append((f"{POOL}{one.site.id}", _l("%(site)s의 빈자리 아무 데나", site=one.site.name)))
        found.extend((str(room.id), f"{one.site.name} {room.name}") for room in one.rooms)
    return found


class DrawnForm(TermsForm):
    """Half hours that were drawn on a calendar, of the fair's zone, and whether they come back every week."""

    repeat = BooleanField(_l("박람회가 끝날 때까지 매주 되풀이하기"))
    without = StringField(
        _l("빼는 날"), [Length(max=400)], description=_l("쉼표로 나눠 적어 주세요. 예: 2026-12-25, 2027-01-01")
    )


class HoursForm(TermsForm):
    """A host's hours on one day, in the fair's zone, to be cut into slots."""

    day = DateField(_l("날짜"), [WRITE])
    starts_at = clock_time(_l("시작"), WRITE)
    ends_at = clock_time(_l("끝"), WRITE)
    break1_from = clock_time(_l("쉬는 시간 시작"), Optional())
    break1_to = clock_time(_l("쉬는 시간 끝"), Optional())
    break2_from = clock_time(_l("둘째 쉬는 시간 시작"), Optional())
    break2_to = clock_time(_l("둘째 쉬는 시간 끝"), Optional())

    def moments(self, zone: str, first: date, last: date) -> tuple[datetime, datetime, Times]:
        """Return start, end and breaks in UTC; Invalid beside the field for a day outside the fair or a DST gap."""
        day = cast(date, self.day.data)
        if not first <= day <= last:
            message = _l("%(first)s부터 %(last)s까지 열 수 있어요", first=first.isoformat(), last=last.isoformat())
            raise Invalid.one("day", message)
        errors: list[FieldError] = []
        found = {name: self._moment(name, day, zone, errors) for name in ("starts_at", "ends_at")}
        breaks = list(self._breaks(day, zone, errors))
        starts_at, ends_at = found["starts_at"], found["ends_at"]
        if errors or starts_at is None or ends_at is None:
            raise Invalid(errors=errors)
        return starts_at, ends_at, breaks

    def _moment(self, name: str, day: date, zone: str, errors: list[FieldError]) -> datetime | None:
        at: time = self[name].data
        try:
            return clock.from_local(datetime.combine(day, at), zone)
        except ValueError:
            errors.append(FieldError(name, NO_SUCH_TIME))
            return None

    def _breaks(self, day: date, zone: str, errors: list[FieldError]) -> Iterator[tuple[datetime, datetime]]:
        for one in ("break1", "break2"):
            names = (f"{one}_from", f"{one}_to")
            given = [self[name].data is not None for name in names]
            if not any(given):
                continue
            if not all(given):
                errors.append(FieldError(names[given.index(False)], BREAK_NEEDS_BOTH))
                continue
            start, end = (self._moment(name, day, zone, errors) for name in names)
            if start is not None and end is not None:
                if start >= end:
                    errors.append(FieldError(names[1], BREAK_ENDS_FIRST))
                yield start, end

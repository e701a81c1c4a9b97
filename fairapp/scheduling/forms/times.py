"""The shape of what is typed about time: a host's hours, a booking's change."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import clock
from fairapp.errors import FieldError, Invalid, Stale
from fairapp.forms import BaseForm
from fairapp.language import label

WRITE = InputRequired(_l("적어 주세요"))
CLOCK_FORMATS = ["%H:%M", "%H:%M:%S"]
NO_SUCH_TIME = _l("이 날에는 없는 시각이에요. 시계를 앞당기는 날이에요")
BREAK_NEEDS_BOTH = _l("쉬는 시간은 시작과 끝을 모두 적어 주세요")
ENDS_FIRST = _l("끝나는 시각은 시작하는 시각보다 늦어야 해요")
BREAK_ENDS_FIRST = _l("쉬는 시간의 끝은 시작보다 늦어야 해요")
Times = list[tuple[datetime, datetime]]


class RevForm(BaseForm):
    """A button; `rev` is the revision of the booking that the reader saw."""

    rev = HiddenField()

    def seen(self) -> int:
        """Return the revision; Stale for one that cannot be ours."""
        text = str(self.rev.data or "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Stale
        return int(text)


class AnswerForm(RevForm):
    """The answer to a request."""

    reason = StringField(_l("까닭"), [Length(max=500, message=_l("500자까지 쓸 수 있어요"))])


class MoveForm(RevForm):
    """The slot that a booking moves to. The picker draws the choices."""

    slot = RadioField(_l("새 시간"), [InputRequired(_l("시간을 골라 주세요"))], validate_choice=False, choices=[])


class OpenLineForm(BaseForm):
    """How long a meeting of the line takes."""

    minutes = IntegerField(
        _l("한 번에 (분)"),
        [WRITE, NumberRange(5, 120, _l("5분에서 120분까지, 5분 단위로 정해 주세요"))],
        default=15,
        render_kw={"inputmode": "numeric", "step": "5", "min": "5", "max": "120"},
    )


class CallForm(BaseForm):
    """Who meets the next of the line."""

    host = SelectField(_l("만나는 사람"))

    def offer(self, hosts: Any, caller_id: int) -> None:
        """Fill the choices; whoever presses the button is the host, where she may be."""
        self.host.choices = [(str(one), name) for one, name in sorted(hosts, key=lambda row: row[0] != caller_id)]


class DeskForm(BaseForm):
    """Somebody without a phone who wants to wait; she is asked aloud."""

    name = StringField(_l("이름"), [WRITE, Length(max=80, message=_l("80자까지 쓸 수 있어요"))])
    consent = BooleanField(_l("프로필을 이 기업에 보여 주는 데 동의했어요"))


class JoinForm(BaseForm):
    """Waiting in line."""

    consent = BooleanField(
        _l("프로필 보여 주기"), [InputRequired(_l("프로필을 보여 주는 데 동의해야 줄을 설 수 있어요"))]
    )


class BusyForm(BaseForm):
    """A calendar file with one's own busy times."""

    file = FileField(
        _l("달력 파일 (.ics)"), description=_l("구글·네이버·애플 달력에서 내보낸 파일이에요. 2MB까지 읽어요.")
    )


class AcceptForm(BaseForm):
    """Taking an offered time."""

    consent = BooleanField(
        _l("프로필 보여 주기"), [InputRequired(_l("프로필을 보여 주는 데 동의해야 예약할 수 있어요"))]
    )


def _time(name: Any, *validators: Any) -> TimeField:
    return TimeField(name, list(validators), format=CLOCK_FORMATS, render_kw={"step": "300"})


def _minutes(name: Any, least: int, default: int) -> IntegerField:
    message = _l("%(least)s분부터 480분까지예요", least=least)
    return IntegerField(
        name,
        [WRITE, NumberRange(least, 480, message)],
        default=default,
        render_kw={"inputmode": "numeric", "step": "5", "min": str(least), "max": "480"},
    )


class TermsForm(BaseForm):
    """How long each meeting takes, who meets, and where."""

    length = _minutes(_l("한 번에 (분)"), 5, 20)
    gap = _minutes(_l("사이 시간 (분)"), 0, 0)
    room = SelectField(_l("장소"))
    host = SelectField(_l("만나는 사람"), [InputRequired(_l("만나는 사람을 골라 주세요"))])
    topic = SelectField(_l("주제"))
    requests = BooleanField(_l("신청을 받고 내가 수락하기"), description=_l("하루 안에 답하지 않으면 신청이 끝나요."))

    def offer(self, hosts: Any, rooms: Any, topics: Any) -> None:
        """Fill the choices: who may be the host, the rooms of the fair's sites, the coach's topics."""
        self.host.choices = [(str(one), name) for one, name in hosts]
        self.room.choices = [("", _l("온라인")), *rooms]
        self.topic.choices = [(one, label("topic", one)) for one in topics]
        if not topics:
            del self.topic

    def cutting(self) -> tuple[timedelta, timedelta]:
        """Return length and gap."""
        return timedelta(minutes=self.length.data or 0), timedelta(minutes=self.gap.data or 0)


class DrawnForm(TermsForm):
    """Half hours that were drawn on a calendar, of the fair's zone, and whether they come back every week."""

    repeat = BooleanField(_l("박람회가 끝날 때까지 매주 되풀이하기"))
    without = StringField(
        _l("빼는 날"), [Length(max=400)], description=_l("쉼표로 나눠 적어 주세요. 예: 2026-12-25, 2027-01-01")
    )


class HoursForm(TermsForm):
    """A host's hours on one day, in the fair's zone, to be cut into slots."""

    day = DateField(_l("날짜"), [WRITE])
    starts_at = _time(_l("시작"), WRITE)
    ends_at = _time(_l("끝"), WRITE)
    break1_from = _time(_l("쉬는 시간 시작"), Optional())
    break1_to = _time(_l("쉬는 시간 끝"), Optional())
    break2_from = _time(_l("둘째 쉬는 시간 시작"), Optional())
    break2_to = _time(_l("둘째 쉬는 시간 끝"), Optional())

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


HOW = [("shift", _l("모두 옮기기")), ("colleagues", _l("비어 있는 동료에게 맡기기"))]


class DayForm(BaseForm):
    """A day of the fair's zone, or a part of it."""

    day = DateField(_l("날짜"), [WRITE])
    starts_at = _time(_l("이때부터"), Optional())
    ends_at = _time(_l("이때까지"), Optional())

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """Return the part of the day in UTC; all of it where no times are told. Invalid for an end before the start."""
        first, last = clock.day_bounds(self.told_day, zone)
        start, end = self._at("starts_at", zone) or first, self._at("ends_at", zone) or last
        if start >= end:
            raise Invalid.one("ends_at", ENDS_FIRST)
        return start, end

    @property
    def told_day(self) -> date:
        """The day, of a form that is valid."""
        return cast(date, self.day.data)

    def _at(self, name: str, zone: str) -> datetime | None:
        at: time | None = self[name].data
        if at is None:
            return None
        try:
            return clock.from_local(datetime.combine(self.told_day, at), zone)
        except ValueError:
            raise Invalid.one(name, NO_SUCH_TIME) from None


class PlanForm(DayForm):
    """What becomes of a part of somebody's day, or of a room's: later by so much, or to colleagues."""

    whose = SelectField(_l("누구의 시간인가요"))
    how = RadioField(
        _l("어떻게 바꿀까요"),
        choices=HOW,
        default="shift",
    )
    minutes = IntegerField(
        _l("몇 분 뒤로"),
        [Optional(), NumberRange(-480, 480, _l("480분까지 옮길 수 있어요"))],
        default=10,
        description=_l("앞당기려면 -10처럼 적어 주세요."),
        render_kw={"step": "5", "min": "-480", "max": "480"},
    )
    reason = StringField(
        _l("까닭"), [Length(max=500, message=_l("500자까지 쓸 수 있어요"))], description=_l("기록에 남아요.")
    )
    seen = HiddenField()

    def offer(self, hosts: Any, rooms: Any) -> None:
        """Fill the choices: the hosts and the rooms whose time may be changed."""
        people = [(f"host:{one}", name) for one, name in hosts]
        self.whose.choices = [*people, *((f"room:{one}", name) for one, name in rooms)]
        if len(people) < 2:
            self.how.choices = HOW[:1]

    def owner(self) -> dict[str, int]:
        """Return whose time it is, as `slots_to_change` takes it; Invalid for a room given to colleagues."""
        kind, _, number = self.whose.data.partition(":")
        if kind == "room" and self.how.data == "colleagues":
            raise Invalid.one("whose", _l("동료에게 맡길 때는 사람을 골라 주세요"))
        return {f"{kind}_id": int(number)}

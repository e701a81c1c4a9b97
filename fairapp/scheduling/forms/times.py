"""The shape of what is typed about time: a booking's change, a line, a plan for a day."""

from datetime import date, datetime, time
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import clock
from fairapp.errors import Invalid, Stale
from fairapp.forms import BaseForm
from fairapp.scheduling.forms.hours import NO_SUCH_TIME, WRITE, clock_time
from fairapp.scheduling.rules import ENDS_FIRST


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


HOW = [("shift", _l("모두 옮기기")), ("colleagues", _l("비어 있는 동료에게 맡기기"))]


class DayForm(BaseForm):
    """A day of the fair's zone, or a part of it."""

    day = DateField(_l("날짜"), [WRITE])
    starts_at = clock_time(_l("이때부터"), Optional())
    ends_at = clock_time(_l("이때까지"), Optional())

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


class CutForm(DayForm):
    """A part of a day to be taken back, and whose: everybody's, or one host's. What becomes of each meeting is drawn apart."""

    whose = SelectField(_l("누구의 시간인가요"), default="")
    reason = StringField(
        _l("까닭"),
        [Length(max=500, message=_l("500자까지 쓸 수 있어요"))],
        description=_l("취소되는 사람에게 보내는 편지에 적혀요."),
    )
    choices = HiddenField()
    seen = HiddenField()

    def offer(self, hosts: Any) -> None:
        """Fill the choices: everybody, and each host."""
        self.whose.choices = [("", _l("모두")), *((str(one), name) for one, name in hosts)]

    def host_id(self) -> int | None:
        """Return whose slots; None: everybody's."""
        return int(self.whose.data) if self.whose.data else None


class BlockForm(DayForm):
    """An appointment of one's own: a day, or a part of it."""

    reason = StringField(
        _l("무슨 일정인가요"),
        [Length(max=120, message=_l("120자까지 쓸 수 있어요"))],
        description=_l("쓰지 않아도 돼요."),
    )

"""The shape of what is typed about visits and tours. Times are wall-clock times of the fair's zone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import clock, codes
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Invalid
from fairapp.forms import CHOOSE, BaseForm
from fairapp.language import LANGUAGES
from fairapp.visits.rules import Day, Hours, visit_days

NEEDED = InputRequired(_l("필요한 값이에요"))
CLOCK_FORMATS = ["%H:%M", "%H:%M:%S"]
NO_DAY = _l("날짜를 2026-12-25처럼 적어 주세요")
DAY_NAMES = (_l("월"), _l("화"), _l("수"), _l("목"), _l("금"), _l("토"), _l("일"))
Rule = tuple[date, date, Sequence[int], bool]


def _clock(name: Any, default: time | None = None) -> TimeField:
    return TimeField(name, [NEEDED], format=CLOCK_FORMATS, default=default, render_kw={"step": "300"})


def _minutes(name: Any, least: int, default: int) -> IntegerField:
    message = _l("%(least)s분부터 480분까지예요", least=least)
    keys = {"inputmode": "numeric", "step": "5", "min": str(least), "max": "480"}
    return IntegerField(name, [NEEDED, NumberRange(least, 480, message)], default=default, render_kw=keys)


def _rooms(default: int | None = None) -> IntegerField:
    return IntegerField(
        _l("한 번에 코치 몇 명"),
        [Optional(), NumberRange(1, 200, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=1, high=200))],
        default=default,
        description=_l("비워 두면 장소의 자리 수만큼이에요."),
        render_kw={"inputmode": "numeric", "min": "1", "max": "200"},
    )


class BoxesField(SelectMultipleField):
    """Things to be ticked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class VisitForm(BaseForm):
    """A site is open: on one day, or every week until a last day."""

    site = SelectField(_l("장소"), [NEEDED])
    day = DateField(_l("날짜 (매주라면 첫날)"), [NEEDED])
    starts = _clock(_l("시작"), time(10))
    ends = _clock(_l("끝"), time(17))
    rooms = _rooms()
    weekdays = BoxesField(
        _l("매주 되풀이하는 요일"),
        choices=[(str(n), name) for n, name in enumerate(DAY_NAMES)],
        description=_l("고르지 않으면 그날 하루만이에요."),
    )
    last_day = DateField(_l("마지막 날"), [Optional()])
    holidays = BooleanField(_l("공휴일은 빼기"), default=True)
    without = StringField(
        _l("빼는 날"), [Length(max=1000)], description=_l("쉼표로 나눠 적어 주세요. 예: 2026-12-25, 2027-01-01")
    )

    def offer(self, sites: Iterable[tuple[int, str]]) -> None:
        """Fill the choices."""
        self.site.choices = [("", CHOOSE), *((str(one), name) for one, name in sites)]

    def days(self) -> tuple[list[Day], Rule | None]:
        """Return the days, and the rule where it is weekly; Invalid beside the field."""
        first = cast(date, self.day.data)
        _sayable("day", first)
        if not self.weekdays.data:
            return [Day(first)], None
        if self.last_day.data is None:
            raise Invalid.one("last_day", _l("마지막 날을 적어 주세요"))
        _sayable("last_day", self.last_day.data)
        weekdays = sorted(int(one) for one in self.weekdays.data)
        without = _named(self.without.data or "")
        left_out = set(codes.holidays()) if self.holidays.data else set()
        found = visit_days(first, self.last_day.data, weekdays, without, left_out)
        return found, (first, self.last_day.data, weekdays, bool(self.holidays.data))

    def hours(self) -> Hours:
        """Return from when until when."""
        return Hours(cast(time, self.starts.data), cast(time, self.ends.data))


def _sayable(name: str, day: date) -> None:
    if not 2000 <= day.year <= 2100:
        raise Invalid.one(name, NO_DAY)


def _named(text: str) -> set[date]:
    try:
        return {date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()}
    except ValueError as error:
        raise Invalid.one("without", NO_DAY) from error


class ChoicesForm(BaseForm):
    """Why, and the word for what was seen; what becomes of each meeting is drawn apart."""

    reason = StringField(
        _l("까닭"),
        [Length(max=500, message=_l("500자까지 쓸 수 있어요"))],
        description=_l("취소되는 사람에게 보내는 편지에 적혀요."),
    )
    choices = HiddenField()
    seen = HiddenField()


class ChangeForm(ChoicesForm):
    """A visit with other hours, or not at all; this day alone or all that follow by the same rule."""

    how = RadioField(
        _l("무엇을 바꾸나요"),
        [NEEDED],
        choices=[("hours", _l("시간 바꾸기")), ("off", _l("가지 않기"))],
        default="hours",
    )
    scope = RadioField(
        _l("어느 날을요"), choices=[("one", _l("이날만")), ("following", _l("이날부터 모두"))], default="one"
    )
    starts = _clock(_l("시작"))
    ends = _clock(_l("끝"))
    rooms = _rooms()

    def hours(self) -> Hours | None:
        """Return the new hours; None: nobody comes."""
        return None if self.how.data == "off" else Hours(cast(time, self.starts.data), cast(time, self.ends.data))


class StopForm(BaseForm):
    """A coach's part in a visit."""

    coach = SelectField(_l("코치"), [NEEDED])
    starts = _clock(_l("시작"))
    ends = _clock(_l("끝"))
    length = _minutes(_l("한 번에 (분)"), 5, 30)
    gap = _minutes(_l("사이 시간 (분)"), 0, 0)

    def offer(self, coaches: Iterable[tuple[int, str]]) -> None:
        """Fill the choices."""
        self.coach.choices = [("", CHOOSE), *((str(one), name) for one, name in coaches)]

    def span(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """Return the moments on the visit's day; Invalid."""
        return Hours(cast(time, self.starts.data), cast(time, self.ends.data)).on(day, zone)


class TourForm(BaseForm):
    """Which sites a coach goes to on a day, how long she stays at each, and from when on."""

    coach = SelectField(_l("코치"), [NEEDED])
    visits = BoxesField(_l("갈 곳"), [InputRequired(_l("갈 곳을 골라 주세요"))], validate_choice=False)
    stay = _minutes(_l("한 곳에 머무는 시간 (분)"), 30, 120)
    earliest = _clock(_l("가장 이른 시작"), time(9))
    length = _minutes(_l("한 번에 (분)"), 5, 30)

    def offer(self, coaches: Iterable[tuple[int, str]], visits: Iterable[tuple[int, str]]) -> None:
        """Fill the choices."""
        self.coach.choices = [("", CHOOSE), *((str(one), name) for one, name in coaches)]
        named = [(str(one), name) for one, name in visits]
        self.visits.choices = named
        self.known = {one for one, _ in named}

    def chosen(self) -> set[int]:
        """Return the visits ticked that are among the choices."""
        return {int(one) for one in self.visits.data or () if one in self.known}

    def from_when(self, day: date, zone: str) -> datetime:
        """Return the earliest start; Invalid for a time that the zone skips."""
        try:
            return clock.from_local(datetime.combine(day, cast(time, self.earliest.data)), zone)
        except ValueError as error:
            raise Invalid.one("earliest", _l("그런 시각은 없어요. 다른 시각을 골라 주세요")) from error

    def staying(self) -> timedelta:
        """Return how long she stays."""
        return timedelta(minutes=self.stay.data or 0)


class CameForm(BaseForm):
    """Somebody who has come: by the code of her pass, or by name."""

    code = StringField(
        _l("입장권 코드"), [Length(max=200)], render_kw={"autocomplete": "off", "autocapitalize": "characters"}
    )
    name = StringField(_l("이름"), [Length(max=80)], description=_l("입장권이 없는 분은 이름으로 등록해요."))
    phone = TelField(_l("전화번호"), [Length(max=40)], description=_l("다음에 이름과 함께 물어봐요."))
    language = SelectField(_l("쓰는 말"), choices=list(LANGUAGES))
    agreed = BooleanField(_l("이름과 적은 것을 이 방문을 위해 쓰는 데 동의했어요"))

    def profile(self) -> ProfileFields:
        """Return what is kept of her; Invalid where somebody is registered without her consent."""
        if self.name.data and not self.code.data and not self.agreed.data:
            raise Invalid.one("agreed", _l("동의를 받아 주세요"))
        return ProfileFields(phone=self.phone.data or None)

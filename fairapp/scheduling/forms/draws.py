"""The forms of draws: opening one over a part of a day, entering it with wishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from fairapp.errors import Invalid
from fairapp.forms import BaseForm, moment_of
from fairapp.scheduling.forms.hours import WRITE
from fairapp.scheduling.forms.times import DayForm

WISHES = ("wish1", "wish2", "wish3", "wish4", "wish5")


class OpenDrawForm(DayForm):
    """Which of a booth's free times are drawn for, and when; in the fair's zone."""

    closes_at = DateTimeLocalField(_l("신청 마감"), [WRITE])
    draws_at = DateTimeLocalField(_l("추첨하는 때"), [WRITE])
    share = IntegerField(
        _l("현장에서 온 분께 남겨 둘 몫 (%)"),
        [WRITE, NumberRange(0, 50, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=0, high=50))],
        default=0,
    )

    def times(self, zone: str) -> tuple[datetime, datetime]:
        """Return close and draw in UTC; Invalid where the zone skips one of them, which the fields then say."""
        closes_at, draws_at = moment_of(self.closes_at, zone), moment_of(self.draws_at, zone)
        if closes_at is None or draws_at is None:
            raise Invalid
        return closes_at, draws_at


def _wish(name: Any) -> SelectField:
    return SelectField(name)


class EntryForm(BaseForm):
    """Up to five times in the order in which they are wished, and the position that it is about."""

    wish1 = _wish(_l("가장 바라는 시간"))
    wish2 = _wish(_l("둘째로 바라는 시간"))
    wish3 = _wish(_l("셋째로 바라는 시간"))
    wish4 = _wish(_l("넷째로 바라는 시간"))
    wish5 = _wish(_l("다섯째로 바라는 시간"))
    listing = SelectField(_l("공고"))
    consent = BooleanField(
        _l("프로필 보여 주기"), [InputRequired(_l("프로필을 보여 주는 데 동의해야 신청할 수 있어요"))]
    )

    def offer(self, slots: Sequence[tuple[str, str]], listings: Sequence[tuple[str, str]]) -> None:
        """Fill the choices: the times that are drawn for, the booth's open listings."""
        for name in WISHES:
            self[name].choices = [("", _l("고르지 않음")), *slots]
        self.listing.choices = [("", _l("고르지 않음")), *listings]
        for name in WISHES[max(len(slots), 1) :]:
            delattr(self, name)

    def wishes(self) -> list[int]:
        """Return the slots, the dearest first, each once; Invalid where none was chosen."""
        chosen = [field.data for name in WISHES if (field := self._fields.get(name)) is not None and field.data]
        if not chosen:
            raise Invalid.one("wish1", _l("시간을 하나는 골라 주세요"))
        return list(dict.fromkeys(int(one) for one in chosen))

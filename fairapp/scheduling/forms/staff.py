"""The forms of staff about single meetings, and about what hosts and places allow."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp.forms import BaseForm
from fairapp.scheduling.forms.times import RevForm


class ColleagueForm(RevForm):
    """Who takes a meeting."""

    host = SelectField(_l("만나는 사람"))
    reason = StringField(
        _l("까닭"), [Length(max=500, message=_l("500자까지 쓸 수 있어요"))], description=_l("기록에 남아요.")
    )


class SwapForm(BaseForm):
    """With whom somebody changes places."""

    other = SelectField(_l("시간을 바꿀 만남"))
    reason = StringField(
        _l("까닭"),
        [Length(max=500, message=_l("500자까지 쓸 수 있어요"))],
        description=_l("기록에 남아요."),
        id="swap-reason",
    )


def _most(name: Any, most: int) -> IntegerField:
    message = _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=1, high=most)
    return IntegerField(name, [Optional(), NumberRange(1, most, message)], render_kw={"inputmode": "numeric"})


class LimitForm(BaseForm):
    """How many meetings a host takes; empty: as many as there are times."""

    in_row = _most(_l("쉬지 않고 이어서"), 1000)
    per_day = _most(_l("하루에"), 1000)
    per_fair = _most(_l("박람회 동안"), 1000)


class WayForm(BaseForm):
    """How long it takes to a place, or between two."""

    one = SelectField(_l("장소"), coerce=int)
    other = SelectField(_l("어디에서"), coerce=int)
    minutes = IntegerField(
        _l("걸리는 시간 (분)"),
        [Optional(), NumberRange(0, 240, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=0, high=240))],
        description=_l("비우면 지워요."),
    )


class StaffBookForm(BaseForm):
    """Whom staff book for, and why past the rules."""

    seeker = SelectField(_l("누구를 예약할까요"))
    listing = SelectField(_l("공고"), default="")
    reason = StringField(
        _l("까닭"),
        [InputRequired(_l("적어 주세요")), Length(max=500, message=_l("500자까지 쓸 수 있어요"))],
        description=_l("기록에 남아요."),
    )

    def offer(self, people: Any, listings: Any) -> None:
        """Fill the choices."""
        self.seeker.choices = [(str(one), name) for one, name in people]
        self.listing.choices = [("", _l("정하지 않음")), *((str(one), title) for one, title in listings)]
        if not listings:
            del self.listing

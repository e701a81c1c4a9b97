"""The shape of a booking at a booth."""

from collections.abc import Collection, Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from fairapp.errors import NotFound
from fairapp.forms import BaseForm
from fairapp.scheduling.rules import Wish
from fairapp.shapes import number

LONGEST_ANSWER = 1000


class BookForm(BaseForm):
    """Which time, for which listing; the picker and the page draw the choices."""

    slot = RadioField(_l("시간"), [InputRequired(_l("시간을 골라 주세요"))], validate_choice=False, choices=[])
    listing = RadioField(_l("공고"), [InputRequired(_l("공고를 골라 주세요"))], validate_choice=False, choices=[])
    host = SelectField(_l("누구를 만날까요?"), default="", description=_l("여럿이 나눠 맡는 시간에만 골라져요."))
    note = TextAreaField(
        _l("미리 하고 싶은 말"),
        [Length(max=1000, message=_l("1,000자까지 쓸 수 있어요"))],
        description=_l("쓰지 않아도 돼요. 면접관이 봐요."),
        render_kw={"rows": 3, "maxlength": 1000},
    )
    consent = BooleanField(
        _l("프로필 보여 주기"), [InputRequired(_l("프로필을 보여 주는 데 동의해야 예약할 수 있어요"))]
    )

    def offer(self, hosts: Collection[tuple[int, str]]) -> None:
        """Fill the choices of whom to meet; without any the question is not asked."""
        self.hosts = {str(one): one for one, _ in hosts}
        self.host.choices = [("", _l("누구나")), *((str(one), name) for one, name in hosts)]
        if len(self.host.choices) == 1:
            del self.host

    def chosen(self, listings: Iterable[Any]) -> tuple[int, Wish]:
        """Return the slot and the wish of a form that is valid; a choice that is none becomes an error beside it.

        Raises NotFound then.
        """
        try:
            slot_id = number(self.slot.data)
        except NotFound:
            self.slot.errors = [_l("시간을 골라 주세요")]
            raise
        chosen = next((row for row in listings if str(row.id) == self.listing.data), None)
        if chosen is None:
            self.listing.errors = [_l("지금은 지원할 수 없는 공고예요. 다른 공고를 골라 주세요")]
            raise NotFound
        note, answers = self.note.data or "", self.answers(chosen)
        host_id = self.hosts.get(self.host.data or "") if self.host else None
        consent = bool(self.consent.data)
        return slot_id, Wish(chosen.id, note=note, consent=consent, answers=answers, host_id=host_id)

    def answers(self, listing: Any) -> dict[str, str]:
        """Return what was answered to the questions of the listing, by question."""
        asked = enumerate(listing.asks.questions)
        return {question: self.posted(answer_name(listing.id, n)).strip()[:LONGEST_ANSWER] for n, question in asked}

    def posted(self, name: str) -> str:
        """Return what was typed in a field of a listing, which the form itself does not know."""
        return str(request.form.get(name, ""))


def answer_name(listing_id: int, place: int) -> str:
    """Return the name of the field that answers a listing's question."""
    return f"answer-{listing_id}-{place}"

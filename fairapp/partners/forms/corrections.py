"""What a person says of a wrong value, and what an organizer answers."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from fairapp.forms import BaseForm
from fairapp.partners.rules import Answer, Contest

DECISIONS = [("corrected", _l("고쳤어요")), ("deleted", _l("지웠어요")), ("refused", _l("그대로 둬요"))]


class ContestForm(BaseForm):
    """A wrong value: what is right, and why."""

    wished = StringField(_l("맞는 값"), description=_l("비워 두면 지워 달라는 뜻이에요."))
    why = TextAreaField(_l("왜 그런가요?"), description=_l("확인할 수 있게 아는 만큼 적어 주세요."))
    seen = HiddenField()

    def contest(self, field: str) -> Contest:
        """Return what was said of this field."""
        return Contest(field, self.wished.data or "", self.why.data or "", self.seen.data or "")


class AnswerForm(BaseForm):
    """An answer to a contested value."""

    state = RadioField(_l("어떻게 했나요?"), choices=DECISIONS, validate_choice=False)
    value = StringField(_l("맞는 값"), description=_l("고쳤을 때만 적어 주세요. 명단에 적을 때처럼 읽어요."))
    words = TextAreaField(_l("본인에게 할 말"), description=_l("그대로 둔다면 까닭을 꼭 적어야 해요."))

    def answer(self) -> Answer:
        """Return what was answered."""
        return Answer(self.state.data or "", self.value.data or "", self.words.data or "")

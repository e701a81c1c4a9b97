"""The shape of a coaching booking, and of becoming a coach at a fair."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.validators import InputRequired, Length

from fairapp.coaching.models import TOPICS
from fairapp.forms import CHOOSE, BaseForm
from fairapp.labels import LABELS
from fairapp.scheduling.rules import Wish


class BookForm(BaseForm):
    """Which time; the picker draws the choices."""

    slot = RadioField(_l("시간"), [InputRequired(_l("시간을 골라 주세요"))], validate_choice=False, choices=[])
    note = TextAreaField(
        _l("무엇을 준비하고 싶나요?"),
        [Length(max=1000, message=_l("1,000자까지 쓸 수 있어요"))],
        description=_l("쓰지 않아도 돼요. 코치가 미리 보고 준비해요."),
        render_kw={"rows": 3, "maxlength": 1000},
    )
    before = SelectField(
        _l("어떤 면접을 준비하나요?"),
        validate_choice=False,
        description=_l("면접이 시작되기 전에 끝나는 시간을 골라 주세요."),
    )
    consent = BooleanField(
        _l("프로필 보여 주기"), [InputRequired(_l("프로필을 보여 주는 데 동의해야 예약할 수 있어요"))]
    )

    def offer(self, interviews: Any) -> None:
        """Fill the choices of interviews that can be prepared; none leaves the question out."""
        self.before.choices = [("", _l("정하지 않음")), *interviews]

    def wish(self) -> Wish:
        """Return what the seeker says."""
        before = str(self.before.data or "")
        prepared = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        return Wish(note=self.note.data or "", consent=bool(self.consent.data), before_id=prepared)


class NoteForm(BaseForm):
    """A note of a coaching session."""

    text = TextAreaField(
        _l("메모"),
        [Length(max=4000, message=_l("4,000자까지 쓸 수 있어요"))],
        render_kw={"rows": 5, "maxlength": 4000},
    )


class TopicsField(SelectMultipleField):
    """Boxes, one a topic."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class CoachForm(BaseForm):
    """What a coach offers at a fair."""

    topics = TopicsField(
        _l("무엇을 도와주나요?"),
        [InputRequired(_l("코칭 주제를 하나 이상 골라 주세요"))],
        choices=[(topic, LABELS["topic"][topic]) for topic in TOPICS],
    )
    about = TextAreaField(
        _l("소개"),
        [Length(max=2000, message=_l("2,000자까지 쓸 수 있어요"))],
        description=_l("어떤 도움을 줄 수 있는지 두세 문장이면 충분해요."),
        render_kw={"rows": 4, "maxlength": 2000},
    )
    place = StringField(
        _l("만나는 곳"),
        [Length(max=120, message=_l("120자까지 쓸 수 있어요"))],
        description=_l("예: 달서 청년센터 2층 또는 온라인"),
    )


class JoinForm(CoachForm):
    """A coach joins a fair."""

    fair = SelectField(_l("박람회"), [InputRequired(_l("박람회를 골라 주세요"))])
    agency = SelectField(_l("소속"), [InputRequired(_l("소속을 골라 주세요"))])

    def offer(self, fairs: Any, agencies: Any) -> None:
        """Fill the choices."""
        self.fair.choices = [("", CHOOSE), *((str(fair.id), fair.name) for fair in fairs)]
        self.agency.choices = [(str(one), name) for one, name in agencies]


class AddForm(CoachForm):
    """An organizer adds a coach to the fair; a choice is `account:agency`."""

    coach = SelectField(_l("코치"), [InputRequired(_l("코치를 골라 주세요"))])

    def offer(self, candidates: Any) -> None:
        """Fill the choices."""
        found = [(f"{one.account_id}:{one.agency_id}", f"{one.name} · {one.agency_name}") for one in candidates]
        self.coach.choices = [("", CHOOSE), *found]

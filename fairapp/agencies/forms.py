"""The shape of what is typed about agencies."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length

from fairapp import language
from fairapp.accounts.rules import SEGMENTS
from fairapp.agencies.rules import KIND_NAMES, SHARED_NAMES
from fairapp.forms import CHOOSE, BaseForm
from fairapp.labels import LABELS

REQUIRED = InputRequired(_l("적어 주세요"))
MOST_TYPED = Length(max=1000, message=_l("글이 너무 길어요"))


class BoxesField(SelectMultipleField):
    """Boxes, one a choice."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class AgencyForm(BaseForm):
    """An agency."""

    name = StringField(_l("이름"), [REQUIRED, MOST_TYPED])
    name_en = StringField(_l("영어 이름"), [MOST_TYPED])
    slug = StringField(_l("짧은 이름"), [REQUIRED, MOST_TYPED], description=_l("주소와 명령에서 써요. 예: daegu-youth"))
    kind = SelectField(_l("종류"), choices=list(KIND_NAMES.items()))
    region = SelectField(_l("있는 곳"), validate_choice=False)
    serves = BoxesField(
        _l("누구를 위한 창구인가요?"),
        choices=[(one, LABELS["desk_for"][one]) for one in SEGMENTS],
        description=_l("고른 분만 코칭을 예약하고 상담사를 만나요. 고르지 않으면 누구나 올 수 있어요."),
    )
    parent_id = SelectField(
        _l("속한 기관"), validate_choice=False, description=_l("다른 기관에 속할 때만 골라 주세요.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = language.region_choices()

    def offer(self, agencies: Any) -> None:
        """Fill the choices of the agency it belongs to: pairs of id and name."""
        self.parent_id.choices = [("", _l("없음")), *((str(one), name) for one, name in agencies)]


class MemberForm(BaseForm):
    """Somebody gets a role at an agency."""

    email = EmailField(_l("메일"), [REQUIRED, MOST_TYPED], description=_l("가입을 마친 사람의 주소예요."))
    role = SelectField(_l("역할"), choices=[(role, LABELS["role"][role]) for role in ("coach", "organizer")])


class AgreementForm(BaseForm):
    """What one agency proposes to another."""

    other = SelectField(_l("상대 기관"), [InputRequired(_l("기관을 골라 주세요"))])
    direction = RadioField(
        _l("누가 누구에게"),
        choices=[("give", _l("우리가 상대에게 줘요")), ("receive", _l("상대가 우리에게 줘요"))],
        default="receive",
    )
    kinds = BoxesField(
        _l("무엇을"),
        [InputRequired(_l("무엇을 나눌지 하나 이상 골라 주세요"))],
        choices=list(SHARED_NAMES.items()),
    )
    purpose = StringField(
        _l("무엇에 쓰나요?"),
        [REQUIRED, Length(max=300, message=_l("300자까지 쓸 수 있어요"))],
        description=_l("구직자가 동의할 때 그대로 보여요. 예: 취업 상담과 알선"),
    )
    starts_on = DateField(_l("시작하는 날"), [InputRequired(_l("날짜를 골라 주세요"))])
    ends_on = DateField(_l("끝나는 날"), [InputRequired(_l("날짜를 골라 주세요"))])

    def offer(self, agencies: Any) -> None:
        """Fill the choices of the other agency: pairs of id and name."""
        self.other.choices = [("", CHOOSE), *((str(one), name) for one, name in agencies)]

"""The shape of what is typed about agencies."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from fairapp import language
from fairapp.agencies.rules import KIND_NAMES
from fairapp.forms import BaseForm
from fairapp.labels import LABELS

REQUIRED = InputRequired(_l("적어 주세요"))
MOST_TYPED = Length(max=1000, message=_l("글이 너무 길어요"))


class AgencyForm(BaseForm):
    """An agency."""

    name = StringField(_l("이름"), [REQUIRED, MOST_TYPED])
    name_en = StringField(_l("영어 이름"), [MOST_TYPED])
    slug = StringField(_l("짧은 이름"), [REQUIRED, MOST_TYPED], description=_l("주소와 명령에서 써요. 예: daegu-youth"))
    kind = SelectField(_l("종류"), choices=list(KIND_NAMES.items()))
    region = SelectField(_l("있는 곳"), validate_choice=False)
    parent_id = StringField(_l("위 기관의 번호"), [MOST_TYPED], description=_l("다른 기관에 속할 때만 적어 주세요."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = language.region_choices()


class MemberForm(BaseForm):
    """Somebody gets a role at an agency."""

    email = EmailField(_l("메일"), [REQUIRED, MOST_TYPED], description=_l("가입을 마친 사람의 주소예요."))
    role = SelectField(_l("역할"), choices=[(role, LABELS["role"][role]) for role in ("coach", "organizer")])

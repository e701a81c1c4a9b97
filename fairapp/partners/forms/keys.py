"""What an organizer says of a new key."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length, NumberRange

from fairapp.forms import BaseForm
from fairapp.partners.rules import LASTS, MOST_PER_MINUTE, SCOPE_NAMES


class BoxesField(SelectMultipleField):
    """Boxes, one a choice."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class KeyForm(BaseForm):
    """A key: what for, what it may do, how often, how long."""

    name = StringField(
        _l("이름"),
        [InputRequired(_l("적어 주세요")), Length(max=80, message=_l("%(max)d자까지 쓸 수 있어요"))],
        description=_l("어느 프로그램이 쓰는지 알 수 있게요. 예: 구인 포털 서버"),
    )
    scopes = BoxesField(
        _l("할 수 있는 일"),
        [InputRequired(_l("할 수 있는 일을 하나 이상 골라 주세요"))],
        choices=list(SCOPE_NAMES.items()),
        description=_l("꼭 필요한 것만 골라 주세요."),
    )
    per_minute = IntegerField(
        _l("1분에 부를 수 있는 횟수"),
        [
            InputRequired(_l("적어 주세요")),
            NumberRange(1, MOST_PER_MINUTE, _l("%(min)d부터 %(max)d까지 쓸 수 있어요")),
        ],
        default=120,
    )
    days = SelectField(
        _l("쓸 수 있는 기간"),
        choices=[(str(days), _l("%(days)s일", days=days)) for days in LASTS],
        default="180",
    )

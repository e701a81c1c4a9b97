"""What an organizer says of a new webhook."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import URLInput

from fairapp.forms import BaseForm
from fairapp.partners.forms.keys import BoxesField
from fairapp.partners.rules import TOPIC_NAMES


class HookForm(BaseForm):
    """An address, and what it is told."""

    url = StringField(
        _l("받을 주소"),
        [InputRequired(_l("적어 주세요")), Length(max=500, message=_l("%(max)d자까지 쓸 수 있어요"))],
        widget=URLInput(),
        description=_l("https://로 시작하고 밖에서 닿을 수 있어야 해요."),
    )
    topics = BoxesField(
        _l("받을 소식"),
        [InputRequired(_l("받을 소식을 하나 이상 골라 주세요"))],
        choices=list(TOPIC_NAMES.items()),
        default=["listing"],
    )

"""The shape of what people type about themselves. What it means is checked by rules, so that the API says the same."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import codes, language
from fairapp.accounts import rules
from fairapp.errors import Invalid
from fairapp.forms import BaseForm
from fairapp.labels import LABELS

REQUIRED = InputRequired(_l("적어 주세요"))
MOST_TYPED = Length(max=1000, message=_l("글이 너무 길어요"))


def keeps(rule: Callable[[str], object]) -> Callable[[BaseForm, Field], None]:
    """Return a validator that shows what a rule refuses, so that all fields are told of at once."""

    def check(_form: BaseForm, field: Field) -> None:
        try:
            rule(str(field.data or ""))
        except Invalid as error:
            raise ValidationError(str(error.detail)) from error

    return check


class RegisterForm(BaseForm):
    """A new account."""

    name = StringField(
        _l("이름"), [REQUIRED, MOST_TYPED, keeps(rules.normal_name)], description=_l("면접에서 부를 이름이에요.")
    )
    email = EmailField(
        _l("메일"), [REQUIRED, MOST_TYPED, keeps(rules.normal_email)], description=_l("이 주소로 확인 메일을 보내요.")
    )
    password = PasswordField(
        _l("비밀번호"),
        [REQUIRED, MOST_TYPED],
        description=_l("10자 이상이에요. 낱말 몇 개를 이어 적으면 외우기 쉬워요."),
    )

    def validate_password(self, field: Field) -> None:
        """Check the password beside the address and name it must differ from."""
        keeps(lambda typed: rules.check_password(typed, self.email.data or "", self.name.data or ""))(self, field)


class SignInForm(BaseForm):
    """Who is there?"""

    email = EmailField(_l("메일"), [REQUIRED, MOST_TYPED])
    password = PasswordField(_l("비밀번호"), [REQUIRED, MOST_TYPED])


class AskResetForm(BaseForm):
    """A password was forgotten."""

    email = EmailField(_l("메일"), [REQUIRED, MOST_TYPED], description=_l("가입할 때 쓴 주소를 적어 주세요."))


class NewPasswordForm(BaseForm):
    """A password in place of a forgotten one."""

    password = PasswordField(_l("새 비밀번호"), [REQUIRED, MOST_TYPED], description=_l("10자 이상이에요."))


class ChangePasswordForm(BaseForm):
    """A password in place of a known one."""

    current = PasswordField(_l("지금 비밀번호"), [REQUIRED, MOST_TYPED])
    password = PasswordField(_l("새 비밀번호"), [REQUIRED, MOST_TYPED], description=_l("10자 이상이에요."))


class NameForm(BaseForm):
    """How one is called."""

    name = StringField(_l("이름"), [REQUIRED, MOST_TYPED])


class ErasureForm(BaseForm):
    """The password, and whether to wait."""

    password = PasswordField(_l("지금 비밀번호"), [REQUIRED, MOST_TYPED])
    at_once = BooleanField(_l("지금 바로 지워 주세요. 되돌릴 수 없어요"))


class OwnDataForm(BaseForm):
    """The password of whoever asks for her own data."""

    password = PasswordField(_l("지금 비밀번호"), [REQUIRED, MOST_TYPED])


class TokenForm(BaseForm):
    """A personal token and what it is for."""

    use = StringField(
        _l("토큰을 어디에 쓰나요?"),
        [REQUIRED, Length(max=80, message=_l("80자까지 쓸 수 있어요"))],
        description=_l("적어 두면 나중에 알아보고 지우기 쉬워요. 예: 학교 안내판"),
    )


class ResumeForm(BaseForm):
    """A résumé."""

    resume = FileField(
        _l("이력서 (PDF)"), description=_l("PDF 파일 하나, 5MB까지예요. 새로 올리면 전 파일을 대신해요.")
    )


class ConfirmForm(BaseForm):
    """A button and nothing else."""

    sure = BooleanField(_l("네"))


Choices = Sequence[tuple[str, Any]] | dict[Any, Any]


def _none(label: Any) -> tuple[str, Any]:
    return ("", label)


def _labels(group: str, *, but: Sequence[str | None] = ()) -> Callable[[], Choices]:
    known = LABELS[group]
    return lambda: [
        _none(_l("고르지 않음")),
        *((code, known[code]) for code in known if code is not None and code not in but),
    ]


def region_choices() -> Choices:
    """Return every region by its 시도, in the reader's language."""
    groups: dict[Any, list[tuple[str, str]]] = {"": [("", str(_l("고르지 않음")))]}
    for code, region in codes.regions().items():
        head = codes.regions().get(f"{code[:2]}000", region)
        group = language.in_language(head.name_ko, head.name_en)
        groups.setdefault(group, []).append((code, language.region_name(code)))
    return groups


def occupation_choices() -> Choices:
    """Return every occupation by its group, in the reader's language."""
    groups: dict[Any, list[tuple[str, str]]] = {"": [("", str(_l("고르지 않음")))]}
    for code, found in codes.occupations().items():
        group = language.in_language(found.group_ko, found.group_en)
        groups.setdefault(group, []).append((code, language.occupation_name(code)))
    return groups


class ProfileForm(BaseForm):
    """What a seeker tells of herself. Nothing in it is required."""

    intro = TextAreaField(_l("한두 줄 소개"), description=_l("2,000자까지 쓸 수 있어요."))
    experience = TextAreaField(_l("경력"), description=_l("어디서 무슨 일을 했는지 편하게 적어 주세요."))
    experience_years = IntegerField(
        _l("경력 (년)"), [Optional(), NumberRange(0, 60, _l("0부터 60까지예요"))], default=0
    )
    education = SelectField(_l("학력"), choices=_labels("education", but=("any",)))
    skills = StringField(_l("기술"), description=_l("쉼표로 나누어 적어 주세요. 예: 엑셀, 전산회계 1급, 지게차"))
    region = SelectField(_l("사는 곳"), choices=region_choices, description=_l("해외에 살면 비워 두세요."))
    phone = TelField(_l("전화번호"), description=_l("면접 날 연락이 필요할 때만 써요. 예: 010-1234-5678"))
    birth_date = DateField(
        _l("생년월일"),
        [Optional()],
        description=_l("나이를 확인해야 하는 지원사업에만 써요. 회사에는 보이지 않아요. 비워 두어도 돼요."),
    )
    wish_occupation = SelectField(_l("하고 싶은 일"), choices=occupation_choices)
    wish_region = SelectField(_l("일하고 싶은 곳"), choices=region_choices)
    wish_employment_type = SelectField(_l("일하는 형태"), choices=_labels("employment_type"))
    wish_salary = IntegerField(
        _l("희망 연봉 (만원)"), [Optional(), NumberRange(0, 100_000, _l("0부터 100,000까지예요"))]
    )
    segment = SelectField(
        _l("해당하는 것이 있나요?"),
        choices=_labels("segment"),
        description=_l("맞는 지원사업을 찾고 결과를 숫자로 셀 때만 써요. 회사에는 보이지 않아요. 고르지 않아도 돼요."),
    )

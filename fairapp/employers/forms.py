"""The shape of what is told of an employer, and of who recruits for it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import language
from fairapp.employers.models import Employer
from fairapp.employers.rules import EmployerFields, written_number
from fairapp.forms import BaseForm

TEXTS = ("name", "name_en", "industry", "industry_en", "address", "phone", "about", "about_en")


def _up_to(most: int) -> Length:
    return Length(max=most, message=_l("%(most)s자까지 쓸 수 있어요", most=most))


class EmployerForm(BaseForm):
    """An employer."""

    rev = HiddenField(default="0")
    name = StringField(_l("기업 이름"), [InputRequired(_l("기업 이름을 적어 주세요")), _up_to(120)])
    name_en = StringField(_l("영어 이름"), [_up_to(120)])
    registration_number = StringField(
        _l("사업자등록번호"), [_up_to(20)], description=_l("숫자 열 자리. 예: 123-45-67891")
    )
    industry = StringField(_l("하는 일"), [_up_to(120)], description=_l("예: 자동차 변속기 부품 가공"))
    industry_en = StringField(_l("하는 일(영어)"), [_up_to(120)])
    employees = IntegerField(
        _l("직원 수"), [Optional(), NumberRange(0, 10_000_000, _l("직원 수를 다시 확인해 주세요"))]
    )
    region = SelectField(_l("지역"), validate_choice=False)
    address = StringField(_l("주소"), [_up_to(200)])
    phone = StringField(_l("대표 전화"), [_up_to(30)])
    about = TextAreaField(_l("소개"), [_up_to(5000)])
    about_en = TextAreaField(_l("소개(영어)"), [_up_to(5000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = language.region_choices()

    def fields(self) -> EmployerFields:
        """Return the employer as told."""
        texts = {name: getattr(self, name).data or "" for name in TEXTS}
        return EmployerFields(
            **texts,
            registration_number=self.registration_number.data or None,
            region=self.region.data or None,
            employees=self.employees.data,
        )


class RecruiterForm(BaseForm):
    """Somebody becomes a recruiter of an employer."""

    email = EmailField(
        _l("메일"), [InputRequired(_l("적어 주세요")), _up_to(320)], description=_l("가입을 마친 사람의 주소예요.")
    )


def employer_form(employer: Employer) -> EmployerForm:
    """Return the form of an employer that is kept, with what was posted."""
    kept = {name: getattr(employer, name) for name in (*EmployerFields.__slots__, "rev")}
    kept |= {"registration_number": written_number(employer.registration_number), "region": employer.region or ""}
    form = EmployerForm(data=kept)
    form.name.description = _l("이름이나 사업자등록번호를 바꾸면 운영자가 다시 확인해요.")
    return form

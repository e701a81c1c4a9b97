"""The shape of what is typed on the way to a job."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import language
from fairapp.forms import BaseForm
from fairapp.programmes.models import CONDITIONS, CONTACTS, END_REASONS, POOL_KINDS
from fairapp.programmes.rules import WORDS, PoolFields, StageFields

REQUIRED = InputRequired(_l("적어 주세요"))
CHOSEN = InputRequired(_l("골라 주세요"))
MOST_TYPED = Length(max=5000, message=_l("글이 너무 길어요"))


def area(label: Any, rows: int = 3, required: bool = False, **more: Any) -> TextAreaField:
    """Return a field for some sentences."""
    checks = [REQUIRED, MOST_TYPED] if required else [MOST_TYPED]
    return TextAreaField(label, checks, render_kw={"rows": rows}, **more)


class DayField(DateField):
    """A calendar day; what is none gets a sentence of ours."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_l("날을 다시 골라 주세요"))) from error


class WholeField(IntegerField):
    """A whole number; what is none gets a sentence of ours."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, of at most nine digits."""
        try:
            if valuelist and len(valuelist[0].strip()) > 9:
                raise ValueError
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_l("숫자로 적어 주세요"))) from error


class Boxes(SelectMultipleField):
    """Boxes, any number of them."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class NoteForm(BaseForm):
    """A note about a person."""

    text = area(_l("메모"), 4, required=True)
    contact = SelectField(_l("어떻게 연락했나요?"), validate_choice=False)
    private = RadioField(
        _l("누가 보나요?"),
        choices=[("", _l("다음 상담사도 함께 봐요")), ("1", _l("나만 봐요"))],
        default="",
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact.choices = [("", _l("연락하지 않았어요")), *((one, WORDS["contact"][one]) for one in CONTACTS)]


class GoalForm(BaseForm):
    """A goal with its day."""

    text = StringField(_l("목표"), [REQUIRED, MOST_TYPED])
    due_on = DayField(_l("언제까지"), [InputRequired(_l("날을 골라 주세요"))])
    sessions = WholeField(
        _l("단체 프로그램 횟수"), [Optional()], description=_l("적으면 그만큼 참석했을 때 저절로 이루어져요.")
    )


class PlanForm(BaseForm):
    """A plan, or its next version."""

    text = area(_l("계획"), 6, required=True, description=_l("열린 목표가 함께 전해져요. 구직자가 읽고 동의해요."))


class CourseForm(BaseForm):
    """Which course somebody begins."""

    programme = SelectField(_l("과정"), [CHOSEN], validate_choice=False)


class StageForm(BaseForm):
    """Where somebody goes on the way."""

    to = SelectField(_l("단계"), validate_choice=False)
    why = StringField(_l("까닭"), [MOST_TYPED], description=_l("되돌아가거나 건너뛰거나 쉴 때는 꼭 적어 주세요."))


class EndForm(BaseForm):
    """Why a course ends."""

    reason = SelectField(
        _l("까닭"), [CHOSEN], choices=[(one, WORDS["end_reason"][one]) for one in END_REASONS], validate_choice=False
    )


class HandForm(BaseForm):
    """To whom somebody is handed over, and why."""

    to = SelectField(_l("누구에게"), validate_choice=False)
    reason = StringField(_l("까닭"), [REQUIRED, MOST_TYPED])

    def offer(self, counsellors: Sequence[tuple[int, str]]) -> None:
        """Fill the choices."""
        self.to.choices = [("", _l("가장 여유 있는 상담사")), *((str(one), name) for one, name in counsellors)]


class AnswerForm(BaseForm):
    """What a seeker says to her plan."""

    answer = area(_l("바꾸고 싶은 점"), 3)


class LimitForm(BaseForm):
    """How many people a counsellor may have."""

    load_limit = WholeField(_l("정원"), [NumberRange(0, 500, _l("0명부터 500명까지 적어 주세요"))])


class AbsenceForm(BaseForm):
    """When a counsellor is away; no first day: she is there."""

    away_from = DayField(_l("비우는 첫날"), [Optional()])
    away_until = DayField(_l("마지막 날"), [Optional()])


class ApplyForm(BaseForm):
    """At which agency somebody wants to be counselled."""

    agency = SelectField(_l("상담받을 기관"), [CHOSEN], validate_choice=False)


class HomeForm(BaseForm):
    """Somebody who wants to come back home."""

    home_region = SelectField(_l("고향"), validate_choice=False)
    from_on = DayField(_l("언제부터 일할 수 있나요?"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home_region.choices = language.region_choices()


CONDITION_CHOICES = [(one, WORDS["condition"][one]) for one in CONDITIONS]


class ProgrammeForm(BaseForm):
    """A course and its four stages."""

    name = StringField(_l("이름"), [REQUIRED, MOST_TYPED])
    name_en = StringField(_l("영어 이름"), [MOST_TYPED])
    days = WholeField(_l("모두 며칠"), [InputRequired(_l("숫자로 적어 주세요"))])
    quiet_days = WholeField(_l("며칠 연락이 없으면 알리나요?"), [InputRequired(_l("숫자로 적어 주세요"))])

    def stages(self) -> list[StageFields]:
        """Return the four stages as typed."""
        found = []
        for no in (1, 2, 3, 4):
            told = {part: self[f"{part}{no}"].data for part in ("name", "english", "days", "entry", "leave")}
            entry, leave = (tuple(told[part] or ()) for part in ("entry", "leave"))
            found.append(StageFields(no, told["name"] or "", told["english"] or "", told["days"] or 0, entry, leave))
        return found


def _stage_fields() -> None:
    for no in (1, 2, 3, 4):
        setattr(ProgrammeForm, f"name{no}", StringField(_l("이름"), [REQUIRED, MOST_TYPED]))
        setattr(ProgrammeForm, f"english{no}", StringField(_l("영어 이름"), [MOST_TYPED]))
        setattr(ProgrammeForm, f"days{no}", WholeField(_l("보통 며칠"), [InputRequired(_l("숫자로 적어 주세요"))]))
        setattr(ProgrammeForm, f"entry{no}", Boxes(_l("들어올 때"), choices=CONDITION_CHOICES, validate_choice=False))
        setattr(ProgrammeForm, f"leave{no}", Boxes(_l("나갈 때"), choices=CONDITION_CHOICES, validate_choice=False))


_stage_fields()


class ReferForm(BaseForm):
    """To which listing or agency somebody is referred, and why."""

    listing = StringField(_l("공고 번호"), [MOST_TYPED], description=_l("공고 주소의 끝에 있는 번호예요."))
    to_agency = SelectField(_l("또는 다른 기관"), validate_choice=False)
    why = area(_l("받는 곳에 전할 말"), 3, required=True)

    def offer(self, agencies: Sequence[tuple[int, str]]) -> None:
        """Fill the choices."""
        self.to_agency.choices = [("", _l("고르세요")), *((str(one), name) for one, name in agencies)]


class ReplyForm(BaseForm):
    """What the receiver of a referral says."""

    text = area(_l("전할 말"), 3)


class WishForm(BaseForm):
    """What a listing says to the pools."""

    key_people = BooleanField(_l("핵심 인력을 찾아요"), description=_l("귀향을 바라는 경력자를 먼저 보여 드려요."))
    starts_on = DayField(
        _l("일을 시작하는 날"), [Optional()], description=_l("비우면 30일 안에 시작할 수 있는 사람을 찾아요.")
    )


class PoolForm(BaseForm):
    """A pool."""

    kind = SelectField(
        _l("종류"), choices=[(one, WORDS["pool_kind"][one]) for one in POOL_KINDS], validate_choice=False
    )
    name = StringField(_l("이름"), [REQUIRED, MOST_TYPED])
    name_en = StringField(_l("영어 이름"), [MOST_TYPED])
    share = WholeField(
        _l("과정의 몇 %가 지나면 열리나요?"),
        [InputRequired(_l("숫자로 적어 주세요"))],
        default=70,
        description=_l("훈련생 풀에만 써요. 70에서 80까지예요."),
    )
    months_before = WholeField(
        _l("졸업 몇 달 전부터인가요?"),
        [InputRequired(_l("숫자로 적어 주세요"))],
        default=6,
        description=_l("졸업 예정자 풀에만 써요."),
    )
    ends_on = DayField(_l("마지막 날"), [Optional()], description=_l("비우면 끝나지 않아요."))
    counsellors = Boxes(_l("맡은 상담사"), validate_choice=False)

    def fields(self) -> PoolFields:
        """Return the pool as typed."""
        chosen = tuple(int(one) for one in self.counsellors.data or () if one.isdigit() and len(one) < 19)
        return PoolFields(
            self.kind.data,
            self.name.data or "",
            self.name_en.data or "",
            self.share.data or 0,
            self.months_before.data or 0,
            self.ends_on.data,
            chosen,
        )

"""The shape of what is typed at the desk, at a stand and where files are taken."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from fairapp import clock, codes, language
from fairapp.booths.models import EMPLOYMENT_TYPES
from fairapp.errors import Invalid
from fairapp.forms import CHOOSE, BaseForm
from fairapp.labels import LABELS
from fairapp.outcomes.models import EVIDENCE, MONTHS, STAGES

EXPORTS = (
    ("attendance", _l("출석: 입장과 면접·코칭에 온 사람")),
    ("bookings", _l("예약: 면접과 코칭의 모든 예약")),
    ("outcomes", _l("결과: 합격과 채용의 기록")),
    ("listings", _l("공고: 급여와 남은 자리")),
)
MARKS = ("seeker:present", "seeker:absent", "seeker:", "host:present", "host:absent", "host:")
EARLIEST_YEAR = 2000
AUDIENCE_NAMES = {
    "fair": _l("박람회를 보는 모두"),
    "seekers": _l("앞으로 만남이 있는 구직자"),
    "booth": _l("한 부스에 예약했거나 줄 선 구직자"),
    "recruiters": _l("채용 담당자"),
    "coaches": _l("코치"),
}
TOO_LONG = _l("글이 너무 길어요")


class CheckInForm(BaseForm):
    """A pass at the desk; a hand scanner types it and presses Enter."""

    code = StringField(
        _l("입장권 코드"),
        [DataRequired(_l("코드를 찍거나 적어 주세요")), Length(max=200, message=_l("글이 너무 길어요"))],
        render_kw={
            "autofocus": True,
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 200,
        },
    )


class WalkInForm(BaseForm):
    """Somebody who has come without having registered; only the name is needed."""

    name = StringField(_l("이름"), [DataRequired(_l("이름을 적어 주세요")), Length(max=80, message=TOO_LONG)])
    phone = TelField(_l("전화번호"), [Length(max=40, message=TOO_LONG)], description=_l("다음에 이름과 함께 물어봐요."))
    birth_date = DateField(_l("생년월일"), [Optional()], description=_l("청년 채용을 세는 데 써요."))
    region = SelectField(_l("사는 곳"), validate_choice=False)
    language = SelectField(_l("쓰는 말"), choices=list(language.LANGUAGES))
    agreed = BooleanField(
        _l("이름과 적은 것을 이 박람회를 위해 쓰는 데 동의했어요"), [InputRequired(_l("동의를 받아 주세요"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = language.region_choices()


class KioskForm(BaseForm):
    """A name and what proves it."""

    name = StringField(
        _l("이름"),
        [DataRequired(_l("이름을 적어 주세요")), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    proof = StringField(
        _l("전화번호 끝 네 자리, 또는 생일(0505)"),
        [
            DataRequired(_l("숫자 네 자리를 적어 주세요")),
            Regexp(r"\s*[0-9]{4}\s*$", message=_l("숫자 네 자리를 적어 주세요")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4},
    )


class NoticeForm(BaseForm):
    """What is told, to whom, for how long."""

    audience = SelectField(_l("누구에게"), choices=list(AUDIENCE_NAMES.items()))
    booth = SelectField(_l("부스"), validate_choice=False, description=_l("한 부스의 사람들에게 알릴 때만 골라요."))
    text = TextAreaField(
        _l("알릴 말"), [DataRequired(_l("500자 안으로 적어 주세요")), Length(max=500, message=TOO_LONG)]
    )
    text_en = TextAreaField(_l("영어로 알릴 말"), [Length(max=500, message=TOO_LONG)])
    hours = IntegerField(
        _l("몇 시간 동안"),
        [InputRequired(_l("적어 주세요")), NumberRange(1, 336, _l("1시간에서 14일까지예요"))],
        default=3,
    )


class MailingForm(BaseForm):
    """Who gets the report, and how often."""

    account = SelectField(_l("받을 사람"), [InputRequired(CHOOSE)])
    every = SelectField(
        _l("얼마나 자주"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(one, LABELS["every"][one]) for one in ("week", "day", "month")],
    )

    def offer(self, people: dict[int, str]) -> None:
        """Offer those who may have it."""
        self.account.choices = _choices((str(one), name) for one, name in people.items())


class ReplyForm(BaseForm):
    """What a seeker says to a result that is not so."""

    text = TextAreaField(_l("무엇이 다른가요"), [Length(max=1000, message=TOO_LONG)])


class AnswerForm(BaseForm):
    """The answer to it."""

    answer = TextAreaField(_l("답"), [DataRequired(_l("적어 주세요")), Length(max=1000, message=TOO_LONG)])


class AppealForm(BaseForm):
    """What a seeker says to an absence."""

    text = TextAreaField(_l("사정"), [DataRequired(_l("어떤 사정이었는지 적어 주세요"))])


class DecisionForm(BaseForm):
    """The answer to it."""

    answer = StringField(_l("답"), [Length(max=1000, message=_l("글이 너무 길어요"))])


class AbsenceRuleForm(BaseForm):
    """An agency's rule for who does not come."""

    limit = IntegerField(
        _l("몇 번 오지 않으면"),
        [Optional(), NumberRange(1, 20, _l("1번에서 20번까지예요"))],
        description=_l("비워 두면 규칙을 꺼요."),
    )
    days = IntegerField(
        _l("며칠 동안"), [InputRequired(_l("적어 주세요")), NumberRange(7, 365, _l("7일에서 365일까지예요"))]
    )


class MarkForm(BaseForm):
    """One press beside a meeting: a side and what holds of it; nothing after the colon takes the mark back."""

    mark = StringField(validators=[AnyOf(MARKS, message=_l("왔는지 안 왔는지 골라 주세요"))])

    def sides(self) -> dict[str, str | None]:
        """Return the side and its state, as actions.mark_attendance takes them."""
        side, _, state = str(self.mark.data).partition(":")
        return {side: state or None}


class OutcomeForm(BaseForm):
    """What followed an interview."""

    stage = SelectField(_l("결과"), [InputRequired(_l("결과를 골라 주세요"))])
    on = DateField(_l("있은 날"), [DataRequired(_l("2026-11-22와 같은 날짜여야 해요"))])
    listing = SelectField(_l("공고"), [Optional()], description=_l("채용이면 어느 공고인지 꼭 골라 주세요."))
    employment_type = SelectField(_l("고용형태"), [Optional()], description=_l("비워 두면 공고의 고용형태를 적어요."))
    salary = IntegerField(
        _l("연봉 (원)"),
        [Optional(), NumberRange(1, 10_000_000_000, _l("연봉은 1원부터 100억 원까지 적을 수 있어요"))],
        render_kw={"inputmode": "numeric"},
    )
    occupation = SelectField(_l("직업"), [Optional()], description=_l("비워 두면 공고의 직업을 적어요."))
    months = SelectField(
        _l("몇 달째인가요"), [Optional()], description=_l("근속일 때만. 비워 두면 출근한 날부터 세요.")
    )
    evidence = SelectField(_l("확인한 자료"), [Optional()])
    reference = StringField(
        _l("자료의 번호"), [Length(max=60, message=TOO_LONG)], description=_l("이름이나 연락처는 적지 마세요.")
    )
    corrects = SelectField(_l("고칠 결과"), [Optional()])

    def offer(self, listings: Any, correctable: Any) -> None:
        """Fill the choices: the booth's listings, and the last standing row, if there is one."""
        self.stage.choices = _choices((stage, language.label("stage", stage)) for stage in STAGES)
        self.listing.choices = _choices((str(r.id), language.in_language(r.title, r.title_en)) for r in listings)
        types = ((one, language.label("employment_type", one)) for one in EMPLOYMENT_TYPES)
        self.employment_type.choices = _choices(types)
        self.occupation.choices = [SelectChoice("", str(CHOOSE)), *_occupations()]
        self.months.choices = _choices((str(one), gettext("%(n)s개월", n=one)) for one in MONTHS)
        self.evidence.choices = _choices((one, language.label("evidence", one)) for one in EVIDENCE)
        last = [SelectChoice(str(row.id), language.label("stage", row.stage)) for row in correctable]
        self.corrects.choices = [SelectChoice("", gettext("새로 적기")), *last]


def _choices(given: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", str(CHOOSE)), *(SelectChoice(value, label) for value, label in given)]


def _occupations() -> list[SelectChoice]:
    """Return every occupation under the name of its group."""
    return [
        SelectChoice(
            one.code, language.occupation_name(one.code), optgroup=language.in_language(one.group_ko, one.group_en)
        )
        for one in codes.occupations().values()
    ]


class ExportForm(BaseForm):
    """Which file, in which format, as of when in the fair's zone."""

    kind = SelectField(_l("무엇을"), [InputRequired(CHOOSE)], choices=[SelectChoice(*one) for one in EXPORTS])
    format = SelectField(
        _l("형식"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice("csv", "CSV"), SelectChoice("xlsx", "XLSX (Excel)"), SelectChoice("json", "JSON")],
    )
    as_of = StringField(
        _l("언제의 상태로"),
        [Optional(), Length(max=30, message=_l("글이 너무 길어요"))],
        description=_l("비워 두면 지금이에요. 박람회의 시간대로 적어 주세요."),
        render_kw={"type": "datetime-local", "step": "1"},
    )


def as_of_local(text: str | None, zone: str, now: datetime) -> datetime | None:
    """Return the moment that was typed in the fair's zone, None for nothing; Invalid for no time, a gap or the future."""
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)
        if not EARLIEST_YEAR <= wall.year <= now.year + 1:
            raise ValueError
        moment = clock.as_utc(wall) if wall.tzinfo else clock.from_local(wall, zone)
    except (ValueError, OverflowError) as error:
        raise Invalid.one("as_of", _l("2026-11-22T10:30과 같은 시각이어야 해요")) from error
    return check_as_of(moment, now)


def check_as_of(moment: datetime | None, now: datetime) -> datetime | None:
    """Return the moment in UTC; Invalid for one to come, of which nobody knows the state."""
    if moment is not None and (moment.year < EARLIEST_YEAR or moment > now):
        raise Invalid.one("as_of", _l("지난 시각이어야 해요"))
    return None if moment is None else clock.as_utc(moment)

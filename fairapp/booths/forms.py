"""The shape of what is asked of a fair's listings and what recruiters tell of one."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import TextInput

from fairapp import clock, codes
from fairapp.accounts.rules import SEGMENTS
from fairapp.booths import rules
from fairapp.booths.models import (
    EDUCATIONS,
    EMPLOYMENT_TYPES,
    EXPERIENCES,
    REPORT_REASONS,
    REPORT_RESULTS,
    SALARY_PERIODS,
    Listing,
)
from fairapp.errors import Invalid
from fairapp.forms import CHOOSE, BaseForm, moment_of
from fairapp.labels import LABELS

NEEDED = InputRequired(_l("필요한 값이에요"))
MONEY = re.compile(r"([0-9]{1,15})(만)?원?")
TEXTS = ("title", "title_en", "workplace", "description", "url")
CODED = ("occupation", "employment_type", "region", "salary_period")
PLAIN = ("salary_min", "salary_max", "hours_per_week", "headcount", "experience", "experience_years", "education")
IMPORTED = ("source", "source_id", "occupation_text")  # kept as they are: an import finds its listing by them
Choices = dict[str, list[tuple[str, str]]]


def _up_to(most: int) -> Length:
    return Length(max=most, message=_l("%(most)s자까지 쓸 수 있어요", most=most))


def _between(low: int, high: int) -> NumberRange:
    return NumberRange(low, high, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=low, high=high))


def _labelled(group: str, values: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(value, LABELS[group][value]) for value in values]


class MoneyField(Field):
    """An amount of won as people write it: 42000000, 42,000,000, 4,200만원."""

    widget = TextInput()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else (f"{self.data:,}" if self.data is not None else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount in won; none is none."""
        self.data = None
        plain = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", valuelist[0])) if valuelist else ""
        if plain:
            found = MONEY.fullmatch(plain)
            if found is None:
                raise ValueError(gettext("금액을 숫자로 적어 주세요. 예: 42,000,000 또는 4,200만"))
            self.data = int(found[1]) * (10_000 if found[2] else 1)


def region_choices(*, whole: bool, empty: Any = CHOOSE) -> Choices:
    """Return the regions to choose from, each 시도 with its 시군구 under it; `whole` says that a 시도 means all of it."""
    english = str(get_locale()) == "en"
    grouped: Choices = {"": [("", str(empty))]}
    for code, region in codes.regions().items():
        sido = region.name_en.split(" ")[0] if english else region.sido
        name = region.name_en if english else (region.sigungu or region.sido)
        if whole and not region.sigungu:
            name = gettext("%(region)s 전체", region=region.name_en if english else region.short_ko)
        grouped.setdefault(sido, []).append((code, name))
    return grouped


def occupation_choices() -> Choices:
    """Return the occupations to choose from by group."""
    english = str(get_locale()) == "en"
    grouped: Choices = {"": [("", str(CHOOSE))]}
    for code, one in codes.occupations().items():
        group = one.group_en if english else one.group_ko
        grouped.setdefault(group, []).append((code, one.name_en if english else one.name_ko))
    return grouped


class ListingForm(BaseForm):
    """A listing, new or changed, times by the clocks of the fair's zone. `rev` says which version was edited."""

    rev = HiddenField(default="0")
    title = StringField(_l("공고 제목"), [NEEDED, _up_to(200)])
    title_en = StringField(_l("영어 제목"), [_up_to(200)])
    occupation = SelectField(_l("직무"), validate_choice=False)
    employment_type = SelectField(
        _l("고용형태"), choices=[("", CHOOSE), *_labelled("employment_type", EMPLOYMENT_TYPES)]
    )
    region = SelectField(_l("일하는 지역"), validate_choice=False)
    workplace = StringField(_l("일하는 곳"), [_up_to(200)], description=_l("예: 대구 달서구 성서공단로 12"))
    salary_period = SelectField(
        _l("급여 기준"), choices=[("", _l("급여 협의")), *_labelled("salary_period", SALARY_PERIODS)]
    )
    salary_min = MoneyField(_l("가장 적은 급여(원)"), description=_l("예: 42,000,000 또는 4,200만"))
    salary_max = MoneyField(_l("가장 많은 급여(원)"), description=_l("정해져 있지 않으면 비워 두세요."))
    hours_per_week = IntegerField(_l("주 근무 시간"), [NEEDED, _between(1, 80)], default=40)
    headcount = IntegerField(_l("뽑는 인원"), [NEEDED, _between(1, 9999)], default=1)
    experience = SelectField(_l("경력"), choices=_labelled("experience", EXPERIENCES), default="any")
    experience_years = IntegerField(_l("필요한 경력(년)"), [_between(0, 60)], default=0)
    education = SelectField(_l("학력"), choices=_labelled("education", EDUCATIONS), default="any")
    skills = StringField(_l("기술"), [_up_to(1300)], description=_l("쉼표로 나눠 적어 주세요. 예: SAP, 더존, 엑셀"))
    description = TextAreaField(_l("하는 일과 조건"), [_up_to(20_000)])
    opens_at = DateTimeLocalField(_l("여는 때"), [NEEDED])
    closes_at = DateTimeLocalField(_l("닫는 때"), [NEEDED])
    url = StringField(_l("자세한 안내 주소"), [_up_to(500)])
    resume = BooleanField(_l("이력서를 올린 분만 예약할 수 있어요"))
    questions = TextAreaField(_l("예약할 때 물을 것"), description=_l("한 줄에 하나씩, 다섯 개까지. 쓰지 않아도 돼요."))
    segments = SelectField(
        _l("대상"),
        validate_choice=False,
        choices=[("", _l("누구나")), *_labelled("segment", SEGMENTS)],
        description=_l("정해진 분만 예약할 수 있어요."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occupation.choices = occupation_choices()
        self.region.choices = region_choices(whole=False)

    def fields(self, zone: str, now: datetime, kept: Listing | None = None) -> rules.ListingFields:
        """Return the listing as told; Invalid where the zone skips a time or the wage is below the minimum."""
        moments = {name: moment_of(getattr(self, name), zone) for name in ("opens_at", "closes_at")}
        if None in moments.values():
            raise Invalid
        values: dict[str, Any] = {name: getattr(self, name).data or "" for name in TEXTS}
        values |= {name: getattr(self, name).data or None for name in CODED}
        values |= {name: getattr(self, name).data for name in PLAIN} | moments
        values |= {name: getattr(kept, name) for name in IMPORTED if kept is not None}
        skills = [skill.strip() for skill in (self.skills.data or "").split(",") if skill.strip()]
        fields = rules.ListingFields(**values, skills=skills, needs=self._needs())
        self._check_wage(fields, now)
        return fields

    def _needs(self) -> dict[str, Any] | None:
        lines = (self.questions.data or "").splitlines()
        questions = tuple(line.strip() for line in lines if line.strip())
        segments = (self.segments.data,) if self.segments.data else ()
        return rules.Needs(bool(self.resume.data), questions, segments).kept

    def _check_wage(self, fields: rules.ListingFields, now: datetime) -> None:
        named = "salary_min" if fields.salary_min is not None else "salary_max"
        offered, period = getattr(fields, named), fields.salary_period
        year = rules.wage_year(fields.opens_at, now)
        if period in SALARY_PERIODS and not rules.wage_is_legal(offered, period, fields.hours_per_week, year):
            raise Invalid.one(named, rules.wage_message(period, fields.hours_per_week, year))


def listing_form(zone: str, kept: Listing | None = None, **new: datetime) -> ListingForm:
    """Return the form of a listing that is kept, or of a new one that opens and closes then, with what was posted."""
    times: Mapping[str, datetime] = new
    data: dict[str, Any] = {}
    if kept is not None:
        names = [name for name in ListingForm.__dict__ if hasattr(kept, name)]
        data = {name: getattr(kept, name) for name in names} | {"skills": ", ".join(kept.skills)}
        data |= {name: data[name] or "" for name in CODED}
        asked = rules.Needs.of(kept.needs)
        data |= {
            "resume": asked.resume,
            "questions": "\n".join(asked.questions),
            "segments": next(iter(asked.segments), ""),
        }
        times = {"opens_at": kept.opens_at, "closes_at": kept.closes_at}
    local = {name: clock.local(at, zone).replace(tzinfo=None, second=0, microsecond=0) for name, at in times.items()}
    return ListingForm(data=data | local)


class ImportForm(BaseForm):
    """A table of listings."""

    table = FileField(_l("공고 파일"), description=_l("CSV, 엑셀(.xlsx), JSONL. 20MB까지예요."))
    only_look = BooleanField(_l("넣지 않고 먼저 살펴보기"))
    all_or_nothing = BooleanField(_l("거절된 줄이 하나라도 있으면 아무것도 넣지 않기"))


class ReportForm(BaseForm):
    """What a seeker says of a booth."""

    reason = RadioField(
        _l("무엇이 달랐나요"),
        [InputRequired(_l("무엇이 달랐는지 골라 주세요"))],
        choices=[(reason, LABELS["report_reason"][reason]) for reason in REPORT_REASONS],
    )
    text = TextAreaField(
        _l("자세한 이야기"), [_up_to(1000)], description=_l("쓰지 않아도 돼요. 기업은 누가 알렸는지 몰라요.")
    )


class HandleForm(BaseForm):
    """What became of it."""

    result = RadioField(
        _l("무엇을 했나요"),
        [InputRequired(_l("무엇을 했는지 골라 주세요"))],
        choices=[(result, LABELS["report_result"][result]) for result in REPORT_RESULTS],
    )
    answer = TextAreaField(_l("알려 준 분에게 할 말"), [_up_to(1000)])

"""The shape of what organizers tell of a fair, its sites and rooms. Times are wall-clock times of the fair's zone."""

from math import isfinite
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    DateTimeLocalField,
    FloatField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fairapp import clock
from fairapp.errors import Invalid
from fairapp.fairs import rules
from fairapp.fairs.models import Fair, Site
from fairapp.forms import BaseForm, moment_of
from fairapp.labels import LABELS
from fairapp.language import region_choices

POLICIES = (
    "ahead_days",
    "book_minutes",
    "change_minutes",
    "cancel_minutes",
    "quota",
    "quota_relaxes_minutes",
    "hold_minutes",
    "grace_minutes",
)
TIMES = ("announced_at", "applications_until", "booking_opens_at", "starts_at", "ends_at", "archived_at")
TEXTS = ("name", "name_en", "slug", "about", "about_en", "letter_note", "letter_note_en")
ZONES = ("Asia/Seoul", "Asia/Tokyo", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Europe/London", "UTC")
SITE_NAMES = LABELS["site_kind"]
NEEDED = InputRequired(_l("필요한 값이에요"))


def _up_to(most: int) -> Length:
    return Length(max=most, message=_l("%(most)s자까지 쓸 수 있어요", most=most))


def _between(low: int, high: int) -> NumberRange:
    return NumberRange(low, high, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=low, high=high))


class FairForm(BaseForm):
    """A fair, new or changed. `rev` says which version was edited."""

    rev = HiddenField(default="0")
    copied = HiddenField(default="")  # the fair whose sites and agencies come along
    agency_id = SelectField(_l("여는 기관"), coerce=int, validate_choice=False)
    name = StringField(_l("이름"), [NEEDED, _up_to(120)])
    name_en = StringField(_l("영어 이름"), [_up_to(120)])
    slug = StringField(_l("주소"), [NEEDED, _up_to(60)], description=_l("영어 소문자, 숫자, 붙임표(-). 예: daegu-2026"))
    mode = SelectField(_l("방식"), choices=[(mode, LABELS["mode"][mode]) for mode in rules.MODES])
    about = TextAreaField(_l("소개"), [_up_to(5000)])
    about_en = TextAreaField(_l("영어 소개"), [_up_to(5000)])
    zone = SelectField(_l("시간대"), choices=[(zone, zone) for zone in ZONES], validate_choice=False)
    announced_at = DateTimeLocalField(
        _l("알리는 때"), [Optional()], description=_l("비워 두면 준비 중으로, 운영자에게만 보여요.")
    )
    applications_until = DateTimeLocalField(
        _l("기업이 부스를 신청하는 마지막 때"), [Optional()], description=_l("비워 두면 박람회가 끝날 때까지예요.")
    )
    booking_opens_at = DateTimeLocalField(_l("예약이 열리는 때"), [NEEDED])
    starts_at = DateTimeLocalField(_l("시작"), [NEEDED])
    ends_at = DateTimeLocalField(_l("끝"), [NEEDED])
    archived_at = DateTimeLocalField(_l("보관하는 때"), [Optional()], description=_l("이때부터 목록에서 빠져요."))
    intent_days = IntegerField(
        _l("채용 의사가 이어지는 날"),
        [NEEDED, _between(1, 90)],
        default=7,
        description=_l("이 날수 안에 다시 확인하지 않은 부스는 보이지 않아요."),
    )
    hire_target = IntegerField(_l("채용 목표(명)"), [Optional(), _between(0, 1_000_000)])
    booth_limit = IntegerField(
        _l("부스 수"), [Optional(), _between(1, 5000)], description=_l("다 차면 뒤에 승인하는 기업은 차례를 기다려요.")
    )
    cost = IntegerField(
        _l("든 비용(원)"),
        [Optional(), NumberRange(0, rules.MOST_COST, _l("0원부터 1조 원까지 쓸 수 있어요"))],
        description=_l("채용 한 건에 든 비용을 세는 데만 써요."),
    )
    languages = SelectField(
        _l("쓰는 말"),
        choices=[("ko,en", _l("한국어와 영어")), ("ko", _l("한국어"))],
        validate_choice=False,
        description=_l("어떤 말의 글이 있어야 하는지 정해요."),
    )
    letter_note = TextAreaField(
        _l("편지에 덧붙일 말"),
        [_up_to(1000)],
        description=_l("면접과 코칭을 알리는 모든 편지에 들어가요. 예: 오시는 길, 연락처."),
    )
    letter_note_en = TextAreaField(_l("영어 편지에 덧붙일 말"), [_up_to(1000)])
    result_days = IntegerField(
        _l("면접 결과를 적는 기한(일)"),
        [Optional(), _between(1, 90)],
        default=7,
        description=_l("지나면 채용 담당자에게 알려요."),
    )
    ahead_days = IntegerField(
        _l("가장 이르게 예약하는 때(시작 며칠 전)"),
        [Optional(), _between(0, 365)],
        description=_l("비워 두면 언제든지요."),
    )
    book_minutes = IntegerField(_l("예약할 수 있는 때(시작 몇 분 전까지)"), [NEEDED, _between(0, 20160)], default=0)
    change_minutes = IntegerField(
        _l("시간을 바꿀 수 있는 때(시작 몇 분 전까지)"), [NEEDED, _between(0, 20160)], default=60
    )
    cancel_minutes = IntegerField(_l("취소할 수 있는 때(시작 몇 분 전까지)"), [NEEDED, _between(0, 20160)], default=60)
    quota = IntegerField(
        _l("한 사람이 한 번에 잡아 두는 면접 수"),
        [Optional(), _between(1, 100)],
        description=_l("비워 두면 한도가 없어요."),
    )
    quota_relaxes_minutes = IntegerField(
        _l("이 한도를 세지 않는 때(시작 몇 분 전부터)"),
        [NEEDED, _between(0, 20160)],
        default=0,
        description=_l("0이면 늘 세요."),
    )
    hold_minutes = IntegerField(_l("임시로 잡아 두는 시간(분)"), [NEEDED, _between(1, 60)], default=5)
    grace_minutes = IntegerField(
        _l("늦는 사람을 기다리는 시간(분)"),
        [NEEDED, _between(0, 120)],
        default=10,
        description=_l("이만큼 지나도 오지 않았다고 적으면, 남은 시간이 풀려요."),
    )

    def validate_zone(self, field: Any) -> None:
        """Check that there is such a zone."""
        try:
            clock.zone_named(field.data or "")
        except ValueError as error:
            raise ValidationError(str(_l("그런 시간대가 없어요"))) from error

    def fields(self) -> rules.FairFields:
        """Return the fair as told; Invalid where the zone skips one of its times (the fields say so)."""
        given = {name: getattr(self, name).data for name in rules.FairFields.__slots__}
        moments = {name: moment_of(getattr(self, name), given["zone"]) for name in TIMES}
        if any(moments[name] is None and given[name] is not None for name in TIMES):
            raise Invalid
        texts = {name: given[name] or "" for name in TEXTS}
        left_out = {"languages": given["languages"] or "ko,en", "result_days": given["result_days"] or 7}
        return rules.FairFields(**given | moments | texts | left_out)


def fair_form(fair: Fair | None = None, **changes: Any) -> FairForm:
    """Return the form, of a fair that is kept or of a new one, with what was posted."""
    if fair is None:
        return FairForm(data={"zone": "Asia/Seoul", **changes, **_local(changes)})
    kept = {name: getattr(fair, name) for name in (*rules.FairFields.__slots__, "agency_id", "rev")}
    return FairForm(data=kept | _local(kept) | changes)


def _local(kept: dict[str, Any]) -> dict[str, Any]:
    """Return the times of what is kept as the clocks of its zone show them."""
    there = {name: kept[name] for name in TIMES if kept.get(name) is not None}
    return {name: clock.local(moment, kept["zone"]).replace(tzinfo=None) for name, moment in there.items()}


class BoxesField(SelectMultipleField):
    """Facts to be ticked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def _degrees(name: Any, hint: Any, most: int) -> FloatField:
    message = _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=-most, high=most)
    keys = {"inputmode": "decimal", "autocomplete": "off"}
    return FloatField(name, [Optional(), finite, NumberRange(-most, most, message)], description=hint, render_kw=keys)


def finite(_form: Any, field: Any) -> None:
    """Refuse what a float may be and a place may not: nan and infinity."""
    if field.data is not None and not isfinite(field.data):
        raise ValidationError(str(_l("숫자로 적어 주세요")))


class SiteForm(BaseForm):
    """A place, used by the fair: new or changed."""

    kind = SelectField(_l("종류"), choices=list(SITE_NAMES.items()))
    name = StringField(_l("이름"), [NEEDED, _up_to(120)])
    name_en = StringField(_l("영어 이름"), [_up_to(120)])
    address = StringField(_l("주소"), [_up_to(200)])
    region = SelectField(_l("지역"), choices=region_choices, validate_choice=False)
    latitude = _degrees(_l("위도"), _l("지도와 거리 계산에 써요. 예: 37.5665"), 90)
    longitude = _degrees(_l("경도"), _l("예: 126.9780"), 180)
    access = BoxesField(_l("편의 시설"), choices=list(LABELS["access"].items()))
    contact = StringField(_l("문의"), [_up_to(200)], description=_l("예: 02-1234-5678, 2층 안내 데스크"))

    def fields(self) -> rules.SiteFields:
        """Return the site as told."""
        return rules.SiteFields(
            kind=self.kind.data,
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            address=self.address.data or "",
            region=self.region.data or None,
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            access=tuple(self.access.data or ()),
            contact=self.contact.data or "",
        )


def site_form(site: Site) -> SiteForm:
    """Return the form of a site that is kept, with what was posted."""
    names = ("kind", "name", "name_en", "address", "region", "latitude", "longitude", "contact")
    kept = {name: getattr(site, name) for name in names}
    return SiteForm(data=kept | {"access": site.access.split(",") if site.access else []})


class RoomsForm(BaseForm):
    """Rooms of a place, several at once: A-1, A-2 …"""

    prefix = StringField(_l("자리 이름의 앞부분"), [NEEDED, _up_to(50)], description=_l("예: A-"))
    count = IntegerField(_l("몇 개"), [NEEDED, _between(1, 200)], default=1)


class FloorForm(BaseForm):
    """The size of a floor."""

    columns = IntegerField(_l("가로 칸"), [NEEDED, _between(1, rules.MOST_CELLS)], default=10)
    rows = IntegerField(_l("세로 줄"), [NEEDED, _between(1, rules.MOST_CELLS)], default=6)


class PictureForm(BaseForm):
    """The picture under a floor."""

    image = FileField(_l("배치도 그림"))

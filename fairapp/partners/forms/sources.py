"""The shape of a source, of a file of it, and of what its columns tell."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from fairapp.agencies.rules import SHARED_NAMES
from fairapp.forms import CHOOSE, BaseForm
from fairapp.partners.rules import CONSENTS, KINDS, Mapped
from fairapp.partners.rules.mapping import LONGEST_CONSTANT

REQUIRED = InputRequired(_l("적어 주세요"))
NONE = _l("파일에 없어요")
# Of these a second column may be put behind the first: a family name, a detail of an address.
TWO_PARTS = {"name", "address", "location", "experience", "description"}
# These may hold for a whole file, which then has no column of them.
FOR_ALL = {
    "course", "course_kind", "institute", "began", "ended", "segment", "said_on", "employer", "industry", "region",
    "employment_type", "closes_on", "source",
}  # fmt: skip


class SourceForm(BaseForm):
    """A source. Its kind and the two agencies are chosen once."""

    name = StringField(
        _l("이름"), [REQUIRED, Length(max=80)], description=_l("예: 직업전문학교 훈련생 명단 (매주 월요일)")
    )
    kind = SelectField(_l("무엇을"), choices=list(SHARED_NAMES.items()))
    other = SelectField(_l("어느 기관과"), description=_l("우리 기관의 명단이면 우리 기관을 골라 주세요."))
    direction = RadioField(
        _l("누가 누구에게"),
        choices=[("receive", _l("상대가 우리에게 줘요")), ("give", _l("우리가 상대에게 줘요"))],
        default="receive",
    )
    fair = SelectField(_l("어느 박람회에"), description=_l("공고일 때만 골라 주세요."))
    consent = RadioField(_l("구직자의 동의"), choices=list(CONSENTS.items()), default="ask")
    consented_on = DateField(_l("동의를 받은 날"), [Optional()])
    whole = BooleanField(
        _l("파일에 늘 전체 명단이 들어 있어요"), description=_l("다음 파일에서 빠진 사람은 떠난 것으로 봐요.")
    )
    address = StringField(
        _l("저절로 가져올 주소"), [Length(max=500)], description=_l("CSV, 엑셀, JSON을 주는 https 주소. 비워도 돼요.")
    )
    every_hours = IntegerField(_l("몇 시간마다"), [Optional()])

    def offer(self, agencies: Sequence[tuple[int, Any]], fairs: Sequence[tuple[int, str]]) -> None:
        """Fill the choices of agencies and of fairs: pairs of id and name."""
        self.other.choices = [(str(one), name) for one, name in agencies]
        self.fair.choices = [("", CHOOSE), *((str(one), name) for one, name in fairs)]


class FileForm(BaseForm):
    """A file of a source."""

    table = FileField(_l("파일"), description=_l("CSV, 엑셀(.xlsx, .xls), JSON, JSONL. 20MB까지예요."))


class MappingForm(BaseForm):
    """Which column tells what; made for one kind of data and the headings of one file."""

    @classmethod
    def made_for(cls, kind: str, headings: Sequence[str], mapped: Mapped | None) -> "MappingForm":
        """Return the form with the choices that the file gives and, for showing it first, what is proposed."""
        choices = [("", NONE), *((heading, heading) for heading in headings)]
        fields: dict[str, Any] = {}
        shown: dict[str, str] = {}
        for name, label in KINDS[kind].labels.items():
            fields[name] = SelectField(label, choices=choices, validate_choice=False)
            if name in TWO_PARTS:
                fields[f"{name}__2"] = SelectField(
                    _l("%(what)s: 이어 붙일 열", what=label), choices=choices, validate_choice=False
                )
            if name in FOR_ALL:
                too_long = _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_CONSTANT)
                fields[f"{name}__all"] = StringField(
                    _l("%(what)s: 모두 같다면", what=label), [Length(max=LONGEST_CONSTANT, message=too_long)]
                )
        for name, parts in (mapped.columns if mapped else {}).items():
            shown |= {f"{name}{'' if at == 0 else '__2'}": part for at, part in enumerate(parts[:2])}
        shown |= {f"{name}__all": text for name, text in (mapped.constants if mapped else {}).items()}
        made: Any = type("MappingForm", (cls,), fields)
        form: MappingForm = made() if mapped is None else made(formdata=None, data=shown)
        return form

    def mapped(self) -> Mapped:
        """Return what was chosen."""
        said = {name: str(value or "") for name, value in self.data.items() if name != "csrf_token"}
        columns = {
            name: tuple(part for part in (heading, said.get(f"{name}__2", "")) if part)
            for name, heading in said.items()
            if "__" not in name and (heading or said.get(f"{name}__2"))
        }
        constants = {name[:-5]: text for name, text in said.items() if name.endswith("__all") and text}
        return Mapped(columns, constants)

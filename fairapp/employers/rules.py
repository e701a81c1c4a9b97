"""What an employer's entry must be: a registration number that can exist, and a name to find doubles by."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.errors import FieldError, Invalid
from fairapp.intake import Draft, Note, broken_rows, refusals, unstorable
from fairapp.readings import region_of, says_nothing, whole_number
from fairapp.tables import Columns, Table

WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
LEGAL_FORMS = re.compile(
    r"\((?:주|유|재|사|의|학)\)|주식회사|유한회사|유한책임회사|재단법인|사단법인|의료법인|학교법인"
)
MOST_EMPLOYEES = 10_000_000


@dataclass(frozen=True, slots=True)
class EmployerFields:
    """What is told of an employer; registration_number as people write it, with or without hyphens."""

    name: str
    registration_number: str | None = None
    name_en: str = ""
    industry: str = ""
    industry_en: str = ""
    employees: int | None = None
    region: str | None = None
    address: str = ""
    about: str = ""
    about_en: str = ""
    phone: str = ""


class NumberTaken(Invalid):
    """Another employer is entered under this registration number."""

    slug = "registration-number-taken"
    title = _l("이미 등록된 사업자등록번호예요")


def registration_number(text: str) -> str:
    """Return the ten digits of a Korean business registration number; Invalid if it cannot be one.

    The last digit checks the others: weights 1 3 7 1 3 7 1 3 5, plus the tens of five times the ninth digit
    (국세청, 사업자등록번호 검증 규칙).
    """
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise Invalid.one("registration_number", _l("사업자등록번호는 숫자 열 자리예요. 예: 123-45-67891"))
    total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=False)) + int(digits[8]) * 5 // 10
    if (10 - total % 10) % 10 != int(digits[9]):
        raise Invalid.one("registration_number", _l("없는 사업자등록번호예요. 숫자를 다시 확인해 주세요"))
    return digits


def written_number(digits: str | None) -> str:
    """Return the number as people write it, 123-45-67891; empty where there is none."""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}" if digits else ""


def name_key(name: str) -> str:
    """Return the name as doubles are found by: width and case folded, without legal form, space and punctuation.

    A name that consists of nothing else (㈜) is its own key.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c for c in LEGAL_FORMS.sub("", folded) if c.isalnum())
    return (plain or folded.strip())[:120]


def check_employer(fields: EmployerFields) -> None:
    """Raise Invalid, naming every field that cannot be kept."""
    errors = [*_too_long(fields)]
    if not fields.name.strip():
        errors.append(FieldError("name", _l("기업 이름을 적어 주세요")))
    if fields.employees is not None and not 0 <= fields.employees <= MOST_EMPLOYEES:
        errors.append(FieldError("employees", _l("직원 수를 다시 확인해 주세요")))
    if fields.region is not None and fields.region not in codes.regions():
        errors.append(FieldError("region", _l("지역을 목록에서 골라 주세요")))
    if fields.registration_number:
        try:
            registration_number(fields.registration_number)
        except Invalid as error:
            errors += error.errors
    if errors:
        raise Invalid(errors=errors)


def _too_long(fields: EmployerFields) -> Sequence[FieldError]:
    limits = {"name": 120, "name_en": 120, "industry": 120, "industry_en": 120, "address": 200, "phone": 30}
    limits |= {"about": 5000, "about_en": 5000}
    return [
        FieldError(name, _l("%(most)s자까지 쓸 수 있어요", most=most))
        for name, most in limits.items()
        if len(getattr(fields, name)) > most
    ]


# The columns of a table of employers, under the names by which people send them.
COLUMNS: Columns = {
    "name": (
        "name",
        "기업명",
        "회사명",
        "업체명",
        "사업장명",
        "상호",
        "기관명",
        "employer",
        "company",
        "company_name",
        "기업",
    ),
    "registration_number": ("registration_number", "사업자등록번호", "사업자번호", "busino", "business_number"),
    "name_en": ("name_en", "영문명", "영문 기업명", "english_name"),
    "industry": ("industry", "업종", "산업", "업종명", "indTpNm"),
    "employees": ("employees", "직원수", "종업원수", "상시근로자수", "근로자수", "사원수", "headcount"),
    "region": ("region", "지역", "소재지역", "시군구"),
    "address": ("address", "주소", "소재지", "사업장 주소", "본사 주소", "location"),
    "phone": ("phone", "전화번호", "대표전화", "대표 전화", "연락처", "telephone", "tel"),
    "about": ("about", "소개", "기업소개", "회사소개", "사업내용", "주요사업", "description"),
}


def employer_rows(table: Table, names: Mapping[str, str] | None = None) -> Iterator[Draft[EmployerFields] | list[Note]]:
    """Give each row as an employer, or the reasons why it is none; Unreadable where the table has no employers.

    `names` says which of our columns is which heading, where somebody has said so.
    """
    return _rows(table, names or table.named(COLUMNS, ("name",)))


def _rows(table: Table, names: Mapping[str, str]) -> Iterator[Draft[EmployerFields] | list[Note]]:
    shown = {name: names.get(name, headings[0]) for name, headings in COLUMNS.items()}
    yield from broken_rows(table)
    seen: dict[str, tuple[int, EmployerFields]] = {}
    for number, values in table.rows:
        cells = {
            name: "" if says_nothing(values[heading]) else values[heading].strip() for name, heading in names.items()
        }
        fields = _fields(cells)
        notes = unstorable(number, values)
        try:
            check_employer(fields)
            identity = (
                registration_number(fields.registration_number) if fields.registration_number else name_key(fields.name)
            )
        except Invalid as error:
            notes = notes or refusals(number, values, shown, error)
        if notes:
            yield notes
            continue
        first, fields = seen.setdefault(identity, (number, fields))
        if first != number:
            notes = [Note(number, shown["name"], _l("%(row)s행과 같은 기업이라 넘어갔어요", row=first), values)]
        yield Draft(number, fields, values, shown, notes)


def _fields(cells: dict[str, str]) -> EmployerFields:
    """Return what the cells tell of an employer; what is empty stays untold."""
    texts = ("name", "name_en", "industry", "address", "phone", "about")
    place = cells.get("region") or cells.get("address") or ""
    return EmployerFields(
        **{name: unicodedata.normalize("NFC", cells.get(name, "")) for name in texts},
        registration_number=cells.get("registration_number") or None,
        employees=whole_number(cells.get("employees", "")),
        region=region_of(place),
    )

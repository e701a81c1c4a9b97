"""What an employer's entry must be: a registration number that can exist, and a name to find doubles by."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.errors import FieldError, Invalid

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
    limits = {"name": 120, "name_en": 120, "industry": 120, "industry_en": 120, "address": 200}
    limits |= {"about": 5000, "about_en": 5000}
    return [
        FieldError(name, _l("%(most)s자까지 쓸 수 있어요", most=most))
        for name, most in limits.items()
        if len(getattr(fields, name)) > most
    ]

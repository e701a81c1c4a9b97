"""What a profile may say, and what counts as a PDF."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import phonenumbers
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.errors import FieldError, Invalid
from fairapp.labels import LABELS

LARGEST_RESUME = 5 * 1024 * 1024  # bytes
MOST_SKILLS, LONGEST_SKILL = 30, 40
LONGEST = {"intro": 2000, "experience": 5000}


@dataclass(frozen=True, slots=True)
class ProfileFields:
    """What a seeker tells of herself; texts trimmed, codes as in fairapp.codes and LABELS."""

    phone: str | None = None  # as typed, or E.164
    birth_date: date | None = None
    region: str | None = None  # five digits
    intro: str = ""
    experience: str = ""
    experience_years: int = 0
    education: str | None = None
    skills: tuple[str, ...] = ()
    wish_occupation: str | None = None  # four digits, KECO 2018
    wish_region: str | None = None
    wish_employment_type: str | None = None
    wish_salary: int | None = None  # KRW a year
    segment: str | None = None


def skills_of(text: str) -> tuple[str, ...]:
    """Return the skills of a text with commas or line breaks between them, each once, in their order."""
    parts = text.replace("\n", ",").replace("、", ",").replace("，", ",").split(",")
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def checked_profile(fields: ProfileFields, today: date) -> ProfileFields:
    """Return the fields as they are kept, the phone number in E.164; Invalid names everything that is wrong."""
    errors = [FieldError(name, message) for name, message in _complaints(fields, today)]
    phone = None
    if fields.phone:
        try:
            phone = _e164(fields.phone)
        except ValueError:
            errors.append(FieldError("phone", _l("전화번호를 확인해 주세요. 예: 010-1234-5678")))
    if errors:
        raise Invalid(errors=errors)
    skills = tuple(dict.fromkeys(unicodedata.normalize("NFC", s) for s in fields.skills))
    empty_to_none: dict[str, Any] = {
        name: getattr(fields, name) or None
        for name in ("region", "education", "wish_occupation", "wish_region", "wish_employment_type", "segment")
    }
    return replace(fields, phone=phone, skills=skills, **empty_to_none)


def _complaints(fields: ProfileFields, today: date) -> list[tuple[str, str | LazyString]]:
    allowed = {
        "region": codes.regions(),
        "wish_region": codes.regions(),
        "wish_occupation": codes.occupations(),
        "education": LABELS["education"].keys() - {"any"},
        "wish_employment_type": LABELS["employment_type"].keys() - {None},
        "segment": LABELS["segment"],
    }
    found: list[tuple[str, str | LazyString]] = [
        (name, _l("목록에 있는 값을 골라 주세요"))
        for name, known in allowed.items()
        if getattr(fields, name) and getattr(fields, name) not in known
    ]
    found += [(n, _l("글이 너무 길어요")) for n, longest in LONGEST.items() if len(getattr(fields, n)) > longest]
    if fields.birth_date and not date(1900, 1, 1) <= fields.birth_date <= today:
        found.append(("birth_date", _l("생년월일을 확인해 주세요")))
    if not 0 <= fields.experience_years <= 60:
        found.append(("experience_years", _l("경력은 0년부터 60년까지예요")))
    if fields.wish_salary is not None and not 0 <= fields.wish_salary <= 1_000_000_000:
        found.append(("wish_salary", _l("희망 연봉을 확인해 주세요")))
    if len(fields.skills) > MOST_SKILLS:
        found.append(("skills", _l("기술은 30개까지 적을 수 있어요")))
    if any(not s.strip() or len(s) > LONGEST_SKILL for s in fields.skills):
        found.append(("skills", _l("기술 하나는 40자까지예요")))
    return found


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_pdf(content: bytes) -> None:
    """Raise Invalid unless the bytes are a PDF of at most 5 MiB: its header at the start, its trailer at the end.

    The name and the type that a browser states prove nothing (ISO 32000-1, 7.5.2 and 7.5.5).
    """
    if not content:
        raise Invalid.one("resume", _l("파일을 골라 주세요"))
    if len(content) > LARGEST_RESUME:
        raise Invalid.one("resume", _l("파일은 5MB까지 올릴 수 있어요"))
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:] or b"startxref" not in content[-2048:]:
        raise Invalid.one("resume", _l("PDF 파일만 올릴 수 있어요. 다른 형식이라면 PDF로 저장해 주세요"))


def file_name(given: str) -> str:
    """Return a file's name without folders and unprintable signs, at most 120 characters, ending in .pdf."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*;').strip()
    stem = (shown[:-4] if shown.lower().endswith(".pdf") else shown).strip(" .")
    return f"{stem[:116] or 'resume'}.pdf"

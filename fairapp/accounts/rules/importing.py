"""Rows of a table as seekers: lists of trainees and applicants as training institutes and agencies keep them. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules.profiles import ProfileFields, checked_profile, skills_of
from fairapp.accounts.rules.signing_in import normal_email, normal_name
from fairapp.errors import FieldError, Invalid
from fairapp.intake import Draft, Note, broken_rows, refusals, unstorable
from fairapp.readings import birthday, education_of, occupation_of, region_of, says_nothing, whole_number
from fairapp.tables import Columns, Table

COLUMNS: Columns = {
    "name": ("name", "성명", "이름", "성함", "교육생명", "훈련생명", "참가자명"),
    "email": ("email", "이메일", "E-mail", "메일", "전자우편", "이메일주소", "email address"),
    "phone": ("phone", "연락처", "휴대폰번호", "휴대폰", "휴대전화", "핸드폰", "H.P", "전화번호", "mobile", "tel"),
    "birth_date": ("birth_date", "생년월일", "생일", "출생일", "date of birth", "birthday"),
    "region": ("region", "거주지역", "거주지", "지역", "주소"),
    "education": ("education", "최종학력", "학력"),
    "experience_years": ("experience_years", "경력년수", "경력연수", "경력"),
    "skills": ("skills", "기술", "보유기술", "자격증"),
    "wish_occupation": ("wish_occupation", "희망직종", "희망직무", "희망직업"),
    "wish_region": ("wish_region", "희망지역", "희망근무지", "희망근무지역"),
    "course": ("course", "훈련과정명", "과정", "과정명", "훈련과정", "교육과정"),
    "institute": ("institute", "훈련기관", "교육기관", "학교", "기관명"),
    "began": ("began", "훈련시작일", "시작일", "교육시작일"),
    "ended": ("ended", "훈련종료일", "종료일", "교육종료일"),
    "completed": ("completed", "수료여부", "수료", "이수여부"),
}
# Gender, disability and support status stand in such lists too. They are not read: nobody here needs them.
REQUIRED = ("name", "email")


@dataclass(frozen=True, slots=True)
class SeekerRow:
    """One person of a list: the address in its one form, the name, and the profile as it will be kept."""

    email: str
    name: str
    profile: ProfileFields


def seeker_rows(table: Table, today: date) -> Iterator[Draft[SeekerRow] | list[Note]]:
    """Give each row as a seeker, or the reasons why it is none; Unreadable where names or addresses are missing."""
    names = table.named(COLUMNS, REQUIRED)
    return _rows(table, names, today)


def _rows(table: Table, names: Mapping[str, str], today: date) -> Iterator[Draft[SeekerRow] | list[Note]]:
    shown = {name: names.get(name, headings[0]) for name, headings in COLUMNS.items()}
    shown |= {"intro": shown["wish_occupation"], "experience": shown["course"]}
    yield from broken_rows(table)
    seen: dict[str, tuple[int, SeekerRow]] = {}
    for number, values in table.rows:
        cells = {
            name: "" if says_nothing(values[heading]) else " ".join(values[heading].split())
            for name, heading in names.items()
        }
        notes = unstorable(number, values)
        try:
            row = _row(cells, today)
        except Invalid as error:
            notes = notes or refusals(number, values, shown, error)
        if notes:
            yield notes
            continue
        first, row = seen.get(row.email) or seen.get(row.profile.phone or "") or (number, row)
        if first != number:  # somebody in two courses: what was said first counts
            notes = [Note(number, shown["email"], _l("%(row)s행과 같은 사람이라 넘어갔어요", row=first), values)]
        for known in (row.email, row.profile.phone):
            seen.setdefault(known or row.email, (first, row))
        yield Draft(number, row, values, shown, notes)


def _row(cells: Mapping[str, str], today: date) -> SeekerRow:
    """Return the person of a row; Invalid names every cell that cannot be kept."""
    errors: list[FieldError] = []
    name = email = ""
    born = None
    try:
        name = normal_name(cells.get("name", ""))
    except Invalid as error:
        errors += error.errors
    try:
        email = normal_email(cells.get("email", ""))
    except Invalid as error:
        errors += error.errors
    try:
        born = birthday(cells.get("birth_date", ""), today)
    except ValueError:
        errors.append(FieldError("birth_date", _l("생년월일을 확인해 주세요")))
    try:
        profile = checked_profile(_profile(cells, born), today)
    except Invalid as error:
        raise Invalid(errors=[*errors, *error.errors]) from error
    if errors:
        raise Invalid(errors=errors)
    return SeekerRow(email, name, profile)


def _profile(cells: Mapping[str, str], born: date | None) -> ProfileFields:
    wish = cells.get("wish_occupation", "")
    occupation = occupation_of(wish)
    education = education_of(cells.get("education", ""))
    spoken = wish and not occupation and wish != "무관"
    return ProfileFields(
        phone=unicodedata.normalize("NFKC", cells.get("phone", "")) or None,
        birth_date=born,
        region=region_of(cells.get("region", "")),
        # A wish that is no official occupation is kept in the words of the list.
        intro=f"희망 직종: {wish}" if spoken else "",
        experience=_course(cells),
        experience_years=min(whole_number(cells.get("experience_years", "")) or 0, 60),
        education=None if education == "any" else education,
        skills=skills_of(cells.get("skills", "")),
        wish_occupation=occupation,
        wish_region=region_of(cells.get("wish_region", "")),
    )


def _course(cells: Mapping[str, str]) -> str:
    """Return the training as a line: course, institute, from when to when, whether completed."""
    span = " ~ ".join(day for day in (cells.get("began", ""), cells.get("ended", "")) if day)
    parts = (cells.get("course", ""), cells.get("institute", ""), span, cells.get("completed", ""))
    return " · ".join(part for part in parts if part) if parts[0] else ""

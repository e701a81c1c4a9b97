"""Rows of a partner's table as people: who it is, what it tells, of which day, and whether the person agreed. Pure."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import ProfileFields, checked_profile, normal_email, normal_name, skills_of
from fairapp.employers.rules import name_key
from fairapp.errors import FieldError, Invalid
from fairapp.intake import Draft, Note, broken_rows, refusals, unstorable
from fairapp.readings import (
    birthday,
    days_in,
    education_of,
    occupation_of,
    region_of,
    says_nothing,
    whole_number,
)
from fairapp.tables import Table

YES = {"y", "yes", "o", "예", "네", "동의", "동의함", "true", "1", "t", "ok", "있음", "희망", "수료", "이수"}
NO = {"n", "no", "x", "아니오", "아니요", "미동의", "비동의", "거부", "false", "0", "f", "없음", "희망안함"}
SEGMENTS = (  # the first that is in the text
    ("youth", ("청년", "youth")),
    ("career_break", ("경력단절", "경단", "여성새로일하기", "career break")),
    ("age_50_plus", ("중장년", "신중년", "50+", "베이비부머", "고령", "baby boomer")),
    ("returnee", ("귀향", "유턴", "returnee")),
)
ENROLLED = (  # what somebody is in: the first that is in the text
    (
        "public_work",
        ("공공근로", "공공일자리", "시일자리", "구일자리", "지역공동체일자리", "희망근로", "publicwork", "cityjob"),
    ),
    ("school", ("학교", "대학", "재학", "school", "university")),
    ("exam", ("시험", "exam")),
    ("course", ("훈련", "교육", "과정", "course", "training")),
)
ENROLLED_NAMES = {
    "course": _l("훈련 과정"),
    "school": _l("학교"),
    "public_work": _l("공공근로·시 일자리"),
    "exam": _l("자격 시험"),
}
LONGEST_COURSE = 200
LONGEST_SPAN = timedelta(days=10 * 366)  # of a course; longer ones are typing errors


@dataclass(frozen=True, slots=True)
class Course:
    """What somebody is in at a partner: a course, a school; days both included."""

    title: str
    institute: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    completed: bool | None = None
    kind: str | None = None  # of ENROLLED; None: the table does not say


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a partner knows her; the profile as it would be kept. `own_id` is the partner's number."""

    own_id: str
    name: str  # empty where the partner knows an address only
    email: str | None
    profile: ProfileFields
    course: Course | None = None
    home_region: str | None = None
    returning: bool | None = None
    consented: bool | None = None  # None: the table does not say
    consented_on: date | None = None
    said_on: date | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What is kept beside name, address, phone and day of birth, as JSON; only what is told."""
        told = {name: value for name, value in asdict(self.profile).items() if value not in (None, "", 0, ())}
        told = {name: value for name, value in told.items() if name not in ("phone", "birth_date")}
        course = (
            {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self.course).items()}
            if self.course
            else {}
        )
        course = {name: value for name, value in course.items() if value not in (None, "")}
        more = {"course": course, "home_region": self.home_region, "returning": self.returning}
        told |= {name: value for name, value in more.items() if value not in (None, {})}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def person_rows(
    table: Table, names: Mapping[str, str], today: date, *, course: bool
) -> Iterator[Draft[PersonRow] | list[Note]]:
    """Give each row as a person, or the reasons why it is none. `course`: a row must tell of a course with its end."""
    yield from broken_rows(table)
    seen: dict[str, int] = {}
    for number, values in table.rows:
        cells = {
            name: "" if says_nothing(values[heading]) else " ".join(values[heading].split())
            for name, heading in names.items()
        }
        notes = unstorable(number, values)
        try:
            row = _Reader(cells, today, course).row()
        except Invalid as error:
            yield notes or refusals(number, values, names, error)
            continue
        first = seen.setdefault(row.own_id, number)
        if first != number:
            notes = notes or [
                Note(number, names.get("own_id", ""), _l("%(row)s행과 같은 사람이에요", row=first), values)
            ]
        yield notes or Draft(number, row, values, names)


@dataclass(slots=True)
class _Reader:
    """Reads one row, gathering what is wrong with each cell."""

    cells: Mapping[str, str]
    today: date
    wants_course: bool
    errors: list[FieldError] = field(default_factory=list)

    def row(self) -> PersonRow:
        name, email = self._name(), self._email()
        born = self._day("birth_date", birthday)
        profile = self._profile(born)
        course = self._course()
        consent = self.cells.get("consented", "")
        consented = self._yes("consented")
        consented_on = self._day("consented_on", _one_day)
        said_on = self._day("said_on", _one_day)
        for name_of, day in (("consented_on", consented_on), ("said_on", said_on)):
            if day and day > self.today:
                self._wrong(name_of, _l("오늘보다 뒤의 날이에요"))
        if not (self.errors or email or profile.phone or born or self.cells.get("own_id")):
            self._wrong("name", _l("메일, 전화번호, 생년월일, 번호 가운데 하나는 있어야 누구인지 알 수 있어요"))
        if self.errors:
            raise Invalid(errors=self.errors)
        return PersonRow(
            own_id=self.cells.get("own_id", "")[:120] or identity(name, email, profile.phone, born),
            name=name,
            email=email,
            profile=profile,
            course=course,
            home_region=region_of(self.cells.get("home_region", "")),
            returning=self._yes("returning"),
            # A day of consent says that there was one, where no other cell denies it.
            consented=True if consented_on and not consent else consented,
            consented_on=consented_on,
            said_on=said_on,
        )

    def _wrong(self, name: str, why: str | LazyString) -> None:
        self.errors.append(FieldError(name, why))

    def _name(self) -> str:
        said = self.cells.get("name", "")
        if not said and self.cells.get("email"):
            return ""
        try:
            return normal_name(said)
        except Invalid as error:
            self.errors += error.errors
            return ""

    def _email(self) -> str | None:
        if not self.cells.get("email"):
            return None
        try:
            return normal_email(self.cells["email"])
        except Invalid as error:
            self.errors += error.errors
            return None

    def _day(self, name: str, read: Any) -> date | None:
        try:
            found: date | None = read(self.cells.get(name, ""), self.today)
        except ValueError:
            self._wrong(name, _l("날짜를 확인해 주세요. 예: 1998-03-02"))
            return None
        return found

    def _yes(self, name: str) -> bool | None:
        said = "".join(self.cells.get(name, "").casefold().split())
        if said in YES or said in NO:
            return said in YES
        # A time of agreeing, or a whole sentence of it, is a yes; anything else is not taken for one.
        return True if name == "consented" and said.startswith(("동의합니다", "agree", "20")) else None

    def _profile(self, born: date | None) -> ProfileFields:
        cells = self.cells
        wish = cells.get("wish_occupation", "")
        occupation, education = occupation_of(wish), education_of(cells.get("education", ""))
        said = ProfileFields(
            phone=unicodedata.normalize("NFKC", cells.get("phone", "")) or None,
            birth_date=born,
            region=region_of(cells.get("region", "")),
            # A wish that is no official occupation is kept in the words of the list.
            intro=f"희망 직종: {wish}" if wish and not occupation and wish != "무관" else "",
            experience=cells.get("experience", "")[:5000],
            experience_years=min(whole_number(cells.get("experience_years", "")) or 0, 60),
            education=None if education == "any" else education,
            skills=skills_of(cells.get("skills", "")),
            wish_occupation=occupation,
            wish_region=region_of(cells.get("wish_region", "")),
            segment=_segment(cells.get("segment", "")),
        )
        try:
            return checked_profile(said, self.today)
        except Invalid as error:
            self.errors += error.errors
            return said

    def _course(self) -> Course | None:
        title = self.cells.get("course", "")
        starts_on, ends_on = self._day("began", _one_day), self._day("ended", _one_day)
        if self.wants_course and not title:
            self._wrong("course", _l("과정 이름이 없어요"))
        if self.wants_course and not ends_on and self.cells.get("ended", "") == "":
            self._wrong("ended", _l("과정이 끝나는 날이 없어요"))
        if len(title) > LONGEST_COURSE:
            self._wrong("course", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_COURSE))
        if starts_on and ends_on and not starts_on <= ends_on <= starts_on + LONGEST_SPAN:
            self._wrong("ended", _l("과정이 시작하는 날과 끝나는 날을 확인해 주세요"))
        if not title:
            return None
        institute, kind = self.cells.get("institute", "")[:120], _enrolled(self.cells.get("course_kind", ""))
        return Course(title, institute, starts_on, ends_on, self._yes("completed"), kind)


def reading(cells: Mapping[str, str], today: date) -> PersonRow:
    """Return one person as the cells of our fields tell of her; Invalid says which cell cannot be read."""
    return _Reader(cells, today, False).row()


def _one_day(text: str, today: date) -> date | None:
    """Return the day of a cell, of a span the last; ValueError for text that names none."""
    if not text:
        return None
    days = days_in(text, today)
    if not days:
        raise ValueError(text)
    return days[-1]


def _segment(text: str) -> str | None:
    said = text.casefold()
    return next((code for code, words in SEGMENTS if any(word in said for word in words)), None)


def _enrolled(text: str) -> str | None:
    said = "".join(text.casefold().split())
    return next((code for code, words in ENROLLED if any(word in said for word in words)), None)


def identity(name: str, email: str | None, phone: str | None, born: date | None) -> str:
    """Return what stands for the number of a person whose partner gives none: a digest of what tells who she is."""
    told = "\n".join((name_key(name) if name else "", email or "", phone or "", born.isoformat() if born else ""))
    return f"#{hashlib.sha256(told.encode()).hexdigest()[:24]}"

"""Rows of a table as listings: which column is which, and what each cell says. Pure: the fair's times are given."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from fairapp import clock
from fairapp.booths.rules.listings import TEXTS, FairOver, ListingFields, check_listing, wage_year
from fairapp.booths.rules.wages import wage_is_legal, wage_message
from fairapp.booths.rules.wordings import Salary, employment_type_of, experience_of, hours_of, salary_of
from fairapp.employers.rules import EmployerFields, check_employer, name_key
from fairapp.errors import FieldError, Invalid
from fairapp.intake import Draft, Note, broken_rows, refusals, unstorable
from fairapp.readings import days_in, education_of, occupation_of, region_of, says_nothing, whole_number
from fairapp.tables import Columns, Table

COLUMNS: Columns = {
    "employer": (
        "employer", "기업명", "회사명", "업체명", "사업장명", "기관명", "기업", "회사", "업체", "상호",
        "company_name", "company", "employer_name", "organization", "organisation", "busplaName", "instNm",
    ),
    "registration_number": ("registration_number", "사업자등록번호", "사업자번호", "busino"),
    "title": (
        "title", "공고 제목", "채용 제목", "채용공고명", "채용공고 제목", "공고명", "구인제목", "제목", "모집분야", "모집부문",
        "position_title", "job_title", "position", "recrutPbancTtl",
    ),
    "description": (
        "description", "상세 내용", "직무 내용", "업무 내용", "담당 업무", "모집 내용", "공고 내용", "내용", "설명",
        "job_description", "details",
    ),
    "employment_type": ("employment_type", "고용형태", "고용 유형", "근로형태", "채용형태", "hireTypeNmLst", "job_type"),
    "location": ("location", "근무지", "근무지역", "근무 장소", "근무지 주소", "WORKING_AREA", "workplace", "주소", "지역"),
    "region": ("region", "지역", "근무지역", "시군구", "workRgnNmLst"),
    "occupation": ("occupation", "직종", "직종코드", "직무", "직무 분야", "직업", "JOB_GROUP_NAME", "jobsCd", "category"),
    "salary": ("salary", "급여", "임금", "연봉", "급여조건", "임금조건", "월급", "시급", "annual_salary", "sal", "pay"),
    "salary_min": ("salary_min", "최소임금금액", "최소급여", "minSal"),
    "salary_max": ("salary_max", "최대임금금액", "최대급여", "maxSal"),
    "salary_period": ("salary_period", "임금형태", "급여형태", "salTpNm"),
    "min_experience": ("min_experience", "경력", "경력조건", "experience", "career"),
    "education": ("education", "학력", "최소학력", "학력조건", "minEdubg", "acbgCondNmLst"),
    "hours": ("hours", "근무조건", "근무시간", "근로시간", "주당 근로시간", "working_condition", "hours_per_week"),
    "headcount": ("headcount", "모집인원", "채용인원", "인원", "구인인원", "recrutNope", "openings", "vacancies"),
    "skills": ("skills", "기술", "기술스택", "필요기술"),
    "posted_on": (
        "posted_on", "등록일", "등록일자", "게시일", "시작일", "접수시작일", "registration_date", "regDt", "pbancBgngYmd",
    ),
    "closes_on": (
        "closes_on", "마감일", "마감일자", "접수마감일", "종료일", "deadline_date", "deadline", "RECRUIT_DEADLINE", "closeDt",
        "pbancEndYmd",
    ),
    "url": ("url", "채용 링크", "공고 링크", "링크", "채용정보 URL", "JOB_POSTING_URL", "wantedInfoUrl", "srcUrl", "link"),
    "source": ("source", "출처"),
    "source_id": ("source_id", "공고번호", "구인인증번호", "wantedAuthNo", "recrutPblntSn", "ID"),
    "about": ("GROUP_INTRO", "기업 소개", "회사 소개"),
    "duties": ("MAINDUTIES", "주요 업무"),
    "qualification": ("QUALIFICATION", "자격 요건", "지원 자격", "aplyQlfcCn"),
    "preferential": ("PREFERENTIAL", "우대 사항", "우대 조건", "prefCn"),
    "benefits": ("BENEFITS", "복리후생", "복지", "혜택"),
}  # fmt: skip
REQUIRED = ("employer", "title")
# Columns that together are the description, each under its heading.
PARTS = {
    "about": "기업 소개",
    "duties": "주요 업무",
    "qualification": "자격 요건",
    "preferential": "우대 사항",
    "benefits": "복리후생",
}
FIELDS_OF = {
    "closes_at": "closes_on",
    "opens_at": "posted_on",
    "experience": "min_experience",
    "experience_years": "min_experience",
    "hours_per_week": "hours",
    "workplace": "location",
    "occupation_text": "occupation",
    "name": "employer",
}
CUT = ("description", "workplace", "occupation_text")  # what is too long here is cut, and said so
MOST_HOURS = 80


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One row as it will be kept: the employer's name, perhaps its number, and the listing."""

    employer: EmployerFields
    fields: ListingFields
    opens_stated: bool  # else it opened when it was first brought in
    headcount_stated: bool = False  # else one, or what was entered since

    @property
    def key(self) -> str:
        """The employer's name as doubles are found by."""
        return name_key(self.employer.name)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two rows the same listing: its source and number there, else employer, title and address."""
        if self.fields.source and self.fields.source_id:
            return (self.fields.source, self.fields.source_id)
        return (self.key, self.fields.title, self.fields.url)


@dataclass(frozen=True, slots=True)
class FairTimes:
    """What of the fair a row needs: its zone, its end, and now."""

    zone: str
    ends_at: datetime
    now: datetime

    @property
    def today(self) -> date:
        """The calendar day it is at the fair."""
        return clock.local(self.now, self.zone).date()


def listing_rows(
    table: Table, times: FairTimes, names: Mapping[str, str] | None = None
) -> Iterator[Draft[ListingRow] | list[Note]]:
    """Give each row as a listing, or the reasons why it is none; Unreadable for no table of listings, FairOver.

    `names` says which of our columns is which heading, where somebody has said so.
    """
    if times.ends_at <= times.now:
        raise FairOver
    return _rows(table, names or table.named(COLUMNS, REQUIRED), times)


def _rows(table: Table, names: Mapping[str, str], times: FairTimes) -> Iterator[Draft[ListingRow] | list[Note]]:
    shown = {name: names.get(name, headings[0]) for name, headings in COLUMNS.items()}
    shown |= {field: shown[name] for field, name in FIELDS_OF.items()}
    shown |= {name: names.get("salary", shown[name]) for name in ("salary_min", "salary_max", "salary_period")}
    yield from broken_rows(table)
    seen: dict[tuple[str, ...], int] = {}
    for number, values in table.rows:
        bad = unstorable(number, values)
        if bad:
            yield bad
            continue
        cells = {name: values[heading].strip() for name, heading in names.items()}
        notes: list[Note] = []
        try:
            row = _Reader(cells, times).row()
            row = _within_limits(row, number, values, shown, notes)
            check_listing(row.fields, times.now)
            _check_wage(row.fields, times.now)
        except Invalid as error:
            yield refusals(number, values, shown, error)
            continue
        first = seen.setdefault(row.identity, number)
        if first != number:
            yield [Note(number, shown["title"], _l("%(row)s행과 같은 공고예요", row=first), values)]
        else:
            yield Draft(number, row, values, shown, notes)


def _check_wage(fields: ListingFields, now: datetime) -> None:
    """Refuse what the form refuses too: a wage below the minimum."""
    offered = fields.salary_min if fields.salary_min is not None else fields.salary_max
    year = wage_year(fields.opens_at, now)
    if fields.salary_period and not wage_is_legal(offered, fields.salary_period, fields.hours_per_week, year):
        raise Invalid.one("salary", wage_message(fields.salary_period, fields.hours_per_week, year))


def _within_limits(
    row: ListingRow, number: int, values: Mapping[str, str], shown: Mapping[str, str], notes: list[Note]
) -> ListingRow:
    cut = {}
    for name in CUT:
        text = getattr(row.fields, name)
        if len(text) > TEXTS[name]:
            cut[name] = text[: TEXTS[name] - 1].rstrip() + "…"
            notes.append(
                Note(number, shown[name], _l("%(most)s자까지만 넣고 나머지는 잘랐어요", most=TEXTS[name]), values)
            )
    return replace(row, fields=replace(row.fields, **cut)) if cut else row


def line_of(text: str) -> str:
    """Return a text of one line: composed, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class _Reader:
    """Reads the cells of one row, gathering what is wrong with each."""

    def __init__(self, cells: Mapping[str, str], times: FairTimes) -> None:
        self.cells, self.times = cells, times
        self.errors: list[FieldError] = []

    def row(self) -> ListingRow:
        """Return the row; Invalid names every cell that cannot be read."""
        employer = EmployerFields(line_of(self._cell("employer")), self._cell("registration_number") or None)
        try:
            check_employer(employer)
        except Invalid as error:
            self.errors += error.errors
        opens_at, closes_at, opens_stated = self._times()
        low, high, period = self._salary()
        experience, years = experience_of(self._cell("min_experience"))
        source = self._cell("source") or None
        description = self._description()
        fields = ListingFields(
            title=line_of(self._cell("title")),
            opens_at=opens_at,
            closes_at=closes_at,
            description=description,
            occupation=occupation_of(self._cell("occupation")),
            occupation_text=line_of(self._cell("occupation")),
            employment_type=employment_type_of(self._cell("employment_type")),
            region=region_of(self._cell("region")) or region_of(self._cell("location")),
            workplace=line_of(self._cell("location") or self._cell("region")),
            salary_min=low,
            salary_max=high,
            salary_period=period,
            hours_per_week=self._hours(description),
            headcount=self._headcount(),
            experience=experience,
            experience_years=years,
            education=education_of(self._cell("education") or _line(description, "학력")) or "any",
            skills=[line_of(skill) for skill in re.split(r"[,;/|]", self._cell("skills")) if skill.strip()],
            source=source,
            source_id=(self._cell("source_id") or None) if source else None,
            url=self._cell("url"),
        )
        if self.errors:
            raise Invalid(errors=[*self.errors, *_further_errors(fields)])
        return ListingRow(employer, fields, opens_stated, bool(whole_number(self._cell("headcount"))))

    def _cell(self, name: str) -> str:
        text = self.cells.get(name, "")
        return "" if says_nothing(text) else text

    def _times(self) -> tuple[datetime, datetime, bool]:
        """Return opening and closing. Days are days at the fair; a listing closes with its day's end."""
        now, ends_at = self.times.now, self.times.ends_at
        posted, closes = self._days("posted_on"), self._days("closes_on")
        opens_at = clock.day_bounds(posted[0], self.times.zone)[0] if posted else now
        closes_at = clock.day_bounds(closes[-1], self.times.zone)[1] if closes else ends_at
        if closes and closes_at <= now:
            self.errors.append(FieldError("closes_on", _l("마감일이 지났어요: %(day)s", day=closes[-1].isoformat())))
        if opens_at >= closes_at:
            if closes and not self.errors:
                self.errors.append(FieldError("posted_on", _l("등록일이 마감일보다 늦어요")))
            opens_at = closes_at - timedelta(minutes=1)
        return opens_at.astimezone(UTC), closes_at.astimezone(UTC), bool(posted)

    def _days(self, name: str) -> list[date]:
        try:
            return days_in(self._cell(name), self.times.today)
        except ValueError:
            self.errors.append(FieldError(name, _l("없는 날짜예요: %(text)s", text=self._cell(name)[:40])))
            return []

    def _salary(self) -> Salary:
        text = self._cell("salary")
        if not text and (self._cell("salary_min") or self._cell("salary_max")):
            text = f"{self._cell('salary_period')} {self._cell('salary_min')} ~ {self._cell('salary_max')}"
        try:
            return salary_of(text)
        except Invalid as error:
            self.errors += error.errors
            return None, None, None

    def _headcount(self) -> int:
        text = self._cell("headcount")
        found = whole_number(text)
        return found if found else 1  # ○명 and 0명 mean "some"

    def _hours(self, description: str) -> int:
        text = self._cell("hours") or _line(description, "근무조건")
        hours = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else hours_of(text)
        return hours if hours and hours <= MOST_HOURS else 40

    def _description(self) -> str:
        parts = [(PARTS[name], self._cell(name)) for name in PARTS]
        told = [f"[{heading}]\n{text}" for heading, text in parts if text]
        whole = "\n\n".join([part for part in (self._cell("description"), *told) if part])
        return unicodedata.normalize("NFC", whole.replace("\r\n", "\n"))


def _further_errors(fields: ListingFields) -> list[FieldError]:
    """Return what else is wrong with a row that is refused anyhow, so that it has to be mended only once."""
    try:
        check_listing(fields, None)
    except Invalid as error:
        return [one for one in error.errors if one.field not in CUT]
    return []


def _line(description: str, heading: str) -> str:
    """Return what stands behind `[heading]` in a description."""
    match = re.search(rf"^\[{heading}\][ \t]*(.*)$", description, re.MULTILINE)
    return match[1] if match else ""

"""What people write in the cells of a table, as values: days, regions, levels of education, numbers. Pure; nothing is guessed.

Text that says nothing gives None or an empty list; text that says something impossible (30 February) raises ValueError.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from fairapp import codes

EXCEL_DAY_0 = date(1899, 12, 30)  # Excel counts days from here (its own leap year error included)

DAY = re.compile(
    r"(?<!\d)(?:"
    r"(?P<year>\d{4})\s?[-./년]\s?(?P<month>\d{1,2})\s?[-./월]\s?(?P<day>\d{1,2})"
    r"|(?P<plain>(?:19|20)\d{6})"
    r"|(?P<short>\d{2})[-./](?P<short_month>\d{1,2})[-./](?P<short_day>\d{1,2})"
    r"|(?P<only_month>\d{1,2})\s?[./월]\s?(?P<only_day>\d{1,2})일?"
    r")(?!\d)"
)
NOTHING = {"", "-", "없음", "정보없음", "미정", "n/a", "na", "none", "null", "nan", "해당없음"}

# Longest first: 초대졸 is not 대졸, 대졸(2~3년) is not four years.
EDUCATION = (
    (r"무관|불문|제한\s?없음|any|none required", "any"),
    (r"초대졸|전문대|전문학사|2\s?[~∼-]\s?3년|2,?\s?3년제|associate|초대", "associate"),
    (r"고졸|고등학교|고교|high school|ged", "high_school"),
    (r"박사|doctor|ph\.?\s?d", "doctorate"),
    (r"석사|대학원|master", "master"),
    (r"대졸|학사|대학교|4년제|4년|bachelor|대학", "bachelor"),
)
# Names that no longer exist, by what stands first in a text without its spaces: moved, renamed, made a city.
FORMER = {
    "경상북도군위군": "27720",
    "경북군위군": "27720",
    "인천광역시남구": "28177",
    "인천시남구": "28177",
    "인천남구": "28177",
    "여주군": "41670",
    "경기여주군": "41670",
    "당진군": "44270",
    "충남당진군": "44270",
    "청원군": "43110",
    "충북청원군": "43110",
    "청주시청원군": "43110",
}
SHORT = {
    "충청북도": ("충북",),
    "충청남도": ("충남",),
    "전라남도": ("전남",),
    "경상북도": ("경북",),
    "경상남도": ("경남",),
    "강원특별자치도": ("강원", "강원도"),
    "전북특별자치도": ("전북", "전라북도", "전북도"),
    "제주특별자치도": ("제주", "제주도"),
    "세종특별자치시": ("세종", "세종시"),
    "경기도": ("경기",),
}


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds a word for emptiness."""
    return "".join(text.split()).casefold() in NOTHING


def days_in(text: str, today: date) -> list[date]:
    """Return the days a text names, in its order. A day without a year is the one nearest to `today`.

    ValueError for a day that does not exist.
    """
    stripped = text.strip().removesuffix(".0")
    if re.fullmatch(r"[2-6]\d{4}", stripped):
        return [EXCEL_DAY_0 + timedelta(days=int(stripped))]
    found = []
    for match in DAY.finditer(text):
        part = match.groupdict()
        if part["year"]:
            found.append(date(int(part["year"]), int(part["month"]), int(part["day"])))
        elif part["plain"]:
            found.append(date(int(part["plain"][:4]), int(part["plain"][4:6]), int(part["plain"][6:])))
        elif part["short"]:
            found.append(date(2000 + int(part["short"]), int(part["short_month"]), int(part["short_day"])))
        else:
            found.append(_nearest(int(part["only_month"]), int(part["only_day"]), today))
    return found


def _nearest(month: int, day: int, today: date) -> date:
    years = (today.year, today.year + 1, today.year - 1)
    possible = []
    for year in years:
        try:
            possible.append(date(year, month, day))
        except ValueError:
            continue
    if not possible:
        raise ValueError(f"no such day: {month}/{day}")
    return min(possible, key=lambda one: abs(one - today))


def birthday(text: str, today: date) -> date | None:
    """Return a day of birth: as days_in, or six digits of which a spreadsheet may have dropped leading zeros.

    ValueError for a day that does not exist or lies ahead, and for text that names none.
    """
    if says_nothing(text):
        return None
    bare = text.strip().removesuffix(".0")
    # A resident number begins with the same six digits; the rest of it is not read.
    head = re.sub(r"-[\d*]{1,7}$", "", bare) if re.match(r"\d{6}-", bare) else bare
    short = re.fullmatch(r"(\d{2})[-./](\d{1,2})[-./](\d{1,2})\.?", head)
    if short:
        head = "".join(part.zfill(2) for part in short.groups())
    if head.isascii() and head.isdigit() and len(head) <= 6:
        digits = head.zfill(6)
        year = 2000 + int(digits[:2])
        found = date(year if year <= today.year else year - 100, int(digits[2:4]), int(digits[4:]))
    else:
        days = days_in(head, today)
        if len(days) != 1 or not re.search(r"\d{4}", head):
            raise ValueError("no day of birth")
        found = days[0]
    if not date(1900, 1, 1) <= found <= today:
        raise ValueError("no day of birth")
    return found


def whole_number(text: str) -> int | None:
    """Return the first whole number of a text (`1,200명` → 1200); None where there is none."""
    match = re.search(r"\d[\d,]*", unicodedata.normalize("NFKC", text))
    return int(match[0].replace(",", "")[:15]) if match else None


def education_of(text: str) -> str | None:
    """Return the level of education a text asks for or tells of; the first where it gives a span. None if it says none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Of a span the lower end counts; the ~ of 대졸(2~3년) is none.
    for part in re.split(r"~(?!\s?\d)", folded):
        for words, level in EDUCATION:
            if re.search(words, part):
                return level
    return None


@cache
def _regions() -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]], Mapping[str, str]]:
    """Return: name of a 시도 → its official name; 시도 → name of a 시군구 → code; names that only one 시군구 bears → code."""
    sidos: dict[str, str] = {}
    inside: dict[str, dict[str, str]] = {}
    bearers: dict[str, set[str]] = {}
    for region in codes.regions().values():
        if not region.sigungu:
            base = re.sub(r"(특별시|광역시)$", "", region.sido)
            for name in (region.sido, region.short_ko, base, *SHORT.get(region.sido, ())):
                sidos[name] = region.sido
            if base != region.sido:
                sidos[base + "시"] = region.sido
            inside.setdefault(region.sido, {})[""] = region.code
            continue
        parts = region.sigungu.split()
        names = {"".join(parts)}
        if len(parts) == 2:
            names.add(parts[0].removesuffix("시") + parts[1])
        for name in names:
            inside.setdefault(region.sido, {})[name] = region.code
        for name in names | {parts[-1]}:
            bearers.setdefault(name, set()).add(region.code)
    alone = {name: next(iter(held)) for name, held in bearers.items() if len(held) == 1}
    return sidos, inside, alone


def _longest(text: str, names: Mapping[str, str]) -> str | None:
    """Return what the longest of the names that the text begins with stands for."""
    for end in range(min(len(text), 12), 0, -1):
        if text[:end] in names:
            return names[text[:end]]
    return None


def _from_start(text: str) -> tuple[str | None, bool]:
    """Return the region that a text without spaces begins with, and whether a 시군구 was named."""
    sidos, inside, alone = _regions()
    former = _longest(text, FORMER)
    if former:
        return former, True
    whole = None
    for end in range(min(len(text), 8), 1, -1):
        sido = sidos.get(text[:end])
        if sido:
            whole = whole or inside[sido][""]
            code = _longest(text[end:], {name: code for name, code in inside[sido].items() if name})
            if code:
                return code, True
    code = _longest(text, alone)
    return (code, True) if code else (whole, False)


def region_of(text: str) -> str | None:
    """Return the code of the first Korean region a text names: official, short or former name, or the code itself.

    None where it names none, or a 구 that several cities have without saying which.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{5}(\d{5})?", folded) and folded[:5] in codes.regions():
        return folded[:5]
    english = _english().get(", ".join(sorted(re.split(r"[\s,]+", folded.casefold()))))
    if english:
        return english
    bare = re.sub(r"^(\(?\d{5,6}\)?|\[\d{5,6}\])?(대한민국|한국)?", "", "".join(folded.split()))
    found, _ = _from_start(bare)
    if found:
        return found
    words = re.split(r"[\s,()/:\[\]·]+", folded)
    for at in range(1, len(words)):
        code, precise = _from_start("".join(words[at:]))
        if code and precise:
            return code
    return None


@cache
def _english() -> Mapping[str, str]:
    return {
        ", ".join(sorted(re.split(r"[\s,]+", region.name_en.casefold()))): region.code
        for region in codes.regions().values()
    }


@cache
def _occupations() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for occupation in codes.occupations().values():
        names.setdefault(_plain(occupation.name_ko), occupation.code)
        names.setdefault(_plain(occupation.name_en), occupation.code)
    return names


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def occupation_of(text: str) -> str | None:
    """Return the KECO code that a text is, or whose exact name it is; None otherwise."""
    stripped = text.strip()
    if stripped in codes.occupations():
        return stripped
    if re.fullmatch(r"\d{3}", stripped) and "0" + stripped in codes.occupations():
        return "0" + stripped  # a spreadsheet took the zero
    return _occupations().get(_plain(stripped)) if stripped else None

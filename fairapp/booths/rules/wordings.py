"""What employers write about pay, kind of employment and experience, as the values of a listing. Pure; nothing is guessed.

Text that states nothing gives the value for "unstated"; text that states what cannot be kept raises Invalid with the reason.
"""

import re
import unicodedata

from flask_babel import lazy_gettext as _l

from fairapp.errors import Invalid
from fairapp.readings import says_nothing

Salary = tuple[int | None, int | None, str | None]  # KRW from, to, per period; all None: negotiable

FOREIGN = re.compile(r"usd|eur|jpy|cny|gbp|us\$|[$€¥£]|달러|유로|엔화|위안")
OTHER_PERIODS = re.compile(r"일급|일당|주급|건당|건별|daily|per day|weekly|per week|biweekly")
PERIODS = (
    ("hour", re.compile(r"시급|시간급|시간당|hourly|per hour|an hour|/h\b")),
    ("month", re.compile(r"월급|월봉|월\s?\d|세전\s?월|월\s?급여|monthly|per month|a month")),
    ("year", re.compile(r"연봉|년봉|연\s?\d|연간|연급|annual|yearly|per year|a year")),
)
SMALL_UNITS = {"천": 1_000, "백": 100, "십": 10}
AMOUNT = re.compile(r"(?:\d[\d,]*(?:\.\d+)?\s*[억만천백십]+\s*)*\d[\d,]*(?:\.\d+)?\s*[억만천백십]*")
PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([억만천백십]*)")
NO_MONEY = re.compile(r"\d[\d,.]*\s*(?:%|시간|일|년|개월|명|회|호봉|급)")
FROM = re.compile(r"이상|부터|↑|[+~∼-]\s*$|from|over|at least|min")
UP_TO = re.compile(r"이하|까지|↓|최대|미만|^\D*[~∼]\D*\d|up to|under|max")

EMPLOYMENT = (
    ("regular", r"(?<!비)정규직|정사원|정직원|무기\s?계약|정함이\s?없는|상용직|permanent|full[\s-]?time|regular"),
    (
        "contract",
        r"비정규직|계약직|기간제|정함이\s?있는|파견|위촉|임시직|촉탁|temporary|\bterm\b|contract|seasonal|fixed[\s-]?term",
    ),
    ("part_time", r"시간제|시간\s?선택제|파트|아르바이트|알바|단시간|단기|part[\s-]?time"),
    ("internship", r"인턴|\bintern(?:ship)?s?\b"),
)
NO_EXPERIENCE_ASKED = re.compile(r"무관|불문|관계\s?없음|any|not required")
ENTRY = re.compile(r"신입|초보|졸업예정|entry|junior|new grad")
EXPERIENCED = re.compile(r"경력|experience|senior")
YEARS = re.compile(r"(\d{1,2})\s*(?:[~∼-]\s*\d{1,2}\s*)?(?:년|\+?\s*year|\+?\s*yr)")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def salary_of(text: str) -> Salary:
    """Return the salary a text states, in KRW; Invalid for another currency, another period or what has no clear meaning.

    A bare amount is a year's from 10 million, a month's from 1 million, an hour's below 100,000: nothing lies between.
    """
    folded = NO_MONEY.sub("", _folded(text))
    remarks_apart = re.sub(r"\([^)]*\)", "", folded)
    folded = remarks_apart if re.search(r"\d", remarks_apart) else folded
    if FOREIGN.search(folded) and re.search(r"\d", folded):
        raise Invalid.one("salary", _l("원화(KRW)로 적은 급여만 받을 수 있어요"))
    amounts = [_amount(match[0]) for match in AMOUNT.finditer(folded)]
    if says_nothing(text) or not amounts:
        return None, None, None
    if OTHER_PERIODS.search(folded):
        raise Invalid.one("salary", _l("급여는 연봉, 월급, 시급으로 적어 주세요"))
    period = next((name for name, words in PERIODS if words.search(folded)), None)
    named = [_scaled(amount, unit, period, amounts) for amount, unit in amounts]
    period = period or _period_of(min(named))
    if period is None or len(named) > 2 or not all(named):
        raise Invalid.one("salary", _l("급여를 읽을 수 없어요. 예: 연봉 3,200만원 ~ 3,800만원"))
    low, high = named[0], named[-1]
    if len(named) == 1 and FROM.search(folded):
        return low, None, period
    if len(named) == 1 and UP_TO.search(folded):
        return None, high, period
    if low > high:
        raise Invalid.one("salary", _l("가장 많은 급여가 가장 적은 급여보다 적어요"))
    return low, high, period


def _amount(text: str) -> tuple[float, bool]:
    """Return the number that a phrase such as 1억 2,000만 or 3천5백만 says, and whether it has ten thousands in it."""
    total, section = 0.0, 0.0
    for digits, units in PART.findall(text):
        value = min(float(digits.replace(",", "")), 1e12)
        for unit in units:
            if unit in SMALL_UNITS:
                value *= SMALL_UNITS[unit]
            else:
                total += (section + value) * (10_000 if unit == "만" else 100_000_000)
                section = value = 0.0
        section += value
    return total + section, "만" in text or "억" in text


def _scaled(amount: float, has_unit: bool, period: str | None, amounts: list[tuple[float, bool]]) -> int:
    """Return the amount in KRW: 3000~3500만 and 연봉 3,200 mean ten thousands too."""
    if not has_unit:
        usual = {"year": (500, 100_000), "month": (50, 10_000)}.get(period or "", (0, 0))
        if (any(other for _, other in amounts) and amount < 100_000) or usual[0] <= amount < usual[1]:
            amount *= 10_000
    return round(min(amount, 1e12))


def _period_of(amount: int) -> str | None:
    if amount >= 10_000_000:
        return "year"
    if amount >= 1_000_000:
        return "month"
    return "hour" if 1_000 <= amount < 100_000 else None


def employment_type_of(text: str) -> str | None:
    """Return the first kind of employment that a text names, None where it names none that we know."""
    folded = _folded(text)
    found = [(match.start(), name) for name, words in EMPLOYMENT if (match := re.search(words, folded))]
    return min(found)[1] if found else None


def experience_of(text: str) -> tuple[str, int]:
    """Return what experience a text asks for (any, entry, experienced) and the least years of it."""
    folded = _folded(text)
    if says_nothing(text) or NO_EXPERIENCE_ASKED.search(folded):
        return "any", 0
    years = YEARS.search(folded)
    least = int(years[1]) if years and not re.search(r"↓|이하|미만|이내|up to", folded) else 0
    experienced, entry = bool(EXPERIENCED.search(folded) or years), bool(ENTRY.search(folded))
    if entry:
        return ("any" if experienced else "entry"), 0
    return ("experienced", min(least, 60)) if experienced and (least or not years) else ("any", 0)


def hours_of(text: str) -> int | None:
    """Return the hours of a week that a text states (`주 40시간`), None where it states none."""
    match = re.search(r"주\s?(\d{1,2})\s?시간|(\d{1,2})\s?hours?\s?(?:per|a|/)\s?week", _folded(text))
    return int(match[1] or match[2]) if match else None

"""When two employers may be one: the forms in which they are compared, and what keeps two apart whatever agrees. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fairapp.employers.rules import LEGAL_FORMS
from fairapp.errors import Conflict
from fairapp.partners.rules.latin import folded, romanized
from fairapp.partners.rules.likeness import phone_form, sound

LIKELY_FIRMS = 300  # thousandths: from here on a pair is put before a person; none is ever joined unseen
SAME_FIRM_NAME = frozenset({"same", "sound", "latin", "alike"})

_LATIN_FORMS = re.compile(r"\b(?:co|ltd|inc|corp|corporation|company|limited|llc|plc|gmbh)\b\.?")
# What is no branch, though it ends as one: 대구 백화점, 한빛 안경점.
_NO_BRANCH = re.compile(r"(?:백화|음식|전문|면세|할인|편의|제과|정육|안경|서|반찬|꽃)점$")
_BRANCH = r"(?:지점|지사|영업소|사업소|출장소|공장|대리점|분점|본점|본사|점)"
_PLACES = (
    "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|구미|포항|경산|창원|수원|성남"
)
_BRANCHES = (
    re.compile(rf"^(.+?)\s*\(([^()]*{_BRANCH})\)$"),
    re.compile(rf"^(.+?)\s+(\S*{_BRANCH})$"),
    re.compile(rf"^(.{{2,}}?)((?:{_PLACES})(?:제?\d*){_BRANCH})$"),
    re.compile(r"^(.+?)[\s(]+(\S+\s+(?:branch|plant|factory|office))\)?$"),
)
_HEADS = ("본사", "본점", "head office")
_ROAD = re.compile(r"([가-힣]+\d*(?:로|길)(?:\d+번?길)?)\s*(\d+(?:-\d+)?)")
_LOT = re.compile(r"([가-힣]+\d*(?:동|리|가))\s*(\d+(?:-\d+)?)")
# Words that firms write in either language: one sign for both.
_WORDS = {
    "테크": "tech", "텍": "tech", "시스템즈": "systems", "시스템": "system", "소프트": "soft", "전자": "electronics",
    "산업": "industry", "기계": "machinery", "건설": "construction", "화학": "chemical", "케미칼": "chemical",
    "정밀": "precision", "푸드": "food", "식품": "food", "코리아": "korea", "모터스": "motors", "에너지": "energy",
    "바이오": "bio", "메디칼": "medical", "물류": "logistics", "로지스틱스": "logistics", "디자인": "design",
    "엔지니어링": "engineering", "솔루션": "solution", "금속": "metal", "철강": "steel", "섬유": "textile",
    "네트웍스": "networks", "글로벌": "global", "그룹": "group", "서비스": "service",
}  # fmt: skip
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_PLURALS = re.compile(r"\b(solution|food|industr|system|service|electronic)(?:s|ies|y)\b")


class AtOneFair(Conflict):
    """Both employers have a booth at one fair."""

    slug = "both-at-one-fair"
    title = _l("두 기업이 같은 박람회에 부스를 두고 있어 합칠 수 없어요")


class NumbersDiffer(Conflict):
    """Two registration numbers are two employers."""

    slug = "numbers-differ"
    title = _l("사업자등록번호가 서로 달라서 합칠 수 없어요")


class RestsItself(Conflict):
    """The employer that stayed was merged into another since."""

    slug = "rests-itself"
    title = _l("남은 기업이 다른 기업에 합쳐져 있어요. 그것을 먼저 나눠 주세요")


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer as it is compared."""

    id: int
    name: str
    name_en: str = ""
    number: str | None = None
    phone: str = ""
    region: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class FirmForms:
    """An employer in the forms in which it is compared; "" where there is no value."""

    id: int
    number: str
    core: str  # the name without legal form and branch
    branch: str  # 대구지점; "" for the firm itself and its head office
    sound: str
    latins: tuple[str, ...]  # folded Latin letters of either name, by letters and by words
    phone: str
    region: str
    road: str
    address: str  # road and number

    @property
    def keys(self) -> tuple[str, ...]:
        """What another employer must have one of to be compared with this one."""
        found = {f"n:{self.core}", *(f"l:{one}" for one in self.latins)}
        found |= {f"s:{self.sound}"} if self.sound else set()
        found |= {f"p:{self.phone}"} if self.phone else set()
        found |= {f"a:{self.region[:2]}{self.address}"} if self.address else set()
        found |= {f"b:{self.region}{self.core[:2]}"} if self.region and len(self.core) > 2 else set()
        return tuple(sorted(key[:160] for key in found if len(key) > 2))


@dataclass(frozen=True, slots=True)
class FirmLikeness:
    """Two employers that may be one."""

    one: int
    other: int
    permille: int
    evidence: Mapping[str, str]  # of name, phone, address, region: same, sound, latin, alike, near, differs, missing


def firm_forms(firm: Firm) -> FirmForms:
    """Return an employer in the forms in which it is compared."""
    name, branch = name_and_branch(firm.name)
    core = "".join(c for c in name if c.isalnum()) or name
    english, _ = name_and_branch(firm.name_en)
    road, address = address_forms(firm.address)
    return FirmForms(
        id=firm.id,
        number=firm.number or "",
        core=core,
        branch=branch,
        sound=sound(core) if re.fullmatch(r"[가-힣]+", core) else "",
        latins=tuple(sorted({one for text in (name, english) for one in _latins(text)})),
        phone=phone_form(firm.phone),
        region=firm.region or "",
        road=road,
        address=address,
    )


def name_and_branch(text: str) -> tuple[str, str]:
    """Return a firm's name without its legal form, and the branch that it is; "" for the firm itself."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"\s+", " ", _LATIN_FORMS.sub(" ", LEGAL_FORMS.sub(" ", plain)).replace(",", " ")).strip(" .")
    for pattern in _BRANCHES:
        found = pattern.match(plain)
        if found and not _NO_BRANCH.search(found[2]):
            branch = re.sub(r"\W", "", found[2])
            return found[1].strip(), "" if found[2].strip() in _HEADS else branch
    return plain, ""


def _latins(name: str) -> list[str]:
    """Return the name in folded Latin letters: letter by letter, and with the words that have an English one in it."""
    worded = _PLURALS.sub(lambda found: _one_word(found[1]), _WORD.sub(lambda found: f" {_WORDS[found[0]]} ", name))
    worded = _PLURALS.sub(lambda found: _one_word(found[1]), worded)
    found = [folded(re.sub(r"[^a-z0-9]", "", _letters(text))) for text in (name, worded)]
    return [one for one in found if len(one) > 2]


def _one_word(stem: str) -> str:
    return {"industr": "industry", "electronic": "electronics"}.get(stem, stem)


def _letters(text: str) -> str:
    return "".join(romanized(sign) or sign for sign in text)


def address_forms(text: str) -> tuple[str, str]:
    """Return an address' road, and road and number; else its lot; "" where neither is told."""
    plain = unicodedata.normalize("NFKC", text)
    found = _ROAD.search(plain) or _LOT.search(plain)
    return (found[1], f"{found[1]} {found[2]}") if found else ("", "")


def kept_apart(one: FirmForms, other: FirmForms) -> str:
    """Return why two employers are never one: two numbers, or a branch and its parent; "" where nothing says so."""
    if one.number and other.number and one.number != other.number:
        return "number"
    return "branch" if one.branch != other.branch else ""


def likely_firms(found: FirmLikeness, one: FirmForms, other: FirmForms) -> bool:
    """Say whether a person is asked about two employers: their names agree somehow, and nothing keeps them apart."""
    if kept_apart(one, other):
        return False
    if one.number and one.number == other.number:
        return True
    return found.permille >= LIKELY_FIRMS and found.evidence.get("name") in SAME_FIRM_NAME


def which_stays(one: tuple[bool, bool, int], other: tuple[bool, bool, int]) -> bool:
    """Say whether the first of two stays: the verified one, else that with a number, else the older (the lower id)."""
    return (not one[0], not one[1], one[2]) < (not other[0], not other[1], other[2])

"""The forms in which values of two rows are compared: names by letters and by sound, phones, addresses, dates.

Nothing here is shown to anybody: a form is made from a value as it was sent, and only ever compared with another form.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import phonenumbers

from fairapp.accounts.rules.signing_in import normal_email
from fairapp.errors import Invalid
from fairapp.partners.rules.latin import LONG_SURNAMES, folded, parts, romanized, surname_of, surname_rank

# What a person adds to a name and is no part of it: (A), 홍길동2, 홍길동B, 님.
_ADDED = re.compile(r"\([^)]*\)|\[[^]]*\]")
_TRAILING = re.compile(r"(?<=[가-힣])\s*(?:[0-9]+|[A-Za-z]|님)$")
_HIDDEN = re.compile(r"[*○●◯〇ㅇ]|[xX]{2,}")
# Vowels and finals that sound alike to most speakers: ㅐㅔㅖㅒ, ㅚㅙㅞ, ㅢㅣ; ㄲㅋ as ㄱ, ㅅㅆㅈㅊㅌ as ㄷ, ㅍ as ㅂ.
_VOWEL = {1: 5, 3: 5, 7: 5, 10: 11, 15: 11, 19: 20}
_FINAL = {2: 1, 24: 1, 19: 7, 20: 7, 22: 7, 23: 7, 25: 7, 26: 17}
_YEO_AS_EO = {9, 12, 14, 18}  # after ㅅ, ㅈ, ㅊ and ㅎ, 현 is heard and typed as 헌
_HEAD = {(5, 20): 11, (5, 17): 11, (5, 6): 11, (5, 0): 2, (5, 8): 2}  # 리 as 이, 류 as 유, 려 as 여, 라 as 나, 로 as 노


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name in the forms in which it is compared; empty where a form does not exist."""

    exact: str  # the letters, the same for every order of Latin words
    surname: str  # Hangul
    given: str  # Hangul
    jamo: str  # three signs a syllable, Hangul only
    sound: str  # as jamo, with what sounds alike made one
    latin: str  # folded Latin letters, for Hangul too
    other: str = ""  # the same with the other end as the surname, where that could be: Jung Yun Son


NO_NAME = NameForms("", "", "", "", "", "")


@lru_cache(maxsize=200_000)
def name_forms(text: str | None) -> NameForms:
    """Return the forms of a name as it was written; NO_NAME if there is none or letters of it are hidden (홍*동)."""
    plain = _ADDED.sub(" ", unicodedata.normalize("NFKC", text or "")).strip()
    plain = _TRAILING.sub("", plain)
    if not plain or _HIDDEN.search(plain):
        return NO_NAME
    if re.fullmatch(r"[가-힣\s·.-]+", plain):
        return _hangul(plain)
    return _latin(plain)


def _hangul(text: str) -> NameForms:
    name = re.sub(r"[^가-힣]", "", text)
    if not name:
        return NO_NAME
    words = text.split()
    size = 2 if name.startswith(LONG_SURNAMES) and len(name) > 2 else 1
    korean = 2 <= len(name) <= 5 and surname_of(name[:size]) != ""
    surname, given = (name[:size], name[size:]) if korean else ("", name)
    if korean:
        latin = f"{romanized(surname_of(surname))} {folded(romanized(given))}"
    else:
        latin = " ".join(sorted(folded(romanized(word)) for word in words))
    return NameForms(name, surname, given, jamo(name), sound(name), latin)


def _latin(text: str) -> NameForms:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    bare = bare.replace("đ", "d").replace("ø", "o").replace("ł", "l")
    words = [w for w in (re.sub(r"[^a-z]", "", word) for word in re.split(r"[\s,.]+", bare)) if w]
    if not words:
        other = re.sub(r"\s", "", bare)  # another script: only equal is equal
        return NameForms(other, "", "", "", "", other)
    return NameForms(" ".join(sorted(words)), "", "", "", "", *_ordered(words))


def _ordered(words: list[str]) -> list[str]:
    """Return surname and given name folded, the likelier surname first; without one, all words sorted."""
    ends = [] if len(words) == 1 else [(words[0], words[1:]), (words[-1], words[:-1])]
    known = sorted((surname_rank(end), surname_of(end), "".join(rest)) for end, rest in ends if surname_of(end))
    if known:
        return [f"{romanized(surname)} {folded(given)}" for _, surname, given in known]
    return [" ".join(sorted(map(folded, words)))]


def jamo(name: str) -> str:
    """Return three ASCII signs for each Hangul syllable, so that one wrong letter is one edit."""
    return "".join(_signs(*found) for found in map(parts, name) if found)


def sound(name: str) -> str:
    """Return the jamo with what sounds alike made one: 재 and 제, 현 and 헌, 희 and 히, and the surnames 류 and 유."""
    made = []
    for place, (i, v, f) in enumerate(found for found in map(parts, name) if found):
        initial = _HEAD.get((i, v), i) if place == 0 else i
        vowel = 4 if v == 6 and i in _YEO_AS_EO else _VOWEL.get(v, v)
        made.append(_signs(initial, vowel, _FINAL.get(f, f)))
    return "".join(made)


def _signs(initial: int, vowel: int, final: int) -> str:
    return f"{chr(65 + initial)}{chr(97 + vowel)}{chr(48 + final)}"


def phone_form(text: str | None) -> str:
    """Return the digits of a number in international form; those typed where it is no valid number; "" where there are few."""
    if not text:
        return ""
    typed = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[^0-9]", "", typed)
    if not typed.strip().startswith("+"):  # the common cases by hand: a parse takes forty times as long
        if re.fullmatch(r"01[016789][0-9]{7,8}", digits):
            return f"82{digits[1:]}"
        if re.fullmatch(r"8201[016789][0-9]{7,8}", digits):
            return f"82{digits[3:]}"
        if re.fullmatch(r"10[0-9]{8}", digits):  # a spreadsheet took the leading zero away
            return f"82{digits}"
    try:
        number = phonenumbers.parse(typed, "KR")
    except phonenumbers.NumberParseException:
        return digits if len(digits) >= 7 else ""
    return f"{number.country_code}{number.national_number}" if len(digits) >= 7 else ""


_PLAIN = re.compile(r"[a-z0-9][a-z0-9_+-]*(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def email_form(text: str | None) -> str:
    """Return the address as accounts keep it; "" if it cannot be one."""
    lower = (text or "").strip().lower()
    if not lower:
        return ""
    if _PLAIN.fullmatch(lower) and "xn--" not in lower and len(lower) <= 64:
        return lower  # nothing to normalize in plain ASCII
    try:
        return normal_email(lower)
    except Invalid:
        return ""


def birth_form(day: date | None) -> str:
    """Return YYYYMMDD, or "" if there is none or it is a filler: 1 January 1900 and the like mean that nobody asked."""
    return "" if day is None or day.year <= 1901 else f"{day:%Y%m%d}"


def near_birth(one: str, other: str) -> bool:
    """Say whether two different dates (YYYYMMDD) are one slip apart: day and month swapped, a digit wrong, two swapped."""
    if one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]:
        return True
    wrong = [place for place in range(8) if one[place] != other[place]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
    return len(wrong) == 1

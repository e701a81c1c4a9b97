"""Korean names in Latin letters: how a syllable is written by the rule, and one form for the ways in which people write it.

The rule is the Revised Romanization (국어의 로마자 표기법, 문화체육관광부고시 제2014-42호): tables of chapter 2, and chapter 3,
article 4: in names, changes of sound between syllables are not written. So a name is its syllables' letters, no more.
Syllables come apart by arithmetic (The Unicode Standard, 3.12: conjoining jamo behaviour).
"""

import re
from functools import lru_cache

FIRST = 0xAC00
INITIALS = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h"]
VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
FINALS = [
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
# From the most to the least frequent (인구총조사 2015, 통계청): where both ends of a name could be one, the first here is.
SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소"
    "석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형두감호동온제류림"
)
LONG_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")
# Ways of writing a surname that follow no rule of letters.
HABITS = {
    "이": "lee yi rhee ri li i rhie yee rhi leigh",
    "박": "park pak bak bark",
    "최": "choi choe choy",
    "오": "oh o",
    "우": "woo u wu",
    "노": "noh no roh ro",
    "임": "im lim rim yim leem",
    "유": "yoo yu ryu you ryoo lyu ryou",
    "나": "na ra rha nah",
    "허": "heo hur huh her",
    "백": "baek paik back paek baik",
    "엄": "eom um uhm",
    "조": "jo cho joe joh",
    "여": "yeo yuh lyeo",
    "손": "son sohn shon",
    "안": "an ahn",
    "서": "seo suh so sur",
    "배": "bae pae bai",
    "하": "ha hah",
    "고": "ko go goh koh",
    "구": "koo gu ku goo",
    "주": "joo ju chu choo",
    "남궁": "namgung namkoong namkung namgoong",
    "정": "jung jeong chung cheong joung",
}
# These are surnames, too, but at one end of a name they are mostly a syllable of the given name.
MOSTLY_GIVEN = frozenset(
    [
        "ri",
        "li",
        "i",
        "o",
        "u",
        "na",
        "ha",
        "so",
        "jun",
        "joon",
        "min",
        "jin",
        "ji",
        "won",
        "hyun",
        "sun",
        "in",
        "eun",
        "soo",
        "su",
    ]
)
# In the order in which they are tried: the longest first.
_SOUNDS = tuple(
    (letters, sound)
    for sound, group in {
        "yo": "yeou yeo you yoo yeu yo yu",
        "o": "woo eou eoo eo eu oo ou oh uh wu ow o u",
        "we": "wae woe oei oe oi oy we",
        "wo": "weo wo uo",
        "wa": "wa oa",
        "wi": "wi wui",
        "ye": "yae yea ye",
        "ya": "ya ia",
        "i": "eui uie ui ee ie i y",
        "e": "ae ai ay ea ei e",
        "a": "ah a",
    }.items()
    for letters in group.split()
)
_BY_LENGTH = tuple(sorted(_SOUNDS, key=lambda one: -len(one[0])))
_CONSONANTS = (("tch", "c"), ("ch", "c"), ("sh", "s"), ("ph", "p"), ("th", "t"), ("kh", "k"), ("ck", "k"))
_ALIKE = str.maketrans(
    {"g": "k", "q": "k", "d": "t", "b": "p", "f": "p", "v": "p", "r": "l", "j": "c", "z": "c", "x": "s"}
)


def parts(syllable: str) -> tuple[int, int, int] | None:
    """Return the numbers of a Hangul syllable's initial, vowel and final; None for any other sign."""
    place = ord(syllable) - FIRST
    return (place // 588, place % 588 // 28, place % 28) if 0 <= place < 11172 else None


def romanized(hangul: str) -> str:
    """Return Hangul by the Revised Romanization for names, in small letters; other signs are left out."""
    found = [pieces for pieces in map(parts, hangul) if pieces]
    return "".join(f"{INITIALS[i]}{VOWELS[v]}{FINALS[f]}" for i, v, f in found).replace("-", "")


@lru_cache(maxsize=100_000)
def folded(letters: str) -> str:
    """Return one spelling for the ways in which Koreans write the same sounds: Jeong, Jung and Chung give `conk`.

    It is coarse: k is g, and o, u, eo and eu are one vowel, so that it is evidence only beside a birth date or a phone.
    """
    text = letters.lower()
    for group, one in _CONSONANTS:
        text = text.replace(group, one.upper())
    made, place = [], 0
    while place < len(text):
        vowel = next((one for one in _BY_LENGTH if text.startswith(one[0], place)), None)
        made.append(vowel[1] if vowel else text[place].lower().translate(_ALIKE))
        place += len(vowel[0]) if vowel else 1
    return re.sub(r"([^aeiou])\1+", r"\1", "".join(made))


_WRITTEN = {way: hangul for hangul, ways in HABITS.items() for way in ways.split()}
_ALL = (*SURNAMES, *LONG_SURNAMES)
_RANK = {surname: rank for rank, surname in reversed(list(enumerate(_ALL)))}
_OF_SOUND = {folded(romanized(one)): one for one in reversed(_ALL)}  # of several that sound alike, the most frequent
_BY_LAW = {"류": "유", "림": "임", "라": "나", "로": "노", "리": "이", "려": "여"}  # the initial sound rule (두음 법칙)


@lru_cache(maxsize=20_000)
def surname_of(written: str) -> str:
    """Return the Hangul surname that stands for the group which sounds like this one, in either script; "" if it is none."""
    if parts(written[0]):
        hangul = _BY_LAW.get(written, written)
        if hangul not in _RANK:
            return ""
    else:
        hangul = _WRITTEN.get(written.lower(), "")
    return hangul if hangul in HABITS else _OF_SOUND.get(folded(romanized(hangul) if hangul else written), "")


def surname_rank(written: str) -> int:
    """Return how unlikely it is that this end of a name, which surname_of knows, is the surname rather than the other."""
    return _RANK[surname_of(written)] + len(_ALL) * (written.lower() in MOSTLY_GIVEN)

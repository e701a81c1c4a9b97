"""Names, phones, addresses and dates of the made-up city, and the ways in which they are written down wrong."""

import random
import string
from datetime import date

from fairapp.partners.rules.latin import FINALS, FIRST, INITIALS, VOWELS, parts

# Share in a thousand of the most frequent surnames, rounded from the census of 2015.
SURNAMES = dict(
    zip(
        "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소"
        "석선설마길연위표명기반왕금옥육인맹제모탁국어은편용",
        [215, 147, 84, 47, 43, 24, 21, 21, 20, 17, 15, 15, 15, 15, 14, 14, 14, 14, 11, 11, 13, 9, 9, 9, 9, 8, 8, 7, 5, 5, 5, 5]
        + [4] * 8 + [3] * 8 + [2] * 12 + [1] * 20,
        strict=False,
    )
)  # fmt: skip
# Syllables of given names by fashion: born before 1965, before 1985, before 2000, later. A name is two of its generation.
FASHION = (
    (1965, "영 정 순 옥 숙 자 희 경 미 명 상 병 종 재 성 춘 말 금 복 광 "
     "동 기 용 석 호 수 철 식 환 태 덕 인 길 봉 남 화 애 란 연 선"),
    (1985, "영 정 미 경 은 희 숙 지 선 현 성 상 진 재 동 종 수 용 호 훈 "
     "철 석 민 연 주 혜 윤 태 기 승 광 원 창 규 우 화 애 아 옥 란"),
    (2000, "지 민 현 수 영 은 정 진 혜 성 준 재 동 승 우 훈 석 호 윤 희 "
     "연 주 아 경 선 미 하 예 유 빈 태 상 원 규 림 솔 람 나 보 슬"),
    (2100, "민 서 지 예 하 윤 준 현 우 시 도 은 유 수 채 연 원 빈 아 주 "
     "재 건 승 린 율 진 태 나 다 온 솔 가 람 늘 담 별 이 소 라 경"),
)  # fmt: skip
FASHIONABLE = {
    1965: "영숙 정숙 영희 영자 정희 순자 영수 영철 미숙 경숙 종수 성수 영호 광수 병철",
    1985: "지영 은주 미경 은영 현정 성호 정훈 상훈 영진 성민 은정 동현 수진 혜진 지훈 현주 미영 정은 재현 승현",
    2000: "지훈 지혜 민지 지현 성민 수빈 유진 동현 은지 지은 현우 준영 혜진 민수 수진 지영 승현 예진 민정 재현",
    2100: "민준 서연 지우 서준 하은 도윤 지민 예은 시우 수빈 예준 지원 서현 현우 민서 지유 유나 하늘 하람 건우",
}
FOREIGN = {
    "Nguyen": "Van An|Thi Hoa|Thi Lan|Van Hung|Thi Mai|Duc Anh|Minh Tuan|Thi Huong|Quoc Bao|Thu Trang",
    "Tran": "Thi Linh|Van Nam|Minh Duc|Thi Thao|Quang Huy|Thi Nga",
    "Le": "Van Long|Thi Hang|Minh Khoa|Thi Yen|Hoang Nam",
    "Pham": "Thi Ha|Van Cuong|Ngoc Anh|Thi Thuy",
    "Wang": "Wei|Fang|Jing|Lei|Yan|Xiuying|Haoran",
    "Li": "Na|Jun|Qiang|Min|Yang|Xin Yi",
    "Zhang": "Wei|Li|Tao|Min|Jie|Yu Xuan",
    "Karimov": "Aziz|Rustam|Dilshod|Timur",
    "Karimova": "Dilnoza|Nigora|Madina",
    "Singh": "Arjun|Ravi|Gurpreet|Harpreet|Amit",
    "Sharma": "Priya|Rahul|Anjali|Sunil",
    "Gurung": "Bishal|Sita|Prakash|Maya",
    "Santos": "Maria|Jose|Angelica|Mark Anthony|Rowena",
    "Reyes": "Juan|Cristina|Jerome|Liza",
    "Smith": "John|Emma|Michael|Sarah Jane",
    "Johnson": "David|Emily|James",
    "Batbayar": "Bold|Oyun|Temuulen|Saruul",
    "Sok": "Dara|Srey Mom|Visal|Chanthy",
}
HOSTS = ("gmail.com", "naver.com", "naver.com", "naver.com", "daum.net", "hanmail.net", "kakao.com", "nate.com")
HANDLES = ("love", "star", "happy", "sun", "blue", "moon", "job", "one", "day", "sky")
# Ways in which people write the sounds in Latin letters, the more usual ones repeated.
LATIN_INITIAL = {
    "g": ["g", "k", "k"],
    "d": ["d", "d", "t"],
    "b": ["b", "b", "p"],
    "j": ["j", "j", "j", "ch"],
    "s": ["s", "s", "s", "s", "sh"],
}
LATIN_VOWEL = {
    "eo": ["eo", "u", "u", "o"],
    "yeo": ["yeo", "you", "yu", "yo"],
    "eu": ["eu", "eu", "u"],
    "u": ["u", "u", "oo"],
    "i": ["i", "i", "i", "ee"],
    "ae": ["ae", "ae", "ai", "e"],
    "ui": ["ui", "ee", "hee"][:2],
    "yu": ["yu", "yu", "yoo"],
    "wo": ["wo", "wo", "weo"],
}
LATIN_SURNAME = {
    "김": "Kim Kim Kim Gim", "이": "Lee Lee Lee Yi Rhee", "박": "Park Park Pak Bak", "최": "Choi Choi Choe",
    "정": "Jung Jeong Chung", "강": "Kang Gang", "조": "Cho Jo", "윤": "Yoon Yun",
    "장": "Jang Chang", "임": "Lim Im Yim", "오": "Oh", "서": "Seo Suh",
    "신": "Shin Sin", "권": "Kwon Gwon", "안": "Ahn An", "전": "Jeon Jun Chun",
    "유": "Yoo Yu Ryu", "고": "Ko Go", "문": "Moon Mun", "손": "Son Sohn",
    "배": "Bae", "백": "Baek Paik", "허": "Heo Hur Huh", "노": "Noh Roh",
    "우": "Woo", "주": "Joo Ju", "구": "Koo Ku Gu",
}  # fmt: skip
SOUNDS_ALIKE = {
    "ae": "e",
    "e": "ae",
    "yae": "ye",
    "oe": "wae",
    "wae": "oe",
    "we": "wae",
    "ui": "i",
    "yeo": "eo",
    "ye": "e",
}
_WEIGHTS = list(SURNAMES.values())
_FAMILY = list(SURNAMES)


def korean(year: int, chance: random.Random) -> tuple[str, str]:
    """Return surname and given name in the fashion of that year; a third have one of its twenty favourites."""
    surname = chance.choices(_FAMILY, _WEIGHTS)[0]
    until, syllables = next((end, text.split()) for end, text in FASHION if year < end)
    lot = chance.random()
    if lot < 0.3:
        favourites = FASHIONABLE[until].split()
        return surname, favourites[min(int(chance.expovariate(0.15)), len(favourites) - 1)]
    if lot < 0.33:
        return surname, chance.choice(syllables)
    first = syllables[min(int(chance.expovariate(0.07)), len(syllables) - 1)]
    second = syllables[min(int(chance.expovariate(0.06)), len(syllables) - 1)]
    return surname, first + (second if second != first else chance.choice(syllables))


def twin_of(given: str, year: int, chance: random.Random) -> str:
    """Return another name that keeps a syllable; in one of five cases the other syllable is one letter away."""
    _, syllables = next((end, text.split()) for end, text in FASHION if year < end)
    kept = chance.randrange(2) if len(given) == 2 else 0
    changed = given[1 - kept] if len(given) == 2 else given
    near = [s for s in syllables if sum(x != y for x, y in zip(parts(s) or (), parts(changed) or (), strict=True)) == 1]
    others = [s for s in syllables if s != changed]
    other = chance.choice(near) if near and chance.random() < 0.2 else chance.choice(others)
    return (given[0] + other if kept == 0 else other + given[1]) if len(given) == 2 else other


def foreign(chance: random.Random) -> tuple[str, str]:
    """Return a family name and given names in Latin letters."""
    family = chance.choice(list(FOREIGN))
    return family, chance.choice(FOREIGN[family].split("|"))


def foreign_written(family: str, given: str, chance: random.Random) -> str:
    """Return it with family name first or last, in capitals or not, with or without a comma, seldom with a letter wrong."""
    way = chance.random()
    text = f"{family} {given}" if way < 0.5 else f"{given} {family}" if way < 0.9 else f"{family}, {given}"
    text = text.upper() if chance.random() < 0.3 else text
    return wrong_letter(text, chance) if chance.random() < 0.03 else text


def latin_written(surname: str, given: str, chance: random.Random) -> str:
    """Return a Korean name in Latin letters: one of many spellings, either order, with a hyphen, a space or neither."""
    family = chance.choice(LATIN_SURNAME.get(surname, "").split() or [_spelled(surname, chance).capitalize()])
    syllables = [_spelled(one, chance) for one in given]
    joiner = chance.choice(["-", "-", "", "", " "])
    own = joiner.join([syllables[0].capitalize(), *(s.capitalize() if joiner == " " else s for s in syllables[1:])])
    text = f"{family} {own}" if chance.random() < 0.6 else f"{own} {family}"
    return text.upper() if chance.random() < 0.2 else text


def _spelled(syllable: str, chance: random.Random) -> str:
    i, v, f = parts(syllable) or (0, 0, 0)
    first = chance.choice(LATIN_INITIAL.get(INITIALS[i], [INITIALS[i].replace("-", "")]))
    vowel = VOWELS[v]
    if not first and vowel == "u":
        return chance.choice(["u", "woo", "woo"]) + FINALS[f].replace("-", "")
    return first + chance.choice(LATIN_VOWEL.get(vowel, [vowel])) + FINALS[f].replace("-", "")


def hangul_written(surname: str, given: str, chance: random.Random) -> str:
    """Return a Korean name as it is mostly written, seldom with a space or a mark that tells namesakes apart."""
    lot = chance.random()
    return (
        f"{surname} {given}"
        if lot < 0.03
        else f"{surname}{given}{chance.choice('AB12')}"
        if lot < 0.035
        else surname + given
    )


def homophone(given: str, chance: random.Random) -> str:
    """Return the name with a vowel that sounds the same, where it has one."""
    places = [n for n, s in enumerate(given) if VOWELS[(parts(s) or (0, 0, 0))[1]] in SOUNDS_ALIKE]
    if not places:
        return given
    place = chance.choice(places)
    i, v, f = parts(given[place]) or (0, 0, 0)
    changed = chr(FIRST + i * 588 + VOWELS.index(SOUNDS_ALIKE[VOWELS[v]]) * 28 + f)
    return given[:place] + changed + given[place + 1 :]


def slip(name: str, chance: random.Random) -> str:
    """Return the name with one letter of one syllable another: what a finger beside the right key does."""
    place = chance.randrange(len(name))
    i, v, f = parts(name[place]) or (0, 0, 0)
    which = chance.randrange(3)
    i, v, f = (
        chance.randrange(19) if which == 0 else i,
        chance.randrange(21) if which == 1 else v,
        chance.choice([0, 1, 4, 8, 16, 17, 21]) if which == 2 else f,
    )
    return name[:place] + chr(FIRST + i * 588 + v * 28 + f) + name[place + 1 :]


def phone(chance: random.Random) -> str:
    """Return the digits of a mobile phone."""
    return f"010{chance.randrange(20_000_000, 99_999_999)}"


def phone_typed(digits: str, chance: random.Random) -> str:
    """Return the number as people type it."""
    a, b, c = digits[:3], digits[3:7], digits[7:]
    ways = (f"{a}-{b}-{c}", f"{a}-{b}-{c}", digits, f"{a} {b} {c}", f"+82 {a[1:]}-{b}-{c}", f"{a}.{b}.{c}", digits[1:])
    return chance.choice(ways)


def email(surname: str, given: str, born: date, chance: random.Random) -> str:
    """Return an address: of the name's letters, of words, always with some number."""
    korean_name = surname in SURNAMES
    stem = "".join(_spelled(one, chance) for one in given) if korean_name else given.split()[-1].lower()
    if chance.random() < 0.3:
        stem = chance.choice(HANDLES) + chance.choice(HANDLES)
    tail = chance.choice(
        [str(born.year)[2:], f"{born:%m%d}", str(chance.randrange(10_000)), f"{chance.randrange(100_000)}"]
    )
    return f"{stem}{tail}@{chance.choice(HOSTS)}"


def free_email(wanted: str, taken: set[str], chance: random.Random) -> str:
    """Return the address, or one like it that nobody has, and take it: providers give each address once."""
    while wanted in taken:
        stem, _, host = wanted.partition("@")
        wanted = f"{stem}{chance.randrange(10)}@{host}"
    taken.add(wanted)
    return wanted


def wrong_digit(text: str, chance: random.Random) -> str:
    """Return the text with one digit another."""
    places = [n for n, sign in enumerate(text) if sign.isdigit() and n >= len(text) - 8]
    place = chance.choice(places)
    return f"{text[:place]}{chance.choice(string.digits)}{text[place + 1 :]}"


def wrong_letter(text: str, chance: random.Random) -> str:
    """Return the text with a letter left out or another."""
    place = chance.randrange(1, len(text))
    new = chance.choice(["", chance.choice(string.ascii_lowercase)])
    return f"{text[:place]}{new}{text[place + 1 :]}"


def wrong_birth(born: date, chance: random.Random) -> date:
    """Return a date as it is mistyped: day and month swapped, a digit wrong, or two swapped."""
    digits = list(f"{born:%Y%m%d}")
    for _ in range(20):
        wrong, way = list(digits), chance.randrange(3)
        if way == 0:
            wrong[4:6], wrong[6:8] = digits[6:8], digits[4:6]
        elif way == 1:
            wrong[chance.randrange(2, 8)] = chance.choice(string.digits)
        else:
            n = chance.randrange(2, 7)
            wrong[n], wrong[n + 1] = digits[n + 1], digits[n]
        try:
            made = date(int("".join(wrong[:4])), int("".join(wrong[4:6])), int("".join(wrong[6:])))
        except ValueError:
            continue
        if made != born and 1930 <= made.year <= 2015:
            return made
    return born

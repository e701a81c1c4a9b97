"""The forms in which values are compared: what must be equal is, and what must not be is not."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp.partners.rules.latin import folded, romanized, surname_of
from fairapp.partners.rules.likeness import (
    NO_NAME,
    birth_form,
    email_form,
    jamo,
    name_forms,
    near_birth,
    phone_form,
    sound,
)

# By the rule for names of the Revised Romanization: what a syllable is, whatever stands beside it.
ROMANIZED = [
    ("홍길동", "honggildong"),
    ("한복남", "hanboknam"),
    ("홍빛나", "hongbitna"),
    ("김석민", "gimseokmin"),
    ("이영희", "iyeonghui"),
    ("최유리", "choeyuri"),
    ("박재현", "bakjaehyeon"),
    ("신라", "sinra"),
    ("권외숙", "gwonoesuk"),
    ("백승엽", "baekseungyeop"),
    ("황보 관!", "hwangbogwan"),
]
# Ways in which one name is written in Latin letters.
ONE_NAME = [
    (
        "홍길동",
        [
            "Hong Gildong",
            "Gil-dong Hong",
            "HONG GIL DONG",
            "Hong, Kil-Dong",
            "Gildong Hong",
            "hong gil-dong",
            "Kildong Hong",
        ],
    ),
    ("이영희", ["Lee Young-hee", "Yi Yeonghui", "Young Hee Rhee", "Younghee Lee", "Ri Yong Hui", "LEE YEONG HEE"]),
    ("최유리", ["Choi Yuri", "Choe Yu-ri", "Yoori Choi", "CHOI YU RI"]),
    ("정성현", ["Chung Sung-hyun", "Jeong Seonghyeon", "Jung Sunghyun", "Seong Hyun Jung"]),
    ("박우진", ["Park Woo-jin", "Woojin Pak", "Bak Ujin"]),
    ("류현진", ["Ryu Hyun-jin", "Yoo Hyunjin", "Hyun Jin Ryu"]),
    ("유현진", ["Ryu Hyun-jin", "Yu Hyeon-jin"]),
    ("임수진", ["Lim Soojin", "Im Su-jin", "Yim Su Jin"]),
    ("백승희", ["Paik Seung Hee", "Baek Seunghui"]),
    ("남궁민", ["Namgung Min", "Namkoong Min"]),
    ("김민정", ["Kim Min Jung", "Min Jung Kim", "Gim Minjeong", "Kim Min-Chung"]),
    ("허준", ["Hur Jun", "Heo Joon", "Huh Jun"]),
    ("노무진", ["Roh Moo-jin", "Noh Mujin"]),
    ("천지우", ["Chun Ji-woo", "Cheon Jiu"]),
    ("오세훈", ["Oh Se-hoon", "O Sehun"]),
    ("우세훈", ["Woo Se-hoon", "U Sehun"]),
]
TWO_NAMES = [
    ("김하늘", "Kim Ha-ram"),
    ("홍길동", "Hong Gil-sun"),
    ("이영희", "Lee Young-ho"),
    ("이영희", "Kim Young-hee"),
    ("최유리", "Choi Yuna"),
    ("오세훈", "Woo Se-hoon"),
    ("박지민", "Park Jimin Smith"),
]


@pytest.mark.parametrize(("hangul", "latin"), ROMANIZED)
def test_names_are_romanized_syllable_by_syllable(hangul, latin):
    assert romanized(hangul) == latin


@pytest.mark.parametrize(("hangul", "latin"), [(hangul, one) for hangul, ways in ONE_NAME for one in ways])
def test_a_korean_name_in_latin_letters_has_the_form_of_the_hangul(hangul, latin):
    assert name_forms(latin).latin == name_forms(hangul).latin


@pytest.mark.parametrize(("hangul", "latin"), TWO_NAMES)
def test_another_name_has_another_form(hangul, latin):
    assert name_forms(latin).latin != name_forms(hangul).latin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyen Van An", "Van An Nguyen"),
        ("NGUYEN, VAN AN", "An Nguyen Van"),
        ("Nguyễn Văn An", "Nguyen Van An"),
        ("José Reyes", "Reyes Jose"),
    ],
)
def test_the_order_of_latin_words_and_their_marks_do_not_count(one, other):
    assert name_forms(one).exact == name_forms(other).exact != ""


@pytest.mark.parametrize(
    "written",
    [
        "홍길동",
        " 홍 길동 ",
        "홍길동(A)",
        "홍길동2",
        "홍길동B",
        "홍길동님",
        unicodedata.normalize("NFD", "홍길동"),
        "홍길동 [학생]",
    ],
)
def test_what_is_added_to_a_name_does_not_count(written):
    assert name_forms(written).exact == "홍길동"


@pytest.mark.parametrize("written", [None, "", "  ", "홍*동", "홍○동", "XXX", "(A)"])
def test_a_hidden_or_missing_name_is_no_name(written):
    assert name_forms(written) == NO_NAME


def test_a_name_in_another_script_equals_only_itself():
    assert name_forms("王 伟").exact == name_forms("王伟").exact != name_forms("王芳").exact


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("김재현", "김제현"),
        ("김재현", "김재헌"),
        ("이영희", "이영히"),
        ("류현진", "유현진"),
        ("최예원", "최얘원"),
        ("임숙", "림숙"),
        ("신쟈영", "신쟈영"),
    ],
)
def test_what_sounds_alike_is_one_sound(one, other):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("김하늘", "김하람"), ("김지현", "김지연"), ("박수민", "박수빈"), ("이유리", "이유이"), ("서준", "서진")],
)
def test_names_of_brothers_and_sisters_do_not_sound_alike(one, other):
    assert sound(one) != sound(other)


def test_one_wrong_letter_is_one_sign():
    signs = zip(jamo("김지현"), jamo("김지연"), strict=True)
    assert sum(a != b for a, b in signs) == 1


@pytest.mark.parametrize(
    "typed",
    ["010-1234-5678", "01012345678", "+82 10-1234-5678", "+82 (0)10 1234 5678", "82-010-1234-5678", "010 1234 5678",
     "010.1234.5678",
     "1012345678",
     "０１０-1234-5678"],
)  # fmt: skip
def test_every_way_of_typing_a_phone_is_one(typed):
    assert phone_form(typed) == "821012345678"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("053-123-4567", "82531234567"),
        ("+1 212 555 0100", "12125550100"),
        ("없음", ""),
        (None, ""),
        ("010", ""),
        ("12-34", ""),
    ],
)
def test_other_phones_and_none(typed, form):
    assert phone_form(typed) == form


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (" Hong@Naver.com ", "hong@naver.com"),
        ("홍길동@한국.kr", "홍길동@한국.kr"),
        ("none", ""),
        (None, ""),
        ("a@b", ""),
        ("a b@c.kr", ""),
    ],
)
def test_addresses(typed, form):
    assert email_form(typed) == form


@pytest.mark.parametrize(
    ("day", "form"), [(date(1995, 3, 4), "19950304"), (None, ""), (date(1900, 1, 1), ""), (date(1, 1, 1), "")]
)
def test_birth_dates_and_fillers(day, form):
    assert birth_form(day) == form


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("19950304", "19950403", True),  # day and month swapped
        ("19950304", "19950305", True),  # a digit wrong
        ("19950312", "19950321", True),  # two digits swapped
        ("19951204", "19950412", True),
        ("19950304", "19960305", False),
        ("19950304", "19590304", True),
        ("19950304", "20010919", False),
    ],
)
def test_a_slip_in_a_date_is_near(one, other, near):
    assert near_birth(one, other) is near
    assert near_birth(other, one) is near


@pytest.mark.parametrize(
    ("written", "surname"),
    [
        ("이", "이"),
        ("Lee", "이"),
        ("Yi", "이"),
        ("Rhee", "이"),
        ("Gim", "김"),
        ("Bak", "박"),
        ("Chung", "정"),
        ("류", "유"),
        ("Ryu", "유"),
        ("Smith", ""),
        ("늘", ""),
    ],
)
def test_surnames(written, surname):
    assert surname_of(written) == surname


@given(st.text(max_size=40))
def test_any_text_has_forms(text):
    forms = name_forms(text)
    assert name_forms(text) == forms
    assert len(forms.jamo) % 3 == 0
    assert phone_form(text) == "" or phone_form(text).isalnum()
    email_form(text)
    folded(text)


@given(st.text(alphabet=[chr(n) for n in range(0xAC00, 0xD7A4)], min_size=2, max_size=5))
def test_every_syllable_has_letters_and_the_form_of_its_own_romanization(name):
    assert romanized(name).isascii()
    assert len(jamo(name)) == len(sound(name)) == 3 * len(name)

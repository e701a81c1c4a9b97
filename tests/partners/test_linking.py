"""Which pairs are joined, which are held, and that no chain joins two people. Without the program that weighs them."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp import linkage
from fairapp.labels import LABELS
from fairapp.partners.rules import Person
from fairapp.partners.rules.linking import contradict, decide, evidence_of, names_are

BORN = date(1995, 3, 14)
SURE = 0.999


def row(key, name, source="centre", born=BORN, phone=None, email=None, own_id=None, seen=1, region=None):
    return linkage.forms(Person(key, source, own_id, name, born, phone, email, region), seen)


def decided(rows, pairs=None, guarded=True):
    by_key = {one.key: one for one in rows}
    every = [(a, b, SURE) for a, b in combinations(by_key, 2)]
    return decide(every if pairs is None else pairs, by_key, guarded)


@pytest.mark.parametrize(
    ("one", "other", "stand"),
    [
        ("홍길동", "홍길동", "same"),
        ("홍길동", "홍 길동", "same"),
        ("김재현", "김제헌", "sound"),
        ("홍길동", "Hong Gil-dong", "latin"),
        ("Hong Gildong", "Kil-dong Hong", "latin"),
        ("Hong Gildong", "Gildong Hong", "same"),
        ("손정윤", "Jung Yun Son", "latin"),
        ("김지현", "김지연", "alike"),
        ("임지혜", "김지혜", "alike"),
        ("Kim Minji", "Kim Minju", "alike"),
        ("김하늘", "김하람", "apart"),
        ("홍길동", None, "missing"),
        ("홍길동", "홍*동", "missing"),
        ("홍길동", "John Smith", "apart"),
    ],
)
def test_how_two_names_stand(one, other, stand):
    assert names_are(row("a", one), row("b", other)) == stand
    assert names_are(row("b", other), row("a", one)) == stand


@pytest.mark.parametrize(
    ("few", "many", "stand"), [(1, 20, "slip"), (1, 19, "alike"), (30, 600, "slip"), (300, 600, "alike")]
)
def test_a_letter_apart_is_a_slip_only_where_one_spelling_is_rare(few, many, stand):
    assert names_are(row("a", "김지현", seen=many), row("b", "김지횬", seen=few)) == stand


def test_evidence_says_of_each_field_how_it_stands():
    one = row("a", "홍길동", "x", date(1995, 3, 4), "010-1234-5678", "hong@naver.com", "7", region="27110")
    other = row("b", "홍길동", "x", date(1995, 4, 3), "010-1234-5679", "hong@daum.net", "8", region="27140")
    assert evidence_of(one, other) == {
        "name": "same",
        "birth_date": "near",
        "phone": "near",
        "email": "near",
        "region": "near",
        "own_id": "differs",
    }
    nothing = row("c", None, "y", None)
    assert set(evidence_of(one, nothing).values()) == {"missing"}


def test_twins_are_held_however_sure_the_weights_are():
    phone, mail = "010-2222-3333", "family@naver.com"
    twins = [row("a", "김하늘", phone=phone, email=mail), row("b", "김하람", "school", phone=phone, email=mail)]
    found = decided(twins)
    assert found.groups == found.joined == ()
    assert [(pair.one, pair.other, pair.held) for pair in found.likely] == [("a", "b", "name")]


def test_without_the_guard_twins_are_joined():
    twins = [row("a", "김하늘", phone="010-2222-3333"), row("b", "김하람", "school", phone="010-2222-3333")]
    assert decided(twins, guarded=False).groups == (("a", "b"),)


def test_a_row_between_twins_leads_to_one_of_them_only():
    phone = "010-2222-3333"
    rows = [
        row("a", "김지현", phone=phone),
        row("b", "김지연", "school", phone=phone),
        row("c", "Kim Ji-hyun", "private", phone=phone),
        row("d", "Kim Ji-yeon", "private", phone=phone),
    ]
    pairs = [("a", "c", 0.99), ("b", "d", 0.98), ("c", "d", 0.97), ("b", "c", 0.96), ("a", "d", 0.955)]
    found = decided(rows, pairs)
    assert found.groups == (("a", "c"), ("b", "d"))
    assert decided(rows, pairs, guarded=False).groups == (("a", "b", "c", "d"),)


def test_a_husband_and_wife_with_one_phone_and_address_are_held():
    rows = [
        row("a", "김영수", born=None, phone="010-1", email="home@naver.com"),
        row("b", "박영희", born=None, phone="010-1", email="home@naver.com"),
    ]
    found = decided(rows)
    assert found.groups == ()
    assert found.likely[0].held == "name"


def test_a_nameless_row_is_held():
    found = decided([row("a", "김영수", phone="010-1234-5678"), row("b", None, "school", phone="010-1234-5678")])
    assert (found.groups, found.likely[0].held) == ((), "name")


def test_namesakes_are_not_led_together_by_a_row_without_a_birth_date():
    rows = [row("a", "김지훈"), row("b", "김지훈", "school", None), row("c", "김지훈", "private", date(1972, 8, 1))]
    found = decided(rows, [("a", "b", 0.96), ("b", "c", 0.951)])
    assert found.groups == (("a", "b"),)
    assert [(pair.one, pair.other, pair.held) for pair in found.likely] == [("b", "c", "chain")]


def test_two_numbers_of_one_agency_are_two_people_unless_all_else_agrees():
    phone = "010-1234-5678"
    same = [row("a", "김지훈", own_id="1", phone=phone), row("b", "김지훈", own_id="2", phone=phone)]
    assert decided(same).groups == (("a", "b"),)
    other = [row("a", "김지훈", own_id="1", born=None), row("b", "김지훈", own_id="2", phone=phone)]
    assert decided(other).groups == ()
    assert not contradict(row("a", "김지훈", own_id="1"), row("b", "김지훈", "school", None, own_id="2"))


def test_one_number_of_one_agency_is_one_person_in_spite_of_a_changed_name():
    rows = [row("a", "김지현", own_id="1"), row("b", "김지연", own_id="1")]
    assert decided(rows).groups == ()  # names a letter apart contradict: a person looks
    spelled = [row("a", "김지현", own_id="1", born=None), row("b", "Kim Jihyun", own_id="1", born=None)]
    assert decided(spelled, [("a", "b", 0.3)]).groups == (("a", "b"),)


def test_a_pair_between_the_thresholds_is_put_before_a_person():
    rows = [row("a", "홍길동"), row("b", "홍길동", "school")]
    assert decided(rows, [("a", "b", 0.9)]).groups == (("a", "b"),)
    found = decided(rows, [("a", "b", 0.899)])
    assert (found.groups, found.likely[0].held) == ((), "unsure")


CROWD = [
    row(f"k{n}", name, source, born, phone, own_id=own)
    for n, (name, source, born, phone, own) in enumerate(
        [
            ("김지현", "centre", BORN, "010-1111-2222", "1"),
            ("김지연", "school", BORN, "010-1111-2222", "2"),
            ("Kim Ji-hyun", "private", None, "010-1111-2222", None),
            ("김지현", "private", BORN, None, "4"),
            ("김지현", "private", None, None, "5"),
            ("김지현", "school", date(1970, 1, 5), None, None),
            ("김제현", "centre", BORN, None, "9"),
        ]
    )
]
KEYS = [one.key for one in CROWD]
PAIRS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from([0.3, 0.95, 0.97, 0.99])).filter(
        lambda p: p[0] != p[1]
    ),
    max_size=20,
    unique_by=lambda p: frozenset(p[:2]),
)


@given(PAIRS, st.randoms())
def test_order_does_not_matter_and_no_group_contradicts_itself(pairs, chance):
    by_key = {one.key: one for one in CROWD}
    found = decide(pairs, by_key)
    turned = [(b, a, p) if chance.random() < 0.5 else (a, b, p) for a, b, p in pairs]
    chance.shuffle(turned)
    assert decide(turned, by_key) == found
    for group in found.groups:
        assert not any(contradict(by_key[a], by_key[b]) for a, b in combinations(group, 2))
    assert len(found.joined) + len(found.likely) == len(pairs)
    # Linking what is linked changes nothing.
    again = decide([(pair.one, pair.other, pair.probability) for pair in (*found.joined, *found.likely)], by_key)
    assert again == found


def test_every_word_of_the_evidence_has_a_name_for_people():
    fields = {word for levels in linkage.LEVELS.values() for word in levels}
    assert set(LABELS["likeness"]) == fields | {"missing", "apart"}
    assert set(LABELS["held"]) == {"unsure", "name", "chain"}

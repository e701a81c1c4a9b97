"""The program that weighs the pairs: whole, on few rows and on a small city, and what is said when it fails."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from bench import _city
from bench import linkage as bench
from fairapp import linkage
from fairapp.partners.rules import Limits, LinkageStopped, Person, asking, link, linking
from tests.tree import ROOT

BORN = date(1995, 3, 14)
PHONE = "010-2222-3333"


# Each start of the program loads the whole app and the libraries: 3 s on an idle machine, a minute on a very busy one.
pytestmark = pytest.mark.timeout(300)


def ends_with(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


FEW = [
    Person("a", "centre", "1", "홍길동", BORN, "010-1234-5678", "hong@naver.com", "27110"),
    Person("b", "school", "2", "Gil-dong Hong", BORN, "+82 10 1234 5678"),
    Person("c", "private", "3", "김하늘", BORN, PHONE, "home@naver.com", "27110"),
    Person("d", "centre", "4", "김하람", BORN, PHONE, "home@naver.com", "27110"),
    Person("e", "school", "5", "최유리", BORN, None, "yuri@naver.com", "27110"),
    Person("f", "institute", "6", "Choi Yuri", BORN, None, None, "27110"),
    Person("g", "institute", "7", "김영수", date(1970, 1, 2), "010-7777-8888", None, "27110"),
    Person("h", "private", "8", "박영희", date(1972, 5, 6), "010-7777-8888", None, "27110"),  # his wife
    Person("i", "institute", "9", "이수진", date(1988, 2, 29), "010-5555-6666", "sj88@naver.com", "27140"),
    Person(
        "j", "centre", "10", "이수진", date(1988, 2, 29), "010-4444-6767", "sj88@naver.com", "27140"
    ),  # another phone
    Person("k", "private", "11", "Yi Soojin", date(1988, 2, 29), "010-5555-6666"),
    Person("l", "school", "12", "Rhee Su-jin", date(1988, 2, 29), "010-4444-6767"),
]


@pytest.fixture(scope="module")
def few():
    return link(FEW)


def test_few_rows_are_joined_with_the_weights_learned_from_many(few):
    assert few.groups == (("a", "b"), ("e", "f"), ("i", "j", "k", "l"))


def test_twins_are_likely_and_a_wife_is_not_her_husband(few):
    held = {(pair.one, pair.other): pair.held for pair in few.likely}
    assert held == {("c", "d"): "name"}


def test_what_agrees_is_told(few):
    evidence = {(pair.one, pair.other): dict(pair.evidence) for pair in few.joined}
    assert evidence["a", "b"] == {
        "name": "latin",
        "birth_date": "same",
        "phone": "same",
        "email": "missing",
        "region": "missing",
        "own_id": "missing",
    }


def test_order_does_not_matter_and_a_second_time_gives_the_same(few):
    assert linkage.find(FEW[::-1]) == few
    assert linkage.find(FEW) == linkage.find(FEW) == few


def test_new_rows_are_compared_with_the_known_but_not_known_with_known():
    new, known = FEW[1:2] + FEW[10:12], FEW[:1] + FEW[2:10]
    found = linkage.find([*new, *known], [one.key for one in new])
    assert {frozenset((pair.one, pair.other)) for pair in found.joined} >= {
        frozenset("ab"),
        frozenset("ik"),
        frozenset("jl"),
    }
    assert not {("e", "f"), ("c", "d"), ("i", "j")} & {
        (pair.one, pair.other) for pair in (*found.joined, *found.likely)
    }


@pytest.mark.parametrize("rows", [[], FEW[:1], [Person("a", "x"), Person("b", "x")]], ids=["none", "one", "empty"])
def test_too_little_to_compare_gives_nothing(rows):
    assert linkage.find(rows) == linking.Linked((), (), ())


def test_odd_values_are_only_values():
    odd = "'; DROP TABLE x; -- \x00\u2028\ud7a3" * 20
    rows = [Person(key, odd, odd, odd, BORN, odd, odd, odd) for key in ("a'", 'b"', "c\n")]
    assert linkage.find(rows).groups == (("a'", 'b"', "c\n"),)


def test_two_rows_with_one_key_are_refused():
    with pytest.raises(ValueError, match="one key"):
        link([FEW[0], FEW[0]])


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "status -9"),
        ("raise SystemExit(3)", "status 3"),
        ("print('Segmentation fault')", "cannot be read"),
        ("print('[]')", "cannot be read"),
        ("", "cannot be read"),
        ('print(\'{"group": ["a", "b"]}\')', "cannot be read"),
        ('print(\'{"end": {"pairs": 1, "groups": 0}}\')', "cannot be read"),
        ("import time; time.sleep(60)", "more than 0.5 s"),
    ],
    ids=["killed", "failed", "garbage", "list", "silent", "cut short", "lines missing", "slow"],
)
def test_a_program_that_fails_joins_nothing_and_says_why(program, reason):
    limits = Limits(seconds=0.5 if "sleep" in program else 30)
    with pytest.raises(LinkageStopped, match=reason) as stopped:
        link(FEW, limits, ends_with(program))
    assert "홍길동" not in f"{stopped.value} {stopped.value.detail}"


def test_a_program_that_needs_more_memory_than_it_may_ends():
    with pytest.raises(LinkageStopped, match="status"):
        link(FEW, Limits(memory_mb=60))


def test_the_web_process_loads_none_of_the_heavy_libraries():
    heavy = "{'splink', 'duckdb', 'pyarrow', 'numpy', 'fairapp.linkage'}"
    seen = f"import sys, fairapp, fairapp.partners.rules; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        ends_with(seen),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def city():
    return _city.rows(2_000, seed=7)


@pytest.fixture(scope="module")
def joined(city):
    rows, _ = city
    return linkage.find(rows)


def test_a_small_city_is_joined_well(city, joined):
    _, truth = city
    found = bench.figures(bench.closed(joined.groups), truth)
    assert found["precision"] >= 0.995
    assert found["recall"] >= 0.92  # lower than in a large one: that a spelling is a slip is seen only among many
    assert Counter(pair.held for pair in joined.likely)["unsure"] < 100


def test_equal_values_alone_join_it_worse(city, joined):
    rows, truth = city
    found = bench.baselines(rows, truth)
    assert max(one["recall"] for one in found.values()) < bench.figures(bench.closed(joined.groups), truth)["recall"]
    assert found["any of these"]["precision"] < 0.99


def test_no_twins_are_joined(city, joined):
    rows, truth = city
    names = {row.key: linkage.forms(row) for row in rows}
    for group in joined.groups:
        for a, b in combinations(group, 2):
            assert (
                truth[a] == truth[b]
                or names[a].birth != names[b].birth
                or linking.names_are(names[a], names[b]) in linking.SAME_NAME
            )


def test_without_the_guard_more_wrong_pairs_are_joined(city, joined):
    _, truth = city
    sure = [(p.one, p.other) for p in (*joined.joined, *joined.likely) if p.probability >= linking.AUTOMATIC]
    unguarded = bench.figures(bench.closed(bench.united(sure)), truth)
    assert unguarded["precision"] < bench.figures(bench.closed(joined.groups), truth)["precision"]


def test_the_weighing_sees_in_sql_what_the_evidence_says(city, monkeypatch):
    rows, settings = city[0], linkage.settings
    forms = linkage.counted([linkage.forms(row) for row in rows])
    by_key = {row.key: row for row in forms}
    words = {field: [*levels, "else"] for field, levels in linkage.LEVELS.items()}
    fields = {"name": "name", "birth": "birth_date", "phone": "phone", "email": "email", "region": "region"}
    monkeypatch.setattr(linkage, "settings", lambda *given: settings(*given) | {"retain_matching_columns": True})
    linker, parts = linkage.prepared(forms)
    frame = linker.inference.predict_within(parts[0], threshold_match_probability=1e-9, warning_mode="never")
    checked = Counter()
    for line in frame.as_record_list():
        told = linking.evidence_of(by_key[line["unique_id_l"]], by_key[line["unique_id_r"]])
        for field, named in fields.items():
            number = line[f"gamma_{field}"]
            word = "missing" if number < 0 else words[field][len(words[field]) - 1 - number]
            word = {"else": "apart" if field == "name" else "differs"}.get(word, word)
            assert (word, field) == (told[named], field), line
            checked[field, word] += 1
    assert len(checked) == 7 + 4 * 4  # every level of every field was met


def test_the_weights_are_of_the_levels_there_are():
    weights = json.loads(linkage.MODEL.read_text("utf-8"))
    assert {field: list(levels) for field, levels in weights["levels"].items()} == {
        field: [*levels, "else"] for field, levels in linkage.LEVELS.items()
    }
    for levels in weights["levels"].values():
        for which in (0, 1):
            assert sum(level[which] for level in levels.values()) == pytest.approx(1, abs=0.01)


def test_the_program_is_the_one_that_is_started():
    assert asking.PROGRAM[:3] == (sys.executable, "-c", asking.START)

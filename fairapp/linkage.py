"""Find rows about the same person: a program of its own, `python -m fairapp.linkage`, JSON lines in and JSON lines out.

It weighs pairs with splink (the model of Fellegi and Sunter, 1969) in DuckDB in memory. Those libraries are heavy, so nothing
imports this module; `partners.rules.link` starts it. In: a line of limits, then a line a row (see `read`). Out: a line a pair
and a group, and a last line that says how many there were.
"""

import json
import logging
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TextIO

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker

from fairapp.codes import DATA
from fairapp.partners.rules import likeness, linking
from fairapp.partners.rules.linking import Forms, Person

MODEL = DATA / "linkage_weights.json"
CROWD = 300  # rows with one phone or address: an office's, which leads to nobody and would be compared with each other
CITY = 50_000  # a shorter list is taken as a part of a town of so many rows: ten rows do not make their names rare
SURNAME_SHARE = 0.05  # of all people have one surname, where too few are known to count
GIVEN_SHARE = 1 / 3000  # of a surname's people have one given name, before any is counted

_HANGUL = "jamo_l IS NOT NULL AND jamo_r IS NOT NULL"
_ONE_JAMO = (
    f"{_HANGUL} AND length(jamo_l) = length(jamo_r) AND hamming(rpad(jamo_l, 60, ' '), rpad(jamo_r, 60, ' ')) = 1"
)
_RARER = f"least(seen_l, seen_r) * {linking.RARE} <= greatest(seen_l, seen_r)"
_SWAPPED = "birth_l[1:4] = birth_r[1:4] AND birth_l[5:6] = birth_r[7:8] AND birth_l[7:8] = birth_r[5:6]"
# Of each field the levels in the order in which they are tried, as SQL; the same words as linking.evidence_of.
LEVELS: dict[str, dict[str, str]] = {
    "name": {
        "same": "name_l = name_r",
        "sound": "sound_l = sound_r",
        "latin": f"(latin_l = latin_r OR latin_l = other_r OR other_l = latin_r) AND NOT ({_HANGUL})",
        "slip": f"{_ONE_JAMO} AND {_RARER}",
        "alike": f"({_ONE_JAMO}) OR (NOT ({_HANGUL}) AND levenshtein(latin_l, latin_r) = 1)",
    },
    "birth": {
        "same": "birth_l = birth_r",
        "near": f"({_SWAPPED}) OR damerau_levenshtein(birth_l, birth_r) = 1",
    },
    "phone": {
        "same": "phone_l = phone_r",
        "near": "length(phone_l) = length(phone_r) AND hamming(rpad(phone_l, 20, ' '), rpad(phone_r, 20, ' ')) = 1",
    },
    "email": {
        "same": "email_l = email_r",
        "near": "local_l = local_r OR levenshtein(email_l, email_r) = 1",
    },
    "region": {
        "same": "region_l = region_r",
        "near": "region_l[1:2] = region_r[1:2]",
    },
    # Never "same" here: an agency's own number needs no weighing (linking.decide).
    "own": {"differs": "own_l <> own_r AND source_l = source_r"},
}
# What two rows must have in common to be compared at all.
BLOCKS = (
    ("phone_key",),
    ("email_key",),
    ("birth", "surname_key"),
    ("birth", "given_key"),
    ("sound", "year"),
    ("sound", "month_day"),
    ("sound", "region"),
    ("latin", "region"),
    ("source", "own"),
)
COUNTED = ("name", "phone", "email")  # fields whose frequent values weigh less


def forms(person: Person, seen: int = 0) -> Forms:
    """Return a row in the forms in which it is compared."""
    return Forms(
        key=person.key,
        source=person.source,
        own_id=(person.own_id or "").strip(),
        name=likeness.name_forms(person.name),
        birth=likeness.birth_form(person.birth_date),
        phone=likeness.phone_form(person.phone),
        email=likeness.email_form(person.email),
        region=(person.region or "").strip(),
        seen=seen,
    )


def counted(rows: Sequence[Forms]) -> list[Forms]:
    """Return the rows with how many rows have their given name."""
    seen = Counter(row.name.given for row in rows)
    return [
        Forms(r.key, r.source, r.own_id, r.name, r.birth, r.phone, r.email, r.region, seen[r.name.given]) for r in rows
    ]


def tables(rows: Sequence[Forms], apart: Iterable[str] = ()) -> list[pyarrow.Table]:
    """Return the rows as a table, or as two: those whose keys are named, and those others that could be compared with them."""
    phones, emails = Counter(r.phone for r in rows), Counter(r.email for r in rows)

    def line(r: Forms) -> dict[str, Any]:
        surname, given = r.name.latin.partition(" ")[::2]
        found: dict[str, Any] = {
            "unique_id": r.key, "source": r.source, "own": r.own_id, "name": r.name.exact, "given": r.name.given,
            "jamo": r.name.jamo, "sound": r.name.sound or r.name.exact, "latin": r.name.latin, "other": r.name.other,
            "birth": r.birth, "phone": r.phone, "email": r.email, "local": r.email.partition("@")[0], "region": r.region,
            "phone_key": r.phone if phones[r.phone] <= CROWD else "",
            "email_key": r.email if emails[r.email] <= CROWD else "",
            "surname_key": surname, "given_key": r.name.given or given, "year": r.birth[:4], "month_day": r.birth[4:],
        }  # fmt: skip
        return {name: value or None for name, value in found.items()} | {"seen": r.seen}

    first, lines = set(apart), [line(r) for r in rows]
    new = [one for one in lines if one["unique_id"] in first]
    met = {key for one in new for key in _keys(one)}
    others = [one for one in lines if one["unique_id"] not in first and not met.isdisjoint(_keys(one))]
    return [pyarrow.Table.from_pylist(part, schema=SCHEMA) for part in ((new, others) if first else (lines,))]


def _keys(line: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return what another row must have one of to be compared with this one."""
    return [(*columns, *values) for columns in BLOCKS if all(values := [line[name] for name in columns])]


_TEXTS = [
    "unique_id",
    "source",
    "own",
    "name",
    "given",
    "jamo",
    "sound",
    "latin",
    "other",
    "birth",
    "phone",
    "email",
    "local",
    "region",
    "phone_key",
    "email_key",
    "surname_key",
    "given_key",
    "year",
    "month_day",
]
SCHEMA = pyarrow.schema([(name, pyarrow.string()) for name in _TEXTS] + [("seen", pyarrow.int64())])


def shares(rows: Sequence[Forms]) -> dict[str, pyarrow.Table]:
    """Return for names, phones and addresses what share of rows has each: what many have says little.

    A name also has a share of CITY rows of which nothing is known but how frequent its surname is, so that in a short list no
    name is taken to be frequent, and in a long one none to be rarer than names of its kind.
    """
    total, length = max(len(rows), CITY), len(rows)
    names = Counter(r.name.exact for r in rows if r.name.exact)
    family = Counter(r.name.surname for r in rows)
    surname = {r.name.exact: r.name.surname for r in rows}
    kind = {s: (n / length if length >= CITY else SURNAME_SHARE) * GIVEN_SHARE for s, n in family.items()}
    found = {
        "name": {n: (seen + CITY * kind[surname[n]]) / (total + CITY) for n, seen in names.items()},
        "phone": {n: seen / total for n, seen in Counter(r.phone for r in rows if r.phone).items()},
        "email": {n: seen / total for n, seen in Counter(r.email for r in rows if r.email).items()},
    }
    return {
        field: pyarrow.table(
            {field: pyarrow.array(of, pyarrow.string()), f"tf_{field}": pyarrow.array(of.values(), pyarrow.float64())}
        )
        for field, of in found.items()
    }


def settings(weights: dict[str, Any] | None, count: int) -> dict[str, Any]:
    """Return splink's settings with the trained weights, for so many rows; without weights, to be trained."""
    known = weights["levels"] if weights else {}
    prior = weights["prior"] * weights["rows"] / max(count, CITY) if weights else 1e-5
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(field, known.get(field, {})) for field in LEVELS],
        "blocking_rules_to_generate_predictions": [_block(columns) for columns in BLOCKS],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(field: str, known: dict[str, list[float]]) -> dict[str, Any]:
    null = f"{field}_l IS NULL OR {field}_r IS NULL"
    found: list[dict[str, Any]] = [{"sql_condition": null, "label_for_charts": "missing", "is_null_level": True}]
    for word, condition in (*LEVELS[field].items(), ("else", "ELSE")):
        level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": word}
        if word in known:
            level |= {"m_probability": known[word][0], "u_probability": known[word][1]}
        if word == "same" and field in COUNTED:
            level |= {"tf_adjustment_column": field, "tf_adjustment_weight": 1.0}
        found.append(level)
    return {"output_column_name": field, "comparison_levels": found}


def _block(columns: Sequence[str]) -> dict[str, str]:
    return {"blocking_rule": " AND ".join(f"l.{name} = r.{name}" for name in columns), "sql_dialect": "duckdb"}


def prepared(rows: Sequence[Forms], new: Iterable[str] = ()) -> tuple[Linker, list[Any]]:
    """Return splink with the trained weights, and the rows as its tables: the new ones first, then the others."""
    weights = json.loads(MODEL.read_text("utf-8"))
    api = DuckDBAPI(duckdb.connect(":memory:"))
    parts = [api.register(table) for table in tables(rows, new)]
    linker = Linker(parts[0], settings(weights, len(rows)), log_level=logging.ERROR)
    for field, table in shares(rows).items():
        linker.table_management.register_term_frequency_lookup(api.register(table), field)
    return linker, parts


def scored(rows: Sequence[Forms], new: Iterable[str] = ()) -> Iterator[tuple[str, str, float]]:
    """Return the pairs that may be one person, with their probability; with `new`, only pairs of which one is new."""
    linker, parts = prepared(rows, new)
    within, between = linker.inference.predict_within, linker.inference.predict_between
    found = [within(parts[0], threshold_match_probability=linking.LIKELY, warning_mode="never")]
    if len(parts) == 2:
        found.append(between(*parts, threshold_match_probability=linking.LIKELY, warning_mode="never"))
    for frame in found:
        columns = ["unique_id_l", "unique_id_r", "match_probability"]
        table = frame.as_pyarrow_table()  # type: ignore[no-untyped-call]
        for batch in table.select(columns).to_batches():
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def own_numbers(rows: Sequence[Forms], new: set[str]) -> Iterator[tuple[str, str, float]]:
    """Return the pairs that an agency itself says are one person, by its number."""
    first: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.own_id:
            other = first.setdefault((row.source, row.own_id), row.key)
            if other != row.key and (not new or other in new or row.key in new):
                yield other, row.key, 1.0


def find(people: Sequence[Person], new: Iterable[str] = ()) -> linking.Linked:
    """Return who is joined and who may be; with `new` (keys), known rows are not compared with each other."""
    rows, fresh = counted([forms(one) for one in people]), set(new)
    by_key = {row.key: row for row in rows}
    if len(by_key) != len(rows):
        raise ValueError("keys are not unique")
    if len(rows) < 2:
        return linking.Linked((), (), ())
    pairs = {(min(a, b), max(a, b)): round(p, 6) for a, b, p in scored(rows, fresh)}
    pairs |= {(min(a, b), max(a, b)): p for a, b, p in own_numbers(rows, fresh)}
    return linking.decide(((a, b, p) for (a, b), p in pairs.items()), by_key)


def read(lines: Iterable[str]) -> tuple[list[Person], list[str]]:
    """Return the rows, and the keys of those that are new, from lines of JSON."""
    people, new = [], []
    for line in lines:
        *texts, born, is_new = json.loads(line)
        key, agency, own, name, phone, email, region = texts
        people.append(Person(key, agency, own, name, date.fromisoformat(born) if born else None, phone, email, region))
        if is_new:
            new.append(key)
    return people, new


def write(linked: linking.Linked, out: TextIO, took: float) -> None:
    """Write pairs, groups, and the line that says that this is all."""
    for pair in (*linked.joined, *linked.likely):
        told = [pair.one, pair.other, pair.probability, pair.held, dict(pair.evidence)]
        out.write(f"{json.dumps({'pair': told}, ensure_ascii=False)}\n")
    for group in linked.groups:
        out.write(f"{json.dumps({'group': group}, ensure_ascii=False)}\n")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    pairs = len(linked.joined) + len(linked.likely)
    end = {"pairs": pairs, "groups": len(linked.groups), "seconds": round(took, 2), "memory_mb": memory}
    out.write(f"{json.dumps({'end': end})}\n")


def main() -> None:
    """Read, find, write."""
    began = time.monotonic()
    os.nice(5)  # whoever waits for a page comes first
    most = int(json.loads(sys.stdin.readline())["memory_mb"]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    # What libraries print of their own accord, such as a progress bar in a long query, must not come between the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        write(find(*read(sys.stdin)), answers, time.monotonic() - began)


if __name__ == "__main__":
    main()

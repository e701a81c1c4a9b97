"""Rows about one person, found among those of a city of 200,000 people at five agencies, beside what equal values alone find.

    make bench-linkage [ARGS="--people 200000 --seed 2"]
    make bench-linkage ARGS="--train"          writes fairapp/data/linkage_weights.json anew, from another city (seed 1)

About 343,000 rows and 196,000 pairs of rows that are one person; bench/_city.py says how they are made and what is wrong in
them. Thresholds and weights were settled on seed 1. Precision and recall count pairs of rows after the groups are closed: in a
group of three rows are three pairs. Measured is `fairapp.partners.rules.link`, with its process and the way there and back.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from bench import _city
from fairapp.partners.rules import Linked, Person, link, link_new, linking

PRECISION, RECALL, SECONDS, BATCH, BATCH_SECONDS = 0.99, 0.95, 600, 500, 60
TRAINED_ON = (200_000, 1)  # people, seed
Truth = dict[str, int]


def closed(groups: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Return every pair within the groups."""
    for group in groups:
        yield from combinations(sorted(group), 2)


def true_pairs(truth: Truth) -> int:
    """Return how many pairs of rows are one person."""
    return sum(n * (n - 1) // 2 for n in Counter(truth.values()).values())


def figures(pairs: Iterable[tuple[str, str]], truth: Truth) -> dict[str, Any]:
    """Return precision and recall of the pairs."""
    found = set(pairs)
    right = sum(truth[a] == truth[b] for a, b in found)
    return {
        "pairs": len(found),
        "precision": round(right / max(len(found), 1), 4),
        "recall": round(right / true_pairs(truth), 4),
    }


def united(edges: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return the groups to which keys in common lead, without any guard."""
    group: dict[str, list[str]] = {}
    for keys in edges:
        for key in keys[1:]:
            one, other = group.setdefault(keys[0], [keys[0]]), group.setdefault(key, [key])
            if one is not other:
                one += other
                group.update(dict.fromkeys(other, one))
    return list({id(one): one for one in group.values()}.values())


def equal(rows: Sequence[Person], *fields: Callable[[Person], Any]) -> list[list[str]]:
    """Return the keys of rows that have the same, in each of the fields, and have something in each."""
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        values = tuple(field(row) for field in fields)
        if all(values):
            found[values].append(row.key)
    return [keys for keys in found.values() if len(keys) > 1]


def baselines(rows: Sequence[Person], truth: Truth) -> dict[str, dict[str, Any]]:
    """Return the figures of equal values: spaces, punctuation of phones and capitals do not count."""

    def name(row: Person) -> str:
        return "".join((row.name or "").split()).lower()

    def phone(row: Person) -> str:
        return "".join(c for c in row.phone or "" if c.isdigit()).removeprefix("82").removeprefix("0")

    ways = {
        "name and birth date": equal(rows, name, lambda row: row.birth_date),
        "name and phone": equal(rows, name, phone),
        "email": equal(rows, lambda row: (row.email or "").lower()),
    }
    ways["any of these"] = [keys for way in ways.values() for keys in way]
    return {title: figures(closed(united(keys)), truth) for title, keys in ways.items()}


def told(title: str, found: dict[str, Any], more: str = "") -> None:
    """Print a line of the table."""
    print(
        f"{title:34} {found['pairs']:8} pairs  precision {found['precision']:.4f}  recall {found['recall']:.4f} {more}",
        flush=True,
    )


def whole(rows: Sequence[Person], truth: Truth) -> dict[str, Any]:
    """Link the city, and return figures at the automatic threshold, with what a person would add, and without guards."""
    began = time.monotonic()
    linked = link(rows)
    seconds = round(time.monotonic() - began, 1)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # the first child there is
    automatic = figures(closed(linked.groups), truth)
    likely = figures(((one.one, one.other) for one in linked.likely), truth)
    sure = [(p.one, p.other) for p in (*linked.joined, *linked.likely) if p.probability >= linking.AUTOMATIC]
    return automatic | {
        "seconds": seconds,
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "memory_mb": used.ru_maxrss // 1024,
        "likely": likely,
        "held": dict(Counter(one.held for one in linked.likely)),
        "with_likely": figures({*closed(linked.groups), *_right(linked, truth)}, truth)["recall"],
        "unguarded": figures(closed(united(sure)), truth),
    }


def _right(linked: Linked, truth: Truth) -> Iterator[tuple[str, str]]:
    """Return the likely pairs to which a person would say yes."""
    return ((one.one, one.other) for one in linked.likely if truth[one.one] == truth[one.other])


def batch(rows: Sequence[Person], truth: Truth) -> dict[str, Any]:
    """Link 500 rows as new ones into the city of the others; pairs among known rows do not count."""
    new, known = rows[:BATCH], rows[BATCH:]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    linked = link_new(new, known)
    seconds, after = round(time.monotonic() - began, 1), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
    keys = {row.key for row in new}
    joined = {(p.one, p.other) for p in linked.joined}
    right = sum(truth[a] == truth[b] for a, b in joined)
    persons = {truth[key] for key in keys}
    about = {key: who for key, who in truth.items() if who in persons}
    older = {key: who for key, who in about.items() if key not in keys}
    all_pairs = true_pairs(about) - true_pairs(older)
    found = {
        "pairs": len(joined),
        "precision": round(right / max(len(joined), 1), 4),
        "recall": round(right / all_pairs, 4),
    }
    return found | {"seconds": seconds, "cpu_seconds": used, "likely": len(linked.likely)}


def main() -> None:
    """Train, or measure and print; the last line is JSON, its ratio the recall at the automatic threshold."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=200_000)
    asked.add_argument("--seed", type=int, default=2)
    asked.add_argument("--train", action="store_true")
    given = asked.parse_args()
    if given.train:
        # In a process of its own: splink is heavy, and what it takes would count as this one's.
        subprocess.run([sys.executable, "-m", "bench._training", *map(str, TRAINED_ON)], check=True)
        return
    rows, truth = _city.rows(given.people, given.seed)
    print(f"{len(set(truth.values()))} people, {len(rows)} rows, {true_pairs(truth)} pairs of one person", flush=True)
    exact = baselines(rows, truth)
    for title, found in exact.items():
        told(f"equal {title}", found)
    found = whole(rows, truth)
    told("without guards", found["unguarded"])
    told("fairapp", found, f"{found['seconds']} s ({found['cpu_seconds']} s of processors), {found['memory_mb']} MB")
    told("put before a person", found["likely"], f"would lead to recall {found['with_likely']:.4f}; {found['held']}")
    small = batch(rows, truth)
    told(f"{BATCH} new rows into the city", small, f"{small['seconds']} s ({small['cpu_seconds']} s of processors)")
    holds = found["precision"] >= PRECISION and found["recall"] >= RECALL
    holds = holds and found["seconds"] <= SECONDS and small["seconds"] <= BATCH_SECONDS
    said = {"bench": "linkage", "ratio": found["recall"], "target": f"recall >= {RECALL}, precision >= {PRECISION}"}
    print(
        json.dumps(
            said | {"holds": holds, "detail": {"rows": len(rows), "equal": exact, "fairapp": found, "batch": small}}
        )
    )


if __name__ == "__main__":
    main()

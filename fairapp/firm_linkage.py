"""Weigh pairs of employers that may be one: a program of its own, JSON lines in and JSON lines out, as `linkage`.

In: a line of limits and of how many employers there are, then a line an employer in the forms of partners/rules/firms.py.
Out: a line a pair, and a last line that says how many there were. The weights are powers of two in WEIGHTS.
"""

import json
import logging
import os
import resource
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker

TOWN = 5_000  # employers: fewer are taken as a part of so many, so that in a short list no name is frequent
PRIOR = 4e-5  # of two employers of a town, that they are one
ALIKE = 0.93  # Jaro and Winkler, of folded letters: 한빛정밀 and 한빚정밀
# Of each field its levels in the order in which they are tried: as SQL, among pairs of one employer, among strangers.
LEVELS: Mapping[str, Mapping[str, tuple[str, float, float]]] = {
    "name": {
        "same": ("core_l = core_r", 0.70, 0.0004),
        "sound": ("sound_l = sound_r", 0.04, 0.0002),
        "latin": ("list_has_any(latins_l, latins_r)", 0.16, 0.0006),
        "alike": (f"jaro_winkler_similarity(latins_l[1], latins_r[1]) >= {ALIKE}", 0.08, 0.008),
        "differs": ("ELSE", 0.02, 0.9908),
    },
    "phone": {
        "same": ("phone_l = phone_r", 0.80, 0.0003),
        "differs": ("ELSE", 0.20, 0.9997),
    },
    "address": {
        "same": ("address_l = address_r", 0.70, 0.0008),
        "near": ("road_l = road_r", 0.08, 0.006),
        "differs": ("ELSE", 0.22, 0.9932),
    },
    "region": {
        "same": ("region_l = region_r", 0.92, 0.06),
        "near": ("region_l[1:2] = region_r[1:2]", 0.05, 0.34),
        "differs": ("ELSE", 0.03, 0.60),
    },
}
_TEXTS = ("core", "sound", "phone", "region", "road", "address")
SCHEMA = pyarrow.schema(
    [("unique_id", pyarrow.string()), *((name, pyarrow.string()) for name in _TEXTS)]
    + [(name, pyarrow.list_(pyarrow.string())) for name in ("latins", "keys")]
)


def settings() -> dict[str, Any]:
    """Return splink's settings."""
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": PRIOR,
        "comparisons": [_comparison(field, levels) for field, levels in LEVELS.items()],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "list_has_any(l.keys, r.keys)", "sql_dialect": "duckdb"}
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(field: str, levels: Mapping[str, tuple[str, float, float]]) -> dict[str, Any]:
    column = "core" if field == "name" else field
    missing = f"{column}_l IS NULL OR {column}_r IS NULL"
    found: list[dict[str, Any]] = [{"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True}]
    for word, (condition, m, u) in levels.items():
        level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": word}
        level |= {"m_probability": m, "u_probability": u}
        if (field, word) == ("name", "same"):
            level |= {"tf_adjustment_column": "core", "tf_adjustment_weight": 1.0}
        found.append(level)
    return {"output_column_name": field, "comparison_levels": found}


def pairs(lines: Sequence[dict[str, Any]], total: int, least: float) -> list[tuple[str, str, float, dict[str, str]]]:
    """Return the pairs of which one is new and that share a key, with their probability and how each field stands."""
    names = Counter(line["core"] for line in lines)
    rows = [{name: line[name] or None for name in SCHEMA.names} for line in lines]
    parts = [
        pyarrow.Table.from_pylist([row for row, line in zip(rows, lines, strict=True) if line["new"] is new], SCHEMA)
        for new in (True, False)
    ]
    api = DuckDBAPI(duckdb.connect(":memory:"))
    tables = [api.register(part) for part in parts if part.num_rows]
    linker = Linker(tables[0], settings(), log_level=logging.ERROR)
    shares = {core: seen / max(total, TOWN) for core, seen in names.items() if core}
    columns = {"core": pyarrow.array(shares, pyarrow.string())}
    frequencies = pyarrow.table(columns | {"tf_core": pyarrow.array(shares.values(), pyarrow.float64())})
    linker.table_management.register_term_frequency_lookup(api.register(frequencies), "core")
    found = [linker.inference.predict_within(tables[0], threshold_match_probability=least, warning_mode="never")]
    if len(tables) == 2:
        between = linker.inference.predict_between
        found.append(between(*tables, threshold_match_probability=least, warning_mode="never"))
    columns_read = ["unique_id_l", "unique_id_r", "match_probability", *(f"gamma_{field}" for field in LEVELS)]
    read = [row for frame in found for row in _table(frame).select(columns_read).to_pylist()]
    return [_told(row) for row in read]


def _table(frame: Any) -> Any:
    return frame.as_pyarrow_table()


def _told(row: Mapping[str, Any]) -> tuple[str, str, float, dict[str, str]]:
    """Return a pair; splink numbers the levels of a field from the last, 0, and those where a value is missing -1."""
    one, other = row["unique_id_l"], row["unique_id_r"]
    evidence = {
        field: "missing" if row[f"gamma_{field}"] < 0 else list(levels)[len(levels) - 1 - row[f"gamma_{field}"]]
        for field, levels in LEVELS.items()
    }
    return one, other, row["match_probability"], evidence


def main() -> None:
    """Read, find, write."""
    os.nice(5)  # whoever waits for a page comes first
    asked = json.loads(sys.stdin.readline())
    most = int(asked["memory_mb"]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    lines = [json.loads(line) for line in sys.stdin]
    # What libraries print of their own accord must not come between the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        found = pairs(lines, asked["total"], asked["least"])
        for one in found:
            answers.write(f"{json.dumps({'pair': one}, ensure_ascii=False)}\n")
        answers.write(f"{json.dumps({'end': len(found)})}\n")


if __name__ == "__main__":
    main()

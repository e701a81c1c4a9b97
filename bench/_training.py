"""Estimate the weights of the linkage's model from rows alone, without the truth: as an agency could with its own."""

import json
import logging
import sys
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, block_on

from bench import _city
from fairapp import linkage
from fairapp.partners.rules.linking import Person

SAMPLED = 3_000_000  # pairs by chance, from which it is seen how often strangers agree
ROUNDS = (("phone",), ("birth", "region"), ("email",))  # what a round holds fixed, it does not estimate


def trained(people: list[Person], seed: int) -> dict[str, Any]:
    """Return for each level of each field how often it is met among the same person's rows and among strangers'."""
    rows = linkage.counted([linkage.forms(one) for one in people])
    api = DuckDBAPI(duckdb.connect(":memory:"))
    linker = Linker(api.register(linkage.tables(rows)[0]), linkage.settings(None, len(rows)), log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=seed)
    for columns in ROUNDS:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), fix_u_probabilities=True, estimate_without_term_frequencies=True
        )
    rules = [block_on("phone_key", "sound"), block_on("email_key", "sound"), block_on("birth", "sound")]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.95)
    made = linker._settings_obj.as_dict()
    return {
        "rows": len(rows),
        "prior": made["probability_two_random_records_match"],
        "levels": {one["output_column_name"]: _levels(one["comparison_levels"]) for one in made["comparisons"]},
    }


def _levels(found: list[dict[str, Any]]) -> dict[str, list[float]]:
    return {
        one["label_for_charts"]: [float(f"{one[f'{which}_probability']:.6g}") for which in ("m", "u")]
        for one in found
        if not one.get("is_null_level")
    }


def write(people: int, seed: int) -> None:
    """Train on a made-up city and write the weights to where they are committed."""
    rows, _ = _city.rows(people, seed)
    made = {"made_by": f"bench/linkage.py --train: {people} made-up people, seed {seed}", **trained(rows, seed)}
    linkage.MODEL.write_text(f"{json.dumps(made, indent=1, ensure_ascii=False)}\n", "utf-8")
    print(f"{linkage.MODEL} is written: {made['rows']} rows")


if __name__ == "__main__":
    write(*map(int, sys.argv[1:]))

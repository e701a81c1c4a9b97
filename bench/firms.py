"""Employers that are one, found among those of a made-up town as two lists tell of them.

    .venv/bin/python -m bench.firms [--firms 3000 --seed 2]

Precision and recall count pairs of rows that are put before a person; of each, what equal names (rules.name_key) alone find.
"""

import argparse
import json
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from fairapp.employers.rules import name_key
from fairapp.partners.rules import Firm, firm_forms, likely_pairs_of
from fairapp.partners.rules.latin import romanized

_ROOTS = (
    "한빛 가온 대성 우리 미래 세종 삼우 동아 태광 신영 유진 성원 금강 백산 청솔 다온 해솔 누리 새한 명성 동성 경일 영진 "
    "제일 현대 한국 대한 동방 서진 광명 진성 부광 화성 대동 삼화 은성 정우 세원 한울 보람 나래 이룸 하람 바름 온누리 두레"
)
ROOTS = _ROOTS.split()
SECOND = ["", "", "", "", "에스", "앤", "대구", "이엔", "케이", "월드", "원", "플러스"]
KINDS = {
    "정밀": "Precision", "전자": "Electronics", "산업": "Industry", "기계": "Machinery", "건설": "Construction", "테크": "Tech",
    "푸드": "Foods", "식품": "Food", "물류": "Logistics", "섬유": "Textile", "시스템": "Systems", "소프트": "Soft",
    "솔루션": "Solutions", "금속": "Metal", "디자인": "Design", "바이오": "Bio", "에너지": "Energy", "병원": "Hospital",
    "유통": "Yutong", "상사": "Sangsa",
}  # fmt: skip
REGIONS = ["27110", "27140", "27170", "27200", "27230", "27260", "27290", "27710", "47190", "47290", "48120", "11680"]
ROADS = [
    "성서공단로",
    "달구벌대로",
    "호산동로",
    "동대구로",
    "유통단지로",
    "첨단로",
    "구지서로",
    "공단로",
    "중앙대로",
    "국채보상로",
]
BRANCHES = ["구미공장", "서울지점", "제2공장", "포항영업소", "칠곡점"]
SLIPS = {"빛": "빚", "성": "승", "세": "새", "대": "데", "명": "면", "진": "질", "원": "윈"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, and which firm of the town it is about; a branch is another one."""

    firm: Firm
    truth: int


def town(firms: int, seed: int) -> list[Row]:
    """Return what two lists tell of a town: of one firm in four both."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for truth in range(firms):
        root, kind = chance.choice(ROOTS), chance.choice(list(KINDS))
        second = chance.choice(SECOND)
        region, road = chance.choice(REGIONS), f"{chance.choice(ROADS)}{chance.choice(['', '', '12길', '34길'])}"
        address, phone = (
            f"{road} {chance.randint(1, 400)}",
            f"053-{chance.randint(200, 999)}-{chance.randint(0, 9999):04}",
        )
        names = (f"{root}{second}{kind}", f"{romanized(root + second).title()} {KINDS[kind]}")
        firm = Firm(0, names[0], number=f"{truth:010}" if chance.random() < 0.6 else None)
        firm = replace(firm, phone=phone, region=region, address=address)
        rows.append(Row(_told(chance, firm, names), truth))
        kindred = chance.random()
        if kindred < 0.25:
            rows.append(Row(_again(chance, firm, names), truth))
        elif kindred < 0.29:  # a branch, with its own number or none
            branch = replace(firm, name=f"{names[0]} {chance.choice(BRANCHES)}", number=None)
            rows.append(Row(branch, firms + truth))
        elif kindred < 0.33:  # an affiliate in the same house
            other = chance.choice([one for one in KINDS if one != kind])
            rows.append(Row(replace(firm, name=f"(주){root}{second}{other}", number=None), firms + truth))
    return [Row(replace(row.firm, id=n), row.truth) for n, row in enumerate(rows, 1)]


def _told(chance: random.Random, firm: Firm, names: tuple[str, str]) -> Firm:
    """Return a firm as a list tells of it: some values are missing, the name has a legal form or none."""
    form = chance.choice(["(주){}", "㈜ {}", "{} 주식회사", "{}", "주식회사 {}"])
    return replace(
        firm,
        name=form.format(firm.name),
        name_en=f"{names[1]} Co., Ltd." if chance.random() < 0.3 else "",
        phone="" if chance.random() < 0.3 else firm.phone,
        address="" if chance.random() < 0.35 else f"대구 {firm.address} {chance.choice(['', '2층', '(본관)'])}",
        region=None if chance.random() < 0.1 else firm.region,
    )


def _again(chance: random.Random, firm: Firm, names: tuple[str, str]) -> Firm:
    """Return the same firm as the other list tells of it; with two equal numbers it would be found by these."""
    way = chance.random()
    if way < 0.15:
        firm = replace(firm, name=names[1])
    elif way < 0.23:
        firm = replace(firm, name="".join(SLIPS.get(sign, sign) for sign in firm.name))
    elif way < 0.35:
        firm = replace(firm, name=f"{firm.name[:2]} {firm.name[2:]}")
    if chance.random() < 0.15:
        firm = replace(firm, phone=f"053-{chance.randint(200, 999)}-{chance.randint(0, 9999):04}")
    if chance.random() < 0.1:
        firm = replace(firm, address=f"{chance.choice(ROADS)} {chance.randint(1, 400)}", region=chance.choice(REGIONS))
    return replace(_told(chance, firm, names), number=None)


def figures(pairs: Iterable[tuple[int, int]], rows: Sequence[Row]) -> dict[str, Any]:
    """Return precision and recall of the pairs."""
    truth = {row.firm.id: row.truth for row in rows}
    found = set(pairs)
    right = sum(truth[a] == truth[b] for a, b in found)
    every = len(rows) - len(set(truth.values()))  # no firm has more than two rows
    return {
        "pairs": len(found),
        "precision": round(right / max(len(found), 1), 3),
        "recall": round(right / max(every, 1), 3),
    }


def by_name(rows: Sequence[Row]) -> set[tuple[int, int]]:
    """Return the pairs with equal names, as an import finds them."""
    named: dict[str, list[int]] = {}
    for row in rows:
        named.setdefault(name_key(row.firm.name), []).append(row.firm.id)
    return {pair for ids in named.values() for pair in combinations(sorted(ids), 2)}


def measured(firms: int, seed: int) -> dict[str, Any]:
    """Return what is found of a town."""
    rows = town(firms, seed)
    forms = [firm_forms(row.firm) for row in rows]
    began = time.monotonic()
    found = likely_pairs_of(forms, [], len(rows))
    likely = {(one.one, one.other): one.permille for one in found}
    return {
        "rows": len(rows),
        "by name": figures(by_name(rows), rows),
        "likely": figures(likely, rows),
        "from 0.9 on": figures([pair for pair, permille in likely.items() if permille >= 900], rows),
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--firms", type=int, default=3000)
    asked.add_argument("--seed", type=int, default=2)
    given = asked.parse_args()
    print(json.dumps(measured(given.firms, given.seed), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()

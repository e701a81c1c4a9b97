"""What the documents say is there is there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from fairapp import config, openapi

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_in_the_readme() -> None:
    source = (ROOT / "fairapp/config.py").read_text("utf-8")
    names = set(re.findall(r"#\s([A-Z][A-Z_]+):", source))
    assert len(names) == len(fields(config.Settings))
    assert [name for name in sorted(names) if f"`{name}`" not in README] == []


def test_every_command_is_in_the_readme(app: Flask) -> None:
    ours = {"migrate", "demo", "admin", "import", "export", "audit", "work", "hub"}
    assert ours <= set(app.cli.commands)
    assert [name for name in sorted(ours) if not re.search(rf"`{name}\b", README)] == []


@pytest.mark.parametrize("page", sorted(path.name for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]))
def test_links_and_files_named_are_there(page: str) -> None:
    path = ROOT / page if page == "README.md" else ROOT / "docs" / page
    text = path.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_row_of_the_articles_is_a_journey_that_the_table_names() -> None:
    table = (ROOT / "docs/articles.md").read_text("utf-8")
    told = {(row, name) for rows, name in re.findall(r"^\| ([DS\d, ]+) \|.*`(\w+\.py)` \|$", table, re.MULTILINE)
            for row in rows.split(", ")}  # fmt: skip
    found = set()
    for path in (ROOT / "tests/journeys").glob("test_*.py"):
        for rows in re.findall(r"^def test((?:_[ds]\d+)+)_", path.read_text("utf-8"), re.MULTILINE):
            found |= {(row.upper(), path.name) for row in rows.split("_")[1:]}
    assert found == told
    assert sorted(row for row, _ in told) == sorted([f"D{n}" for n in range(1, 11)] + [f"S{n}" for n in range(1, 12)])


def test_the_contract_s_calls_are_all_described(app: Flask) -> None:
    paths = openapi.document()["paths"]
    wanted = {
        "/tokens": "post",
        "/me": "get",
        "/fairs": "get",
        "/fairs/{fair}": "get",
        "/fairs/{fair}/listings": "get",
        "/fairs/{fair}/booths": "get",
        "/booths/{booth}": "get",
        "/fairs/{fair}/coaches": "get",
        "/booths/{booth}/slots": "get",
        "/coaches/{coach}/slots": "get",
        "/bookings": "post",
        "/bookings/{booking}/confirmation": "post",
        "/bookings/{booking}": "patch",
        "/bookings/{booking}.ics": "get",
        "/booths/{booth}/waitlist": "post",
        "/waitlist/{entry}": "delete",
        "/offers/{offer}/acceptance": "post",
        "/fairs/{fair}/check-ins": "post",
        "/bookings/{booking}/attendance": "put",
        "/bookings/{booking}/outcomes": "post",
        "/fairs/{fair}/news": "get",
        "/fairs/{fair}/report": "get",
    }
    missing = [path for path, method in wanted.items() if method not in paths.get(f"/api/v1{path}", {})]
    assert missing == []

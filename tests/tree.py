"""The sources of this project as the architecture test reads them: files, imports, calls."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent

# In the order of imports: a domain may use those before it, never one after it.
DOMAINS = (
    "live",
    "accounts",
    "agencies",
    "employers",
    "fairs",
    "booths",
    "scheduling",
    "interviews",
    "coaching",
    "outcomes",
    "visits",
    "partners",
    "programmes",
)
FOLDERS = {"fairapp", "static", "templates", "tests", "bench", "docs", "translations", ".ci"}


@dataclass(frozen=True)
class Source:
    """One file: its path in the checkout and its text."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of it: walked once, looked through by every rule."""
        return list(ast.walk(self.tree))

    @property
    def python(self) -> bool:
        """Whether this is Python."""
        return self.path.suffix == ".py"

    @property
    def place(self) -> tuple[str, str] | None:
        """Where in fairapp this is, as (domain or "", part); None outside of it."""
        if self.path.parts[0] != "fairapp" or not self.python:
            return None
        inner = self.path.with_suffix("").parts[1:]
        return ("", inner[0]) if len(inner) == 1 else (inner[0], inner[1])


@dataclass(frozen=True)
class Import:
    """One imported name of fairapp: its domain ("" for a root module), its part, and the line."""

    domain: str
    part: str
    line: int


def sources(root: Path = ROOT) -> list[Source]:
    """Return every file that people write here: Python, templates, scripts and styles."""
    found = []
    for folder in sorted(FOLDERS - {"docs", "translations", ".ci"}):
        found += [p for p in (root / folder).rglob("*") if p.suffix in {".py", ".html", ".txt", ".js", ".css"}]
    found += root.glob("*.py")
    ours = [p.relative_to(root) for p in found if not {"vendor", "node_modules", "__pycache__"} & set(p.parts)]
    return [Source(PurePosixPath(path), (root / path).read_text("utf-8")) for path in sorted(ours)]


def inside(files: Iterable[Source]) -> Iterator[tuple[Source, str, str]]:
    """Give each Python file of fairapp with its domain and part."""
    for source in files:
        if source.place:
            yield source, *source.place


def imports(source: Source) -> Iterator[Import]:
    """Give every import of something of fairapp."""
    for node in source.nodes:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # `from fairapp import db` names a module, `from fairapp.db import Base` a thing in it.
            names = [f"{node.module}.{alias.name}" for alias in node.names] if not node.level else ["fairapp..relative"]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "fairapp":
                first, _, others = rest.partition(".")
                in_domain = first in DOMAINS
                part = others.partition(".")[0] if in_domain else first
                yield Import(first if in_domain else "", part, node.lineno)


def calls(source: Source) -> Iterator[tuple[ast.Call, str, ast.expr | None]]:
    """Give every call with the last name of what is called, and what it is called on."""
    for node in source.nodes:
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr, node.func.value
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id, None

"""What the tree of this project promises, as functions from sources to complaints.

`tests/test_architecture.py` runs them on the checkout, and each on a made-up offender.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from tests.tree import DOMAINS, FOLDERS, Import, Source, calls, imports, inside

PARTS = {"models", "rules", "queries", "pushes", "actions", "forms", "jobs", "pages", "api"}
EXTRAS = {"live": {"hub"}, "accounts": {"guards"}}
# What the parts of one domain may use of each other.
USES = {
    "models": set(),
    "rules": {"models"},
    "queries": {"models", "rules"},
    "pushes": {"models", "rules", "queries"},
    "forms": {"models", "rules"},
    "actions": {"models", "rules", "queries", "pushes"},
    "guards": {"models", "rules", "queries", "actions"},
    "hub": {"models", "rules", "queries", "pushes", "actions"},
    "jobs": {"models", "rules", "queries", "pushes", "actions", "hub"},
    "pages": {"models", "rules", "queries", "pushes", "actions", "forms", "guards", "hub"},
    "api": {"models", "rules", "queries", "pushes", "actions", "forms", "guards", "hub"},
}
# What a domain shows to those after it.
SHOWN = {"models", "rules", "queries", "actions", "hub", "guards"}
# Below every domain: these import none.
BASE = {
    "appending",
    "clock",
    "codes",
    "config",
    "cookies",
    "cores",
    "db",
    "errors",
    "forms",
    "headers",
    "ical",
    "idempotency",
    "intake",
    "labels",
    "language",
    "limits",
    "mail",
    "navigation",
    "openapi",
    "prepared",
    "printing",
    "readings",
    "shapes",
    "sheets",
    "tables",
    "trace",
    "workbooks",
    "writer",
}
# Above every domain: these put the others together, and no domain imports them.
TOP = {
    "__init__",
    "schedule",
    "wiring",
    "cli",
    "audit",
    "demo",
    "demo_network",
    "demo_people",
    "linkage",
    "firm_linkage",
}
ENDS = {"cli", "audit", "demo", "demo_network", "demo_people", "linkage", "firm_linkage"}
PROGRAMS = {"run.py", "bootstrap.py"}
VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "service", "services"}

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 300, 40, 60
CLAIMS = PurePosixPath("fairapp/scheduling/actions/claims.py")
COMMITTERS = {PurePosixPath("fairapp/db.py"), PurePosixPath("fairapp/writer.py")}
WRITES_CLAIMS = re.compile(r"\b(insert\s+into|delete\s+from|update)\s+\"?time_claim\b", re.IGNORECASE)


def folders_and_names(files: Iterable[Source]) -> Iterator[str]:
    """A domain holds the nine names; fairapp holds domains and the root modules."""
    for source, domain, part in inside(files):
        parts = source.path.parts
        if domain in {"migrations", "data"}:
            continue
        if not domain:
            if part not in BASE | TOP:
                yield f"{source.path}: no root module of that name is foreseen"
        elif domain not in DOMAINS:
            yield f"{source.path}: {domain} is no domain"
        elif len(parts) > 4 or part not in PARTS | EXTRAS.get(domain, set()) | {"__init__"}:
            yield f"{source.path}: a domain has no {'/'.join(parts[2:])}; the nine names are {', '.join(sorted(PARTS))}"
        elif part == "__init__" and (len(source.tree.body) != 1 or ast.get_docstring(source.tree) is None):
            yield f"{source.path}: holds one docstring, what the domain owns, and nothing else"


def import_direction(files: Iterable[Source]) -> Iterator[str]:
    """Imports point down within a domain, and back to the domains listed earlier."""
    for source, domain, part in inside(files):
        if domain == "migrations" or (not domain and part in TOP):
            continue
        for one in imports(source):
            reason = _refusal(domain, part, one)
            if reason:
                yield f"{source.path}:{one.line}: {reason}"


def _refusal(domain: str, part: str, one: Import) -> str:
    """Say why this part of this domain (or root module, domain "") may not import that; "" if it may."""
    if not one.domain:
        return "" if one.part in BASE else f"a domain or root module may not use fairapp.{one.part}"
    if not domain:
        return f"root modules lie below the domains, so {part} cannot use {one.domain}"
    if one.domain == domain:
        fine = one.part == part or one.part in USES.get(part, set())
        return "" if fine else f"{part} may not use {one.part} of its own domain"
    if DOMAINS.index(one.domain) > DOMAINS.index(domain) if domain in DOMAINS else True:
        return f"{domain} comes before {one.domain}: keep a hook there and fill it in wiring.py"
    if part == one.part == "api":
        return ""  # a call may answer with the shape that an earlier domain's calls already have
    return "" if one.part in SHOWN else f"{one.domain} does not show its {one.part} to other domains"


def ends_are_imported_by_nothing(files: Iterable[Source]) -> Iterator[str]:
    """Nothing imports cli, audit or demo, but create_app, which adds the commands, and these themselves."""
    for source, domain, part in inside(files):
        for one in imports(source):
            if not one.domain and one.part in ENDS and (domain or part not in ENDS | {"__init__"}):
                yield f"{source.path}:{one.line}: nothing imports {one.part}"


def imports_at_the_top(files: Iterable[Source]) -> Iterator[str]:
    """No imports inside functions, and none that are relative."""
    for source, _, _ in inside(files):
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        yield f"{source.path}:{inner.lineno}: import inside a function"
            if isinstance(node, ast.ImportFrom) and node.level:
                yield f"{source.path}:{node.lineno}: write the import in full, from fairapp…"


def rules_decide_on_given_values(files: Iterable[Source]) -> Iterator[str]:
    """rules.py knows no database, present time or request; clock.py also converts times, which a rule may."""
    for source, domain, part in inside(files):
        if not domain or part != "rules":
            continue
        for one in imports(source):
            if not one.domain and one.part in {"db", "writer"}:
                yield f"{source.path}:{one.line}: a rule is given its values; it does not use {one.part}"
        for node, name, _ in calls(source):
            if name == "now":
                yield f"{source.path}:{node.lineno}: a rule is given the time"
        for node in source.nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "flask":
                yield f"{source.path}:{node.lineno}: a rule knows no request"


def claims_are_written_in_one_place(files: Iterable[Source]) -> Iterator[str]:
    """Only scheduling/actions/claims.py writes the table of claims, the lock of every booking."""
    for source, domain, _ in inside(files):
        if source.path == CLAIMS or domain == "migrations":
            continue
        for node, name, on in calls(source):
            written = [on, *node.args] if re.search(r"insert|delete|update|merge|add", name) else []
            mentioned = {getattr(x, "id", getattr(x, "attr", "")) for w in written if w for x in ast.walk(w)}
            if "TimeClaim" in mentioned or name == "TimeClaim":
                yield f"{source.path}:{node.lineno}: claims are written in {CLAIMS} alone"
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITES_CLAIMS.search(node.value):
                yield f"{source.path}:{node.lineno}: claims are written in {CLAIMS} alone"


def only_the_database_module_commits(files: Iterable[Source]) -> Iterator[str]:
    """An action never commits: the caller's db.write is the transaction."""
    for source, domain, _ in inside(files):
        if source.path in COMMITTERS or domain == "migrations":
            continue
        for node, name, on in calls(source):
            if name == "commit" and on is not None:
                yield f"{source.path}:{node.lineno}: only db.py commits"


def only_the_hub_emits(files: Iterable[Source]) -> Iterator[str]:
    """Whoever changes something writes news; the hub alone sends."""
    for source, domain, part in inside(files):
        for node, name, _ in calls(source):
            if name == "emit" and (domain, part) != ("live", "hub"):
                yield f"{source.path}:{node.lineno}: only live/hub.py emits"


def only_the_clock_reads_the_time(files: Iterable[Source]) -> Iterator[str]:
    """`now` is an argument; clock.now() is where it comes from."""
    for source, domain, part in inside(files):
        for node, name, on in calls(source):
            reads = name in {"utcnow", "today"} or (name == "now" and ast.unparse(on or node) in DATETIMES)
            if reads and (domain, part) != ("", "clock"):
                yield f"{source.path}:{node.lineno}: only clock.py reads the time"


DATETIMES = {"datetime", "datetime.datetime", "dt.datetime"}


def sizes(files: Iterable[Source]) -> Iterator[str]:
    """Files, functions and templates stay short enough to be read at once."""
    for source in files:
        lines = len(source.text.splitlines())
        if source.path.parts[:2] == ("fairapp", "migrations"):
            continue  # a step is long when the tables are many, and is never edited again
        limit = LONGEST_TEMPLATE if source.path.parts[0] == "templates" else LONGEST_FILE
        if lines > limit:
            yield f"{source.path}: {lines} lines, at most {limit}"
        for node in source.nodes if source.python else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                if length > LONGEST_FUNCTION:
                    yield f"{source.path}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"


def names_say_something(files: Iterable[Source]) -> Iterator[str]:
    """No file or folder is called after nothing in particular."""
    for source in files:
        for part in source.path.with_suffix("").parts:
            if part.strip("_") in VAGUE:
                yield f"{source.path}: {part} says nothing; name the noun"


def top_level(names: Iterable[tuple[str, bool]], ignored: Iterable[str] = ()) -> Iterator[str]:
    """Beside the known folders lie plain files; `names` pairs each name with whether it is a folder."""
    passed = {".git", *(line.strip().strip("/") for line in ignored)}
    for name, is_folder in names:
        if name in passed:
            continue
        if is_folder and name not in FOLDERS:
            yield f"{name}/: the top level has no such folder"
        elif not is_folder and name.endswith(".py") and name not in PROGRAMS:
            yield f"{name}: code lives in fairapp/"


CHECKS: tuple[Callable[[Iterable[Source]], Iterator[str]], ...] = (
    folders_and_names,
    import_direction,
    ends_are_imported_by_nothing,
    imports_at_the_top,
    rules_decide_on_given_values,
    claims_are_written_in_one_place,
    only_the_database_module_commits,
    only_the_hub_emits,
    only_the_clock_reads_the_time,
    sizes,
    names_say_something,
)

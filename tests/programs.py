"""Fixtures that lend the programs of `tests.servers`; loaded by conftest.py.

A server starts at the first test that asks for it and runs until its pytest process ends (with xdist: one a worker).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.servers import (
    MailServer,
    MissingPartError,
    PostgresServer,
    chromium_launch_args,
    mail_server,
    postgres,
    redis,
)
from tests.servers.parts import excused

Thing = TypeVar("Thing")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make real` say where the real data are."""
    parser.addoption("--data", metavar="FOLDER", help="real data for the tests marked `real`")


@pytest.fixture(scope="session")
def real_data(pytestconfig: pytest.Config) -> Path:
    """Return the folder of `make real DATA=FOLDER`."""
    folder = pytestconfig.getoption("--data")
    if not folder or not Path(folder).is_dir():
        pytest.fail(f"Real data are missing: run `make real DATA=FOLDER`; {folder!r} is no folder.")
    return Path(folder).resolve()


def or_say_what_is_missing(start: Callable[[], Thing]) -> Thing:
    """Return `start()`. Where a program is missing, fail with the sentence, or skip if the user asked for that."""
    try:
        return start()
    except MissingPartError as error:
        (pytest.skip if excused(error.part) else pytest.fail)(str(error))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run PostgreSQL for this pytest process."""
    with ExitStack() as stack:
        yield or_say_what_is_missing(lambda: stack.enter_context(postgres()))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Lend the URL of an empty database of one's own."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Run Redis for this pytest process; tests that mind what others wrote flush it first."""
    with ExitStack() as stack:
        yield or_say_what_is_missing(lambda: stack.enter_context(redis())).url


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Run a mail server of one's own; `mail.url` goes into MAIL_URL."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium instead of a download of Playwright's."""
    return {**browser_type_launch_args, **or_say_what_is_missing(chromium_launch_args)}

"""The programs as a user starts them: what each refuses with a sentence, and who does the recurring work."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.live.actions import Letter, post
from fairapp.live.models import Outbox
from tests import factories
from tests.conftest import psycopg
from tests.live.telling import Teller, teller
from tests.servers import MailServer, app_server, hub_server, wait_until, work_process
from tests.servers.app import FLASK, ROOT, app_env
from tests.servers.program import free_port

START = [sys.executable, "run.py"]


def said(command: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run a program that ends by itself; return its status and what it printed."""
    port = int(env.get("PORT") or free_port())
    whole = app_env(env, port)
    done = subprocess.run(command, env=whole, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def module_url(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of an SQLite database for the tests of this file."""
    path = tmp_path_factory.mktemp("run") / "fairapp.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def running(module_url: str) -> Iterator[tuple[str, str]]:
    """Run the server; return its address and its database's."""
    with app_server({"DATABASE_URL": module_url}, timeout=90) as server:
        yield server.url, module_url


def test_a_second_server_on_the_same_sqlite_file_refuses(running: tuple[str, str]) -> None:
    status, text = said(START, {"DATABASE_URL": running[1]})
    assert status != 0
    assert "Another fairapp server already uses" in text
    assert "Traceback" not in text


def test_requests_may_follow_each_other_closely_or_not(running: tuple[str, str]) -> None:
    """A thread stays with its connection for a moment; a request that comes later is taken by another."""
    client = http.client.HTTPConnection(running[0].removeprefix("http://"), timeout=10)
    for pause in (0.0, 0.0, 0.2, 0.0):
        time.sleep(pause)
        client.request("GET", "/healthz")
        sock = client.sock
        assert client.getresponse().read()
        assert client.sock is sock  # the same connection
    client.close()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process to a core")
def test_the_embedded_server_keeps_to_one_core(running: tuple[str, str]) -> None:
    """The process that holds the database's lock; its threads inherit the core."""
    pid = int(Path(running[1].removeprefix("sqlite:///") + ".lock").read_text())
    threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    cores = {frozenset(os.sched_getaffinity(thread)) for thread in threads}
    assert len(threads) > 2
    assert len(cores) == 1
    assert len(next(iter(cores))) == 1


@pytest.mark.parametrize("command", ["hub", "work"])
def test_sqlite_has_one_process(running: tuple[str, str], command: str) -> None:
    status, text = said([*FLASK, command], {"DATABASE_URL": running[1]})
    assert status == 1
    assert f"`{command}` needs PostgreSQL" in text


def test_a_port_that_is_taken_is_named(running: tuple[str, str], sqlite_url: str) -> None:
    status, text = said(START, {"DATABASE_URL": sqlite_url, "PORT": running[0].rpartition(":")[2]})
    assert status == 1
    assert "Choose another port with PORT" in text


def test_a_database_without_the_schema_is_not_served(tmp_path: Path) -> None:
    status, text = said(START, {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"})
    assert status == 1
    assert "flask --app run migrate" in text


@pytest.mark.parametrize(
    "env", [{"PORT": "99999"}, {"FAIRAPP_THREADS": "many"}, {"FAIRAPP_TYPO": "1"}, {"SECRET_KEY": "short"}]
)
def test_a_bad_setting_stops_the_start_with_a_sentence(env: dict[str, str]) -> None:
    done = subprocess.run(START, env=app_env(env), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 1
    assert next(iter(env)) in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_tells_its_address_and_stops_within_seconds_though_sockets_are_open(sqlite_url: str) -> None:
    with app_server({"DATABASE_URL": sqlite_url}, timeout=90) as server:
        assert f"fairapp: {server.url}" in server.log()
        client = socketio.Client(reconnection=False)
        client.connect(server.url, namespaces=["/live"], transports=["websocket"])
        start = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < 9
        # The lock went with the process: the next server starts at once.
        server.start()
        server.wait_for_log("fairapp: http", 60)


def test_a_killed_server_leaves_no_lock_behind(sqlite_url: str) -> None:
    with app_server({"DATABASE_URL": sqlite_url}, timeout=90) as server:
        os.kill(server.pid, 9)  # gunicorn's parent alone: its worker notices and ends
        server.process.wait()
        server.start()
        wait_until(lambda: server.log().count("fairapp: http") == 2, 60, server.log())


def write_letter(writes: Teller) -> str:
    """Post a letter of the real kind that confirms an address; return where it goes."""

    def act(session: Session) -> str:
        account: Account = factories.make_account(session)
        post(session, [Letter(f"t{account.id}", "unheard-of", account.id, factories.NOW.replace(year=2020), {})])
        return account.email

    return writes.database.write(act)


def tried(writes: Teller) -> int:
    """Return how many letters somebody has tried to send."""
    with writes.database.read() as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.tries > 0)).all())


def test_the_embedded_server_sends_letters(sqlite_url: str, mail: MailServer) -> None:
    with teller(sqlite_url) as writes, app_server({"DATABASE_URL": sqlite_url, "MAIL_URL": mail.url}, timeout=90):
        write_letter(writes)
        wait_until(lambda: tried(writes) == 1, 20)


def test_of_two_work_processes_one_leads_and_the_other_takes_over(migrated_postgres: str, postgres_server) -> None:
    with postgres_server.database(template=migrated_postgres) as url, teller(url) as writes:
        with work_process({"DATABASE_URL": psycopg(url)}) as first:
            first.wait_for_log("leading", 60)
            with work_process({"DATABASE_URL": psycopg(url)}) as second:
                second.wait_for_log("waiting", 60)
                write_letter(writes)
                wait_until(lambda: tried(writes) == 1, 20)
                assert "leading" not in second.log()
                first.kill()
                second.wait_for_log("leading", 30)
                write_letter(writes)
                wait_until(lambda: tried(writes) == 2, 20)
                assert second.stop() == 0


def test_a_hub_serves_nothing_but_sockets(migrated_postgres: str, postgres_server) -> None:
    with postgres_server.database(template=migrated_postgres) as url:
        with hub_server({"DATABASE_URL": psycopg(url)}, timeout=90) as hub:
            assert "fairapp hub: http" in hub.log()
            for path, status in (("/healthz", "200"), ("/readyz", "200"), ("/", "404"), ("/api/v1/fairs", "404")):
                asked = [sys.executable, "-c", ASK, hub.url + path]
                done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
                assert done.stdout.strip() == status, path
            assert hub.stop() == 0


ASK = """
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1]).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""

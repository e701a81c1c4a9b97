"""A program of its own process group that writes to a log and can be stopped, killed and waited for."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def free_port() -> int:
    """Return a port that nothing listens on.

    It lies below the range that systems hand out to outgoing connections, so that none of those takes it meanwhile.
    """
    for _ in range(200):
        port = random.randint(15000, 31000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port between 15000 and 31000")


def wait_until(check: Callable[[], Any], timeout: float = 10, what: str = "") -> Any:
    """Call `check` until what it returns is true, and return that; AssertionError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout:g} s: {what or check}")
        time.sleep(0.02)


# Reads until whoever started it is gone, however that came, then kills the group $1 and removes the other arguments.
GUARD = 'cat >/dev/null; kill -s KILL -- "-$1" 2>/dev/null; shift; rm -rf -- "$@"'


class Program:
    """A started program. Leaving the `with` block ends it with everything it started."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        url: str = "",
        uid: int | None = None,
        folders: Sequence[Path] = (),
    ) -> None:
        self.command = [str(part) for part in command]
        self.url = url
        self._env = dict(env) if env is not None else None
        self._cwd = cwd
        self._uid = uid
        self._folders = folders
        self._guard: subprocess.Popen[bytes] | None = None
        # A file, not a pipe: nobody has to read along for the program not to block.
        handle, name = tempfile.mkstemp(prefix="fairapp-", suffix=".log")
        os.close(handle)
        self._log = Path(name)
        self.start()

    def start(self) -> None:
        """Start the program (again, after `stop` or `kill`) with the same command, port and environment."""
        other = {} if self._uid is None else {"user": self._uid, "group": self._uid, "extra_groups": []}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self._env,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **other,
            )

        self._watch_over()

    def _watch_over(self) -> None:
        """Start what ends the program and removes its folders, should this process be killed before it can."""
        self._dismiss_guard()
        paths = [str(self.pid), str(self._log), *map(str, self._folders)]
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", *paths], stdin=subprocess.PIPE, start_new_session=True
        )

    def _dismiss_guard(self) -> None:
        if self._guard and self._guard.stdin:
            # Killed before its input ends, so that it never acts on a number that others got meanwhile.
            os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.wait()
            self._guard.stdin.close()
            self._guard = None

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group as well."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the program itself has not ended yet."""
        return self.process.poll() is None

    def log(self) -> str:
        """Return everything it has printed so far."""
        return self._log.read_text("utf-8", errors="replace")

    def wait_ready(self, ready: Callable[[], Any], timeout: float = 60) -> None:
        """Wait until `ready()` is true; RuntimeError with the log when it ends or takes too long."""
        end = time.monotonic() + timeout
        while not ready():
            if not self.running or time.monotonic() > end:
                state = "takes too long" if self.running else f"ended with {self.process.returncode}"
                self.kill()
                raise RuntimeError(f"{' '.join(self.command)} {state}:\n{self.log()[-4000:]}")
            time.sleep(0.03)

    def wait_for_log(self, text: str, timeout: float = 10) -> None:
        """Wait until the text was printed."""
        wait_until(lambda: text in self.log(), timeout, f"{text!r} in the log:\n{self.log()[-2000:]}")

    def stop(self, timeout: float = 10, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its exit status; what is left of the group afterwards is killed."""
        if self.running:
            os.kill(self.pid, by)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
        return self.kill()

    def kill(self) -> int:
        """End it and all it started at once, as a power cut would; return its exit status."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        return self.process.wait()

    def close(self) -> None:
        """Stop the program and forget its log."""
        self.stop()
        self._dismiss_guard()
        self._log.unlink(missing_ok=True)

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def answers(port: int) -> bool:
    """Say whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0

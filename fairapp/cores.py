"""On which cores of the machine the threads of this process compute.

Only one thread of a Python process computes at a time, and handing over to a thread on another core costs several times what
it costs on the same one: a server with many threads does more on one core than on two. What computes without keeping the
others waiting, such as hashing a password, is let loose. Figures: docs/decisions.md.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_everywhere: set[int] = set()  # the cores there were before; empty where the process was not bound to one
_here: set[int] = set()


def stay_on_one() -> None:
    """Keep this thread, and those begun by it from now on, on one core; does nothing where the system knows no such thing."""
    if hasattr(os, "sched_setaffinity") and not _here:
        _everywhere.update(os.sched_getaffinity(0))
        _here.add(max(_everywhere))  # the first one often serves the devices
        os.sched_setaffinity(0, _here)


@contextmanager
def any_core() -> Iterator[None]:
    """Let this thread compute on any core within the block."""
    if not _here:
        yield
        return
    os.sched_setaffinity(0, _everywhere)
    try:
        yield
    finally:
        os.sched_setaffinity(0, _here)

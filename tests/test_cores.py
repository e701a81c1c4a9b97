"""Which cores a thread computes on; in processes of their own, for this one keeps all of its cores."""

import os
import subprocess
import sys

import pytest

from fairapp import cores
from tests.servers.app import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process to a core")

BOUND = """
import os, threading
from fairapp import cores
before = os.sched_getaffinity(0)
cores.stay_on_one()
cores.stay_on_one()
here = os.sched_getaffinity(0)
seen = []
def look():
    seen.append(os.sched_getaffinity(0))
    with cores.any_core():
        seen.append(os.sched_getaffinity(0))
    seen.append(os.sched_getaffinity(0))
thread = threading.Thread(target=look)
thread.start()
thread.join()
try:
    with cores.any_core():
        raise KeyError
except KeyError:
    seen.append(os.sched_getaffinity(0))
assert here == {max(before)}, here
assert seen == [here, before, here, here], seen
"""


def test_threads_stay_on_one_core_but_for_what_computes_by_itself() -> None:
    done = subprocess.run([sys.executable, "-c", BOUND], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_where_nothing_is_bound_nothing_changes() -> None:
    before = os.sched_getaffinity(0)
    with cores.any_core():
        assert os.sched_getaffinity(0) == before
    assert os.sched_getaffinity(0) == before

"""A decomposition in a process of its own: the same, told, and ended at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from lmm_core.errors import LMMError
from lmm_data.large import child
from tests.data.large.kinships import kinship
from tests.ended import ends
from tests.places import ROOT

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


def test_it_is_eigh_bit_for_bit_and_told_as_it_goes():
    K, told = kinship(600), []
    values, vectors = child.decompose_apart(K, told.append)
    expected, U = np.linalg.eigh(K)
    assert np.array_equal(values, expected)
    assert np.array_equal(vectors, U)
    assert vectors.flags.c_contiguous
    assert vectors.flags.writeable
    assert values.flags.writeable
    assert told == sorted(told)
    assert all(0.0 <= share <= 1.0 for share in told)


def test_what_is_told_ends_it_at_once():
    class StopError(BaseException):
        pass

    def stop(share):
        pids.extend(process.pid for process in child._running)
        raise StopError

    pids = []
    with pytest.raises(StopError):
        child.decompose_apart(np.eye(1500), stop)
    (pid,) = pids
    assert not child._running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("how", ["end_all", "SIGKILL"])
def test_one_that_is_ended_from_outside_says_so(how):
    def end():
        while not child._running:
            time.sleep(0.01)
        if how == "end_all":
            child.end_all()
        else:
            os.kill(next(iter(child._running)).pid, signal.SIGKILL)

    thread = threading.Thread(target=end)
    thread.start()
    with pytest.raises(LMMError) as caught:
        child.decompose_apart(kinship(500))
    thread.join()
    text = str(caught.value)
    assert "the process that decomposes the kinship, 500 × 500, must come to its end" in text
    assert "it was ended from outside (SIGKILL)" in text
    assert "memory ran out" in text


@ON_LINUX
def test_it_ends_when_who_asked_is_killed():
    code = (
        "import numpy as np; from lmm_data.large.child import decompose_apart\n"
        "Z = np.random.default_rng(0).standard_normal((2000, 2000))\n"
        "decompose_apart(Z + Z.T, lambda share: print(share, flush=True))"
    )
    asking = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    asking.stdout.readline()
    (pid,) = Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split()
    asking.kill()
    asking.wait()
    asking.stdout.close()
    assert ends(pid)


def test_where_no_process_can_be_started_that_is_said(monkeypatch):
    monkeypatch.setattr(child.sys, "executable", "/there/is/no/python")
    with pytest.raises(child.NoProcessError):
        child.decompose_apart(np.eye(3))


def test_as_many_threads_of_blas_as_here(monkeypatch):
    given = {}

    def start(command, env, **_):
        given.update(env)
        raise OSError

    monkeypatch.setattr(child.subprocess, "Popen", start)
    monkeypatch.setattr(child, "blas_threads", lambda: 3)
    with pytest.raises(child.NoProcessError):
        child.decompose_apart(np.eye(3))
    assert given["OPENBLAS_NUM_THREADS"] == given["OMP_NUM_THREADS"] == "3"

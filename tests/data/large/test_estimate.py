"""What a decomposition takes, before it is begun."""

import os
import subprocess
import sys

import pytest

from lmm_core.errors import LMMError
from lmm_data.large import child, estimate
from tests.data.large.kinships import kinship
from tests.places import ROOT

GB = 1e9


# A process begins with the peak of the one that starts it, so it is a small one that does.
MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, code, used = os.wait4(process.pid, 0)
print(used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
sys.exit(code)
"""


def peak_of(n):
    """The most memory of the process that decomposes a kinship of n, in bytes."""
    command = [sys.executable, "-c", MEASURED, sys.executable, str(child._WORKER)]
    given = b"%d\n" % n + kinship(n, markers=200).tobytes()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=given, capture_output=True, check=True, env=environment)
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="nobody tells here")
def test_the_memory_is_what_is_taken_within_a_fifth():
    small, large = peak_of(10), peak_of(1500)
    assert estimate.estimate_decomposition(1500).bytes == pytest.approx(large, rel=0.2)
    # And what grows with n by itself.
    assert 8 * estimate.MATRICES * 1500**2 == pytest.approx(large - small, rel=0.2)


def test_time_grows_as_the_cube_and_memory_as_the_square():
    one, two = (estimate.estimate_decomposition(n) for n in (3_000, 6_000))
    assert two.seconds == pytest.approx(8 * one.seconds)
    assert two.bytes - estimate.BESIDE == pytest.approx(4 * (one.bytes - estimate.BESIDE))


def test_it_is_said_in_words(monkeypatch):
    monkeypatch.setattr(estimate, "_trial_seconds", lambda: 0.0343)
    monkeypatch.setattr(estimate, "blas_threads", lambda: 1)
    monkeypatch.setenv("LMM_MEMORY_GB", "16")
    found = estimate.estimate_decomposition(10_000)
    assert found.words == "about 2 minutes and 2.5 GB of memory, of 16 GB that are free"
    monkeypatch.setattr(estimate, "free_memory", lambda: None)
    assert estimate.estimate_decomposition(5_000).words == "about 13 seconds and 660 MB of memory"
    found.require_room()


def test_what_does_not_fit_is_refused_before_anything_is_allocated(monkeypatch):
    monkeypatch.setenv("LMM_MEMORY_GB", "30")
    with pytest.raises(LMMError) as caught:
        estimate.estimate_decomposition(40_000).require_room()
    assert str(caught.value) == (
        "the decomposition of the kinship, 40,000 × 40,000, needs 38 GB of memory: 30 GB are free; "
        "close other programs, leave out individuals, or take a machine with more memory; if more "
        "may be taken than that, LMM_MEMORY_GB says how many GB"
    )


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with 10 GB that are free and 2 of swap, and no limits."""
    files = {
        "MACHINE": "MemTotal: 99 kB\nMemAvailable: 10000000 kB\nSwapFree: 2000000 kB\n",
        "MEMBER": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(estimate, name, tmp_path / name)
    monkeypatch.setattr(estimate, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(estimate, "_of_the_process", lambda: iter(()))
    monkeypatch.delenv("LMM_MEMORY_GB", raising=False)
    return tmp_path


def group(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"memory.{name}").write_text(f"{text}\n")


def test_free_is_what_the_machine_has_left(machine):
    assert estimate.free_memory() == 1024 * 12e6
    (machine / "MACHINE").unlink()
    assert estimate.free_memory() is None or estimate.free_memory() > 0


def test_or_what_the_groups_of_a_container_or_a_batch_system_leave(machine):
    stat = "active_file 3\ninactive_file 1000000000"
    job = machine / "groups" / "slurm" / "job7"
    group(job, max="max", current="1", stat=stat)
    group(job.parent, max=f"{4 * GB:.0f}", current=f"{3 * GB:.0f}", stat=stat)
    (machine / "MEMBER").write_text("0::/slurm/job7\n")
    # What files are cached in is given back.
    assert estimate.free_memory() == 2 * GB


def test_groups_of_the_first_version_count_too(machine):
    folder = machine / "groups" / "memory" / "docker"
    group(folder, limit_in_bytes=f"{GB:.0f}", usage_in_bytes="0", stat="cache 7")
    (machine / "MEMBER").write_text("4:memory:/docker\n3:cpu:/docker\n")
    assert estimate.free_memory() == GB


def test_or_what_the_variable_says(machine, monkeypatch):
    monkeypatch.setenv("LMM_MEMORY_GB", "0.5")
    assert estimate.free_memory() == 0.5 * GB
    monkeypatch.setenv("LMM_MEMORY_GB", "much")
    assert estimate.free_memory() == 1024 * 12e6

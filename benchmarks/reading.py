"""How long a large kinship takes from its file to its decomposition, and how much memory.

    python -m benchmarks.reading [individuals]

Each file in a process of its own, as the app takes it: its bytes, read by the reader that is
found for it, looked at by the checks of a kinship, and decomposed. The time is from the bytes on;
the memory is the highest that the process had, Python and NumPy with it.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from lmm_core import standardized_kinship
from lmm_core.arrays import Floats
from lmm_core.simulate.cross import advanced_intercross
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.fits import decompose_anyway
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from lmm_data.written import numbers_csv

INDIVIDUALS = 2000
# Of a file in text or not: the most seconds, and the most memory in bytes.
TARGETS = {".csv": (12.0, 1e9), ".npy": (5.0, 1e9)}


def write(folder: Path, n: int) -> None:
    """The same kinship as text, with eight decimals, and as a NumPy array."""
    rng = np.random.default_rng(1)
    K = standardized_kinship(advanced_intercross(n, rng=rng).genotypes, 0.5)
    K = np.round(K, 8)
    ids = [f"mouse{i + 1}" for i in range(n)]
    (folder / "kinship.csv").write_text(numbers_csv(ids, ids, K), encoding="utf-8")
    np.save(folder / "kinship.npy", K)


def measure(path: Path) -> dict[str, float]:
    """Seconds of each step in this process, and its memory at the highest in bytes."""
    content = path.read_bytes()
    times = [time.perf_counter()]
    (outcome,) = read_sorted(sort_files({path.name: content}))
    kinship = None if outcome.reading is None else outcome.reading.kinship
    if kinship is None:
        raise SystemExit(outcome.error)
    times.append(time.perf_counter())
    ids = kinship.ids or tuple(str(i) for i in range(kinship.n))
    findings = list(check_entries(kinship.values, ids, kinship.name))
    K: Floats = averaged(kinship.values)
    times.append(time.perf_counter())
    eigen, repaired = decompose_anyway("", K)
    times.append(time.perf_counter())
    findings += check_kinship(K, ids, None if repaired else eigen, where=kinship.name)
    times.append(time.perf_counter())
    read, entries, decomposed, checked = np.diff(times).tolist()
    # Linux counts in kilobytes.
    peak = 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"read": read, "checked": entries + checked, "decomposed": decomposed, "peak": peak}


def main(n: int) -> None:
    print("| file | size | read | checked | decomposed | all | at most | memory | at most |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        # Here too, because a process that is started counts what its parent had at the highest.
        _in_a_process("--write", folder, str(n))
        for ending in TARGETS:
            path = Path(folder) / f"kinship{ending}"
            took = json.loads(_in_a_process("--measure", str(path)))
            steps = [took[name] for name in ("read", "checked", "decomposed")]
            seconds, memory = TARGETS[path.suffix]
            print(
                f"| {path.suffix}, {n:,} individuals | {path.stat().st_size / 1e6:.0f} MB | "
                + " | ".join(f"{step:.1f} s" for step in [*steps, sum(steps)])
                + f" | {seconds:.0f} s | {took['peak'] / 1e9:.2f} GB | {memory / 1e9:.0f} GB |",
                flush=True,
            )


def _in_a_process(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.reading", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
    elif sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else INDIVIDUALS)

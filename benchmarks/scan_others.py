"""GEMMA and FaST-LMM on the data of the benchmark of the scan, timed by themselves.

GEMMA is Debian's, on the path; its log prints how long its phases take. FaST-LMM comes from PyPI
into an environment of its own among the temporary files, and is no dependency of this project.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmm_core.arrays import Floats

FASTLMM = ("fastlmm==0.6.13", "six==1.17.0")
# Runs single_snp a few times after one that is not counted, and prints the seconds of each.
FASTLMM_RUN = """
import json, logging, sys, time, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import numpy as np
from fastlmm.association import single_snp
from pysnptools.kernelreader import KernelData
from pysnptools.snpreader import SnpData

data = np.load(sys.argv[1])
n, m = data["G"].shape
iid = np.array([["f", str(i)] for i in range(n)])
place = np.column_stack([np.ones(m), np.arange(m), np.arange(m)]).astype(float)
G = SnpData(iid=iid, sid=[str(j) for j in range(m)], val=data["G"], pos=place)
K = KernelData(iid=iid, val=data["K"])
y = SnpData(iid=iid, sid=["y"], val=data["y"][:, None])
seconds = []
for _ in range(1 + int(sys.argv[2])):
    start = time.perf_counter()
    frame = single_snp(test_snps=G, pheno=y, K0=K, count_A1=True, leave_out_one_chrom=False)
    seconds.append(time.perf_counter() - start)
best = frame.iloc[0]
print(json.dumps([seconds[1:], float(best.PValue), float(best.Nullh2)]))
"""


@dataclass(frozen=True, slots=True)
class GemmaTimes:
    """Seconds by GEMMA's own log: decomposition, U'X, and the tests with their refits."""

    version: str
    decomposition: float
    rotation: float
    tests: float


def run_gemma(K: Floats, G: Floats, y: Floats) -> GemmaTimes | str:
    """`gemma -lmm 1` once, or why it cannot be run."""
    program = shutil.which("gemma")
    if program is None:
        return "not installed: apt-get install gemma"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savetxt(folder / "K.txt", K, fmt="%.10g", delimiter="\t")
        np.savetxt(folder / "y.txt", y, fmt="%.17g")
        with (folder / "G.txt").open("w") as file:
            for j, marker in enumerate(G.T):
                file.write(f"m{j}, A, C, {', '.join(f'{count:.7g}' for count in marker)}\n")
        ran = subprocess.run(
            [program, *"-g G.txt -p y.txt -k K.txt -lmm 1 -maf 0 -o out".split()],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        if ran.returncode:
            return f"failed: {ran.stderr.decode()[-200:]}"
        log = (folder / "output" / "out.log.txt").read_text()
    minutes = [
        re.search(rf"time on {phase} = ([0-9.e-]+) min", log)
        for phase in ("eigen-decomposition", "calculating UtX", "optimization")
    ]
    version = re.search(r"GEMMA Version\s+= (\S+)", log)
    if version is None or None in minutes:
        return "its log prints no times"
    seconds = [60.0 * float(found[1]) for found in minutes if found]
    return GemmaTimes(version[1], *seconds)


def run_fastlmm(K: Floats, G: Floats, y: Floats, repeats: int) -> tuple[list[float], float] | str:
    """Seconds of `single_snp` from K to p-values, and its smallest p; or why there are none."""
    python = _environment()
    if isinstance(python, str):
        return python
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "data.npz", K=K, G=G, y=y)
        (folder / "run.py").write_text(FASTLMM_RUN)
        ran = subprocess.run(
            [python, "run.py", "data.npz", str(repeats)],
            cwd=folder,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONPATH": ""},
        )
    if ran.returncode:
        return f"failed: {ran.stderr.decode()[-200:]}"
    seconds, p, _ = json.loads(ran.stdout.decode().splitlines()[-1])
    return seconds, p


def _environment() -> Path | str:
    folder = Path(tempfile.gettempdir()) / "lmm-benchmark-fastlmm"
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        venv.create(folder, with_pip=True, clear=True)
        ran = subprocess.run(
            [python, "-m", "pip", "install", "-q", *FASTLMM], capture_output=True, check=False
        )
        if ran.returncode:
            return f"cannot be installed from PyPI: {ran.stderr.decode()[-200:]}"
        (folder / "whole").touch()
    return python


if __name__ == "__main__":
    sys.exit("run python -m benchmarks.scan")

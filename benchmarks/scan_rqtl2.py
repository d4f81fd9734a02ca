"""The scans of all traits beside scan1 of R/qtl2: LOD scores, and pairs a second on one core.

    python -m benchmarks.scan_rqtl2

R/qtl2 must be where R finds it (`R_LIBS`); without it nothing is compared. 79 simulated strains,
7,320 markers. What is compared is the processor's time, the least of three runs of one thread; the
kinship is halved for R/qtl2, which doubles it.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.scan_traits import MARKERS, N, simulated
from lmm_core.arrays import Floats
from lmm_core.scan import scan_traits
from lmm_core.version import versions

COMPARED, TIMED, RUNS = 20, (200, 2_000), 3
# R/qtl2 takes a trait after the other: so many of them tell its rate.
THEIRS = 200
R = """
suppressMessages(library(qtl2))
read <- function(name) as.matrix(read.csv(name, header = FALSE))
Y <- read("Y.csv"); G <- read("G.csv"); K <- read("K.csv")
ids <- paste0("i", seq_len(nrow(Y)))
rownames(Y) <- ids; colnames(Y) <- paste0("t", seq_len(ncol(Y))); dimnames(K) <- list(ids, ids)
groups <- split(seq_len(ncol(G)), rep(1:20, each = ncol(G) / 20))
probs <- lapply(groups, function(at) {
    found <- array(0, c(length(ids), 2, length(at)), list(ids, c("AA", "BB"), paste0("m", at)))
    found[, 1, ] <- G[, at] == 0; found[, 2, ] <- G[, at] == 2
    found
})
attr(probs, "is_x_chr") <- setNames(rep(FALSE, 20), names(probs))
attr(probs, "crosstype") <- "risib"; attr(probs, "alleles") <- c("A", "B")
attr(probs, "alleleprobs") <- FALSE; class(probs) <- c("calc_genoprob", "list")
scan <- function(some) scan1(probs, Y[, some, drop = FALSE], K / 2, reml = TRUE, cores = 1)
found <- scan(1:COMPARED)
write.table(unclass(found), "lod.csv", sep = ",", col.names = FALSE, row.names = FALSE)
cat(attr(found, "hsq"), file = "h.csv")
times <- replicate(RUNS, sum(system.time(scan(seq_len(ncol(Y))))[1:2]))
cat(min(times), as.character(packageVersion("qtl2")), R.version.string)
"""


def ours(Y: Floats, G: Floats, K: Floats, m: int) -> float:
    """Seconds of the processor."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        scan_traits(Y[:, :m], G, None, K, threads=1)
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    Y, G, K = simulated(N, max(TIMED), MARKERS)
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("Y", Y[:, :THEIRS]), ("G", G), ("K", K)):
            np.savetxt(Path(folder) / f"{name}.csv", values, delimiter=",", fmt="%.17g")
        script = R.replace("COMPARED", str(COMPARED)).replace("RUNS", str(RUNS))
        (Path(folder) / "scan.R").write_text(script)
        try:
            done = subprocess.run(
                ["Rscript", "scan.R"], cwd=folder, env=one_thread, capture_output=True, text=True
            )
        except FileNotFoundError:
            print("R/qtl2: R is not here")
            return
        if done.returncode:
            print(f"R/qtl2: {done.stderr.strip()}")
            return
        seconds, version, language = done.stdout.split(" ", 2)
        lod = np.loadtxt(Path(folder) / "lod.csv", delimiter=",")
        h2 = np.loadtxt(Path(folder) / "h.csv")
    peaks, pairs = scan_traits(Y[:, :COMPARED], G, None, K, above=0.0)
    found = np.full(lod.shape, np.nan)
    found[pairs.marker, pairs.trait] = pairs.lod
    print(f"R/qtl2 {version}, {language.strip()}; lmm_core {versions()['lmm_core']}")
    print(
        f"{COMPARED} traits at {MARKERS:,} markers: LOD scores are within "
        f"{np.abs(found - lod).max():.0e}, ĥ within {np.abs(peaks.h2 - h2).max():.0e}\n"
    )
    print("| one core | traits | processor | million pairs a second |\n|---|---|---|---|")
    rows = [("scan1 of R/qtl2", THEIRS, float(seconds))]
    rows += [("scan_traits", m, ours(Y, G, K, m)) for m in TIMED]
    for words, m, took in rows:
        print(f"| {words} | {m:,} | {took:.2f} s | {m * MARKERS / took / 1e6:.2f} |")


if __name__ == "__main__":
    main()

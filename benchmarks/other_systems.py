"""Who is wrong where: other systems' answers on the reference data, judged by one likelihood.

    python -m benchmarks.other_systems > docs/other_systems.md

Each answer is an h; what counts is how much lower the log-likelihood is there than at its
maximum, with the same function for all. Nothing in the table is typed by hand.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from lmm_core import LMMFit, fit_lmm, log_likelihood
from lmm_data.dataset import align
from lmm_data.readers.text.csv import read_kinship, read_table

REFERENCE = Path(__file__).parent.parent / "tests" / "reference"
SYSTEMS = {
    "lmmlite": ("R/lmmlite", "hsq"),
    "qtl2": ("R/qtl2", "hsq"),
    "pylmm": ("pylmm", "h"),
    "R_optimize": ("R's optimize", "hsq"),
    "dense_gls": ("dense least squares", "h2"),
}
# An answer this much lower is at another maximum, or at none: a tolerance of 1e-4 in h costs less.
WRONG = 1e-2


def fit_of(record: dict[str, Any]) -> LMMFit:
    folder = REFERENCE / record["dataset"]
    covariates = folder / "covar.csv"
    data = align(
        record["dataset"],
        read_table(folder / "pheno.csv"),
        read_kinship(folder / "kinship.csv"),
        read_table(covariates) if covariates.exists() else None,
    )
    problem = data.problem(record["trait"], data.covariates.columns)
    return fit_lmm(problem.y, problem.X, problem.K, reml=record["method"] == "REML")


def deficit(fit: LMMFit, h: float) -> float:
    """How much lower the log-likelihood is at h than at its maximum, which may be infinite."""
    best = np.inf if fit.status == "unbounded" else fit.loglik
    height = log_likelihood(fit.rotated, h, reml=fit.reml)
    return 0.0 if height == best else float(best - height)


def is_wrong(fit: LMMFit, h: float) -> bool:
    """Lower than the maximum; where that is infinite, anything but the best finite one."""
    if fit.status == "unbounded":
        return not abs(h - fit.h2) < 1e-3
    return deficit(fit, h) > WRONG


def cell(fit: LMMFit, h: float) -> str:
    if not is_wrong(fit, h):
        return f"{h:.4f}"
    if fit.status == "unbounded":
        return f"**{h:.4f}**"
    return f"**{h:.4f}**, lower by {deficit(fit, h):.3g}"


def ours(fit: LMMFit) -> str:
    if fit.status != "unbounded":
        return f"{fit.h2:.4f}"
    return "unbounded" + (f"; finite maximum {fit.h2:.4f}" if fit.maxima else "; no finite maximum")


def main() -> None:
    records = json.loads((REFERENCE / "fits.json").read_text(encoding="utf-8"))
    pairs = [(record, fit_of(record)) for record in records]
    print("# Who is wrong where\n")
    print("Made by `python -m benchmarks.other_systems`; see `tests/reference/README.md`.\n")
    print(
        "Each cell is the h that a system reports. Set in bold is one where the log-likelihood "
        f"is lower than at its maximum by more than {WRONG:g}, with how much, computed by this "
        "package's `log_likelihood` for all of them. Where the likelihood is unbounded as h "
        "tends to 1, every answer is in bold but the finite maximum, which is a local one.\n"
    )
    names = [name for name, _ in SYSTEMS.values()]
    print(f"| data | trait | method | here | {' | '.join(names)} |")
    print("|" + "---|" * (4 + len(names)))
    worst = dict.fromkeys(SYSTEMS, 0.0)
    wrong = dict.fromkeys(SYSTEMS, 0)
    total = dict.fromkeys(SYSTEMS, 0)
    higher = -np.inf
    for record, fit in pairs:
        cells = []
        for system, (_, name) in SYSTEMS.items():
            h = record.get(system, {}).get(name)
            if h is None:
                cells.append("")
                continue
            cells.append(cell(fit, h))
            total[system] += 1
            wrong[system] += is_wrong(fit, h)
            if fit.status != "unbounded":
                lower = deficit(fit, h)
                higher = max(higher, -lower)
                if lower <= WRONG:
                    worst[system] = max(worst[system], lower)
        print(
            f"| {record['dataset']} | {record['trait']} | {record['method']} | {ours(fit)} "
            f"| {' | '.join(cells)} |"
        )
    print("\n| system | answers | wrong | lower by at most, where right |\n|---|---|---|---|")
    for system, (name, _) in SYSTEMS.items():
        print(f"| {name} | {total[system]} | {wrong[system]} | {worst[system]:.1e} |")
    # No minus sign before a zero.
    print(f"\nThe most by which any answer is higher than ours: {max(higher, 0.0):.1e}.")


if __name__ == "__main__":
    main()

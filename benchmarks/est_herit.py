"""R/qtl2's `est_herit` on every trait of a cross, beside the fits here: where is it lower?

    python -m benchmarks.est_herit CROSS.zip EST_HERIT.csv

The cross is one of the R/qtl2 data repository (the 5,806 traits of BXD), the table what
`est_herit(pheno, calc_kinship(probs))` of R/qtl2 0.43-5 answered for each trait by itself, with the
columns trait, h and ll; `probs` are `calc_genoprob(cross, insert_pseudomarkers(cross$gmap, step =
1), error_prob = 0.002)`, as in its guide. Neither is part of this project. R/qtl2 searches [0, 1]
once by Brent's method.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from lmm_core import fit_rotated, log_likelihood, rotate
from lmm_core.errors import DataError
from lmm_data.preparation.preparing import prepare

# So much below the highest point, in log units, is another answer.
LOWER = 1e-6


def main() -> None:
    cross, table = map(Path, sys.argv[1:3])
    dataset = prepare({cross.name: cross.read_bytes()}).require_dataset()
    with table.open(encoding="utf-8") as lines:
        theirs = {row["trait"]: float(row["h"]) for row in csv.DictReader(lines)}
    fitted, same, lower = 0, 0, []
    for trait in dataset.traits.columns:
        if trait not in theirs:
            continue
        try:
            problem = dataset.problem(trait, ())
        except DataError:
            continue
        fit = fit_rotated(rotate(problem.decomposed(), problem.y, problem.X))
        if not fit.maxima:
            continue
        fitted += 1
        gap = fit.loglik - float(log_likelihood(fit.rotated, theirs[trait]))
        same += gap <= LOWER
        if gap > LOWER:
            lower.append((gap, trait, fit, theirs[trait]))
    print(f"{fitted:,} traits fitted by REML; on {same:,} both agree to a millionth of a log unit.")
    print(f"R/qtl2 stands lower on {len(lower)}:\n")
    print("| trait | R/qtl2 | here | lower by | hills |\n|---|---|---|---|---|")
    for gap, trait, fit, h in sorted(lower, key=lambda one: -one[0]):
        hills = ", ".join(f"{top.h2:.4f}" for top in fit.maxima)
        print(f"| {trait} | {h:.4f} | {fit.h2:.4f} | {gap:.4f} | {hills} |")
    assert np.isfinite([one[0] for one in lower]).all()


if __name__ == "__main__":
    main()

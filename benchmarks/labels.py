"""How often swapped and shifted labels are found, and how often they are suspected for nothing.

    python -m benchmarks.labels [datasets [clean | swaps | differences | shifts]]

Clean data of several kinships, then the 297 mice with two labels swapped or all values moved by
one row. h is the share of the genetic variance where K has a mean diagonal of 1; the mice's has
0.353, so that an h of 0.6 on K as it is given is a share of 0.35, 0.8 one of 0.59, and 0.95 one
of 0.87.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmm_core import decompose, fit_rotated, rotate, standardized_kinship
from lmm_core.arrays import Floats, Ints
from lmm_core.checks import Finding, check_kinship, check_labels
from lmm_core.checks.swaps import search_swaps
from lmm_core.cross import advanced_intercross
from lmm_core.dataset import Problem
from lmm_core.fit import LMMFit
from lmm_core.kinship import KinshipEigen
from lmm_core.readers.csv import read_kinship, read_table
from lmm_core.scales import h2_on_scale
from lmm_core.simulate import full_sib_families, simulate_phenotype, unrelated

DATASETS = 200
SAMPLE = Path(__file__).parents[1] / "sample_data" / "mouse_hs300"
SHARES = (0.0, 0.3, 0.6, 0.9)
GIVEN = (0.6, 0.8, 0.95)
ABOUT = ("kinship_clones", "kinship_half_scale", "labels_swap", "labels_shift")


def kinships() -> dict[str, Floats]:
    """Of the kinds that are checked on clean data."""
    rng = np.random.default_rng(0)
    families = full_sib_families(40, 5).K
    mixed = rng.permutation(len(families))
    people = unrelated(rng, 150, markers=2000)
    strain = np.repeat(np.arange(30), 5)
    return {
        "families": families,
        "families, mixed order": families[np.ix_(mixed, mixed)],
        "intercross": standardized_kinship(
            advanced_intercross(rng, 200, 10, 30, spacing_cm=2.0).genotypes, 0.5
        ),
        "unrelated": standardized_kinship(people.genotypes, people.frequency),
        "inbred strains": (strain[:, np.newaxis] == strain).astype(np.float64),
        "mice": mice()[0],
    }


def mice() -> tuple[Floats, Floats]:
    """Kinship and sex of the 297 mice."""
    K = read_kinship(SAMPLE / "kinship.csv")
    return K.values, read_table(SAMPLE / "covar.csv").select(K.ids).column("sex")


def make(
    eigen: KinshipEigen, K: Floats, Y: Floats, sex: Floats | None = None
) -> tuple[list[Problem], list[LMMFit]]:
    """Problems and fits of the columns of Y."""
    n = len(K)
    X = np.ones((n, 1)) if sex is None else np.column_stack([np.ones(n), sex])
    names = ("intercept",) if sex is None else ("intercept", "sex")
    ids = tuple(f"i{i}" for i in range(n))
    problems = [Problem(f"t{t}", ids, y, X, K, names, (), "K") for t, y in enumerate(Y.T)]
    return problems, [fit_rotated(rotate(eigen, y, X), eigen) for y in Y.T]


def draw(
    rng: np.random.Generator, eigen: KinshipEigen, h2: float, traits: int = 1, shape: str = "normal"
) -> Floats:
    """Independent traits, shape (n, traits)."""
    y = np.column_stack([simulate_phenotype(rng, eigen, h2).y for _ in range(traits)])
    if shape == "normal":
        return y
    z: Floats = (y - y.mean(axis=0)) / y.std(axis=0)
    if shape == "skewed":
        return np.exp(z)
    return np.round(1.5 * z) if shape == "coarse" else (z > 0.5).astype(np.float64)


def codes(findings: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def clean(datasets: int) -> None:
    print(f"## Clean data\n\n{datasets} data sets a row; shares that draw a warning.\n")
    print("| K | values | h | swap | shift | clones | half scale |\n|---|---|---|---|---|---|---|")
    total = {code: 0 for code in ABOUT}
    rows = 0
    for name, K in kinships().items():
        eigen = decompose(K)
        about = codes(check_kinship(K, eigen=eigen))
        for shape in ("normal", "skewed", "coarse", "binary"):
            for share in SHARES if shape == "normal" else SHARES[2:3]:
                rng = np.random.default_rng(round(100 * share))
                h2 = h2_on_scale(share, 1.0 / eigen.mean_diagonal)
                found = {code: datasets * (code in about) for code in ABOUT}
                for _ in range(datasets):
                    problems, fits = make(eigen, K, draw(rng, eigen, h2, shape=shape))
                    for code in codes(check_labels(problems, fits, rng=rng)) & set(ABOUT):
                        found[code] += 1
                for code in ABOUT:
                    total[code] += found[code] if code.startswith("labels") else 0
                rows += 1
                swap, shift = found["labels_swap"] / datasets, found["labels_shift"] / datasets
                print(
                    f"| {name} | {shape} | {share:g} | {swap:.1%} | {shift:.1%} "
                    f"| {'yes' if 'kinship_clones' in about else 'no'} "
                    f"| {'yes' if 'kinship_half_scale' in about else 'no'} |",
                    flush=True,
                )
    print(
        f"\nOver all: swap {total['labels_swap'] / rows / datasets:.2%}, shift "
        f"{total['labels_shift'] / rows / datasets:.2%}. The clones of the mice are real.\n"
    )


def swap_power(datasets: int) -> None:
    K, sex = mice()
    eigen = decompose(K)
    n = len(K)
    print(
        "## Two labels of the mice swapped\n\nA pair drawn at random, or of the rows next to each "
        "other in a file of mixed order; found, and the right pair named, in percent. `expected` "
        "is the share that the report itself announces for the same data without a swap.\n"
    )
    print(
        "| h as given | traits | sex differs by | any pair | expected | neighbours | expected |"
        "\n|---|---|---|---|---|---|---|"
    )
    for h2 in GIVEN:
        for traits, effect in ((1, 0.0), (1, 3.0), (1, 6.0), (3, 0.0), (6, 0.0)):
            rng = np.random.default_rng(round(100 * h2) + traits)
            hits, announced = np.zeros(2), np.zeros(2)
            for _ in range(datasets):
                Y = draw(rng, eigen, h2, traits)
                Y = Y + effect * Y.std(axis=0) * sex[:, np.newaxis]
                order: Ints = rng.permutation(n)
                file = [f"i{i}" for i in order]
                row = int(rng.integers(n - 1))
                for k, pair in enumerate((rng.choice(n, 2, replace=False), order[row : row + 2])):
                    swapped = Y.copy()
                    swapped[pair] = Y[pair[::-1]]
                    problems, fits = make(eigen, K, swapped, sex if effect else None)
                    right = {f"i{i}" for i in pair}
                    hits[k] += any(
                        finding.code == "labels_swap" and set(finding.ids) == right
                        for finding in check_labels(problems, fits, order=file, rng=rng)
                    )
                announced += expected(make(eigen, K, Y, sex if effect else None), order, rng)
            any_pair, neighbours = hits / datasets
            print(
                f"| {h2:g} | {traits} | {effect:g} SD | {any_pair:.1%} "
                f"| {announced[0] / datasets:.1%} | {neighbours:.1%} "
                f"| {announced[1] / datasets:.1%} |",
                flush=True,
            )


def expected(
    made: tuple[list[Problem], list[LMMFit]], order: Ints, rng: np.random.Generator
) -> Floats:
    """Shares of swaps that the report says would be seen: of any pair, and of neighbours."""
    fits = [fit for fit in made[1] if fit.maxima and fit.h2 > 0.0]
    if not fits:
        return np.zeros(2)
    return np.array([search.power for search in search_swaps(fits, order, rng=rng)])


def by_difference(datasets: int) -> None:
    """Power by how far apart the two values and their families are."""
    K, _ = mice()
    eigen = decompose(K)
    size = np.sqrt(np.diagonal(K))
    related = K / size / size[:, np.newaxis] > 0.3
    print(
        "\n## By the difference between the two values\n\nOne trait of the mice; pairs of the same "
        "family have a kinship correlation above 0.3.\n"
    )
    print("| h as given | family | < 1 SD | 1 to 2 | 2 to 3 | > 3 |\n|---|---|---|---|---|---|")
    for h2 in GIVEN:
        rng = np.random.default_rng(round(100 * h2))
        tried, hits = np.zeros((2, 4)), np.zeros((2, 4))
        for _ in range(datasets):
            Y = draw(rng, eigen, h2)
            y = Y[:, 0]
            gap = np.abs(y[:, np.newaxis] - y) / y.std()
            for same in (0, 1):
                for band in range(4):
                    inside = (gap >= band) & ((gap < band + 1) | (band == 3)) & (related == same)
                    pairs = np.argwhere(np.triu(inside, 1))
                    if not len(pairs):
                        continue
                    pair = pairs[rng.integers(len(pairs))]
                    swapped = Y.copy()
                    swapped[pair] = Y[pair[::-1]]
                    problems, fits = make(eigen, K, swapped)
                    found = check_labels(problems, fits, rng=rng)
                    tried[same, band] += 1
                    hits[same, band] += any(
                        f.code == "labels_swap" and set(f.ids) == {f"i{i}" for i in pair}
                        for f in found
                    )
        for same, name in ((0, "different"), (1, "the same")):
            cells = " | ".join(
                f"{h / t:.0%}" if t >= 20 else "few"
                for h, t in zip(hits[same], tried[same], strict=True)
            )
            print(f"| {h2:g} | {name} | {cells} |", flush=True)


def shift_power(datasets: int) -> None:
    K, _ = mice()
    eigen = decompose(K)
    n = len(K)
    print(
        "\n## Values of the mice moved by one row\n\nIn the order of the file, family by family, "
        "and in a mixed order; all rows, or those from the middle on. Found, and the right step "
        "named.\n"
    )
    print(
        "| h as given | all, by family | half, by family | all, mixed | half, mixed |\n"
        "|---|---|---|---|---|"
    )
    for h2 in GIVEN:
        rng = np.random.default_rng(round(100 * h2))
        hits = np.zeros(4)
        for _ in range(datasets):
            Y = draw(rng, eigen, h2)
            for k in range(4):
                order: Ints = np.arange(n) if k < 2 else rng.permutation(n)
                rows = order if k % 2 == 0 else order[n // 2 :]
                moved = Y.copy()
                moved[rows] = Y[np.roll(rows, 1)]
                problems, fits = make(eigen, K, moved)
                file = [f"i{i}" for i in order]
                found = check_labels(problems, fits, order=file, rng=rng)
                hits[k] += any(
                    f.code == "labels_shift" and "1 row too low" in f.title for f in found
                )
        print(f"| {h2:g} | {' | '.join(f'{share:.0%}' for share in hits / datasets)} |", flush=True)


PARTS = {
    "clean": clean,
    "swaps": swap_power,
    "differences": by_difference,
    "shifts": shift_power,
}


def main() -> None:
    datasets = int(sys.argv[1]) if len(sys.argv) > 1 else DATASETS
    for name in sys.argv[2:] or PARTS:
        PARTS[name](datasets)


if __name__ == "__main__":
    main()

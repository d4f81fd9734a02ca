"""How often wrong labels and kinships are found, and how often they are suspected for nothing.

    python -m benchmarks.labels [datasets [clean | sizes | swaps | differences | shifts | kinship]]

Clean data of several kinships; intercrosses of several sizes and the 297 mice with two labels
swapped or values moved by one row; samples typed twice and kinships on half the scale. h is the
share of the genetic variance where K has a mean diagonal of 1; the mice's has 0.353, so that an h
of 0.6 on K as it is given is a share of 0.35, 0.8 one of 0.59, and 0.95 one of 0.87.
"""

import sys
from collections.abc import Sequence

import numpy as np

from benchmarks.mislabelled import (
    clearest,
    draw,
    exchanged,
    is_low,
    is_named,
    kinships,
    make,
    mice,
    moved_down,
)
from lmm_core import decompose, standardized_kinship
from lmm_core.arrays import Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.scales import h2_on_scale
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import unrelated
from lmm_data.checks import Finding
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.labels import check_labels
from lmm_data.checks.swaps import search_swaps
from lmm_data.dataset import Problem

DATASETS = 40
SHARES = (0.0, 0.3, 0.6, 0.9)
GIVEN = (0.6, 0.8, 0.95)
SIZES, POWERS = (60, 100, 150, 300), (0.2, 0.4, 0.6, 0.8)
ERRORS = (0.0, 0.01, 0.02, 0.05, 0.1)
ABOUT = ("kinship_clones", "kinship_half_scale", "labels_swap", "labels_shift")


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


def sizes(datasets: int) -> None:
    print(
        "\n## By n and h\n\nIntercrosses of ten generations, one trait; in percent. `any pair` is "
        "the share of all swaps of two labels that the report itself announces as visible; `the "
        "clearest` is how often the swap that costs most likelihood is found and both are named; "
        "`all moved` and `half moved` how often values one row too low are found and so named, in "
        "the whole file and from the middle on.\n"
    )
    print("| n | h | any pair | the clearest | all moved | half moved |\n|---|---|---|---|---|---|")
    for n in SIZES:
        cross = advanced_intercross(n, 10, 30, spacing_cm=2.0, rng=np.random.default_rng(n))
        K = standardized_kinship(cross.genotypes, 0.5)
        eigen = decompose(K)
        for h2 in POWERS:
            rng = np.random.default_rng(round(100 * h2))
            announced, hits = 0.0, np.zeros(3)
            for _ in range(datasets):
                Y = draw(rng, eigen, h2)
                sound = make(eigen, K, Y)
                announced += expected(sound, np.arange(n), rng)[0]
                pair = clearest(sound[1][0])
                hits[0] += is_named(
                    check_labels(*make(eigen, K, exchanged(Y, pair)), rng=rng), pair
                )
                for k, first in ((1, 0), (2, n // 2)):
                    rows = np.arange(first, n)
                    hits[k] += is_low(check_labels(*make(eigen, K, moved_down(Y, rows)), rng=rng))
            cells = " | ".join(f"{share:.0%}" for share in hits / datasets)
            print(f"| {n} | {h2:g} | {announced / datasets:.1%} | {cells} |", flush=True)


def swap_power(datasets: int) -> None:
    K, sex = mice()
    eigen = decompose(K)
    n = len(K)
    print(
        "\n## Two labels of the mice swapped\n\nA pair drawn at random, or of the rows next to "
        "each other in a file of mixed order; found, and the right pair named, in percent. "
        "`expected` is the share that the report itself announces for the same data without a "
        "swap.\n"
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
                    made = make(eigen, K, exchanged(Y, pair), sex if effect else None)
                    hits[k] += is_named(check_labels(*made, order=file, rng=rng), pair)
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
                    found = check_labels(*make(eigen, K, exchanged(Y, pair)), rng=rng)
                    tried[same, band] += 1
                    hits[same, band] += is_named(found, pair)
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
                file = [f"i{i}" for i in order]
                hits[k] += is_low(
                    check_labels(*make(eigen, K, moved_down(Y, rows)), order=file, rng=rng)
                )
        print(f"| {h2:g} | {' | '.join(f'{share:.0%}' for share in hits / datasets)} |", flush=True)


def about_kinship(datasets: int) -> None:
    """One sample typed twice, with errors of typing, and each kinship divided by two."""
    print(
        "\n## One sample typed twice\n\nOf 100 individuals one has another's genotypes, read again "
        "with this share of errors; how often the two are named as clones, and nobody else.\n"
    )
    print(f"| K | {' | '.join(f'{e:.0%}' for e in ERRORS)} |\n|---|{'---|' * len(ERRORS)}")
    for name in ("intercross", "unrelated"):
        rng = np.random.default_rng(0)
        hits = np.zeros(len(ERRORS))
        for _ in range(datasets):
            if name == "intercross":
                counts = advanced_intercross(100, 10, 30, spacing_cm=2.0, rng=rng).genotypes
                frequency: float | Floats = 0.5
            else:
                people = unrelated(100, markers=2000, rng=rng)
                counts, frequency = people.genotypes, people.frequency
            G = np.array(counts, dtype=np.float64)
            for k, error in enumerate(ERRORS):
                wrong = rng.random(G.shape[1]) < error
                G[1] = np.where(wrong, rng.integers(0, 3, G.shape[1]), G[0])
                found = check_kinship(standardized_kinship(G, frequency), deep=False)
                hits[k] += any(
                    f.code == "kinship_clones" and f.ids == ("row 1", "row 2") for f in found
                )
        print(f"| {name} | {' | '.join(f'{share:.0%}' for share in hits / datasets)} |", flush=True)
    print("\n## Kinship on half the scale\n\nEach of the matrices above, divided by two.\n")
    print("| K | mean diagonal | found |\n|---|---|---|")
    for name, K in kinships().items():
        half = 0.5 * K
        scales = [f for f in check_kinship(half, deep=False) if f.code.endswith("scale")]
        said = ", ".join(f"{f.severity} {f.code}" for f in scales) or "nothing"
        print(f"| {name} | {np.diagonal(half).mean():.2f} | {said} |", flush=True)


PARTS = {
    "clean": clean,
    "sizes": sizes,
    "swaps": swap_power,
    "differences": by_difference,
    "shifts": shift_power,
    "kinship": about_kinship,
}


def main() -> None:
    datasets = int(sys.argv[1]) if len(sys.argv) > 1 else DATASETS
    for name in sys.argv[2:] or PARTS:
        PARTS[name](datasets)


if __name__ == "__main__":
    main()

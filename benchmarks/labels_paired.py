"""Whether one version of the checks finds what another does: the same wrong labels, side by side.

    python -m benchmarks.labels_paired find FILE [datasets [part]]
    python -m benchmarks.labels_paired compare BEFORE AFTER

Each dataset depends on its number alone, and not on what a check draws. So `find` is run in a
checkout of either version (this file is copied into the older one), writes a line for each dataset
and goes on with a file that it began; `compare` prints a row for each design: the shares, and how
many datasets only one of the two found. A part is `sizes` (intercrosses) or `mice`; without one
both are run. 60 datasets a row take a quarter of an hour of one core.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.stats import binomtest

from benchmarks.mislabelled import (
    clearest,
    draw,
    exchanged,
    is_low,
    is_named,
    make,
    mice,
    moved_down,
)
from lmm_core import decompose, standardized_kinship
from lmm_core.arrays import Floats, Ints
from lmm_core.kinship import KinshipEigen
from lmm_core.simulate.cross import advanced_intercross
from lmm_data.checks.labels import check_labels

DATASETS = 60
SIZES, POWERS = (60, 100, 150, 300), (0.2, 0.4, 0.6, 0.8)
GIVEN = (0.6, 0.8, 0.95)
# Traits, and by how many standard deviations the sexes differ.
TRAITS = ((1, 0.0), (1, 3.0), (1, 6.0), (3, 0.0), (6, 0.0))
# A design, the number of a dataset of it, and what says whether its fault is found.
Trial: TypeAlias = tuple[str, int, Callable[[], bool]]


def rng_of(*numbers: int) -> np.random.Generator:
    return np.random.default_rng(list(numbers))


def is_swap(
    eigen: KinshipEigen,
    K: Floats,
    Y: Floats,
    pair: Ints,
    order: Ints,
    d: int,
    sex: Floats | None = None,
) -> bool:
    """Whether two labels that were exchanged are named."""
    made = make(eigen, K, exchanged(Y, pair), sex)
    found = check_labels(*made, order=[f"i{i}" for i in order], rng=rng_of(d))
    return is_named(found, pair)


def is_clearest_swap(eigen: KinshipEigen, K: Floats, Y: Floats, order: Ints, d: int) -> bool:
    """The same of the two whose exchange loses most likelihood."""
    return is_swap(eigen, K, Y, clearest(make(eigen, K, Y)[1][0]), order, d)


def is_move(eigen: KinshipEigen, K: Floats, Y: Floats, first: int, order: Ints, d: int) -> bool:
    """Whether values that stand one row too low in a file, from a row on, are said to do so."""
    made = make(eigen, K, moved_down(Y, order[first:]))
    return is_low(check_labels(*made, order=[f"i{i}" for i in order], rng=rng_of(d)))


def of_sizes(datasets: int) -> Iterator[Trial]:
    """Intercrosses of ten generations: the clearest swap, and all or half moved by one row."""
    for n in SIZES:
        rng = np.random.default_rng(n)
        cross = advanced_intercross(n, 10, 30, spacing_cm=2.0, rng=rng)
        K = standardized_kinship(cross.genotypes, 0.5)
        eigen, order = decompose(K), np.arange(n)
        for h2 in POWERS:
            design = f"intercross, n = {n}, h = {h2:g}"
            for d in range(datasets):
                Y = draw(rng_of(n, round(100 * h2), d), eigen, h2)
                swap = partial(is_clearest_swap, eigen, K, Y, order, d)
                yield f"{design}, the clearest swap", d, swap
                yield f"{design}, all moved", d, partial(is_move, eigen, K, Y, 0, order, d)
                yield f"{design}, half moved", d, partial(is_move, eigen, K, Y, n // 2, order, d)


def of_mice(datasets: int) -> Iterator[Trial]:
    """The 297 mice: values moved by one row, and two labels swapped."""
    K, sex = mice()
    eigen = decompose(K)
    n = len(K)
    for h2 in GIVEN:
        for d in range(datasets):
            rng = rng_of(7, round(100 * h2), d)
            Y = draw(rng, eigen, h2)
            files = {
                ("all", "by family"): np.arange(n),
                ("half", "by family"): np.arange(n),
                ("all", "mixed"): rng.permutation(n),
                ("half", "mixed"): rng.permutation(n),
            }
            for (words, name), order in files.items():
                move = partial(is_move, eigen, K, Y, n // 2 * (words == "half"), order, d)
                yield f"mice, h = {h2:g}, {words} moved, {name}", d, move
        for traits, effect in TRAITS:
            design = f"mice, h = {h2:g}, traits {traits}, sex {effect:g} SD"
            for d in range(datasets):
                rng = rng_of(8, round(100 * h2), traits, int(effect), d)
                Y = draw(rng, eigen, h2, traits)
                Y = Y + effect * Y.std(axis=0) * sex[:, np.newaxis]
                order = rng.permutation(n)
                row = int(rng.integers(n - 1))
                two = rng.choice(n, 2, replace=False)
                for name, pair in (("any two", two), ("neighbours", order[row : row + 2])):
                    known = sex if effect else None
                    swap = partial(is_swap, eigen, K, Y, pair, order, d, known)
                    yield f"{design}, {name} swapped", d, swap


PARTS = {"sizes": of_sizes, "mice": of_mice}


def find(file: Path, datasets: int, parts: list[str]) -> None:
    known = results(file)
    with file.open("a") as out:
        for part in parts:
            for design, number, found in PARTS[part](datasets):
                if (design, number) not in known:
                    out.write(json.dumps([design, number, bool(found())]) + "\n")
                    out.flush()


def results(file: Path) -> dict[tuple[str, int], bool]:
    """What a file holds: by design and number, whether the fault was found."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {(design, number): found for design, number, found in map(json.loads, lines)}


def compare(before: Path, after: Path) -> None:
    old, new = results(before), results(after)
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for design, number in old:
        if (design, number) in new:
            rows[design].append((old[design, number], new[design, number]))
    print("| design | datasets | before | after | only before | only after | p |")
    print("|---|---|---|---|---|---|---|")
    for design, both in rows.items():
        print(f"| {design} | {_row(both)} |")
    print(f"| all | {_row([one for both in rows.values() for one in both])} |")


def _row(both: list[tuple[bool, bool]]) -> str:
    shares = np.mean(both, axis=0)
    lost, won = (sum(a > b for a, b in both), sum(b > a for a, b in both))
    p = binomtest(lost, lost + won).pvalue if lost + won else 1.0
    return f"{len(both):,} | {shares[0]:.1%} | {shares[1]:.1%} | {lost} | {won} | {p:.2g}"


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "compare":
        compare(Path(rest[0]), Path(rest[1]))
    else:
        find(Path(rest[0]), int(rest[1]) if len(rest) > 1 else DATASETS, rest[2:] or [*PARTS])


if __name__ == "__main__":
    main()

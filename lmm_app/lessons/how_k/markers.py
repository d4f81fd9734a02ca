"""K of three pairs of mice by more and more of their markers, centred and standardised; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_core.genotypes import centred, minor_allele_frequency
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.text.csv import read_kinship
from lmm_data.samples import sample_folder

# How many markers a picture begins with, and those that are asked about.
FEW, ASKED = 4, 400
STEPS = 90
# Markers of a rarer allele are left out, as GEMMA does.
LEAST_FREQUENCY = 0.01
SEED = 1


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two mice, or one twice, and their kinship by the first markers of a random order.

    Attributes:
        words: who they are to each other.
        centred, standardised: entries of K by `Running.markers` of them, shape (s,), on the scale
            on which the mean diagonal by all markers is 1.
    """

    words: str
    centred: Floats
    standardised: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """All pairs, the numbers of markers by which they are compared, shape (s,), and all of them."""

    pairs: tuple[Pair, ...]
    markers: Ints
    total: int


def read() -> tuple[Floats, Floats]:
    """Allele counts of the mice of the sample, NaN where missing, (n, m), and their K, (n, n)."""
    folder = sample_folder()
    genotypes, _ = read_plink(folder / "mouse_hs1940")
    place = {label: row for row, label in enumerate(genotypes.ids)}
    kinship = read_kinship(folder / "mouse_hs300" / "kinship.csv")
    G = genotypes.counts[[place[label] for label in kinship.ids]].astype(np.float64)
    return G[:, minor_allele_frequency(G) >= LEAST_FREQUENCY], kinship.values


def running(G: Floats, K: Floats) -> Running:
    """Two sibs, two of different families, and one with itself, among the mice of the sample.

    Args:
        G: their genotypes, as `read` has them.
        K: their kinship, by which the second of a pair is chosen.
    """
    total = G.shape[1]
    Z, _ = centred(G)
    variance = np.mean(Z**2, axis=0)
    order = np.random.default_rng(SEED).permutation(total)
    markers = np.unique(np.geomspace(FEW, total, STEPS).round().astype(int))
    pairs = []
    for words, (one, other) in chosen(K).items():
        products = (Z[one] * Z[other])[order]
        pairs.append(
            Pair(
                words,
                _means(products, markers) / float(variance.mean()),
                _means(products / variance[order], markers),
            )
        )
    return Running(tuple(pairs), markers, total)


def _means(values: Floats, upto: Ints) -> Floats:
    means: Floats = np.cumsum(values)[upto - 1] / upto
    return means


def chosen(K: Floats) -> dict[str, Sequence[int]]:
    """The closest of the first mouse's relatives, the farthest, and itself."""
    return {
        "two sibs": (0, 1),
        "two of different families": (0, int(np.argmin(K[0]))),
        "a mouse with itself": (0, 0),
    }

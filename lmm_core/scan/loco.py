"""Leave one chromosome out: each marker tested beside the kinship of all other chromosomes.

A marker that is part of the kinship is tested against itself: the random effect takes a share of
its effect, and power is lost. A kinship without the markers of its chromosome has none of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Floats, Ints, arrays_of, as_phenotype, lock, put, read_only
from lmm_core.errors import KinshipError, some
from lmm_core.fit import LMMFit
from lmm_core.kinship import KinshipEigen, is_autosome
from lmm_core.scan.genome import WALD, Progress, Test, scan_markers
from lmm_core.scan.genotypes import (
    SPREAD_TOLERANCE,
    Genotypes,
    MarkerSubset,
    as_genotypes,
    block_places,
    by_chromosome,
    centred,
    read_block,
    standardised,
)
from lmm_core.scan.result import MarkerScan, MarkerTests, empty

Kind: TypeAlias = Literal["centered", "standardized"]
PlacesLanded: TypeAlias = Callable[[Ints, MarkerTests], None]
KINDS: tuple[Kind, ...] = ("centered", "standardized")

# Numbers of a block of genotypes for a product: wide enough that adding it up costs little.
PRODUCT_ELEMENTS = 2**21


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocoScan(MarkerTests):
    """`MarkerTests`, each at the kinship without the marker's chromosome.

    Attributes:
        chromosome: of each marker, (m,).
        nulls: for each chromosome the REML fit without a marker, by the kinship of the others.
        nulls_ml: the ML fits, which the LRT and the score test refer to.
        df: n - p - 1, the denominator's degrees of freedom.
    """

    chromosome: NDArray[np.str_]
    nulls: Mapping[str, LMMFit]
    nulls_ml: Mapping[str, LMMFit]
    df: int


def loco_kinships(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kind: Kind = "centered",
    progress: Progress | None = None,
) -> dict[str, Floats]:
    """For each chromosome the kinship by the markers of all others, shape (n, n) each.

    Args:
        G: genotypes, shape (n, m), as for `scan_markers`; missing ones are the marker's mean,
            and a marker without any genotype is left out.
        chromosomes: label of each marker, length m. Markers of X, Y, M and the like count in no
            kinship: beside each of those chromosomes is that of all autosomes.
        kind: as `centered_kinship` or as `standardized_kinship` makes it.
        progress: called with the share that is done.

    Raises:
        DesignError: not one label for each marker.
        KinshipError: fewer than two chromosomes, or no marker that varies on all others.

    References:
        Lippert et al. 2011, Nature Methods 8:833; Yang et al. 2014, Nature Genetics 46:100.
    """
    return dict(each_loco_kinship(G, chromosomes, kind=kind, progress=progress))


def each_loco_kinship(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kind: Kind = "centered",
    progress: Progress | None = None,
) -> Iterator[tuple[str, Floats]]:
    """`loco_kinships` one after the other: few matrices are held, and genotypes read twice."""
    genotypes = as_genotypes(G)
    groups = by_chromosome(genotypes, chromosomes)
    if kind not in KINDS:
        raise KinshipError(
            f"there is no kinship “{kind}”", remedy=f"choose from {', '.join(KINDS)}"
        )
    if len(groups) < 2:
        raise KinshipError(
            "to leave one chromosome out there must be two",
            f"the markers lie on {len(groups)}",
            "scan with the kinship of all markers",
        )
    tell = progress or (lambda share: None)
    m = genotypes.shape[1]
    autosomal = np.array([is_autosome(str(label)) for label in chromosomes], dtype=bool)
    total, count = _products(MarkerSubset(genotypes, np.flatnonzero(autosomal)), kind)
    done = m
    tell(0.5)
    for name, part in groups.items():
        own, own_count = _products(part, kind) if is_autosome(name) else (0.0, 0)
        if count == own_count:
            raise KinshipError(
                f"the kinship without chromosome {name} needs markers that vary on the others",
                "none does",
                "scan with the kinship of all markers",
            )
        kinship = total - own
        kinship /= count - own_count
        done += part.shape[1]
        tell(0.5 * done / m)
        yield name, kinship


def autosomal_kinship(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kind: Kind = "centered",
    progress: Progress | None = None,
) -> Floats:
    """The kinship of the autosomal markers that vary, block by block, shape (n, n).

    Arguments are those of `loco_kinships`.

    Raises:
        DesignError: not one label for each marker.
        KinshipError: no such marker.
    """
    genotypes = as_genotypes(G)
    groups = by_chromosome(genotypes, chromosomes)
    total = np.zeros((genotypes.shape[0],) * 2)
    count = done = 0
    for name, part in groups.items():
        if is_autosome(name):
            own, own_count = _products(part, kind, varying=True)
            total += own
            count += own_count
        done += part.shape[1]
        if progress:
            progress(done / genotypes.shape[1])
    if not count:
        raise KinshipError(
            "a kinship needs autosomal markers that vary",
            f"none of the {genotypes.shape[1]:,} does",
            "name a file of kinship",
        )
    total /= count
    return total


def scan_loco(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kinships: Mapping[str, ArrayLike | KinshipEigen] | None = None,
    kind: Kind = "centered",
    h2: Literal["refit", "null"] | float = "refit",
    tests: Collection[Test] = WALD,
    n_jobs: int | None = 1,
    progress: Progress | None = None,
    landed: PlacesLanded | None = None,
) -> LocoScan:
    """Test each marker beside the kinship of all other chromosomes, one decomposition for each.

    Args:
        G, y, X, h2, tests, n_jobs: as for `scan_markers`; "null" is each chromosome's own ĥ.
        chromosomes: label of each marker, length m.
        kinships: for each chromosome the kinship without it, or its decomposition; None makes
            them of G.
        kind: of kinship, if made of G.
        progress: called with the share of the markers that is done.
        landed: called with the places of some markers among all, and their tests.

    Raises:
        DesignError, KinshipError, LMMError: as `scan_markers` and `loco_kinships`; a chromosome
            without a kinship.
    """
    genotypes = as_genotypes(G)
    values = as_phenotype(y, genotypes.shape[0])
    groups = by_chromosome(genotypes, chromosomes)
    m = genotypes.shape[1]
    out = empty(m)
    done = 0
    found: dict[str, MarkerScan] = {}
    for name, K in chromosome_kinships(genotypes, chromosomes, kinships, kind):
        places = groups[name].places
        before = done

        def tell(share: float, before: int = before, size: int = places.size) -> None:
            if progress:
                progress((before + share * size) / m)

        def land(block: slice, part: MarkerTests, places: Ints = places) -> None:
            put(out, places[block], part)
            if landed:
                landed(places[block], part)

        found[name] = scan_markers(
            groups[name],
            values,
            X,
            K,
            h2=h2,
            tests=tests,
            n_jobs=n_jobs,
            progress=tell,
            landed=land,
        )
        done += places.size
    labels = np.array(chromosomes, dtype=np.str_)
    return LocoScan(
        **arrays_of(lock(out)),
        chromosome=read_only(labels),
        nulls={name: scan.null for name, scan in found.items()},
        nulls_ml={name: scan.null_ml for name, scan in found.items()},
        df=next(iter(found.values())).df,
    )


def chromosome_kinships(
    genotypes: Genotypes,
    chromosomes: Sequence[str] | NDArray[np.str_],
    kinships: Mapping[str, ArrayLike | KinshipEigen] | None,
    kind: Kind,
) -> Iterator[tuple[str, ArrayLike | KinshipEigen]]:
    """Those that are given, or those of the genotypes, one after the other."""
    if kinships is None:
        yield from each_loco_kinship(genotypes, chromosomes, kind=kind)
        return
    names = list(by_chromosome(genotypes, chromosomes))
    if absent := [name for name in names if name not in kinships]:
        raise KinshipError(
            "each chromosome needs a kinship without it",
            f"{some(absent)} have none",
            "`loco_kinships` makes them all",
        )
    for name in names:
        yield name, kinships[name]


def _products(genotypes: Genotypes, kind: Kind, *, varying: bool = False) -> tuple[Floats, int]:
    """ZZ' of the markers as they enter the kinship, (n, n), and how many they are."""
    n = genotypes.shape[0]
    total, count = np.zeros((n, n)), 0
    for places in block_places(genotypes, PRODUCT_ELEMENTS):
        block = read_block(genotypes, places)
        if kind == "standardized":
            Z = standardised(block)
            count += Z.shape[1]
            Z *= np.sqrt(n)
        else:
            Z, present = centred(block)
            varies = np.abs(Z).max(axis=0) > SPREAD_TOLERANCE
            count += int((varies if varying else present).sum())
        total += Z @ Z.T
    return total, count

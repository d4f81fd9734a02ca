"""Leave one chromosome out: each marker tested beside the kinship of all other chromosomes.

A marker that is part of the kinship is tested against itself: the random effect takes a share of
its effect, and power is lost. A kinship without the markers of its chromosome has none of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, arrays_of, as_phenotype, lock, put, read_only
from lmm_core.errors import KinshipError, some
from lmm_core.fit import LMMFit
from lmm_core.genotypes import (
    KINDS,
    Genotypes,
    Kind,
    Subset,
    as_genotypes,
    by_chromosome,
    is_autosome,
    products,
)
from lmm_core.kinship import KinshipEigen
from lmm_core.many.threads import spread
from lmm_core.progress import Progress, part_of
from lmm_core.scan.genome import WALD, Test, scan_markers
from lmm_core.scan.result import MarkerScan, MarkerTests, empty

PlacesLanded: TypeAlias = Callable[[Ints, MarkerTests], None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocoScan(MarkerTests):
    """`MarkerTests`, each at the kinship without the marker's chromosome.

    Attributes:
        chromosome: of each marker, (m,).
        scans: for each chromosome that of its markers, with its fits without a marker.
        df: n - p - 1, the denominator's degrees of freedom.
    """

    chromosome: NDArray[np.str_]
    scans: Mapping[str, MarkerScan]
    df: int

    @property
    def nulls(self) -> Mapping[str, LMMFit]:
        """The REML fits without a marker; each takes a decomposition, and holds it."""
        return {name: scan.null for name, scan in self.scans.items()}

    @property
    def nulls_ml(self) -> Mapping[str, LMMFit]:
        """The ML fits, which the LRT and the score test refer to."""
        return {name: scan.null_ml for name, scan in self.scans.items()}


def loco_kinships(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kind: Kind = "centered",
    progress: Progress | None = None,
) -> Iterator[tuple[str, Floats]]:
    """Each chromosome with the kinship by the markers of all others, shape (n, n).

    One after the other: few matrices are held, and genotypes read twice. `dict` holds them all.

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
    tell = part_of(progress)
    total, count = _counted(autosomes(genotypes, chromosomes), kind)
    done = m = genotypes.shape[1]
    tell(0.5)
    for name, part in groups.items():
        own, own_count = _counted(part, kind) if is_autosome(name) else (0.0, 0)
        kinship = _without(name, total - own, count - own_count)
        done += part.shape[1]
        tell(0.5 * done / m)
        yield name, kinship


def kinship_without(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    name: str,
    *,
    kind: Kind = "centered",
) -> Floats:
    """That one of `loco_kinships`, whose arguments and errors these are, shape (n, n)."""
    return _without(name, *_counted(autosomes(as_genotypes(G), chromosomes, but=name), kind))


def autosomal_kinship(
    G: Genotypes | ArrayLike,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kind: Kind = "centered",
    progress: Progress | None = None,
) -> tuple[Floats, Ints]:
    """The kinship of the autosomal markers that vary, shape (n, n), and their places.

    Args:
        G, kind: as for `loco_kinships`.
        chromosomes: label of each marker, length m.
        progress: called with the share that is done.

    Raises:
        DesignError: not one label for each marker.
        KinshipError: no such marker.
    """
    genotypes = as_genotypes(G)
    part = autosomes(genotypes, chromosomes)
    total, _, varies = products(part, kind, progress=progress)
    used = part.places[varies]
    if not used.size:
        raise KinshipError(
            "a kinship needs markers that vary, outside the sex chromosomes",
            f"none of the {genotypes.shape[1]:,} does",
            "add a file of kinship, or more genotypes",
        )
    total /= used.size
    return total, used


def scan_chromosomes(
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
    threads: int | None = None,
    wanted: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
    landed: PlacesLanded | None = None,
) -> Iterator[tuple[str, Ints, MarkerScan]]:
    """Test each marker beside the kinship of all other chromosomes, one chromosome at a time.

    Args:
        G, y, X, h2, tests, n_jobs: as for `scan_markers`; "null" is each chromosome's own ĥ.
        threads: each of which takes a chromosome, if n_jobs is 1, and holds its decomposition.
        chromosomes: label of each marker, length m.
        kinships: for each chromosome the kinship without it, or its decomposition; None makes
            them of G.
        kind: of kinship, if made of G.
        wanted: which markers to test, (m,); all of them if None. The kinships are of all.
        progress: called with the share of the wanted markers that is done.
        landed: called with the places of some markers among all, and their tests.

    Yields:
        A chromosome, the places of its markers, and their scan, which holds its kinship.

    Raises:
        DesignError, KinshipError, LMMError: as `scan_markers` and `loco_kinships`; a chromosome
            without a kinship.
    """
    genotypes = as_genotypes(G)
    values = as_phenotype(y, genotypes.shape[0])
    groups = by_chromosome(genotypes, chromosomes)
    keep = np.ones(genotypes.shape[1], dtype=bool) if wanted is None else wanted
    tested = {name: part.places[keep[part.places]] for name, part in groups.items()}
    total, lock_landed = max(1, sum(map(len, tested.values()))), Lock()

    def scan(task: _Chromosome, tell: Progress) -> tuple[str, Ints, MarkerScan]:
        def land(block: slice, part: MarkerTests) -> None:
            with lock_landed:
                if landed:
                    landed(task.places[block], part)

        found = scan_markers(
            Subset(genotypes, task.places),
            values,
            X,
            task.K,
            h2=h2,
            tests=tests,
            n_jobs=n_jobs,
            threads=1,
            progress=tell,
            landed=land,
        )
        return task.name, task.places, found

    tasks = (
        _Chromosome(name, K, tested[name], tested[name].size / total)
        for name, K in chromosome_kinships(genotypes, chromosomes, kinships, kind)
        if tested[name].size
    )
    # Processes share the blocks of one chromosome after the other.
    count = threads if n_jobs == 1 else 1
    yield from spread(scan, tasks, n_jobs=1, threads=count, progress=progress)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Chromosome(Brief):
    """Its name, the kinship without it, its markers, and their share of all."""

    name: str
    K: ArrayLike | KinshipEigen
    places: Ints
    weight: float


def scan_loco(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    chromosomes: Sequence[str] | NDArray[np.str_],
    **options: Any,
) -> LocoScan:
    """All that `scan_chromosomes` yields, at once; the null fits hold a kinship each.

    Arguments and errors are its own.
    """
    labels = read_only(np.array(chromosomes, dtype=np.str_))
    out = empty(labels.size)
    found: dict[str, MarkerScan] = {}
    for name, places, scan in scan_chromosomes(G, y, X, labels, **options):
        put(out, places, scan)
        found[name] = scan
    return LocoScan(
        **arrays_of(lock(out)),
        chromosome=labels,
        scans=found,
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
        for name, K in loco_kinships(genotypes, chromosomes, kind=kind):
            yield name, read_only(K)
        return
    names = list(by_chromosome(genotypes, chromosomes))
    if absent := [name for name in names if name not in kinships]:
        raise KinshipError(
            "each chromosome needs a kinship without it",
            f"{some(absent)} have none",
            "loco_kinships makes them all",
        )
    for name in names:
        yield name, kinships[name]


def autosomes(
    genotypes: Genotypes, chromosomes: Sequence[str] | NDArray[np.str_], but: str = ""
) -> Subset:
    """The markers of all autosomes, or of all but one."""
    names = [name for name in by_chromosome(genotypes, chromosomes) if is_autosome(name)]
    inside = np.isin(np.asarray(chromosomes, dtype=np.str_), [n for n in names if n != but])
    return Subset(genotypes, np.flatnonzero(inside))


def _counted(part: Subset, kind: Kind) -> tuple[Floats, int]:
    """ZZ' of the markers, (n, n), and by how many it is divided."""
    total, there, varies = products(part, kind)
    return total, int((there if kind == "centered" else varies).sum())


def _without(name: str, total: Floats, count: int) -> Floats:
    if not count:
        raise KinshipError(
            f"the kinship without chromosome {name} needs markers that vary on the others",
            "none does",
            "scan with the kinship of all markers",
        )
    total /= count
    return total

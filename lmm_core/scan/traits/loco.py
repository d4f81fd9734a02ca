"""Every trait at every marker, beside the kinship of all other chromosomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import arrays_of, lock, put, read_only
from lmm_core.genotypes import Genotypes, Kind, as_genotypes, by_chromosome
from lmm_core.kinship import KinshipEigen
from lmm_core.many.blocks import as_traits
from lmm_core.progress import Progress, parts_of
from lmm_core.scan.loco import chromosome_kinships
from lmm_core.scan.traits.result import LocoTraitScans, Pairs, better, empty, joined, tested_h2
from lmm_core.scan.traits.table import scan_traits
from lmm_core.scan.traits.unit import Scanned

ChromosomeLanded: TypeAlias = Callable[[str, Scanned], None]


def scan_traits_loco(
    Y: ArrayLike,
    G: Genotypes | ArrayLike,
    X: ArrayLike | None,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kinships: Mapping[str, ArrayLike | KinshipEigen] | None = None,
    kind: Kind = "centered",
    wanted: Mapping[str, NDArray[np.bool_]] | None = None,
    progress: Progress | None = None,
    landed: ChromosomeLanded | None = None,
    **options: Any,
) -> tuple[LocoTraitScans, Pairs]:
    """`scan_traits` as `scan_loco`: each chromosome by its own kinship, and ĥ of each trait.

    One decomposition is held at a time.

    Args:
        Y, G, X, options: as for `scan_traits`.
        chromosomes, kinships, kind: as for `scan_chromosomes`.
        wanted: for each chromosome which traits are scanned, (m,); all of them if None.
        progress: called with the share that is done.
        landed: called with a chromosome and what came of some traits on it; r² is of the markers
            of that chromosome, places are among all.

    Returns:
        The highest peak of each trait, its h and status those of that chromosome; and all pairs.

    Raises:
        DesignError, KinshipError, LMMError: as those two.
    """
    genotypes = as_genotypes(G)
    traits = as_traits(Y, genotypes.shape[0])
    groups = by_chromosome(genotypes, chromosomes)
    out, pairs = empty(traits.shape[1]), list[Pairs]()
    null_h2 = {name: np.full(traits.shape[1], np.nan) for name in groups}
    sizes = [
        part.shape[1] if wanted is None or np.any(wanted[name]) else 0
        for name, part in groups.items()
    ]
    each = chromosome_kinships(genotypes, chromosomes, kinships, kind)
    for (name, K), size, tell in zip(each, sizes, parts_of(progress, sizes), strict=True):
        if not size:
            continue

        def land(done: Scanned, name: str = name) -> None:
            places = groups[name].places
            found = Scanned(
                done.places,
                replace(
                    done.peaks, place=np.where(done.peaks.place < 0, -1, places[done.peaks.place])
                ),
                replace(done.pairs, marker=places[done.pairs.marker]),
                done.r2,
            )
            put(out, done.places, better(out, done.places, found.peaks))
            null_h2[name][done.places] = tested_h2(done.peaks)
            pairs.append(found.pairs)
            if landed:
                landed(name, found)

        scan_traits(
            traits,
            groups[name],
            X,
            K,
            wanted=None if wanted is None else wanted[name],
            progress=tell,
            landed=land,
            **options,
        )
    for values in null_h2.values():
        read_only(values)
    return LocoTraitScans(**arrays_of(lock(out)), null_h2=null_h2), lock(joined(pairs))

"""What scans every trait at once: the arrays, lined up, and by what they are told from others."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.console import Console
from lmm_cli.scan_work import (
    fingerprint_of,
    genotypes_of,
    kinship_of,
    markers_of,
    read_scan,
    said_of,
    with_genotypes,
)
from lmm_cli.traits_work import choose_work
from lmm_core.arrays import Floats, fingerprint
from lmm_data.tables import GenotypeTable

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_core.genotypes import Genotypes
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.readers.genotypes.bed_stream import BedGenotypes


@dataclass(frozen=True, slots=True, eq=False)
class TraitScanWork:
    """What is scanned: m traits of n individuals, or of their records.

    Attributes:
        traits: names of the columns of Y.
        columns: names of the columns of X.
        ids: of those that have every covariate and genotypes.
        Y, X, K: shapes (n, m), (n, c), (n, n).
        genotypes: of those individuals, in their order.
        markers: of all, with the names and the positions of the markers.
        alleles: the one that is counted and the other, of each; "NA" where no file names them.
        source: fingerprint of the genotypes.
        unread: why a column that is meant as a trait cannot be scanned, by its name.
        notes: what was done to the kinship, in sentences.
        kinships: by chromosome the kinship without it, (n, n), if they were given.
    """

    traits: tuple[str, ...]
    columns: tuple[str, ...]
    ids: tuple[str, ...]
    Y: Floats
    X: Floats
    K: Floats
    genotypes: "Genotypes"
    markers: "GenotypeTable | BedGenotypes"
    alleles: tuple[tuple[str, ...], tuple[str, ...]]
    source: str
    unread: Mapping[str, str]
    notes: tuple[str, ...]
    kinships: Mapping[str, Floats] | None


def load_trait_scans(
    options: Namespace, console: Console
) -> "tuple[Opened, Prepared, TraitScanWork]":
    """Read what is named, and line it up.

    Raises:
        UsageError, DataError, LMMError: no genotypes, or what cannot be scanned.
    """
    opened, prepared, streamed, given = read_scan(options, console)
    work = choose_work(prepared.require_dataset(), options)
    source, given = markers_of(prepared, streamed, given, options)
    keep = with_genotypes(work.ids, source, given)
    ids = tuple(label for label, kept in zip(work.ids, keep, strict=True) if kept)
    who = np.flatnonzero(keep) if work.of is None else work.of[keep]
    whole = bool(keep.all())
    unknown = ("NA",) * source.shape[1]
    return (
        opened,
        prepared,
        TraitScanWork(
            traits=work.traits,
            columns=work.columns,
            ids=ids,
            Y=work.Y if whole else work.Y[keep],
            X=work.X[keep],
            K=work.relationship[np.ix_(who, who)],
            genotypes=genotypes_of(source, ids),
            markers=source,
            alleles=(source.allele1 or unknown, source.allele0 or unknown),
            source=fingerprint_of(source),
            unread=work.unread,
            notes=() if given is None else (said_of(given, int(keep.sum()), len(keep)),),
            kinships=None
            if given is None
            else {name: kinship_of(one, ids) for name, one in given.items()},
        ),
    )


def inputs_of(work: TraitScanWork, options: Namespace) -> Mapping[str, str]:
    """For each part of the input, in words, what it is told by: work goes on if all agree."""
    from lmm_core.version import versions

    kinship = f"loco {options.relationship}" if options.loco else fingerprint(work.K)
    if work.kinships is not None:
        kinship = fingerprint([*work.kinships], *work.kinships.values())
    return {
        "the individuals": fingerprint(work.ids),
        "the traits": fingerprint(work.traits, work.Y),
        "the covariates": fingerprint(work.columns, work.X),
        "the kinship": kinship,
        "the genotypes": work.source,
        "the LOD score": repr(options.above),
        "the store": str(options.store),
        "the version of this program": versions()["lmm_core"],
    }

"""CD8 of the 1,410 mice that have it, their genotypes, and the relatedness that GEMMA makes."""

from dataclasses import dataclass

import numpy as np

from lmm_core import centered_kinship
from lmm_core.genotypes import minor_allele_frequency
from lmm_data.samples import read_mice


@dataclass(frozen=True, eq=False)
class Mice:
    """Phenotype (n,), kinship (n, n), genotypes (n, m), and names and chromosomes (m,)."""

    y: np.ndarray
    K: np.ndarray
    G: np.ndarray
    markers: np.ndarray
    chromosome: np.ndarray


def cd8() -> Mice:
    """As GEMMA has them: the markers with a minor allele frequency of 1% or more among these mice.

    Its K comes from the mean genotypes, and is centred once more on the mice: PKP with
    P = I - 11'/n.
    """
    genotypes, phenotypes = read_mice()
    y = phenotypes.values[:, 0]
    have = ~np.isnan(y)
    dosages = genotypes.dosages()
    common = minor_allele_frequency(dosages[have]) >= 0.01
    K = centered_kinship(dosages[:, common])[np.ix_(have, have)]
    K -= K.mean(axis=0)
    K -= K.mean(axis=1)[:, np.newaxis]
    return Mice(
        y=y[have],
        K=0.5 * (K + K.T),
        G=np.ascontiguousarray(dosages[np.ix_(have, common)]),
        markers=np.array(genotypes.markers)[common],
        chromosome=np.array(genotypes.chromosome)[common],
    )

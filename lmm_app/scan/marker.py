"""One marker: the phenotype by genotype, and the profile of h with it and without it."""

from dataclasses import dataclass

import numpy as np

from lmm_app.genome.study import Study
from lmm_app.scan.estimate import Estimate, estimate_of
from lmm_core import KinshipEigen, fit_lmm, log_likelihood
from lmm_core.arrays import Floats, read_only
from lmm_core.fit import LMMFit

POINTS = 101


@dataclass(frozen=True, slots=True, eq=False)
class Genotype:
    """Individuals that carry a genotype, to the nearest whole count.

    Attributes:
        count: of alleles.
        n: individuals.
        mean, se: of their phenotype, less what the covariates explain; `se` is NaN of one.
    """

    count: int
    n: int
    mean: float
    se: float


@dataclass(frozen=True, slots=True, eq=False)
class MarkerLook:
    """A marker seen closely.

    Attributes:
        place: of the marker.
        dosage: genotypes, NaN where missing, (n,).
        y: phenotype, less what the covariates explain and with its mean, (n,).
        groups: means by genotype.
        h2: grid of h, (101,).
        null, own: REML log-likelihoods without and with the marker, each from its maximum, over
            the grid, (101,); `own` is None of a marker that cannot be tested.
        without, with_it: their ĥ and its interval; None where there is no estimate.
    """

    place: int
    dosage: Floats
    y: Floats
    groups: tuple[Genotype, ...]
    h2: Floats
    null: Floats
    own: Floats | None
    without: Estimate | None
    with_it: Estimate | None


def look_at(study: Study, eigen: KinshipEigen, place: int, *, tested: bool) -> MarkerLook:
    """A marker, beside the kinship of a decomposition.

    Args:
        study: what was scanned.
        eigen: decomposition of the kinship that the marker is tested beside.
        place: of the marker.
        tested: whether it can be tested.
    """
    dosage = study.dosages(np.array([place]))[:, 0]
    h2 = np.linspace(0.0, 1.0, POINTS)
    null_fit = fit_lmm(study.y, study.X, eigen)
    own, with_it = None, None
    if tested:
        imputed = np.where(np.isnan(dosage), np.nanmean(dosage), dosage)
        fit = fit_lmm(study.y, np.column_stack([study.X, imputed]), eigen)
        own, with_it = _profile(fit, h2), estimate_of(fit)
    beta = np.linalg.lstsq(study.X, study.y, rcond=None)[0]
    y = read_only(study.y - study.X @ beta + study.y.mean())
    return MarkerLook(
        place=place,
        dosage=read_only(dosage),
        y=y,
        groups=_groups(dosage, y),
        h2=h2,
        null=_profile(null_fit, h2),
        own=own,
        without=estimate_of(null_fit),
        with_it=with_it,
    )


def _profile(fit: LMMFit, h2: Floats) -> Floats:
    values = log_likelihood(fit.rotated, h2, reml=True)
    top = fit.loglik if fit.maxima else float(np.nanmax(values[np.isfinite(values)]))
    height: Floats = values - top
    return height


def _groups(dosage: Floats, y: Floats) -> tuple[Genotype, ...]:
    there = ~np.isnan(dosage)
    counts = np.round(dosage[there]).astype(int)
    found = []
    for count in np.unique(counts):
        values = y[there][counts == count]
        error = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else np.nan
        found.append(Genotype(int(count), values.size, float(values.mean()), error))
    return tuple(found)

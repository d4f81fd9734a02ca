"""How many labels are wrong in all: by how many individuals are unlike their relatives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import count
from lmm_core.fit import LMMFit
from lmm_data.checks.exchange import Fitted, as_observed, correlation, mixing_root, normal_errors
from lmm_data.checks.finding import Finding
from lmm_data.checks.sexes import Sexes

# Samples of the fitted model, and the share of labels that is exchanged in half of them.
DRAWS, EXCHANGED = 40, 0.1
# Individuals are unlike their relatives beyond these quantiles of samples without wrong labels;
# the one is taken that tells the number best.
QUANTILES = (0.9, 0.95, 0.99)
# Standard errors of the interval, and those above chance that are a warning.
SIGMA, SURE = 1.96, 4.0
# An interval wider than this share of all tells nothing.
WIDE = 0.25


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WrongLabels(Brief):
    """An estimate of the number of wrong labels, of n.

    Attributes:
        n: individuals.
        found: those that are unlike their relatives.
        expected: how many would be by chance.
        power: the share of wrong labels that would be among them.
        estimate, low, high: the number of wrong labels, with a 95% interval.
        z: standard errors that `found` lies above `expected`.
    """

    n: int
    found: int
    expected: float
    power: float
    estimate: float
    low: float
    high: float
    z: float

    @property
    def told(self) -> bool:
        """Whether the interval says anything."""
        return self.high - self.low <= WIDE * self.n


def count_wrong(fits: Sequence[LMMFit], rng: np.random.Generator) -> WrongLabels | None:
    """The number of wrong labels by the traits together; None where nothing is inherited.

    For each individual the squares of its residuals from what all others predict are added up
    over the traits, which are made independent. How many are too large is compared with samples
    of the fitted model that have the observed residuals, in the order of the simulated ones, so
    that heavy tails and covariates that were left out raise both alike; and with the same samples
    after some labels were exchanged.

    Args:
        fits: of traits of the same individuals, with an estimate.
        rng: randomness of the samples.
    """
    fits = [fit for fit in fits if fit.h2 > 0.0]
    if not fits:
        return None
    traits = [Fitted.of(fit) for fit in fits]
    n = len(traits[0].residual)
    mixing = mixing_root(traits)
    C = correlation([trait.whitened for trait in traits])
    inverse: Floats = np.linalg.inv(C + 1e-6 * np.eye(len(traits))).astype(np.float64)
    few = max(4, round(EXCHANGED * n))
    normals, sources = [], np.tile(np.arange(n), (DRAWS, 1))
    for source in sources:
        normals.append(normal_errors(traits, mixing, rng))
        moved = rng.choice(n, few, replace=False)
        source[moved] = np.roll(moved, 1)
    wrong = sources != np.arange(n)
    drawn = as_observed(traits, np.array(normals))
    clean = _distances(traits, drawn, inverse)
    mixed = _distances(traits, [np.take_along_axis(E, sources, 1) for E in drawn], inverse)
    observed = _distances(traits, [trait.residual[np.newaxis] for trait in traits], inverse)
    best: WrongLabels | None = None
    for quantile in QUANTILES:
        limit = float(np.quantile(clean, quantile))
        numbers = (clean > limit).sum(axis=1)
        power = float((mixed > limit)[wrong].mean())
        one = _estimate(
            n, int((observed > limit).sum()), float(numbers.mean()), float(numbers.var()), power
        )
        if one is not None and (best is None or one.high - one.low < best.high - best.low):
            best = one
    return best


def _distances(traits: Sequence[Fitted], errors: Sequence[Floats], inverse: Floats) -> Floats:
    """Squared residuals from the prediction of all others, of all traits, shape (draws, n).

    Args:
        errors: of each trait, shape (draws, n).
    """
    T = np.array([trait.standardized(E.T).T for trait, E in zip(traits, errors, strict=True)])
    # A model that fits too well or too badly as a whole says nothing about one of them.
    T /= np.maximum(np.median(np.abs(T), axis=2, keepdims=True), 1e-300)
    distances: Floats = np.einsum("jdn,jk,kdn->dn", T, inverse, T, optimize=True)
    return distances


def _estimate(
    n: int, found: int, expected: float, spread: float, power: float
) -> WrongLabels | None:
    """The number of wrong labels from how many are unlike their relatives."""
    chance = expected / n
    if power - chance < 0.02:
        return None
    # The number of those by chance varies between samples, and so does its mean.
    error = float(np.sqrt(max(spread, expected) * (1.0 + 1.0 / DRAWS)))
    total = (found - expected) / (power - chance)
    # And of the wrong ones, which of them are seen.
    seen = float(np.sqrt(error**2 + max(total, 0.0) * power * (1.0 - power)))
    half = SIGMA * seen / (power - chance)
    return WrongLabels(
        n=n,
        found=found,
        expected=expected,
        power=power,
        estimate=float(np.clip(total, 0.0, n)),
        low=float(np.clip(total - half, 0.0, n)),
        high=float(np.clip(total + half, 0.0, n)),
        z=(found - expected) / max(error, 1e-12),
    )


def count_by_sex(sexes: Sexes) -> WrongLabels | None:
    """The number of wrong labels by the sexes that X contradicts.

    Of labels that were exchanged at random a known share changes the sex, among those whose X can
    contradict the record.
    """
    from scipy.special import betaincinv

    n, k, visible = sexes.told, len(sexes.wrong), sexes.visible
    if n < 20 or visible < 0.1:
        return None
    low = float(betaincinv(k, n - k + 1, 0.025)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0
    estimate, low, high = (min(share / visible, 1.0) * n for share in (k / n, low, high))
    return WrongLabels(n, k, 0.0, visible, estimate, low, high, float(k))


def check_wrong(found: WrongLabels | None, where: str, by_sex: bool = False) -> Iterator[Finding]:
    """How many labels are wrong in all, or that it cannot be told."""
    if found is None or not found.told:
        yield Finding(
            "labels_wrong",
            "note",
            where,
            "How many labels are wrong cannot be told",
            "Individuals with wrong labels would hardly differ from their relatives more than "
            "others do."
            if found is None
            else f"{found.found:,} of {found.n:,} are unlike their relatives, and "
            f"{found.expected:.1f} would be by chance; from {found.low:,.0f} to {found.high:,.0f} "
            "wrong labels go with that.",
            "Too little of the traits is inherited, or by too few relatives.",
            "Nothing needs doing; more traits would tell it, or the sex by the X chromosome.",
        )
        return
    sure = not by_sex and found.z > SURE and found.low > 0.0
    seen = (
        f"The sex of {count(found.found, 'individual')} of {found.n:,} is another by X, and of "
        f"wrong labels {found.power:.0%} would show so"
        if by_sex
        else f"{found.found:,} of {found.n:,} are unlike their relatives, and "
        f"{found.expected:.1f} would be by chance; of wrong labels {found.power:.0%} are so"
    )
    yield Finding(
        "labels_wrong",
        "warning" if sure else "note",
        where,
        "Wrong labels in all" if found.low > 0.0 else "No wrong labels are needed to explain it",
        f"{seen}: about {found.estimate:,.0f} labels are wrong, from {found.low:,.0f} to "
        f"{found.high:,.0f} (95%).",
        "Each puts a phenotype beside the genotypes of another, and h is too low.",
        "Look up how samples were tracked; single labels are told apart only where a swap is named."
        if found.low > 0.0
        else "Nothing needs doing.",
        value=found.estimate,
    )

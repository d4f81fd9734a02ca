"""What a kinship and a design can tell about h before any phenotype."""

from collections.abc import Iterator

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import in_digits
from lmm_core.rotation import RotatedData
from lmm_data.checks.finding import Finding

# The h at which the standard error is told.
AT = (0.2, 0.5, 0.8)
# With an expected standard error above half of 0.8 - 0.2, an interval of two standard errors
# around either holds the other.
LOW = 0.3


# A difference of two sums that is this small beside them is rounding.
ROUNDING = 1e-11


def check_power(rotated: RotatedData, *, where: str = "kinship") -> Iterator[Finding]:
    """The expected standard error of ĥ at h = 0.2, 0.5 and 0.8.

    Args:
        rotated: the kinship and the covariates; the phenotype is not used.
        where: the file.
    """
    errors = expected_errors(rotated, np.array(AT))
    if not np.isfinite(errors).all():
        yield Finding(
            "power_none",
            "error",
            where,
            "It tells nothing about h",
            "Apart from the covariates, every contrast of individuals has the same genetic "
            "variance.",
            "The likelihood is the same for every h, whatever the phenotype.",
            "Use more individuals, fewer covariates, or a kinship that tells them apart.",
        )
        return
    typical = float(errors[1])
    said = [_error(float(e)) for e in errors]
    listed = ", ".join(f"{e} at h = {in_digits(h)}" for h, e in zip(AT, said, strict=True))
    if len({*said}) == 1:
        listed = f"{said[0]} at h = " + ", ".join(in_digits(h) for h in AT)
    found = f"The expected standard error of ĥ is {listed}."
    # The mean over the way from 0.2 to 0.8.
    if float(errors.mean()) > LOW:
        yield Finding(
            "power_low",
            "note",
            where,
            "Hardly any h can be ruled out",
            found,
            f"This kinship cannot tell h = 0.2 from h = 0.8: expected SE "
            f"{_error(float(errors.mean()))}.",
            "Show the interval of h, not the estimate alone; more or closer relatives would help.",
            value=float(errors.mean()),
        )
        return
    yield Finding(
        "power_expected",
        "note",
        where,
        "How well h can be told",
        found,
        f"If h is 0.5, most estimates will lie between {max(0.0, 0.5 - 2.0 * typical):.2f} and "
        f"{min(1.0, 0.5 + 2.0 * typical):.2f}.",
        "Nothing needs doing.",
        value=typical,
    )


def expected_errors(rotated: RotatedData, h2: Floats) -> Floats:
    """`lmm_core.certainty.expected_se_h2` without a second rotation, in O(np²).

    With P of the rotated model and M = Λ - I, the sums over the contrasts are traces:
    Σ a_j = tr PM and Σ a_j² = tr PMPM.

    Args:
        rotated: the kinship and the covariates.
        h2: true values of h in (0, 1), shape (m,).
    """
    values, B = rotated.values, rotated.stable.basis
    df = len(values) - B.shape[1] + rotated.n_blank
    errors: Floats = np.full(h2.shape, np.inf)
    for k, h in enumerate(h2):
        w = 1.0 / (h * values + 1.0 - h)
        a = w * (values - 1.0)
        gram = (B * w[:, np.newaxis]).T @ B
        first, second = (
            np.linalg.solve(gram, (B * (w * x)[:, np.newaxis]).T @ B) for x in (a, a**2)
        )
        # What is only counted has λ = 0.
        blank = -1.0 / (1.0 - h)
        total = a.sum() - np.trace(first) + rotated.n_blank * blank
        squares = a @ a - 2.0 * np.trace(second) + np.trace(first @ first)
        squares += rotated.n_blank * blank**2
        noise = df * np.finfo(np.float64).eps * float(values[-1] * w.max() ** 2 + np.abs(a).max())
        information = 0.5 * (squares - total**2 / df) if df > 1 else 0.0
        if information > max(ROUNDING * squares, 0.5 * df * noise**2):
            errors[k] = information**-0.5
    return errors


def _error(error: float) -> str:
    """A standard error; one above the whole range of h says no more than that."""
    return f"{error:.2f}" if error <= 1.0 else "above 1"

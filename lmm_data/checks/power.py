"""What a kinship and a design can tell about h before any phenotype."""

from collections.abc import Iterator

import numpy as np

from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.inference import expected_se_h2
from lmm_core.errors import in_digits
from lmm_data.checks.finding import Finding

# The h at which the standard error is told.
AT = (0.2, 0.5, 0.8)
# With an expected standard error above half of 0.8 - 0.2, an interval of two standard errors
# around either holds the other.
LOW = 0.3


def check_power(pairs: Contrasts, *, where: str = "kinship") -> Iterator[Finding]:
    """The expected standard error of ĥ at h = 0.2, 0.5 and 0.8.

    Args:
        pairs: the contrasts of the kinship and the covariates; their z is not used.
        where: the file.
    """
    errors = expected_se_h2(pairs, np.array(AT))
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
    listed = ", ".join(
        f"{_error(float(e))} at h = {in_digits(h)}" for h, e in zip(AT, errors, strict=True)
    )
    found = f"The expected standard error of ĥ is {listed}."
    # The mean over the way from 0.2 to 0.8.
    if float(errors.mean()) > LOW:
        yield Finding(
            "power_low",
            "warning",
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


def _error(error: float) -> str:
    """A standard error; one above the whole range of h says no more than that."""
    return f"{error:.2f}" if error <= 1.0 else "above 1"

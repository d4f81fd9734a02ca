"""An estimate of h with its interval, of a fit that may have none."""

from dataclasses import dataclass

from lmm_app.fit.text import with_ends
from lmm_core.certainty import interval_h2
from lmm_core.fit import LMMFit


@dataclass(frozen=True, slots=True)
class Estimate:
    """ĥ and the ends of its 95% profile interval."""

    h2: float
    lower: float
    upper: float

    @property
    def words(self) -> str:
        """All three, as they are said."""
        return with_ends(self.h2, self.lower, self.upper)


def estimate_of(fit: LMMFit) -> Estimate | None:
    """The estimate of a fit, None where every h fits equally well or none fits best."""
    if not fit.maxima:
        return None
    lower, upper = interval_h2(fit)
    return Estimate(fit.h2, lower, upper)

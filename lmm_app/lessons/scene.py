"""What a step of the tour is about: the data at hand, both fits, and what they say; pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from lmm_app.fit.verdict import ends
from lmm_app.fit.view import View
from lmm_core import LMMError, LMMFit, rlrt
from lmm_core.arrays import Ints
from lmm_core.certainty import Interval, interval_h2

Status: TypeAlias = Literal["interior", "lower", "upper", "hills", "flat", "unbounded"]

# The h that is asked about where the data tell none.
SUPPOSED = 0.5
# Of samples without genetic variance, in the test of h = 0 that the tour speaks of.
DRAWS = 10_000


def p_of_no_variance(view: View) -> float:
    """p of the restricted likelihood ratio test of h = 0; of data by which REML can tell h."""
    return rlrt(view.reml, draws=DRAWS).p_value


def exact_of(view: View, method: str) -> Interval:
    """The exact 95% interval of h; of a fit that has an estimate."""
    return interval_h2(view.fit(method), method="exact")


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """What takes simulated samples: how it is come by, so that a server may keep it for everyone.

    Attributes:
        p: the test of h = 0.
        exact: the exact interval by a method.
    """

    p: Callable[[View], float] = p_of_no_variance
    exact: Callable[[View, str], Interval] = exact_of


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Both fits, and the method that the reader has chosen.

    Attributes:
        view: both fits of the data at hand.
        method: `REML` or `ML`.
        unit, units: what one individual is called, and several.
        sibships: the family of each individual by number, shape (n,), where it is known.
        simulated: what takes simulated samples.
        turn: how often panels have been drawn anew, where they are.
    """

    view: View
    method: str
    unit: str = "individual"
    units: str = "individuals"
    sibships: Ints | None = None
    simulated: Simulated = field(default_factory=Simulated)
    turn: int = 0

    @property
    def fit(self) -> LMMFit:
        return self.view.fit(self.method)

    @property
    def other(self) -> str:
        return "ML" if self.method == "REML" else "REML"

    @property
    def trait(self) -> str:
        return self.view.problem.trait

    @property
    def covariates(self) -> tuple[str, ...]:
        return tuple(name for name in self.view.problem.columns if name != "intercept")

    @property
    def n(self) -> int:
        return self.view.problem.n

    @property
    def status(self) -> Status:
        """What kind of answer the chosen method has; every sentence is written for one kind."""
        fit = self.fit
        if fit.status not in ("flat", "unbounded") and len(fit.maxima) > 1:
            return "hills"
        if not fit.maxima and fit.status != "unbounded":
            return "flat"
        return cast(Status, fit.status.removesuffix("_boundary"))

    @property
    def told(self) -> bool:
        """Whether there is an estimate with an interval."""
        return bool(self.fit.maxima)

    @property
    def estimated(self) -> bool:
        """Whether there is an estimate, at a top of the curve."""
        return self.told and self.status != "unbounded"

    @property
    def asked_h(self) -> float:
        """What is asked about: the estimate, or a half where there is none."""
        return self.fit.h2 if self.estimated else SUPPOSED

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the profile interval; of a fit that has an estimate."""
        return ends(self.view, self.method)

    def p_of_no_variance(self) -> float | None:
        """p of the test of h = 0, None where REML cannot tell h."""
        if not self.view.reml.maxima or self.view.reml.status == "unbounded":
            return None
        return self.simulated.p(self.view)

    def exact(self) -> Interval | None:
        """The exact interval by the chosen method, None where there is none."""
        if not self.estimated:
            return None
        try:
            return self.simulated.exact(self.view, self.method)
        except LMMError:
            # Samples of such data would have no estimate.
            return None

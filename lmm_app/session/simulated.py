"""What takes simulated samples, computed once for every page that says it and for everyone."""

from lmm_app.fit.view import View
from lmm_app.lessons.scene import DRAWS
from lmm_app.session.keep import RESULTS
from lmm_core import rlrt
from lmm_core.certainty import Interval, interval_h2
from lmm_core.progress import Progress


def exact_interval(view: View, method: str, progress: Progress | None = None) -> Interval:
    """The exact 95% interval of h, with progress; of a fit that has an estimate.

    Raises:
        LMMError: samples of these data would have no estimate.
    """
    return RESULTS.get(
        _exact(view, method),
        lambda: interval_h2(view.fit(method), method="exact", progress=progress),
    )


def known_exact(view: View, method: str) -> Interval | None:
    """The exact interval of h, where somebody has asked for it."""
    found: Interval | None = RESULTS.known(_exact(view, method))
    return found


def _exact(view: View, method: str) -> tuple[str, str, str]:
    return "exact interval", view.problem.fingerprint, method


@RESULTS.keeps(lambda view: view.problem.fingerprint)
def p_of_no_variance(view: View) -> float:
    """p of the test of h = 0 that the tour speaks of."""
    return rlrt(view.reml, draws=DRAWS).p_value

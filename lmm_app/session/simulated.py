"""What takes simulated samples, computed once for every page that says it and for everyone."""

from lmm_app.fit.view import View
from lmm_app.lessons.scene import DRAWS, share_at_an_end
from lmm_app.session import keep
from lmm_app.session.once import Once
from lmm_core import rlrt
from lmm_core.certainty import Interval, interval_h2


def exact_interval(view: View, method: str, progress: keep.Progress | None = None) -> Interval:
    """The exact 95% interval of h, with progress; of a fit that has an estimate.

    Raises:
        LMMError: samples of these data would have no estimate.
    """
    return _exact(view, method).get(
        lambda: interval_h2(view.fit(method), method="exact", progress=progress)
    )


def known_exact(view: View, method: str) -> Interval | None:
    """The exact interval of h, where somebody has asked for it."""
    found: Interval | None = _exact(view, method).result
    return found


def at_an_end(view: View, method: str, h2: float, end: float) -> float:
    """How often the estimate is 0 or 1 with a true h."""
    once = keep.once_for(f"at {end} with {h2!r}", view.problem.fingerprint, method)
    return once.get(lambda: share_at_an_end(view, method, h2, end))


def p_of_no_variance(view: View) -> float:
    """p of the test of h = 0 that the tour speaks of."""
    once = keep.once_for(f"test of h = 0, {DRAWS}", view.problem.fingerprint, "REML")
    return once.get(lambda: rlrt(view.reml, draws=DRAWS).p_value)


def _exact(view: View, method: str) -> Once:
    return keep.once_for("exact interval", view.problem.fingerprint, method)

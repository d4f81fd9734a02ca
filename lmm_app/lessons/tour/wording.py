"""Phrases that several steps of the tour share; pure."""

from lmm_app.fit.text import literal, number
from lmm_app.fit.verdict import with_interval
from lmm_app.lessons.scene import Scene
from lmm_core import LMMFit
from lmm_core.summary import h_words


def found(scene: Scene, method: str = "") -> str:
    """ĥ with its profile interval, as in “0.57 (0.39 to 0.73)”."""
    return with_interval(scene.view, method or scene.method)


def two(value: float) -> str:
    """A number with two decimals and a true minus sign."""
    return f"{value if abs(value) >= 0.005 else 0.0:.2f}".replace("-", "−")


def below(gap: float) -> str:
    """A difference of log-likelihoods; what is not 0 is not written as 0."""
    return two(gap) if gap >= 0.005 or gap == 0.0 else number(gap, 1)


def trait_of(scene: Scene) -> str:
    return literal(scene.trait)


def named(scene: Scene) -> str:
    """The covariates, up to three by name."""
    names = scene.covariates
    words = literal(", ".join(names[:3]))
    return f"{words} and {len(names) - 3} more" if len(names) > 3 else words


def hills_of(fit: LMMFit) -> tuple[str, str, str]:
    """Both highest hills of a curve, and by how much the second is lower."""
    first, second = fit.maxima[:2]
    return h_words(first.h2), h_words(second.h2), below(fit.loglik - second.loglik)


def reml_at(scene: Scene) -> str:
    """Where REML has its highest point, for data in which ML has none."""
    if not scene.view.reml.maxima or scene.view.reml.status == "unbounded":
        return "REML has none either."
    return f"REML has one, at h = {found(scene, 'REML')}."

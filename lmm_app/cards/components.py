"""“Principal components”: a lesson about a genome or the data that are open, on its own page."""

from lmm_app.cards import kept
from lmm_app.cards.about_genome import AboutGenome
from lmm_app.genome.study import Study
from lmm_app.lessons.components.fits import Components, Typed
from lmm_app.lessons.components.words import COMPONENTS
from lmm_app.live.component import board
from lmm_app.live.components import start_of
from lmm_app.session import state, studies
from lmm_core.progress import Progress


def _make(study: Study, tell: Progress) -> Components:
    eigen = studies.eigen_of(study)
    return kept.components(Typed(study.key, study.y, study.X, eigen, study.counts), tell)


def _make_open(tell: Progress) -> Components:
    """Of the data that are open, of which no genotypes are known."""
    view = state.shown().view
    problem, eigen = view.problem, view.reml.rotated.eigen
    return kept.components(Typed(problem.fingerprint, problem.y, problem.X, eigen), tell)


def _picture(found: Components, seen: bool, projector: float | bool) -> None:
    picture = kept.components_picture(found, revealed=seen, wide=bool(projector))
    board(picture, "components", start_of(revealed=seen), projector=projector)


render = AboutGenome(COMPONENTS, _make, _picture, bare=_make_open).render

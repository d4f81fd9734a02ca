"""“Why the peak falls”: a lesson about a genome, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_genome import AboutGenome
from lmm_app.genome.study import Study
from lmm_app.lessons.peak.scans import Peak
from lmm_app.lessons.peak.words import PEAK
from lmm_app.live.component import board
from lmm_app.live.peak import start_of
from lmm_app.session import linked
from lmm_core.progress import Progress

# Decompositions of all chromosomes that take no longer than it takes to read the question.
HELD_ELEMENTS = 20 * 700**2


def _is_quick(study: Study) -> bool:
    return study.n**2 * len(study.chromosomes) <= HELD_ELEMENTS


def _options(study: Study) -> None:
    if not _is_quick(study):
        linked.toggle(
            "Leave out every chromosome in turn",
            "peak_every",
            "Each needs a kinship and a decomposition of its own. This takes a minute or more, and "
            "can be stopped.",
        )


def _make(study: Study, tell: Progress) -> Peak:
    return kept.peak(
        study, tell, every=_is_quick(study) or bool(st.session_state.get("peak_every"))
    )


def _picture(peak: Peak, seen: bool, projector: float | bool) -> None:
    picture = kept.peak_picture(peak, revealed=seen, genome=not projector)
    board(picture, "peak", start_of(peak), projector=projector)


render = AboutGenome(PEAK, _make, _picture, _options).render

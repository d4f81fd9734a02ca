"""All traits along the genome: the map of traits by markers, and the trait that was clicked."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from lmm_app.fit.text import literal, plus_minus, said
from lmm_app.genome.sources import genotypes_in
from lmm_app.glossary.marks import marked
from lmm_app.plotted.numbers import Numbers
from lmm_app.plotted.show import show
from lmm_app.session import keep, uploads
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.traits.figure import map_figure, profile_figure
from lmm_app.traits.scans import AT_ONCE, TraitMap, map_traits, work_of
from lmm_core import LMMError
from lmm_core.arrays import Ints
from lmm_core.errors import count
from lmm_core.progress import Progress
from lmm_data.tables import GenotypeTable

HEADER = "Where in the genome?"


def render(shown: Shown, chosen: Ints, picked: int | None, click: Callable[[str], None]) -> None:
    """Draw the map, if the open files have genotypes.

    Args:
        shown: the dataset.
        chosen: the traits that are shown, in their order.
        picked: the one that was clicked.
        click: is called with the key of a chart whose mark was clicked.
    """
    upload = uploads.shown()
    genotypes = genotypes_in(keep.prepared(upload, lambda share: None) if upload else None)
    if upload is None or genotypes is None:
        return
    st.header(HEADER)
    dataset = shown.opened.dataset
    m = len(dataset.traits.columns)
    if work_of(dataset, genotypes) > AT_ONCE and not st.toggle(
        f"Scan {count(m, 'trait')} at {count(genotypes.m, 'marker')}",
        key="map_wanted",
        help="It may take a minute or more.",
    ):
        return
    covariates = shown.view.problem.columns[1:]
    words = f"Scanning {count(m, 'trait')} at {count(genotypes.m, 'marker')} …"
    try:
        with progress_bar(words) as tell:
            found = _mapped(shown, upload.key, genotypes, covariates, tell)
    except LMMError as error:
        st.error(said(error), icon=":material/error:")
        return
    st.markdown(marked(caption(found)), unsafe_allow_html=True)
    show(
        map_figure(found, chosen, picked),
        "map",
        alt(found),
        _numbers(found, chosen),
        lambda: click("map"),
    )
    if picked is None:
        st.caption("Click a dot: the trait’s LOD scores along the genome stand here.")
        return
    _closely(found, picked)


@keep.RESULTS.keeps(
    lambda shown, key, genotypes, covariates, progress: (
        "map",
        key,
        keep.dataset_key(shown.opened.dataset),
        covariates,
    )
)
def _mapped(
    shown: Shown,
    key: str,
    genotypes: GenotypeTable,
    covariates: tuple[str, ...],
    progress: Progress,
) -> TraitMap:
    """The scans, made once for everyone who asks for them."""
    return map_traits(shown.opened.dataset, covariates, genotypes, progress)


def caption(found: TraitMap) -> str:
    """What was scanned, and how many peaks are above their thresholds."""
    study, high = found.study, found.high
    lod = found.thresholds.lod[np.isfinite(found.thresholds.lod)]
    words = (
        f"{count(len(found.names), 'trait')} of {count(study.n, 'individual')} at "
        f"{count(study.m, 'marker')}, each trait at its own ĥ by REML without a marker."
    )
    if found.lacking:
        words += f" {count(found.lacking, 'individual')} without genotypes are left out."
    if not lod.size:
        return f"{words} No trait could be scanned."
    verb = "has" if high.size == 1 else "have"
    words += (
        f" **{count(high.size, 'trait')} {verb} a peak above the threshold**, a LOD score that 5% "
        f"of scans without any effect exceed: {lod.min():.2f} to {lod.max():.2f}, depending on ĥ."
    )
    if own := int(found.thresholds.permuted.sum()):
        words += (
            f" That of {count(own, 'trait')} is from permutations, because the residuals have "
            "heavier tails than normal ones."
        )
    chance = 0.05 * lod.size
    return f"{words} By chance about {chance:.0f} would." if chance >= 1.5 else words


def alt(found: TraitMap) -> str:
    """Alternative text of the map."""
    high = found.high
    words = f"Map of {len(found.names):,} traits by {found.study.m:,} markers. "
    if not high.size:
        return f"{words}No peak is above its threshold."
    best = high[np.argsort(-found.peaks.lod[high])[:3]]
    named = "; ".join(
        f"{found.names[k]} at {found.study.where(int(found.peaks.place[k]))}, LOD "
        f"{found.peaks.lod[k]:.2f}"
        for k in best
    )
    return f"{words}{high.size:,} peaks are above their thresholds, the highest: {named}."


def _numbers(found: TraitMap, places: Ints) -> Numbers:
    peaks, study = found.peaks, found.study
    place = peaks.place[places]
    there = [found.study.where(j) if j >= 0 else "" for j in place.tolist()]
    return Numbers.of(
        "The peaks of all traits",
        [
            ("trait", [found.names[k] for k in places]),
            ("marker", [study.markers[j] if j >= 0 else "" for j in place.tolist()]),
            ("where", there),
            ("LOD", peaks.lod[places]),
            ("5% threshold", found.thresholds.lod[places]),
            ("−log₁₀ p", peaks.neg_log10_p[places]),
            ("effect", peaks.beta[places]),
            ("std. error", peaks.se_beta[places]),
            ("h", peaks.h2[places]),
        ],
    )


def _closely(found: TraitMap, trait: int) -> None:
    """One trait along the genome."""
    name, peaks = literal(found.names[trait]), found.peaks
    place = int(peaks.place[trait])
    if place < 0:
        st.caption(f"{name} cannot be scanned: {peaks.kind[trait]}.")
        return
    lod = found.profile(trait)
    cut = found.thresholds.lod[trait]
    side = "above" if peaks.lod[trait] > cut else "below"
    effect = plus_minus(float(peaks.beta[trait]), float(peaks.se_beta[trait]))
    words = (
        f"**{name}** is highest at {literal(found.study.markers[place])}, "
        f"{literal(found.study.where(place))}: LOD {peaks.lod[trait]:.2f}, {side} its threshold of "
        f"{cut:.2f} (dashed). One allele more: {effect}."
    )
    st.markdown(words)
    show(
        profile_figure(found, trait, lod),
        "along",
        f"LOD scores of {found.names[trait]} along the genome. {words.replace('*', '')}",
        Numbers.of(
            f"LOD scores of {found.names[trait]}",
            [
                ("marker", found.study.markers),
                ("chromosome", found.study.chromosome.tolist()),
                ("position", found.study.position),
                ("LOD", lod),
            ],
        ),
    )

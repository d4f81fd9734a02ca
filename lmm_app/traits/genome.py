"""All traits along the genome: the map of traits by markers, and the trait that was clicked."""

from collections.abc import Callable

import streamlit as st

from lmm_app.fit.text import said
from lmm_app.genome.sources import genotypes_in
from lmm_app.glossary.marks import marked
from lmm_app.plotted.numbers import Numbers
from lmm_app.plotted.show import show
from lmm_app.session import keep, linked, projector, uploads
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.traits import map_words
from lmm_app.traits.figure import map_figure, profile_figure
from lmm_app.traits.scans import AT_ONCE, TraitMap, map_traits, work_of
from lmm_core import LMMError
from lmm_core.arrays import Floats, Ints
from lmm_core.errors import count
from lmm_core.progress import Progress
from lmm_data.tables import GenotypeTable

HEADER = "Where in the genome?"
LOCO = (
    "Each trait is scanned on each chromosome beside the kinship of all others, made of these "
    "genotypes."
)
LONG = "It may take a minute or more. Switched off, it stops."


def render(shown: Shown, chosen: Ints, picked: int | None, click: Callable[[str], None]) -> None:
    """Draw the map, if the open files have genotypes.

    Args:
        shown: the dataset.
        chosen: the traits that are shown, in their order.
        picked: the one that was clicked.
        click: is called with the key of a chart whose mark was clicked.
    """
    opened = _opened()
    if opened is None:
        return
    st.header(HEADER)
    found = _found(shown, *opened)
    if found is None:
        return
    st.markdown(marked(map_words.caption(found)), unsafe_allow_html=True)
    _map(found, chosen, picked, click)
    if picked is None:
        st.caption("Click a dot: the trait’s LOD scores along the genome stand here.")
        return
    st.markdown(map_words.one_trait(found, picked))
    _profile(shown, opened, found, picked)


def projected(
    place: projector.Frame,
    shown: Shown,
    chosen: Ints,
    picked: int | None,
    click: Callable[[str], None],
) -> None:
    """The map alone, or the trait that was clicked, on a projector."""
    opened = _opened()
    assert opened is not None
    with place.foot:
        found = _found(shown, *opened)
    if found is None:
        return
    if picked is None:
        place.line.markdown(f"{map_words.headline(found)}. Click a dot for its trait.")
        with place.picture:
            _map(found, chosen, None, click)
        return
    place.line.markdown(map_words.one_trait(found, picked, short=True))
    with place.picture:
        _profile(shown, opened, found, picked)
    with place.foot:
        st.button(
            "Back to the map",
            key="to_map",
            icon=":material/arrow_back:",
            on_click=click,
            args=("back",),
        )


def offered() -> bool:
    """Whether the open files have genotypes."""
    return _opened() is not None


def _opened() -> tuple[str, GenotypeTable] | None:
    """A key of the open files, and their genotypes."""
    upload = uploads.shown()
    genotypes = genotypes_in(keep.prepared(upload, lambda share: None) if upload else None)
    return None if upload is None or genotypes is None else (upload.key, genotypes)


def _found(shown: Shown, key: str, genotypes: GenotypeTable) -> TraitMap | None:
    """The scans, once they are asked for; what hinders them is said."""
    dataset = shown.opened.dataset
    m = len(dataset.traits.columns)
    loco = len(set(genotypes.chromosome)) > 1 and linked.toggle("LOCO", "map_loco", LOCO)
    work = work_of(dataset, genotypes, loco=loco)
    words = f"{count(m, 'trait')} at {count(genotypes.m, 'marker')}"
    if work > AT_ONCE and not st.toggle(f"Scan {words}", key="map_wanted", help=LONG):
        return None
    try:
        with progress_bar(f"Scanning {words} …") as tell:
            return _mapped(shown, key, genotypes, loco, tell)
    except LMMError as error:
        st.error(said(error), icon=":material/error:")
        return None


def _map(found: TraitMap, chosen: Ints, picked: int | None, click: Callable[[str], None]) -> None:
    show(
        map_figure(found, chosen, picked, large=projector.on()),
        "map",
        map_words.alt(found),
        _numbers(found, chosen),
        lambda: click("map"),
    )


@keep.RESULTS.keeps(
    lambda shown, key, genotypes, loco, progress: (
        *("map", key, keep.dataset_key(shown.opened.dataset)),
        *(shown.view.problem.columns, loco),
    )
)
def _mapped(
    shown: Shown, key: str, genotypes: GenotypeTable, loco: bool, progress: Progress
) -> TraitMap:
    """The scans, made once for everyone who asks for them."""
    covariates = shown.view.problem.columns[1:]
    return map_traits(shown.opened.dataset, covariates, genotypes, progress, loco=loco)


@keep.RESULTS.keeps(
    lambda shown, key, found, trait, progress: (
        *("along", key, keep.dataset_key(shown.opened.dataset)),
        *(shown.view.problem.columns, found.loco, trait),
    )
)
def _along(shown: Shown, key: str, found: TraitMap, trait: int, progress: Progress) -> Floats:
    return found.profile(trait, progress)


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


def _profile(shown: Shown, opened: tuple[str, GenotypeTable], found: TraitMap, trait: int) -> None:
    """One trait along the genome, if it could be scanned."""
    if found.peaks.place[trait] < 0:
        return
    with progress_bar(f"Scanning {found.names[trait]} …") as tell:
        lod = _along(shown, opened[0], found, trait, tell)
    words = map_words.one_trait(found, trait).replace("*", "")
    show(
        profile_figure(found, trait, lod),
        "along",
        f"LOD scores of {found.names[trait]} along the genome. {words}",
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

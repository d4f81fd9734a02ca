"""What is scanned and how: the controls of the page QTL scan."""

import streamlit as st

from lmm_app.scan import kept
from lmm_app.scan.scans import HELD_ELEMENTS, Held
from lmm_app.scan.sources import MICE, RANGES, CrossSettings, genotypes_in
from lmm_app.scan.study import Study
from lmm_app.session import keep, linked, projector, state, uploads

DATA = {"cross": "Simulated cross", "mice": "1,940 mice", "open": "Open dataset"}
HELD: dict[Held, str] = {
    "refit": "estimated again at each marker",
    "null": "fixed at its value without markers",
}


def study() -> tuple[Study, CrossSettings | None] | None:
    """What is scanned, and how it was simulated if it was; None without genotypes."""
    about = "The open dataset is that of the sidebar."
    source = linked.segmented("Genotypes", DATA, "cross", "scan_of", help=about)
    if source == "cross":
        settings = _settings()
        return kept.cross(settings), settings
    if source == "mice":
        names = {name: name for name in MICE}
        trait = linked.segmented("Trait of the mice", names, "CD8", "scan_trait")
        with st.spinner("Reading the mice …"):
            return kept.mice(trait), None
    upload, shown = uploads.shown(), state.shown()
    genotypes = genotypes_in(keep.prepared(upload, lambda share: None) if upload else None)
    if upload is None or genotypes is None:
        return None
    name = shown.opened.dataset.name
    return kept.of_files(upload.key, genotypes, shown.view.problem, name), None


def _settings() -> CrossSettings:
    # In a corner of a projector all of it is in such a place already.
    with st.container() if projector.on() else st.popover("Settings", icon=":material/tune:"):
        n = linked.slider("Individuals", RANGES["n"], 300, "scan_n", 50)
        generations = linked.slider("Generation", RANGES["generations"], 10, "scan_generations")
        pairs = linked.slider("Breeding pairs", RANGES["pairs"], 30, "scan_pairs")
        qtl = linked.slider("QTL", RANGES["qtl"], 4, "scan_qtl")
        effect = linked.slider(
            "Effect of an allele",
            RANGES["effect"],
            0.5,
            "scan_effect",
            0.05,
            "Of each QTL, up or down, in standard deviations of everything else.",
        )
        h2 = linked.slider(
            "h of everything but the QTL",
            RANGES["h"],
            0.6,
            "scan_h",
            0.05,
            "The share of the remaining variance that follows the pedigree. It stands "
            "for many small genes, which lie nowhere in particular.",
        )
    seed = linked.seed(1, "scan_seed", "scan_redraw", width=130)
    return CrossSettings(n, generations, pairs, qtl, effect, h2, seed)


def scan(of: Study) -> tuple[Held, bool]:
    """What the mixed model does with h, and whether LOCO is wanted."""
    held = linked.radio("h of the mixed model", HELD, "scan_held", horizontal=True)
    # Longer, LOCO waits until it is asked for.
    if of.n**2 * len(of.chromosomes) <= HELD_ELEMENTS:
        return held, True
    loco = linked.toggle(
        "LOCO too",
        "scan_loco",
        "Each chromosome needs a kinship and a decomposition of its own. This takes a "
        "minute or more. What is done already stays if you stop it.",
    )
    return held, loco

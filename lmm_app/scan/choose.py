"""What is scanned and how: the controls of the page QTL scan."""

from dataclasses import astuple
from typing import Any

import streamlit as st

from lmm_app.genome.sources import MICE, RANGES, CrossSettings
from lmm_app.genome.study import Study
from lmm_app.scan.scans import HELD_ELEMENTS, Held
from lmm_app.session import linked, projector, studies

DATA = {"cross": "Simulated cross", "mice": "1,940 mice", "open": "Open dataset"}
HELD: dict[Held, str] = {
    "refit": "estimated again at each marker",
    "null": "fixed at its value without markers",
}
# Of a cross, in the order of its settings: label, step, and what more there is to say.
SLIDERS: dict[str, tuple[Any, ...]] = {
    "n": ("Individuals", 50),
    "generations": ("Generation",),
    "pairs": ("Breeding pairs",),
    "qtl": ("QTL",),
    "effect": (
        "Effect of an allele",
        0.05,
        "Of each QTL, up or down, in standard deviations of everything else.",
    ),
    "h": (
        "h of everything but the QTL",
        0.05,
        "The share of the remaining variance that follows the pedigree. It stands for many small "
        "genes, which lie nowhere in particular.",
    ),
}
*USUAL, _ = astuple(CrossSettings())


def study() -> tuple[Study, CrossSettings | None] | None:
    """What is scanned, and how it was simulated if it was; None without genotypes."""
    about = "The open dataset is that of the sidebar."
    source = linked.segmented("Genotypes", DATA, "cross", "scan_of", help=about)
    if source == "cross":
        settings = _settings()
        return studies.cross(settings), settings
    if source == "mice":
        names = {name: name for name in MICE}
        trait = linked.segmented("Trait of the mice", names, "CD8", "scan_trait")
        with st.spinner("Reading the mice …"):
            return studies.mice(trait), None
    found = studies.open_study()
    return (found, None) if found else None


def _settings() -> CrossSettings:
    # In a corner of a projector all of it is in such a place already.
    with st.container() if projector.on() else st.popover("Settings", icon=":material/tune:"):
        chosen = [
            linked.slider(label, RANGES[word], usual, f"scan_{word}", *more)
            for (word, (label, *more)), usual in zip(SLIDERS.items(), USUAL, strict=True)
        ]
    chosen.append(linked.seed(1, "scan_seed", "scan_redraw", width=130))
    return CrossSettings(*chosen)


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

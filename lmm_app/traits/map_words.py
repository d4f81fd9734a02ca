"""The map of traits by markers in words: what was scanned, what was found, and one trait of it."""

from collections import Counter

import numpy as np

from lmm_app.fit.text import literal, plus_minus
from lmm_app.traits.scans import TraitMap
from lmm_core.arrays import Floats
from lmm_core.errors import count

# Why a trait could not be scanned, by what `scan_traits` calls it.
WHY = {
    "no values": "has no values",
    "too few values": "has too few values for a marker beside the covariates",
    "explained": "is explained by the covariates without error, as one that is constant is",
    "tested": "has no marker that varies among those who have it",
}


def headline(found: TraitMap) -> str:
    """How many peaks are above their thresholds, as Markdown."""
    high = found.high
    if not found.scanned.size:
        return "**No trait could be scanned.**"
    if len(found.names) == 1:
        verdict = "has a peak above its" if high.size else "has no peak above its"
        return f"**{literal(found.names[0])} {verdict} threshold**"
    if not high.size:
        return "**No trait has a peak above its threshold**"
    verb = "has a peak" if high.size == 1 else "have a peak"
    return f"**{count(high.size, 'trait')} {verb} above the threshold**"


def caption(found: TraitMap) -> str:
    """What was scanned, and how many peaks are above their thresholds."""
    study, scanned = found.study, found.scanned
    own = "at its own ĥ" if len(found.names) == 1 else "each trait at its own ĥ"
    words = (
        f"{count(len(found.names), 'trait')} of {count(study.n, 'individual')} at "
        f"{count(study.m, 'marker')}, {own} by REML without a marker"
        f"{', beside the kinship of all other chromosomes' if found.loco else ''}."
    )
    if found.lacking:
        verb = "is" if found.lacking == 1 else "are"
        words += f" {count(found.lacking, 'individual')} without genotypes {verb} left out."
    if not scanned.size:
        return f"{words} {headline(found)} {_unscanned(found)}"
    depends = ", depending on ĥ" if scanned.size > 1 else ""
    words += (
        f" {headline(found)}, a LOD score that 5% of scans without any effect exceed: "
        f"{_span(found.thresholds.lod[scanned])}{depends}."
    )
    if own_draws := int(found.thresholds.permuted.sum()):
        which = "It" if len(found.names) == 1 else f"That of {count(own_draws, 'trait')}"
        words += (
            f" {which} is from permutations, because the residuals have heavier tails than "
            "normal ones."
        )
    chance = 0.05 * scanned.size
    if chance >= 1.5:
        words += f" By chance about {chance:.0f} would."
    return f"{words} {_unscanned(found)}".strip()


def alt(found: TraitMap) -> str:
    """Alternative text of the map."""
    high = found.high
    words = f"Map of {count(len(found.names), 'trait')} by {count(found.study.m, 'marker')}. "
    if not high.size:
        return f"{words}No peak is above its threshold."
    best = high[np.argsort(-found.peaks.lod[high])[:3]]
    named = "; ".join(
        f"{found.names[k]} at {found.study.where(int(found.peaks.place[k]))}, LOD "
        f"{found.peaks.lod[k]:.2f}"
        for k in best
    )
    those = (
        "1 peak is above its threshold"
        if high.size == 1
        else (f"{high.size:,} peaks are above their thresholds, the highest")
    )
    return f"{words}{those}: {named}."


def one_trait(found: TraitMap, trait: int, *, short: bool = False) -> str:
    """Where one trait is highest, as Markdown."""
    name, peaks = literal(found.names[trait]), found.peaks
    place = int(peaks.place[trait])
    if place < 0:
        return f"**{name}** cannot be scanned: it {WHY[str(peaks.kind[trait])]}."
    cut = found.thresholds.lod[trait]
    side = "above" if peaks.lod[trait] > cut else "below"
    words = (
        f"**{name}** is highest at {literal(found.study.markers[place])}, "
        f"{literal(found.study.where(place))}: LOD {peaks.lod[trait]:.2f}, {side} its threshold of "
        f"{cut:.2f} (dashed)."
    )
    if short:
        return words
    effect = plus_minus(float(peaks.beta[trait]), float(peaks.se_beta[trait]))
    return f"{words} One allele more: {effect}."


def _span(values: Floats) -> str:
    low, high = f"{values.min():.2f}", f"{values.max():.2f}"
    return low if low == high else f"{low} to {high}"


def _unscanned(found: TraitMap) -> str:
    """Traits that cannot be scanned, and why."""
    kinds = Counter(found.peaks.kind[found.peaks.place < 0].tolist())
    return " ".join(
        f"{count(n, 'trait')} cannot be scanned: {'it' if n == 1 else 'each'} {WHY[kind]}."
        for kind, n in kinds.items()
    )

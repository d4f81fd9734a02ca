"""What is said of scans, their thresholds and one marker; computed from them alone."""

import numpy as np

from lmm_app.fit.text import literal, number, plus_minus
from lmm_app.genome.study import APART, NEAR, Study
from lmm_app.scan.believed import IN_A_SENTENCE, peaks_words
from lmm_app.scan.marker import MarkerLook
from lmm_app.scan.peaks import Tally
from lmm_app.scan.scans import Scanned, Scans
from lmm_core.errors import in_digits

# λ between one over this and this says nothing against a scan.
INFLATED = 1.1
# A change of ĥ below this is hardly one.
HARDLY = 0.01


def definition(study: Study) -> str:
    """What counts as a peak, and as a true one."""
    peak = (
        f"A peak is a marker above the threshold with no higher one within {in_digits(APART)} "
        f"{study.unit} of it."
    )
    if study.true_qtl is None:
        return peak
    return f"{peak} It is true if a QTL lies within {in_digits(NEAR)} {study.unit}."


def facts(scans: Scans) -> str:
    """Who was scanned, at which h."""
    study, null = scans.study, scans.null
    h = "Without any marker, there is no estimate of h by REML."
    if null is not None:
        h = f"Without any marker, ĥ = {null.words} by REML."
    truth = ""
    if study.true_h2 is not None:
        made = in_digits(study.true_h2)
        truth = f" The data were simulated with h = {made} for everything but the QTL."
    return f"{h}{truth}{_untested(scans)}"


def _untested(scans: Scans) -> str:
    left = scans.study.m - scans.tested
    if not left:
        return ""
    fixed = int((scans.by["ls"].tests.kind == "monomorphic").sum())
    if left == 1:
        why = "does not vary here" if fixed else "cannot be tested"
        return f" 1 marker {why} and is left out."
    why = "do not vary here" if fixed == left else "cannot be tested"
    return f" {left:,} markers {why} and are left out."


def tally_sentence(found: Tally, study: Study) -> str:
    """What a scan found, against the truth if it is known."""
    if study.true_qtl is None:
        return f"{peaks_words(len(found.peaks))} above the threshold."
    total, false = len(found.found) + len(found.missed), peaks_words(len(found.false), "false ")
    if not total:
        return f"No QTL to find, {false}."
    return f"{len(found.found)} of {total} QTL found, {false}."


def panel_alt(scanned: Scanned, found: Tally, scans: Scans, *, revealed: bool) -> str:
    """A picture of a scan in words."""
    study, height = scans.study, scanned.height
    start = (
        f"{scanned.title}: −log₁₀ p of {scans.tested:,} markers along {len(study.chromosomes)} "
        f"chromosomes, threshold {scanned.cut.value:.2f}."
    )
    top = int(np.nanargmax(height))
    highest = f" The highest is {height[top]:.2f} at {study.markers[top]}, {study.where(top)}."
    end = f"{peaks_words(len(found.peaks))} above the threshold."
    return f"{start}{highest} {tally_sentence(found, study) if revealed else end}"


def threshold(scanned: Scanned) -> str:
    """A scan's threshold, with what its permutations leave open."""
    cut = scanned.cut
    return f"Threshold {cut.value:.2f} ({cut.lower:.2f} to {number(cut.upper, 3)})."


def thresholds(scans: Scans) -> str:
    """Where the thresholds are from, and what others would be."""
    effective, count = scans.effective, scans.study.permutations
    return (
        "Each threshold aims at a peak by chance in one scan of twenty, if the scan’s own h is "
        "right. Ordinary regression takes h = 0, which is wrong among relatives. "
        f"It is from {count:,} permutations, and the band shows the 95% uncertainty that their "
        f"number leaves. Bonferroni for {effective.m:,} tests: {effective.bonferroni():.2f}. For "
        f"{effective.total:,.0f} independent tests (Li and Ji): {effective.neg_log10_p():.2f}."
    )


def inflation(scans: Scans) -> str:
    """What λ says of each scan."""
    by = {name: scanned.lambda_gc for name, scanned in scans.by.items()}
    parts = [f"{IN_A_SENTENCE[name]} {value:.2f}" for name, value in by.items()]
    words = [
        "λ is the median test statistic divided by its value under chance: "
        f"{', '.join(parts)}. If most markers have no effect, it is near 1."
    ]
    if by["ls"] > INFLATED and min(by.values()) < by["ls"]:
        words.append(
            "Ordinary regression finds too many unusual markers. It takes what relatives share for "
            "effects of single markers."
        )
    elif by["ls"] > INFLATED:
        words.append(
            "Ordinary regression finds many unusual markers, and so do the scans that know who is "
            "related: that relatives share genes does not explain them."
        )
    else:
        words.append("Ordinary regression is not inflated here: there is little to correct.")
    if by["lmm"] < 1.0 / INFLATED and scans.study.kinship is None:
        words.append(
            "The mixed model’s is below 1: each marker is also part of the kinship, and competes "
            "with itself."
        )
    if by.get("loco", 0.0) > INFLATED:
        words.append(
            f"LOCO’s is above 1{' too' if by['ls'] > INFLATED else ''}. A QTL raises all markers "
            "linked to it, and kinship without one chromosome misses a part of what relatives "
            "share."
        )
    return " ".join(words)


def marker_sentence(study: Study, look: MarkerLook, scanned: Scanned) -> str:
    """What a marker does, and what it does to h."""
    name, place, tests = literal(study.markers[look.place]), look.place, scanned.tests
    where = f"**{name}** ({study.where(place)})"
    if look.own is None or not np.isfinite(tests.beta[place]):
        return f"{where} is not tested: {tests.kind[place]}."
    effect = plus_minus(float(tests.beta[place]), float(tests.se_beta[place]))
    words = (
        f"{where}, by {IN_A_SENTENCE[scanned.name]}: {effect} in {literal(study.trait)} for each "
        f"copy of the allele, −log₁₀ p = {scanned.height[place]:.2f}."
    )
    if look.with_it is None or look.without is None:
        return words
    return (
        f"{words} With the marker ĥ = {look.with_it.words}, without it "
        f"{look.without.words}. {change(look.with_it.h2 - look.without.h2)}"
    )


def change(rise: float) -> str:
    """What became of h when a marker came into the model."""
    if abs(rise) < HARDLY:
        return "Adding it hardly changes h."
    return "It explains part of what followed kinship." if rise < 0.0 else "With it, h is higher."

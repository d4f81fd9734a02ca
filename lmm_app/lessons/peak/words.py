"""What “Why the peak falls” asks and answers, from the scans of a study; pure."""

from collections.abc import Mapping
from types import MappingProxyType

from lmm_app.fit.text import literal, number
from lmm_app.lessons.asked import Asked
from lmm_app.lessons.peak.scans import Peak
from lmm_core.errors import in_digits

# LODs that differ by less are alike for the eye.
ALIKE = 0.05
# An inflation further from 1 than this says something of a scan.
INFLATED = 1.1
PLAIN, BESIDE = "without kinship", "with all of K"
OPTIONS: Mapping[str, str] = MappingProxyType(
    {"rises": "it rises again", "falls": "it falls further", "stays": "it stays"}
)


def apart_words(peak: Peak) -> str:
    """What the third scan is called."""
    return f"with chromosome {peak.chromosome} left out"


def marker_sentence(peak: Peak, place: int, *, revealed: bool) -> str:
    """The LODs of a marker."""
    scans = [(peak.whole.plain, PLAIN), (peak.whole.beside, BESIDE)]
    if revealed:
        scans.append((peak.apart.lod, apart_words(peak)))
    told = ", ".join(f"{number_of(lod[place])} {words}" for lod, words in scans)
    return f"LOD {told}."


def number_of(lod: float) -> str:
    """A LOD to two decimals."""
    return f"{lod:.2f}" if lod == lod else "not tested"


def _right(peak: Peak) -> str:
    _, beside, apart = peak.lods
    if abs(apart - beside) < ALIKE:
        return "stays"
    return "rises" if apart > beside else "falls"


def _idea(peak: Peak) -> str:
    return (
        "A scan tests each marker in turn, like a covariate. Its LOD says how much better the "
        "model fits with the marker than without it. But K is made of the same markers. So the "
        "marker stands in the model **twice**: as the covariate that is tested, and inside K.\n\n"
        "Then a part of what it does to the trait passes for kinship, and that part is missing "
        "from its LOD. Its neighbours are inherited together with it, so they stand in for it "
        "inside K. This is called **proximal contamination**.\n\n"
        "The remedy is **LOCO**, leaving one chromosome out: the marker is tested beside a K that "
        "is made of all other chromosomes, and holds nothing of it. Choose a marker with the "
        "slider, and read its LODs."
    )


def _prompt(peak: Peak) -> str:
    plain, beside, _ = peak.lods
    marker = literal(peak.study.markers[peak.place])
    return (
        f"Without kinship, {marker} on chromosome {literal(peak.chromosome)} has the highest LOD: "
        f"{plain:.2f}. With all of K it has {beside:.2f}. Now K is made again, without chromosome "
        f"{literal(peak.chromosome)}. What does its LOD do?"
    )


def _core(peak: Peak) -> str:
    return " ".join(filter(None, (_change(peak), _reasons(peak), _truth(peak))))


def _change(peak: Peak) -> str:
    _, beside, apart = peak.lods
    way = f"from {beside:.2f} to {apart:.2f}"
    chromosome = f"Chromosome {literal(peak.chromosome)} makes {_percent(peak.share)} of K."
    match _right(peak):
        case "rises":
            return f"It rises again, {way}. {chromosome}"
        case "falls":
            return (
                f"It falls further, {way}. That is unusual: here the kinship of the other "
                "chromosomes takes more of the marker than that of all."
            )
    if peak.whole.h2 == peak.apart.h2[peak.chromosome] == 0.0:
        return (
            f"It stays {beside:.2f}. Without the marker ĥ is 0 in both models, so kinship takes "
            "nothing from anybody, and all three scans are the same."
        )
    return f"It stays, {way}. {chromosome} That takes too little of the marker to be seen."


def _reasons(peak: Peak) -> str:
    """How the fall is made up."""
    plain, beside, apart = peak.lods
    if _right(peak) != "rises":
        return ""
    own = (
        f"from {apart:.2f} to {beside:.2f} because its own chromosome is in K and takes "
        "a part of it"
    )
    if plain - apart < ALIKE:
        return (
            "Beside the other chromosomes it is at least as high as without kinship. It falls "
            f"{own}, and by nothing else."
        )
    return (
        f"So the peak falls twice: from {plain:.2f} to {apart:.2f} because relatives are alike on "
        f"other chromosomes too, and {own}."
    )


def _truth(peak: Peak) -> str:
    if peak.is_true is None:
        return ""
    if not peak.is_true:
        return "In this simulation no QTL lies near it: it is a false peak, made by relatives."
    away = peak.from_qtl or 0.0
    where = "exactly there" if not away else f"{in_digits(away)} {peak.study.unit} away"
    return f"In this simulation a QTL lies {where}: the peak is a true one."


def inflation(peak: Peak, *, revealed: bool) -> str:
    """What all markers together say."""
    plain, beside = peak.whole.inflation
    apart = peak.apart.inflation if revealed else None
    told = f"{number(plain, 3)} {PLAIN}, {number(beside, 3)} {BESIDE}"
    if apart is not None:
        told += f", {number(apart, 3)} with each chromosome left out"
    words = f"Inflation over all markers, near 1 by chance alone: {told}."
    if plain > INFLATED and beside < plain:
        words += " Without kinship the whole genome is too high, not one peak alone."
    return words


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%" if share >= 0.01 else f"{100.0 * share:.1f}%"


def _hint(peak: Peak, guess: str) -> str:
    return {
        "rises": "It mostly does, when K takes a part of what the marker does.",
        "falls": "With fewer markers in K, less of what the marker does can pass for kinship.",
        "stays": "What K holds of this marker and its neighbours lies on its own chromosome.",
    }[guess]


def _brief(peak: Peak) -> str:
    plain, beside, apart = peak.lods
    start = OPTIONS[_right(peak)]
    return (
        f"**{start[0].upper()}{start[1:]}.** LOD {plain:.2f} {PLAIN}, {beside:.2f} {BESIDE}, "
        f"{apart:.2f} "
        f"{apart_words(peak)}, which makes {_percent(peak.share)} of K."
    )


def _formula(peak: Peak) -> str:
    return (
        "LOD = (n/2)·log₁₀(RSS₀/RSS₁), with the residual sums of squares without and with the "
        "marker, both at the h that REML finds without it, as R/qtl2 does. Without kinship that "
        "h is 0.\n\n"
        "K = (1/c)·Σ zz′ over all markers, where z holds the centred genotypes of one. So the "
        "variance of y has a term (σ²_g/c)·zz′ for each marker, also for the one that is tested: "
        "an effect of its own that is drawn from a normal distribution with variance σ²_g/c. As "
        "long as both variances are held, this one term does not change the estimate β̂, and adds "
        "exactly σ²_g/c to its variance. The markers near it add much more, because their z is "
        "almost the same.\n\n"
        "LOCO makes K of the other chromosomes. The share of K that a chromosome makes is its "
        "part of the trace of Σ zz′."
    )


PEAK: Asked[Peak] = Asked(
    name="peak",
    title="Why the peak falls",
    lead="A marker is tested beside a kinship that is made of markers, and of this one too. On a "
    "simulated cross, whose QTL are known, and on mice: three scans of one chromosome.",
    idea=_idea,
    prompt=_prompt,
    options=OPTIONS,
    right=_right,
    hint=_hint,
    core=_core,
    brief=_brief,
    formula=_formula,
    code="""# y, X, G: genotypes, chromosome: of each marker
import numpy as np
from lmm_core import centered_kinship, scan_markers
from lmm_core.scan import scan_loco

K = centered_kinship(G)
plain = scan_markers(G, y, X, K, h2=0.0)
beside = scan_markers(G, y, X, K, h2="null")
apart = scan_loco(G, y, X, chromosome, h2="null")
for scan in (plain, beside, apart):
    print(scan.lod[np.nanargmax(plain.lod)])""",
)

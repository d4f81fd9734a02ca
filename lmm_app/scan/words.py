"""What is said of scans, peaks and guesses; computed from them alone."""

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.fit.text import literal, number
from lmm_app.scan.marker import MarkerLook
from lmm_app.scan.peaks import LETTERS, Peak, Tally
from lmm_app.scan.scans import TITLES, Name, Scanned, Scans
from lmm_app.scan.study import RANK, Study

Outcome: TypeAlias = Literal["right", "wrong", "none"]

# λ_GC up to here says nothing against a scan.
INFLATED = 1.1


def counted(count: int, noun: str) -> str:
    """A number and its noun."""
    return f"{count:,} {noun}{'' if count == 1 or noun == 'QTL' else 's'}"


def definition(study: Study) -> str:
    """What counts as a peak, and as a true one."""
    unit = study.unit
    peak = (
        f"A peak is a marker over the threshold with no higher one within {unit.apart:g} "
        f"{unit.name} of it on its chromosome."
    )
    if study.true_qtl is None:
        return peak
    return (
        f"{peak} It is true if a QTL lies within {unit.near:g} {unit.name}, and false otherwise; "
        "a QTL without such a peak is missed."
    )


def facts(scans: Scans) -> str:
    """Who was scanned, at which h."""
    study = scans.study
    left = study.m - scans.tested
    untested = ""
    if left:
        kinds = scans.by["ls"].tests.kind
        fixed = int((kinds == "monomorphic").sum())
        what = "do not vary here" if fixed == left else "cannot be tested"
        if left == 1:
            what = "does not vary here" if fixed else "cannot be tested"
        untested = f" {counted(left, 'marker')} {what} and {'is' if left == 1 else 'are'} left out."
    null = scans.by["lmm"].h2[""]
    h = "there is no estimate of h" if np.isnan(null) else f"ĥ = {null:.2f}"
    truth = "" if study.true_h2 is None else f"; it was made with {study.true_h2:g} beside the QTL"
    return f"Without any marker, {h} by REML{truth}.{untested}"


def tally_sentence(scanned: Scanned, found: Tally, study: Study) -> str:
    """What a scan found, against the truth if it is known."""
    if study.true_qtl is None:
        return f"{counted(len(found.peaks), 'peak')} over the threshold."
    total = len(found.found) + len(found.missed)
    if not total:
        return f"No QTL to find; {counted(len(found.false), 'false peak')}."
    return (
        f"{len(found.found)} of {total} QTL found, {len(found.missed)} missed; "
        f"{counted(len(found.false), 'false peak')}."
    )


def panel_alt(scanned: Scanned, found: Tally, scans: Scans, *, revealed: bool) -> str:
    """A picture of a scan in words."""
    study, height = scans.study, scanned.height
    start = (
        f"{scanned.title}: −log₁₀ p of {scans.tested:,} markers along {len(study.chromosomes)} "
        f"chromosomes, threshold {scanned.cut.value:.2f}."
    )
    top = int(np.nanargmax(height))
    highest = f" The highest is {height[top]:.2f} at {study.markers[top]}, {study.where(top)}."
    end = (
        tally_sentence(scanned, found, study)
        if revealed
        else (f"{counted(len(found.peaks), 'peak')} over the threshold.")
    )
    return f"{start}{highest} {end}"


def peak_label(study: Study, letter: str, peak: Peak) -> str:
    """A peak on the list that is chosen from."""
    return f"{letter} · {study.where(peak.place)}"


def offered(found: Tally) -> dict[str, Peak]:
    """The highest peaks by letter, in the order of the genome."""
    highest = sorted(found.peaks[: len(LETTERS)], key=lambda peak: peak.place)
    return dict(zip(LETTERS, highest, strict=False))


def prompt(peaks: dict[str, Peak], total: int) -> str:
    """The question before anything else is shown; `total` peaks there are."""
    if not peaks:
        return (
            "Least squares finds no peak over its threshold. Look what the other scans make of "
            "the same data."
        )
    which = "this peak" if len(peaks) == 1 else "which of these peaks"
    start = "Would you have believed" if len(peaks) == 1 else "Of least squares,"
    if total > len(peaks):
        which = f"of the {len(peaks)} highest of {total} peaks, which"
        start = "By least squares,"
    end = "?" if len(peaks) == 1 else " would you have believed?"
    return f"{start} {which}{end} Choose below, or click the letters; then see."


def outcome(
    peaks: dict[str, Peak], believed: Collection[str], study: Study, loco: Tally | None
) -> Outcome:
    """Whether the guess was right: exactly the peaks that are to be believed."""
    if not believed or not peaks:
        return "none"
    return "right" if set(believed) == credible(peaks, study, loco) else "wrong"


def credible(peaks: dict[str, Peak], study: Study, other: Tally | None) -> set[str]:
    """Letters of the peaks near a QTL; without a truth, those that `other` confirms."""
    if study.true_qtl is not None:
        return {letter for letter, peak in peaks.items() if peak.qtl is not None}
    if other is None:
        return set()
    return {letter for letter, peak in peaks.items() if confirmed(peak, other, study)}


def confirmed(peak: Peak, other: Tally, study: Study) -> bool:
    """Whether another scan has a peak near by."""
    return any(
        study.chromosome[one.place] == study.chromosome[peak.place]
        and abs(study.position[one.place] - study.position[peak.place]) <= study.unit.near
        for one in other.peaks
    )


def feedback(
    peaks: dict[str, Peak], believed: Sequence[str], scans: Scans, tallies: dict[Name, Tally]
) -> str:
    """What became of the guess, and what it teaches."""
    study = scans.study
    judge: Name = "loco" if "loco" in tallies else "lmm"
    good = credible(peaks, study, tallies.get(judge))
    standard = (
        "near a QTL" if study.true_qtl is not None else f"confirmed by the scan «{TITLES[judge]}»"
    )
    if not peaks:
        return f"There was nothing to believe. {_others(tallies, study)}"
    if believed:
        right, wrong = sorted(set(believed) & good), sorted(set(believed) - good)
        spared, lost = sorted(set(peaks) - good - set(believed)), sorted(good - set(believed))
        parts = [
            f"{_list(right)} {_are(right)} {standard}" if right else "",
            f"{_list(wrong)} {_are(wrong)} not" if wrong else "",
            f"you were right to doubt {_list(spared)}" if spared else "",
            f"you doubted {_list(lost)}, which {_are(lost)} {standard}" if lost else "",
        ]
        start = _sentence([part for part in parts if part])
    else:
        start = f"Of {counted(len(peaks), 'peak')}, {len(good)} {_are(good)} {standard}."
    return f"{start} {_others(tallies, study)}"


def _others(tallies: dict[Name, Tally], study: Study) -> str:
    ls, rest = tallies["ls"], [name for name in tallies if name != "ls"]
    best = rest[-1]
    other = tallies[best]
    if study.true_qtl is None:
        return (
            f"Least squares has {counted(len(ls.peaks), 'peak')}, "
            + ", ".join(
                f"{TITLES[n].replace('Mixed', 'mixed')} {len(tallies[n].peaks)}" for n in rest
            )
            + ": relatives share a trait for many reasons, and least squares sees each of them at "
            "every marker that they share."
        )
    if ls.false and len(other.false) < len(ls.false):
        return (
            f"Relatives share many genes at once, so a marker looks as if it did what the rest of "
            f"the genome does: {counted(len(ls.false), 'false peak')} of least squares, "
            f"{len(other.false)} of the scan «{TITLES[best]}»."
        )
    if not ls.false:
        return "Here least squares has no false peak: nothing but a QTL made it over the threshold."
    return (
        f"Least squares has {counted(len(ls.false), 'false peak')} and the scan "
        f"«{TITLES[best]}» {len(other.false)}: no scan is right in every draw."
    )


def threshold(scanned: Scanned) -> str:
    """A scan's threshold, with what its permutations leave open."""
    cut = scanned.cut
    return f"Threshold {cut.value:.2f} ({cut.lower:.2f} to {number(cut.upper, 3)})."


def thresholds(scans: Scans) -> str:
    """Where the thresholds are from, and what others would be."""
    effective, count = scans.effective, scans.study.permutations
    return (
        f"Thresholds: a peak anywhere in the genome has a chance of 5% if no marker does anything, "
        f"by {count:,} permutations of residuals that are decorrelated at the scan's h, 0 for "
        f"least squares; the band, and the numbers in brackets, are 95% limits of what "
        f"{count:,} permutations leave open. Bonferroni's, for "
        f"{effective.m:,} tests, is {effective.bonferroni():.2f}; these markers are worth "
        f"{effective.total:,.0f} independent tests (Li and Ji), which makes "
        f"{effective.neg_log10_p():.2f}."
    )


def inflation(scans: Scans) -> str:
    """What λ_GC says of each scan."""
    parts = [f"{scanned.title} {scanned.lambda_gc:.2f}" for scanned in scans.by.values()]
    worst = scans.by["ls"].lambda_gc
    what = (
        "least squares calls far too many markers unusual: relatives, not genes"
        if worst > INFLATED
        else "least squares is not inflated here: there is little to correct for"
    )
    loco = own = ""
    if scans.by["lmm"].lambda_gc < 1.0 / INFLATED:
        own = (
            " The mixed model's is below 1: each marker is part of the kinship that it competes "
            "with."
        )
    if "loco" in scans.by and scans.by["loco"].lambda_gc > INFLATED:
        loco = (
            " LOCO's is above 1 as well: it counts QTL with all the markers linked to them, and "
            "knows relatives by the other chromosomes alone."
        )
    return (
        f"λ_GC, the median test over what chance makes it: {', '.join(parts)}. It is 1 if most "
        f"markers do nothing; {what}.{own}{loco}"
    )


def marker_sentence(study: Study, look: MarkerLook, scanned: Scanned) -> str:
    """What a marker does, and what it does to h."""
    name = literal(study.markers[look.place])
    place = study.where(look.place)
    tests = scanned.tests
    if look.own is None or not np.isfinite(tests.beta[look.place]):
        kind = str(tests.kind[look.place])
        return f"**{name}** ({place}) is not tested: {kind}."
    beta, se = float(tests.beta[look.place]), float(tests.se_beta[look.place])
    h = ""
    if np.isfinite(look.own_h2) and np.isfinite(look.null_h2):
        change = look.own_h2 - look.null_h2
        said = (
            "takes none of the variance that went with kinship"
            if change >= -0.005
            else ("explains a part of what went with kinship")
        )
        h = f" With it ĥ = {look.own_h2:.3f}, without it {look.null_h2:.3f}: the marker {said}."
    return (
        f"**{name}** ({place}): one allele more goes with {number(beta, 3)} ± {number(se, 2)} in "
        f"{literal(study.trait)} by the scan «{scanned.title}», −log₁₀ p = "
        f"{scanned.height[look.place]:.2f}.{h}"
    )


def position_title(study: Study) -> str:
    """Of the axis of the genome."""
    where = "order of the markers" if study.unit is RANK else f"position in {study.unit.name}"
    return f"chromosome, {where}"


def _are(letters: Collection[str]) -> str:
    return "is" if len(letters) == 1 else "are"


def _list(letters: Sequence[str]) -> str:
    return letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])} and {letters[-1]}"


def _sentence(parts: Sequence[str]) -> str:
    joined = "; ".join(parts)
    return f"{joined[0].upper()}{joined[1:]}."

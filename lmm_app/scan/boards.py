"""The pictures of a scan for the browser: the genome, the quantiles, and one marker."""

from typing import Any

import numpy as np

from lmm_app.fit.text import number
from lmm_app.genome.study import RANK, Study, along_genome
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_app.scan import words
from lmm_app.scan.marker import MarkerLook
from lmm_app.scan.peaks import Peak, Tally
from lmm_app.scan.scans import Name, Scanned, Scans
from lmm_core.summary import h_words

ALONE, THREE, QUANTILES, MARKER = 320, 190, 250, 320
# Of fewer markers than these neighbours are joined by a line.
JOINED = 3000
# Log-likelihood units below its top that a profile is drawn to.
DEPTH = 6.0
# Of the highest mark, above it.
ROOM = 1.07
HINT = "Point at a marker to read its numbers. Click it to see it closely."
GUESSING = "Point at a marker to read its numbers. Click the letter of a peak to tick it."


def genome_board(
    scans: Scans, tallies: dict[Name, Tally], *, revealed: bool, offered: dict[str, Peak]
) -> dict[str, Any]:
    """The scans along the genome: ordinary regression alone before the reveal."""
    study = scans.study
    x, chromosomes = along_genome(study)
    shown = list(scans.by.values()) if revealed else [scans.by["ls"]]
    everything = [s.height for s in scans.by.values()]
    cuts = [s.cut for s in scans.by.values()]
    others = [scans.effective.bonferroni(), scans.effective.neg_log10_p()]
    top = max(
        *(float(np.nanmax(height)) for height in everything),
        *(cut.upper if np.isfinite(cut.upper) else cut.value for cut in cuts),
        *others,
    )
    truth = study.qtl if revealed else ()
    where = "order of the markers" if study.unit == RANK else f"position in {study.unit}"
    return {
        **_still("genome"),
        "height": THREE if revealed else ALONE,
        "genome": {
            "x": x,
            "chromosomes": chromosomes,
            "xTitle": f"chromosome, {where}",
            "top": ROOM * top,
            "joined": study.m <= JOINED,
            "markers": list(study.markers),
            "position": study.position,
            "unit": "" if study.unit == RANK else study.unit,
            "lines": [
                {"at": others[0], "look": "bonferroni"},
                {"at": others[1], "look": "effective"},
            ],
            "truth": [
                {"place": qtl.place, "words": f"QTL, {number(qtl.effect, 2)} an allele"}
                for qtl in truth
            ],
            "legend": _legend(study, revealed=revealed),
            "hint": HINT if revealed else GUESSING,
            "panels": [
                _panel(one, tallies[one.name], scans, offered, revealed=revealed) for one in shown
            ],
        },
    }


def _panel(
    scanned: Scanned, found: Tally, scans: Scans, offered: dict[str, Peak], *, revealed: bool
) -> dict[str, Any]:
    study = scans.study
    letters = {peak.place: letter for letter, peak in offered.items()}
    known = revealed and study.true_qtl is not None
    cut, threshold = scanned.cut, words.threshold(scanned)
    return {
        "title": scanned.title,
        "note": f"{words.tally_sentence(found, study)} {threshold}" if revealed else threshold,
        "look": scanned.name,
        "y": scanned.height,
        "cut": {"value": cut.value, "lower": cut.lower, "upper": cut.upper},
        "peaks": [
            {
                "place": peak.place,
                "letter": letters.get(peak.place, "") if scanned.name == "ls" else "",
                "look": ("hit" if peak.qtl is not None else "false") if known else "open",
            }
            for peak in found.peaks
        ],
        "found": list(found.found) if known else [],
        "alt": words.panel_alt(scanned, found, scans, revealed=revealed),
    }


def _legend(study: Study, *, revealed: bool) -> list[dict[str, str]]:
    entries = [
        plot.key("line", "cut", "5% threshold, with its uncertainty"),
        plot.key("line", "bonferroni", "Bonferroni"),
        plot.key("line", "effective", "Li and Ji"),
    ]
    if revealed and study.true_qtl is not None:
        entries += [
            plot.key("point", "qtl", "QTL, hollow if missed", shape="up"),
            plot.key("point", "hit", "true peak"),
            plot.key("point", "false", "false peak", shape="cross"),
        ]
    return entries


def quantile_board(scans: Scans) -> dict[str, Any]:
    """Found against expected −log₁₀ p, a chart for each scan, on the same axes."""
    heights = {one.name: np.sort(one.height[np.isfinite(one.height)]) for one in scans.by.values()}
    top = max(float(values[-1]) for values in heights.values())
    reach = max(float(np.log10(2.0 * values.size)) for values in heights.values())
    charts = []
    for one in scans.by.values():
        values = heights[one.name]
        m = values.size
        expected = -np.log10((np.arange(m, 0, -1) - 0.5) / m)
        end = min(top, reach)
        charts.append(
            {
                "title": f"{one.title}: λ = {one.lambda_gc:.2f}",
                "height": QUANTILES,
                "x": plot.axis("expected −log₁₀ p", 0.0, reach, 0.03),
                "y": plot.axis("found −log₁₀ p", 0.0, top, 0.03),
                "series": [
                    plot.line(
                        "plain thin", "as expected", np.array([0.0, end]), np.array([0.0, end])
                    ),
                    plot.dots(one.name, "tests", expected, values),
                ],
                "alt": (
                    f"Quantiles of {one.title}: of {m:,} tests the highest −log₁₀ p is "
                    f"{values[-1]:.2f} where {expected[-1]:.2f} is expected. λ is "
                    f"{one.lambda_gc:.2f}, and on the line it would be 1."
                ),
            }
        )
    return {**_still("triple"), "height": QUANTILES, "charts": charts}


def marker_board(study: Study, look: MarkerLook) -> dict[str, Any]:
    """The phenotype by genotype, and the profiles of h with and without the marker."""
    return {
        **_still("pair"),
        "height": MARKER,
        "charts": [_strip(study, look), _profiles(study, look)],
    }


def _strip(study: Study, look: MarkerLook) -> dict[str, Any]:
    there = np.isfinite(look.dosage)
    # A fixed spread that fills the strip evenly, whoever comes after whom.
    spread = ((np.arange(there.sum()) * 0.6180339887) % 1.0 - 0.5) * 0.5
    y = look.y[there]
    means = np.array([group.mean for group in look.groups])
    twice = 2.0 * np.nan_to_num(np.array([group.se for group in look.groups]))
    low, high = float(y.min()), float(y.max())
    said = "; ".join(
        f"{group.count}: {group.n:,}, mean {number(group.mean, 3)}" for group in look.groups
    )
    adjusted = ", less the covariates" if study.X.shape[1] > 1 else ""
    return {
        "title": "The trait by genotype",
        "note": f"Number of alleles: individuals, mean. {said}. Bars: ± 2 standard errors.",
        "height": MARKER,
        "grid": "y",
        "x": {
            "title": f"alleles at {study.markers[look.place]}",
            "lo": 0.4,
            "hi": 3.6,
            "log": False,
            "ticks": [],
            "names": ["0", "1", "2"],
        },
        "y": plot.axis(f"{study.trait}{adjusted}", low, high),
        "series": [
            plot.dots(
                "someone",
                "individual",
                look.dosage[there] + 1.0 + spread,
                y,
                exact={"x": look.dosage[there]},
            ),
            plot.points(
                "estimate",
                "mean",
                np.array([group.count + 1.0 for group in look.groups]),
                means,
                exact={"x": np.array([float(group.count) for group in look.groups])},
                low=means - twice,
                high=means + twice,
                words=[f"mean of {group.n:,}: {number(group.mean)}" for group in look.groups],
            ),
        ],
        "alt": (
            f"{study.trait} of {int(there.sum()):,} individuals by the alleles that they carry at "
            f"{study.markers[look.place]}. {said}."
        ),
    }


def _profiles(study: Study, look: MarkerLook) -> dict[str, Any]:
    marker = study.markers[look.place]
    curves = [("without any marker", "plain thin", look.null, look.without)]
    if look.own is not None:
        curves.append((f"with {marker}", "REML", look.own, look.with_it))
    tops = [(one.h2, kind) for _, kind, _, one in curves if one]
    lowest = min(range(len(tops)), key=lambda k: tops[k][0], default=0)
    said = ", ".join(f"{name} ĥ = {one.words}" for name, *_, one in curves if one)
    return {
        "title": "The profile of h, with and without it",
        "note": f"By REML, each from its own top: {said}.",
        "height": MARKER,
        "legend": [plot.key("line", kind, name) for name, kind, *_ in curves],
        "x": plot.axis("h", 0.0, 1.0, 0.02),
        "y": plot.axis("log-likelihood", -DEPTH, 0.0, 0.06),
        "lines": [
            {
                "at": h,
                "look": "estimate" if kind == "REML" else "truth",
                "words": f"ĥ = {h_words(h)}",
                # They may be close together: each stands on its outer side.
                "side": "end" if k == lowest and len(tops) > 1 else "start",
            }
            for k, (h, kind) in enumerate(tops)
        ],
        "series": [
            plot.line(
                kind, name, look.h2, np.maximum(curve, -100.0), exact={"y": np.float32(curve)}
            )
            for name, kind, curve, _ in curves
        ],
        "alt": f"Profile log-likelihood over h by REML: {said}.",
    }


def _still(name: str) -> dict[str, Any]:
    """What a board says of frames when nothing in it moves."""
    return {
        "name": name,
        "method": "REML",
        "hand": frames_hand([""], ""),
        "own": True,
        "show": {"slider": False},
    }

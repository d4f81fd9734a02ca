"""The picture of “Why the peak falls”: three scans of a chromosome, and of the genome below."""

from typing import Any

import numpy as np

from lmm_app.genome.study import RANK, Study
from lmm_app.lessons.peak.scans import Peak
from lmm_app.lessons.peak.words import (
    BESIDE,
    PLAIN,
    apart_words,
    inflation,
    marker_sentence,
    number_of,
)
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats, Ints

HEIGHT, GENOME = 320, 200
# Of the highest LOD, above it, and for what stands at the foot.
ROOM, FOOT = 1.07, 0.025
# Of a chromosome: more markers are drawn by the highest of so many runs of neighbours, and in the
# picture of the genome always.
JOINED, RUNS_HERE, RUNS = 100, 80, 40
QTL = "a QTL that was put in"
LOOKS = ("lane-newton", "lane-brent", "fit-a")


def start_of(peak: Peak) -> float:
    """The frame of the peak itself."""
    return float(np.flatnonzero(peak.on == peak.place)[0])


def peak_board(peak: Peak, *, revealed: bool, genome: bool = True) -> dict[str, Any]:
    """Both scans, and once it may be seen the third; `genome` for all chromosomes below."""
    said = [marker_sentence(peak, int(place), revealed=revealed) for place in peak.on]
    spoken = [f"{peak.study.markers[j]}, {peak.study.where(int(j))}" for j in peak.on]
    charts = [_chromosome(peak, spoken, said, revealed=revealed)]
    if genome:
        charts.append(_genome(peak, revealed=revealed))
    return {
        "name": "one",
        "method": "REML",
        "own": True,
        "hand": frames_hand(spoken, f"the marker on chromosome {peak.chromosome}"),
        "said": said,
        "height": HEIGHT,
        "show": {"slider": True},
        "charts": charts,
    }


def _scans(peak: Peak, *, revealed: bool) -> list[tuple[str, str, Floats]]:
    """Look, name and LODs of those that may be seen."""
    names = (PLAIN, BESIDE, apart_words(peak))
    lods = (peak.whole.plain, peak.whole.beside, peak.apart.lod)
    return list(zip(LOOKS, names, lods, strict=True))[: 3 if revealed else 2]


def _chromosome(
    peak: Peak, spoken: list[str], said: list[str], *, revealed: bool
) -> dict[str, Any]:
    study, on = peak.study, peak.on
    at = study.position[on]
    scans = _scans(peak, revealed=revealed)
    everything = (peak.whole.plain, peak.whole.beside, peak.apart.lod)
    top = ROOM * max(float(np.nanmax(lod[on])) for lod in everything)
    here = plot.line(
        "here", "", np.repeat(at, 2), np.tile([0.0, top], at.size), count=2, moving=True
    )
    series = [here, *(_profile(look, name, at, lod[on]) for look, name, lod in scans)]
    series += [
        plot.points("plain", "", at, lod[on], count=1, moving=True, shape=shape)
        for (_, _, lod), shape in zip(scans, ("golden", "round", "boundary"), strict=False)
    ]
    if revealed:
        series += _qtl(peak, on, at, top)
    return {
        "title": f"LOD on chromosome {peak.chromosome}",
        "note": _note(on.size, revealed=revealed),
        "height": HEIGHT,
        "grid": "y",
        "legend": _legend(peak, revealed=revealed),
        "x": plot.axis(_position(study), float(at.min()), float(at.max()), 0.02),
        "y": {**plot.axis("LOD", 0.0, top), "lo": 0.0},
        "series": series,
        "alts": [
            f"LOD of {on.size:,} markers on chromosome {peak.chromosome}. {one}: {words}"
            for one, words in zip(spoken, said, strict=True)
        ],
    }


def _profile(look: str, name: str, at: Floats, lod: Floats) -> dict[str, Any]:
    """A scan as a line; of many markers it joins the highest of each run of neighbours."""
    if at.size <= JOINED:
        return plot.line(look, name, at, lod)
    xs, ys = _highest(at, lod, RUNS_HERE)
    return plot.line(look, name, xs, ys, exact={"x": at, "y": lod})


def _note(markers: int, *, revealed: bool) -> str:
    dense = f"Lines join the highest of up to {-(-markers // RUNS_HERE)} neighbours."
    later = "The third scan comes with the answer."
    return " ".join([dense] * (markers > JOINED) + [later] * (not revealed))


def _genome(peak: Peak, *, revealed: bool) -> dict[str, Any]:
    """All chromosomes side by side, each as wide as the others."""
    study = peak.study
    x = np.empty(study.m)
    for k, name in enumerate(study.chromosomes, start=1):
        on = study.chromosome == name
        at = study.position[on]
        x[on] = k - 0.47 + 0.94 * (at - at.min()) / (np.ptp(at) or 1.0)
    scans = [
        (look, "each without its own chromosome" if k == 2 and _is_whole(peak) else name, lod)
        for k, (look, name, lod) in enumerate(_scans(peak, revealed=revealed))
    ]
    on = peak.on
    series = [
        plot.line(
            "here",
            "",
            np.repeat(x[on], 2),
            np.tile([0.0, ROOM * _top(peak)], on.size),
            count=2,
            moving=True,
        )
    ]
    for look, name, lod in scans:
        parts = [
            _highest(x[one], lod[one], RUNS)
            for one in (np.flatnonzero(study.chromosome == name) for name in study.chromosomes)
        ]
        # A gap after every chromosome.
        xs = np.concatenate([np.append(at, np.nan) for at, _ in parts])
        ys = np.concatenate([np.append(height, np.nan) for _, height in parts])
        series.append(plot.line(f"{look} thin", name, xs, ys, exact={"x": x, "y": lod}))
    if revealed:
        series += _qtl(peak, np.arange(study.m), x, ROOM * _top(peak))
    tops = ", ".join(f"{number_of(float(np.nanmax(lod)))} {name}" for _, name, lod in scans)
    return {
        "title": "The same along the genome",
        "note": inflation(peak, revealed=revealed),
        "height": GENOME,
        "grid": "y",
        "x": {
            **plot.axis("chromosome", 0.5, len(study.chromosomes) + 0.5, 0.0, ticks=[]),
            "lo": 0.5,
            "hi": len(study.chromosomes) + 0.5,
            "names": list(study.chromosomes),
        },
        "y": {**plot.axis("LOD", 0.0, ROOM * _top(peak)), "lo": 0.0},
        "series": series,
        "alt": f"LOD along {len(study.chromosomes)} chromosomes. The highest: {tops}.",
    }


def _is_whole(peak: Peak) -> bool:
    return peak.apart.inflation is not None


def _top(peak: Peak) -> float:
    lods = (peak.whole.plain, peak.whole.beside, peak.apart.lod)
    return max(float(np.nanmax(lod)) for lod in lods)


def _highest(x: Floats, lod: Floats, runs: int) -> tuple[Floats, Floats]:
    """The highest marker of each run of neighbours, where one of them was tested."""
    best = [
        run[np.nanargmax(lod[run])]
        for run in np.array_split(np.arange(x.size), runs)
        if np.isfinite(lod[run]).any()
    ]
    return x[best], lod[best]


def _qtl(peak: Peak, on: Ints, x: Floats, top: float) -> list[dict[str, Any]]:
    """Those that were put in, at the foot of a picture."""
    rows = {int(place): k for k, place in enumerate(on)}
    placed = [qtl for qtl in peak.study.qtl if qtl.place in rows]
    if not placed:
        return []
    at = np.array([x[rows[qtl.place]] for qtl in placed])
    foot = np.zeros(at.size)
    # Its triangle stands on the axis.
    return [plot.points("qtl", QTL, at, foot + FOOT * top, exact={"y": foot}, shape="up")]


def _legend(peak: Peak, *, revealed: bool) -> list[dict[str, Any]]:
    keys = [plot.key("line", look, name) for look, name, _ in _scans(peak, revealed=revealed)]
    if revealed and peak.study.qtl:
        keys.append(plot.key("point", "qtl", QTL, shape="up"))
    return keys


def _position(study: Study) -> str:
    return "order of the markers" if study.unit == RANK else f"position, {study.unit}"

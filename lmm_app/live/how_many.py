"""The picture of “How many families?”: the error and the power of designs at every h."""

from typing import Any

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.view import View
from lmm_app.lessons.designs import (
    Families,
    at_hand,
    best_power,
    exact_power,
    robertson_se,
    visscher_goddard_se,
)
from lmm_app.lessons.how_many import COPIES, SIZE, SIZES
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats
from lmm_core.certainty import expected_se_h2
from lmm_core.summary import h_words

HEIGHT = 340
# Every h that the hand can choose.
H2 = np.linspace(0.02, 0.98, 49)
# Records from here, to so many times those of the data at hand or at least to there.
FEWEST, MOST, POINTS = 20, 5000, 18
LOWEST, HIGHEST = 0.01, 1.5
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
LOOKS = {2: "lane-em", 5: "lane-brent", 20: "lane-fisher"}
ROBERTSON, GODDARD = "Robertson", "Visscher–Goddard"
HAND = "your data, ×1 to ×8"
# Records whose error and power are told, in families of each size.
TOLD = 800


def start_of(h2: float) -> float:
    """The frame of an h."""
    return float(np.abs(H2 - h2).argmin())


def how_many_board(view: View, records: int = 1, *, revealed: bool) -> dict[str, Any]:
    """Errors and powers by how many records; before the answer, what the data at hand tell."""
    own = expected_se_h2(at_hand(view), H2)
    said, powers = _said(own, records, revealed=revealed)
    spoken = [f"h = {h_words(float(h))}" for h in H2]
    return {
        "name": "pair",
        "method": "REML",
        "own": True,
        "hand": frames_hand(spoken, "the true h"),
        "said": said,
        "height": HEIGHT,
        "show": {"slider": True},
        "charts": [
            _errors(view, records, said, revealed=revealed),
            _powers(view, records, powers, revealed=revealed),
        ],
    }


def _errors(view: View, records: int, said: list[str], *, revealed: bool) -> dict[str, Any]:
    copies = COPIES if revealed else COPIES[:1]
    series = _hand(view, [expected_se_h2(at_hand(view, k), H2) for k in copies])
    if revealed:
        for size in SIZES:
            counts = _counts(view, size, records)
            found = [expected_se_h2(Families(f, size, records).contrasts(), H2) for f in counts]
            series.append(_line(LOOKS[size], _family(size, records), counts, size, records, found))
        if records == 1:
            counts = _counts(view, SIZE)
            found = [robertson_se(H2, f, SIZE) for f in counts]
            series.append(_line("bonferroni", ROBERTSON, counts, SIZE, 1, found))
            still = np.array([visscher_goddard_se(f, SIZE) for f in counts])
            series.append(plot.line("effective", GODDARD, np.array(counts) * float(SIZE), still))
    return {
        "title": "Expected standard error of ĥ",
        "note": _note(records) if revealed else "Other designs come with the answer.",
        "height": HEIGHT,
        "legend": _legend(records) if revealed else [],
        "x": _records_axis(view),
        "y": {
            "title": "standard error",
            "lo": LOWEST,
            "hi": HIGHEST,
            "log": True,
            "ticks": list(TICKS),
        },
        "series": series,
        "alts": said,
    }


def _powers(view: View, records: int, said: list[str], *, revealed: bool) -> dict[str, Any]:
    series = []
    if revealed:
        series = _hand(view, [best_power(H2, at_hand(view, k)) for k in COPIES])
        for size in SIZES:
            counts = _counts(view, size, records)
            found = [_power(f, size, records) for f in counts]
            series.append(_line(LOOKS[size], _family(size, records), counts, size, records, found))
    exact = "Families: exact. Your data: the best test, approximately."
    return {
        "title": "Power: chance of p < 0.05",
        "note": ""
        if not revealed
        else exact
        if records == 1
        else "Of the best test, approximately.",
        "height": HEIGHT,
        "legend": _legend(records) if revealed else [],
        "veil": None if revealed else "?",
        "x": _records_axis(view),
        "y": plot.axis("power", 0.0, 1.0, 0.03),
        "series": series,
        "alts": said,
    }


def _note(records: int) -> str:
    if records > 1:
        return "As if nothing but genes made records of an individual alike."
    return f"Grey, for families of {SIZE}: {ROBERTSON} dashed, {GODDARD} dotted."


def _power(families: int, size: int, records: int) -> Floats:
    if records == 1:
        return exact_power(H2, families, size)
    return best_power(H2, Families(families, size, records).contrasts())


def _most(view: View) -> float:
    return max(float(MOST), 1.1 * COPIES[-1] * view.problem.n)


def _records_axis(view: View) -> dict[str, Any]:
    fewest = min(float(FEWEST), view.problem.n / 1.2)
    return {"title": "records", "lo": fewest, "hi": _most(view), "log": True}


def _counts(view: View, size: int, records: int = 1) -> list[int]:
    """Numbers of families, two at least, over all of the axis."""
    each = size * records
    first, last = np.log10([max(2, FEWEST // each), _most(view) / each])
    return sorted({round(f) for f in np.logspace(first, last, POINTS)})


def _line(
    look: str, name: str, counts: list[int], size: int, records: int, found: list[Floats]
) -> dict[str, Any]:
    """A moving line: every h in turn, over the records."""
    x = np.array(counts, dtype=np.float64) * size * records
    y = np.ascontiguousarray(np.array(found).T, dtype=np.float32).ravel()
    return plot.line(look, name, x, y, moving=True)


def _hand(view: View, found: list[Floats]) -> list[dict[str, Any]]:
    """The data at hand so many times; nothing where they tell nothing."""
    heights = np.array(found).T
    x = np.array(COPIES[: len(found)], dtype=np.float64) * view.problem.n
    y = np.where(np.isfinite(heights), heights, np.nan).astype(np.float32)
    return [plot.points("estimate", HAND, x, np.ascontiguousarray(y).ravel(), moving=True)]


def _family(size: int, records: int) -> str:
    return f"families of {size}" if records == 1 else f"families of {size}, {records} records each"


def _legend(records: int) -> list[dict[str, Any]]:
    keys = [plot.key("line", LOOKS[size], _family(size, records)) for size in SIZES]
    return [*keys, plot.key("point", "estimate", HAND)]


def _said(own: Floats, records: int, *, revealed: bool) -> tuple[list[str], list[str]]:
    """The errors and the powers of as many records in families of each size, at every h."""
    at = [h_words(float(h)) for h in H2]
    hand = [number(float(e), 3) if np.isfinite(e) else "tell nothing" for e in own]
    errors = [f"Standard error at h = {h}: your data {e}" for h, e in zip(at, hand, strict=True)]
    if not revealed:
        return [f"{words}." for words in errors], ["Power comes with the answer."] * len(at)
    powers = [f"Power at h = {h}" for h in at]
    for size in SIZES:
        pairs = Families(TOLD // (size * records), size, records).contrasts()
        error, power = expected_se_h2(pairs, H2), _power(TOLD // (size * records), size, records)
        start = f"; {TOLD} records in families of {size}" if size == SIZES[0] else f", of {size}"
        errors = [
            f"{words}{start}: {number(float(e), 3)}" for words, e in zip(errors, error, strict=True)
        ]
        start = start.replace(";", " from")
        powers = [f"{words}{start}: {p:.2f}" for words, p in zip(powers, power, strict=True)]
    return [f"{words}." for words in errors], [f"{words}." for words in powers]

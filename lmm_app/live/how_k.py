"""The pictures of “How K is made”: the small table, and what becomes of the data at hand."""

from typing import Any

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons.how_k.every_marker import sentence
from lmm_app.lessons.how_k.markers import FEW, Running
from lmm_app.lessons.how_k.own import ADDED, GRID, added, diagonal_of, floored
from lmm_app.lessons.how_k.table import COUNTS, NAMES, PAIR, WAYS
from lmm_app.lessons.how_k.the_mean import ASKED
from lmm_app.lessons.tour.wording import two
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats
from lmm_core.errors import count, in_digits
from lmm_core.summary import h_words

HEIGHT = 330
# How far below its top a curve is drawn, and how many of the smallest eigenvalues are.
DEEPEST, SMALLEST = 6.0, 40


def table_board(part: str, *, revealed: bool) -> dict[str, Any]:
    """The small table as a part of the lesson asks for it."""
    ways = {"mean": ("centred", "counts"), "zero": ("centred",)}.get(part, tuple(WAYS))
    asks = part == "hand" and not revealed
    return {
        "name": "markers",
        "method": "REML",
        "own": True,
        "hand": frames_hand(["the table"], "the table"),
        "height": HEIGHT,
        "show": {"slider": False},
        "later": "markers",
        "markers": {
            "names": list(NAMES),
            "counts": COUNTS.astype(np.int8).ravel(),
            "m": COUNTS.shape[1],
            "pair": [0, 0] if part == "self" else list(PAIR),
            "way": "centred",
            "ways": [[way, WAYS[way]] for way in WAYS if way in ways and not asks]
            or [["centred", WAYS["centred"]]],
            "asks": asks,
            "free": not asks,
            "floor": part == "zero",
            "values": part == "zero",
        },
    }


def own_board(part: str, view: View, *, revealed: bool) -> dict[str, Any]:
    """What becomes of the data at hand; before the answer a chart with a veil."""
    if part == "self":
        return _diagonal(view, revealed=revealed)
    return _added(view, revealed=revealed) if part == "mean" else _floored(view, revealed=revealed)


def start_of(part: str, view: View, *, revealed: bool) -> float:
    """The frame in which a picture of the data at hand opens."""
    if not revealed or part == "self":
        return 0.0
    return float(ASKED) if part == "mean" else float(len(floored(view).stages) - 1)


def _board(charts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "name": "pair" if len(charts) > 1 else "one",
        "method": "REML",
        "own": True,
        "hand": frames_hand([""], ""),
        "height": HEIGHT,
        "show": {"slider": False},
        "charts": charts,
        **more,
    }


def _veiled(title: str, x: dict[str, Any], y: dict[str, Any], of: str) -> dict[str, Any]:
    return {
        "title": title,
        "note": "It comes with the answer.",
        "height": HEIGHT,
        "legend": [],
        "veil": "?",
        "x": x,
        "y": y,
        "series": [],
        "alts": [f"{of} Not shown before the answer."],
    }


def _diagonal(view: View, *, revealed: bool) -> dict[str, Any]:
    """Everybody's kinship with oneself, the largest first."""
    own = np.sort(np.diagonal(view.problem.relationship))[::-1]
    title, n = "The diagonal of the K that is open", own.size
    x = plot.axis("individual, the largest first", 0.5, n + 0.5, 0.0)
    y = plot.axis("kinship with oneself", min(0.0, float(own.min())), float(own.max()), 0.06)
    y["lo"] = min(0.0, float(own.min()))
    if not revealed:
        return _board([_veiled(title, x, y, f"Kinship with oneself of {n:,} individuals.")])
    spread = f"from {two(float(own[-1]))} to {two(float(own[0]))}"
    words = f"{two(float(own.mean()))} for all" if diagonal_of(view) != "differ" else spread
    return _board(
        [
            {
                "title": title,
                "note": "",
                "height": HEIGHT,
                "legend": [
                    plot.key("point", "REML", "with oneself"),
                    plot.key("line", "estimate true", f"mean, {two(float(own.mean()))}"),
                ],
                "x": x,
                "y": y,
                "series": [
                    plot.line(
                        "estimate true",
                        "mean",
                        np.array([0.5, n + 0.5]),
                        np.full(2, float(own.mean())),
                    ),
                    plot.points("REML", "with oneself", np.arange(1.0, n + 1.0), own, small=n > 60),
                ],
                "alts": [
                    f"Kinship with oneself of {count(n, 'individual')}, the largest first: "
                    f"{words}; {two(float(own.mean()))} on average."
                ],
            }
        ]
    )


def _added(view: View, *, revealed: bool) -> dict[str, Any]:
    """Both curves as a constant is added, and what is reported."""
    moved = added(view)
    titles = ("Both curves, each from its own top", "What is reported")
    h_axis = plot.axis("h", 0.0, 1.0, 0.02)
    depth = plot.axis("log-likelihood", -DEEPEST, 0.0, 0.06)
    more = plot.axis("added to every entry of K", 0.0, float(moved.constants[-1]), 0.03)
    h_up = plot.axis("ĥ", 0.0, 1.0, 0.03)
    if not revealed:
        return _board(
            [
                _veiled(titles[0], h_axis, depth, "The log-likelihoods by REML and ML."),
                _veiled(titles[1], more, h_up, "ĥ against what is added."),
            ]
        )
    said = [_said_of(view, k) for k in range(ADDED.size)]
    lines = [
        plot.line(look, look, GRID, _drawn(curves), moving=True)
        for look, curves in (
            ("ML", moved.ml),
            ("REML", np.broadcast_to(moved.reml, moved.ml.shape)),
        )
    ]
    reported = [
        ("REML", "REML", np.full(ADDED.size, moved.h2)),
        ("ML", "ML", moved.h2_ml),
        ("guess", "REML, K scaled back", moved.h2_scaled),
    ]
    key = [plot.key("line", look, words) for look, words, _ in reported]
    return _board(
        [
            {
                "title": titles[0],
                "note": "",
                "height": HEIGHT,
                "legend": key[:2],
                "x": h_axis,
                "y": depth,
                "series": lines,
                "alts": said,
            },
            {
                "title": titles[1],
                "note": "Scaled back: K divided so that its mean diagonal is what it was.",
                "height": HEIGHT,
                "legend": key,
                "x": more,
                "y": h_up,
                "series": [
                    *(
                        plot.line(look, words, moved.constants, h2.astype(np.float32))
                        for look, words, h2 in reported
                    ),
                    *(
                        plot.points("estimate", "", moved.constants, h2, count=1, moving=True)
                        for _, _, h2 in reported
                    ),
                ],
                "alts": said,
            },
        ],
        hand=frames_hand(
            [f"K + {two(float(one))}" for one in moved.constants], "what is added to K"
        ),
        said=said,
        show={"slider": True},
    )


def _drawn(curves: Floats) -> Floats:
    """Each from its own top, and cut off below the picture: no line is drawn to infinity."""
    tops = curves.max(axis=-1, keepdims=True)
    drawn: Floats = np.clip(curves - tops, -3.0 * DEEPEST, 0.0).astype(np.float32).ravel()
    return drawn


def _said_of(view: View, place: int) -> str:
    moved = added(view)
    h2, by_ml, scaled = moved.h2, moved.h2_ml[place], float(moved.h2_scaled[place])
    ml = f", by ML {two(float(by_ml))}" if np.isfinite(by_ml) else ""
    return (
        f"K + {two(float(moved.constants[place]))}: ĥ = {h_words(h2)} by REML{ml}; with K scaled "
        f"back, REML is reported as {h_words(scaled)}."
    )


def _floored(view: View, *, revealed: bool) -> dict[str, Any]:
    """The smallest eigenvalues as negative entries are raised to 0."""
    title, x_title, y_title = (
        "The smallest eigenvalues of the K that is open",
        "place, the smallest first",
        "eigenvalue λ",
    )
    if not revealed:
        # Nothing is computed before it is asked for.
        most = min(SMALLEST, len(view.problem.relationship)) + 0.5
        axes = plot.axis(x_title, 0.5, most, 0.0), plot.axis(y_title, 0.0, 1.0)
        return _board([_veiled(title, *axes, f"{title}.")])
    found = floored(view)
    low = np.ascontiguousarray(found.values[:, :SMALLEST])
    shown = low.shape[1]
    x = plot.axis(x_title, 0.5, shown + 0.5, 0.0)
    y = plot.axis(y_title, min(0.0, float(low.min())), max(float(low.max()), 1e-3))
    said = [
        f"{_stage(float(stage))}: the smallest eigenvalue is {in_digits(_zeroed(values), 3)}."
        for stage, values in zip(found.stages, found.values, strict=True)
    ]
    places = np.arange(1.0, shown + 1.0)
    return _board(
        [
            {
                "title": title,
                "note": "" if found.negative else "No entry is negative, so nothing changes.",
                "height": HEIGHT,
                "legend": [
                    plot.key("line", "REML", "as K is"),
                    plot.key("point", "estimate", "in the hand"),
                ],
                "x": x,
                "y": y,
                "series": [
                    plot.line("bonferroni", "0", np.array([0.5, shown + 0.5]), np.zeros(2)),
                    plot.line("REML", "as K is", places, low[0]),
                    plot.points(
                        "estimate", "in the hand", places, low.ravel(), moving=True, small=True
                    ),
                ],
                "alts": said,
            }
        ],
        hand=frames_hand(
            [_stage(float(stage)) for stage in found.stages], "how far they are raised"
        ),
        said=said,
        show={"slider": len(found.stages) > 1},
    )


def _zeroed(values: Floats) -> float:
    return 0.0 if abs(values[0]) < 1e-9 * values[-1] else float(values[0])


def _stage(stage: float) -> str:
    if stage in (0.0, 1.0):
        return "Negative entries set to 0" if stage else "K as it is"
    return f"Negative entries raised by {100.0 * stage:.0f}%"


def markers_board(running: Running, *, revealed: bool) -> dict[str, Any]:
    """K of a pair by more and more markers, for each of the pairs."""
    pairs = running.pairs if revealed else running.pairs[:1]
    said = [sentence(running, k) for k in range(len(pairs))]
    known = running.markers.astype(np.float64)
    if not revealed:
        # What the first markers say, and no more.
        said = [f"Two sibs: K = {two(float(pairs[0].centred[0]))} by the first {FEW} markers."]
    upto = None if revealed else 1
    every = np.array([[pair.centred, pair.standardised] for pair in pairs])[:, :, :upto]
    all_of = np.array([[pair.centred, pair.standardised] for pair in running.pairs])
    x = {"title": "markers", "lo": 3.5, "hi": float(running.total) * 1.15, "log": True}
    looks = (("REML", "centred"), ("ML", "standardised"))
    draw = plot.line if revealed else plot.points
    return _board(
        [
            {
                "title": "K of a pair, by more and more markers",
                "note": "" if revealed else "All markers come with the answer.",
                "height": HEIGHT,
                "legend": [
                    plot.key("line" if revealed else "point", look, words) for look, words in looks
                ],
                "x": x,
                "y": plot.axis("K", float(all_of.min()), float(all_of.max())),
                "series": [
                    draw(
                        look,
                        words,
                        known[:upto],
                        np.ascontiguousarray(every[:, k], dtype=np.float32).ravel(),
                        moving=True,
                    )
                    for k, (look, words) in enumerate(looks)
                ],
                "alts": said,
            }
        ],
        hand=frames_hand([pair.words for pair in pairs], "the pair"),
        said=said,
        show={"slider": revealed},
    )

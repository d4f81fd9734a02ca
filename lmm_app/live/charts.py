"""Plain charts for the browser: ML against REML, eigenvalues and eigenvectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmm_app.fit import against as words
from lmm_app.fit import text
from lmm_app.fit.against import Against, Side
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats, Ints

HEIGHT = 340
# Of ML and REML: how deep the picture goes at most, and at least.
DEEPEST = 8.0
SHALLOWEST = 1.0
# And how far above their maxima, as a share of its depth.
ROOF = 0.75
# Where lines to infinity end.
FAR = 1e4
SHORT = 240
TALL = 400
LOADINGS = 200
# Of so many individuals the bars have names, and are the numbers themselves.
NAMED = 16
_BARS = ("low", "high")


def against_board(against: Against) -> dict[str, Any]:
    """ML against REML, with a slider for the covariates that explain nothing."""
    charts, said = against_charts(against)
    counts = [frame.extra for frame in against.frames]
    return {
        "name": "one",
        "method": "REML",
        "hand": frames_hand(
            [f"+{k} covariate{'' if k == 1 else 's'}" for k in counts],
            "covariates added that explain nothing",
        ),
        "said": said,
        "own": True,
        "height": HEIGHT,
        "show": {"slider": len(counts) > 1},
        "charts": charts,
    }


def against_charts(against: Against) -> tuple[list[dict[str, Any]], list[str]]:
    """Both profiles and the term between them, and the estimates in samples; words by frame.

    Without samples, as of `as_fitted`, the first chart alone.
    """
    frames = against.frames
    alts = [words.alt(against, frame) for frame in frames]
    said = [
        f"{words.sentence(against, frame)} {words.variances(frame)}".strip() for frame in frames
    ]
    charts = [_profiles(against, alts)]
    if against.draws:
        charts.append(_samples(against, alts))
    return charts, said


def _profiles(against: Against, alts: list[str]) -> dict[str, Any]:
    frames = against.frames
    curves = np.stack([[f.ml.height, f.reml.height, f.term] for f in frames], axis=1)
    finite = curves[np.isfinite(curves)]
    depth = min(max(-float(finite.min()), SHALLOWEST), DEEPEST)
    roof = min(max(float(finite.max()), 0.1 * depth), ROOF * depth)
    drawn = _up_to_one(curves)
    looks = {"ML": "ML", "REML": "REML", "term": "what REML adds: REML − ML"}
    lines = [
        plot.line(
            look,
            name,
            np.append(against.h2, 1.0),
            curve.ravel(),
            exact={"x": against.h2, "y": np.float32(exact).ravel()},
            moving=True,
        )
        for (look, name), curve, exact in zip(looks.items(), drawn, curves, strict=True)
    ]
    tops = [
        plot.points(
            f"{name} top",
            f"{name}, the top",
            np.array([_estimate(getattr(frame, name.lower())) for frame in frames]),
            np.zeros(len(frames)),
            shape="golden" if name == "ML" else "round",
            count=1,
            moving=True,
        )
        for name in ("REML", "ML")
    ]
    return {
        "title": "Both curves, each from its own top",
        "note": words.ABOUT_TERM,
        "height": HEIGHT,
        "legend": [plot.key("line", look, name) for look, name in looks.items()],
        "x": plot.axis("h", 0.0, 1.0, 0.02),
        "y": plot.axis("log-likelihood", -depth, roof, 0.04),
        "series": [*lines, *tops],
        "alts": alts,
    }


def _up_to_one(curves: Floats) -> Floats:
    """Curves (…, 101) with a second point at h = 1, shape (…, 102).

    Where one is infinite there, what it does between the last two points is not seen: all are
    held as they are, and the infinite one goes straight up or down at h = 1, out of the picture.
    """
    last = curves[..., -1:]
    finite = np.isfinite(last)
    held = np.where(finite.all(axis=0), last, curves[..., -2:-1])
    end = np.where(finite, last, np.copysign(FAR, last))
    drawn: Floats = np.concatenate([curves[..., :-1], held, end], axis=-1)
    return drawn


def _estimate(side: Side) -> float:
    """Where the curve has its top: nowhere in a curve without bound."""
    return side.h2 if side.status in ("interior", "lower_boundary", "upper_boundary") else np.nan


def _samples(against: Against, alts: list[str]) -> dict[str, Any]:
    frames = against.frames
    places = np.arange(1, len(frames) + 1, dtype=np.float64)
    series: list[dict[str, Any]] = []
    for name, look, shift in (("ml", "ML", -0.1), ("reml", "REML", 0.1)):
        mean = np.array([getattr(frame, name).mean for frame in frames])
        sd = np.array([getattr(frame, name).sd for frame in frames])
        series.append(
            plot.points(
                look,
                look,
                places + shift,
                mean,
                shape="golden" if look == "ML" else None,
                exact={"x": np.array([float(frame.extra) for frame in frames])},
                low=np.clip(mean - sd, 0.0, 1.0),
                high=np.clip(mean + sd, 0.0, 1.0),
                pick=list(range(len(frames))),
            )
        )
    ends = (0.6, places[-1] + 0.4)
    reached = np.concatenate([[against.true_h2], *(one[end] for one in series for end in _BARS)])
    low = np.floor(10.0 * float(np.nanmin(reached))) / 10.0
    high = np.ceil(10.0 * float(np.nanmax(reached))) / 10.0
    return {
        "title": "What each finds in simulated samples",
        "note": f"Mean ± SD of ĥ in {against.draws:,} samples of these individuals.",
        "height": SHORT,
        "legend": [
            plot.key("point", "ML", "ML", shape="golden"),
            plot.key("point", "REML", "REML"),
            plot.key("line", "estimate true", f"their true h, {against.true_h2:.2f}"),
        ],
        "x": plot.axis(
            "covariates added that explain nothing",
            *ends,
            ticks=[],
            names=[str(frame.extra) for frame in frames],
        ),
        "y": plot.axis("ĥ", low, high, 0.03),
        "series": [
            plot.line(
                "estimate true",
                "their true h",
                np.array(ends),
                np.full(2, against.true_h2),
                exact={"x": np.array([float(frames[k].extra) for k in (0, -1)])},
            ),
            *series,
        ],
        "alts": alts,
        "chosen": True,
    }


def eigen_charts(
    values: Floats, weights: Floats, shown: Ints, ids: Sequence[str], sums: Sequence[str]
) -> list[dict[str, Any]]:
    """The weights of one eigenvector after the other, and its place among the eigenvalues.

    Args:
        values: all eigenvalues, the largest first, shape (n,).
        weights: of the individuals, in the order of the picture, on those shown, shape (n, k).
        shown: places of the vectors shown, shape (k,).
        ids: of the individuals, in the order of the picture.
        sums: what each vector shown adds up, in words.
    """
    n = values.size
    rank = np.arange(1, n + 1, dtype=np.float32)
    few = n <= NAMED
    # Of many individuals some vectors weigh few and others all: each is drawn as large as it can.
    drawn = weights if few else weights / np.abs(weights).max(axis=0)
    reach = float(np.abs(drawn).max())
    tick = _round_below(reach)
    chosen = values[shown]
    lowest, highest = min(0.0, float(values.min())), float(values.max())
    ends = f"from {text.number(float(values[0]))} down to {text.number(float(values[-1]))}"
    return [
        {
            "title": "One eigenvector: the weights of a sum of individuals",
            "note": "Individuals as in the picture of K. Its sign is arbitrary.",
            "height": LOADINGS,
            "grid": "y",
            "x": {
                "title": "" if few else "individual",
                "of": "individual",
                "lo": 0.5,
                "hi": n + 0.5,
                "log": False,
                "ticks": [],
                "names": list(ids) if few else None,
            },
            "y": plot.axis(
                "weight" if few else "weight, over the largest",
                -reach,
                reach,
                0.04,
                ticks=[-tick, 0.0, tick],
            ),
            "series": [
                {
                    "kind": "bars",
                    "look": "loading",
                    "name": "weight",
                    "x": rank,
                    "y": np.ascontiguousarray(drawn.T, dtype=np.float32).ravel(),
                    "moving": True,
                }
            ],
            "alts": [
                f"Weights of the individuals in eigenvector {k + 1} of {n}. {words}"
                for k, words in zip(shown, sums, strict=True)
            ],
        },
        {
            "title": "Its eigenvalue among all",
            "note": "",
            "height": TALL,
            "x": plot.axis(
                "place, the largest first",
                1.0,
                float(n),
                ticks=[float(k) for k in range(1, n + 1)] if few else None,
            ),
            "y": plot.axis("eigenvalue λ", lowest, highest),
            "series": [
                plot.points("eigen", "eigenvalues", rank, values, small=n > 60),
                plot.line(
                    "stem",
                    "",
                    np.repeat(shown + 1.0, 2),
                    np.column_stack([np.zeros(shown.size), chosen]).ravel(),
                    count=2,
                    moving=True,
                ),
                plot.points("estimate", "the one shown", shown + 1.0, chosen, count=1, moving=True),
            ],
            "alts": [
                f"The {n} eigenvalues of the kinship, the largest first, {ends}. Number {k + 1} is "
                f"marked: {text.number(float(values[k]))}."
                for k in shown
            ],
        },
    ]


def _round_below(value: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above a value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(k for k in (1, 2, 5) if k * power <= value) * power)

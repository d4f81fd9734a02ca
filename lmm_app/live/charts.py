"""Plain charts for the browser: pairs of relatives, ML against REML, eigenvalues and vectors."""

from typing import Any

import numpy as np

from lmm_app import against as words
from lmm_app import text
from lmm_app.against import Against
from lmm_app.lessons.pairs import Pairs
from lmm_core.arrays import Floats

HEIGHT = 340


def axis(title: str, low: float, high: float, margin: float = 0.06, **more: Any) -> dict[str, Any]:
    """A linear axis with some room at both ends."""
    room = margin * (high - low) or 0.5
    return {"title": title, "lo": low - room, "hi": high + room, "log": False, **more}


def pairs_chart(pairs: Pairs, trait: str, *, revealed: bool) -> dict[str, Any]:
    """Mean product of residuals against kinship; before the reveal the closest are left out."""
    m = pairs.kinship.size
    shown = np.arange(m) if revealed else np.arange(max(m // 2, 1))
    low, high = pairs.product - 2.0 * pairs.error, pairs.product + 2.0 * pairs.error
    ends = np.array([float(pairs.kinship.min()), float(pairs.kinship.max())])
    line = pairs.intercept + pairs.slope * ends
    series: list[dict[str, Any]] = []
    if revealed:
        series.append({"kind": "line", "look": "estimate", "x": ends, "y": line})
    series.append(
        {
            "kind": "points",
            "look": "pairs",
            "x": pairs.kinship[shown],
            "y": pairs.product[shown],
            "low": low[shown],
            "high": high[shown],
            "words": [
                f"{int(pairs.count[i]):,} pairs, mean kinship {text.number(pairs.kinship[i], 2)}, "
                f"mean product {text.number(pairs.product[i], 2)}"
                for i in shown
            ],
        }
    )
    values = np.concatenate([low, high, line, [0.0]])
    said = (
        f"The fitted line rises by {text.number(pairs.slope, 2)} for each unit of kinship."
        if revealed
        else "Those of the closest relatives are not shown yet."
    )
    return {
        "height": HEIGHT,
        "note": "Bars: two standard errors either way, as if pairs were independent.",
        "x": axis("kinship of the pair", *ends),
        "y": axis(
            f"mean product of residuals of {trait}", float(values.min()), float(values.max())
        ),
        "series": series,
        "alt": (
            f"Mean product of the residuals of {m} classes of pairs of individuals, against their "
            f"kinship. {said}"
        ),
    }


def against_charts(against: Against) -> tuple[list[dict[str, Any]], list[str]]:
    """Both profiles and the term between them, and the estimates in samples; words by frame."""
    frames, h2 = against.frames, against.h2
    floor = -8.0
    low, high = against.term_range
    height = {
        name: np.concatenate(
            [np.clip(getattr(frame, name).height, 2.0 * floor, 20.0) for frame in frames]
        )
        for name in ("ml", "reml")
    }
    term = np.concatenate([frame.term for frame in frames])
    alts = [words.alt(against, frame) for frame in frames]
    top = max(1.0, min(high, 6.0))
    profiles = {
        "title": "Both curves from their maxima, and the term between them",
        "note": "Green, dotted: REML less ML, which is ½ log det var(β̂) but for a constant.",
        "height": HEIGHT,
        "x": axis("h", 0.0, 1.0, 0.02),
        "y": axis("log-likelihood", max(floor, min(low, -3.0)), top, 0.02),
        "series": [
            {"kind": "line", "look": "ML", "x": h2, "y": height["ml"], "moving": True},
            {"kind": "line", "look": "REML", "x": h2, "y": height["reml"], "moving": True},
            {"kind": "line", "look": "term", "x": h2, "y": term, "moving": True},
        ],
        "alts": alts,
    }
    said = [f"{words.sentence(against, frame)} {words.variances(frame)}" for frame in frames]
    return [profiles, _samples(against, alts)], said


def _samples(against: Against, alts: list[str]) -> dict[str, Any]:
    frames = against.frames
    places = np.arange(len(frames), dtype=np.float64)
    series = []
    for name, look, shift in (("ml", "ML", -0.08), ("reml", "REML", 0.08)):
        mean = np.array([getattr(frame, name).mean for frame in frames])
        sd = np.array([getattr(frame, name).sd for frame in frames])
        series.append(
            {
                "kind": "points",
                "look": look,
                "x": places + shift,
                "y": mean,
                "low": np.clip(mean - sd, 0.0, 1.0),
                "high": np.clip(mean + sd, 0.0, 1.0),
                "pick": list(range(len(frames))),
            }
        )
    return {
        "title": "What each finds on average in simulated samples",
        "note": (
            f"Mean ± SD of ĥ in {against.draws:,} samples with a true h of "
            f"{against.true_h2:.2f}, dotted."
        ),
        "height": HEIGHT,
        "x": axis(
            "extra covariates: " + ", ".join(str(frame.extra) for frame in frames),
            0.0,
            max(places[-1], 1.0),
            0.12,
            ticks=[],
        ),
        "y": axis("ĥ", 0.0, 1.0, 0.03),
        "series": [
            {
                "kind": "line",
                "look": "estimate",
                "x": np.array([-0.5, places[-1] + 0.5]),
                "y": np.full(2, against.true_h2),
            },
            *series,
        ],
        "alts": alts,
        "chosen": True,
    }


def eigen_charts(
    values: Floats, vectors: Floats, order: Any, ids: tuple[str, ...], shown: Any
) -> list[dict[str, Any]]:
    """All eigenvalues with the chosen one marked, and its vector as a contrast of individuals."""
    n = values.size
    rank = np.arange(1, n + 1, dtype=np.float64)
    # The sign of an eigenvector is arbitrary: the larger loadings are shown upwards.
    sign = np.where(vectors.max(axis=0) >= -vectors.min(axis=0), 1.0, -1.0)
    loadings = (vectors * sign)[order][:, shown]
    reach = 1.05 * float(np.abs(loadings).max())
    alts = [
        f"Eigenvector {n - int(k)} of {n}, eigenvalue {text.number(float(values[k]), 4)}: its "
        f"largest loading is {text.number(float(np.abs(vectors[:, k]).max()), 2)}."
        for k in shown
    ]
    return [
        {
            "title": "Eigenvalues of the kinship",
            "note": "",
            "height": HEIGHT,
            "x": axis("place, the largest first", 1.0, float(n)),
            "y": axis("eigenvalue λ", min(0.0, float(values.min())), float(values.max())),
            "series": [
                {
                    "kind": "points",
                    "look": "eigen",
                    "x": rank,
                    "y": np.array(values[::-1]),
                    "pick": [n - 1 - int(k) for k in shown],
                }
            ],
            "alts": alts,
            "chosen": True,
        },
        {
            "title": "The eigenvector: a contrast of individuals",
            "note": (
                "Individuals in the order of the picture of K, relatives side by side: those above "
                "zero are weighed against those below."
            ),
            "height": HEIGHT,
            "x": axis("individual", 1.0, float(n), ticks=[]),
            "y": axis("loading", -reach, reach, 0.0),
            "series": [
                {
                    "kind": "bars",
                    "look": "eigen",
                    "x": rank,
                    "y": np.ascontiguousarray(loadings.T).ravel(),
                    "moving": True,
                }
            ],
            "alts": alts,
        },
    ]

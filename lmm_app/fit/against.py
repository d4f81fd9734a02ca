"""ML against REML as covariates that explain nothing are added: every frame, and its words; pure.

Each frame is the same data with more columns of noise in X. ML takes β̂ for β and so counts what
the useless columns happen to fit as explained. REML adds what is not known about β, which is
drawn between the two. Estimates in simulated samples show what that is worth.
"""

from dataclasses import dataclass, replace

import numpy as np

from lmm_app.fit.nested import sample_nested
from lmm_app.fit.text import number, with_ends
from lmm_app.fit.view import View
from lmm_core import LMMFit, fit_rotated, interval_h2, log_likelihood, rotate
from lmm_core.arrays import Floats, read_only
from lmm_core.certainty.adjustment import reml_adjustment
from lmm_core.errors import in_digits
from lmm_core.progress import Progress, part_of
from lmm_core.rotation import RotatedData
from lmm_core.summary import h_words
from lmm_core.verdict import Status

GRID = 101
# A REML estimate this close to 0 or 1 does not serve as the true h.
NEAR_END = 0.1
DRAWS = 1000
# Of the individuals, at most this share become extra covariates.
MOST = 1 / 3
ABOUT_TERM = (
    "Dotted green: what REML adds to ML, ½ log det Cov(β̂) up to a constant. It is higher where β̂ "
    "is less certain, and so can move the top."
)
# n·p², the size of the products that a rotation holds: 64 MB.
MAX_PRODUCTS = 8e6
# The samples take about as long as the fits.
FITS = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One method at one number of covariates: the data's profile, and estimates in samples.

    Attributes:
        height: the log-likelihood less its top, shape (101,); less its highest finite hill where
            it is unbounded. It may be infinite at h = 1.
        h2, sigma2: ĥ and v̂ of the data, NaN without an estimate.
        lower, upper: the ends of the 95% profile interval, NaN without an estimate.
        status: of the fit.
        mean, sd: of ĥ in the samples.
        sigma2_ratio: mean v̂ in the samples, relative to the true v.
        sigma2_g_ratio, sigma2_e_ratio: the same of v̂ĥ and v̂(1-ĥ). All five are NaN where the
            samples have no estimate.
    """

    height: Floats
    h2: float
    sigma2: float
    lower: float
    upper: float
    status: Status
    mean: float
    sd: float
    sigma2_ratio: float
    sigma2_g_ratio: float
    sigma2_e_ratio: float

    @property
    def sampled(self) -> bool:
        """Whether the samples have estimates."""
        return bool(np.isfinite(self.mean))


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Both methods at one number of extra covariates, and the term between their curves.

    Attributes:
        extra: how many covariates of noise.
        p: independent columns of X with them.
        ml, reml: by each method.
        uncertainty: ½ log det Cov(β̂) at each h, shape (101,); see `REMLAdjustment`.
        constant: what makes it the difference of the two curves as drawn, each from its top.
    """

    extra: int
    p: int
    ml: Side
    reml: Side
    uncertainty: Floats
    constant: float

    @property
    def term(self) -> Floats:
        """reml.height - ml.height, shape (101,); the limit of it where both are infinite.

        Not above 0 at ML's ĥ and not below it at REML's, if neither is unbounded: what REML
        adds is what moves the maximum.
        """
        term: Floats = self.uncertainty + self.constant
        return term


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Every frame.

    Attributes:
        h2: the grid of h, 0 to 1, shape (101,).
        frames: by increasing numbers of extra covariates, the first without any; none where
            REML has no information on h to begin with.
        message: then, why; else empty.
        n: individuals.
        true_h2: the true h of the samples.
        draws: how many samples there are; the same ones in every frame.
    """

    h2: Floats
    frames: tuple[Frame, ...]
    message: str
    n: int
    true_h2: float
    draws: int


def extra_counts(n: int, p: int) -> tuple[int, ...]:
    """How many extra covariates the frames have, for n individuals and p columns of X.

    0, 1, 2, 5, 10, 20, 50 and so on up to a third of n; fewer where n is small, so that three
    degrees of freedom are left, and where it is so large that a frame would take long.
    """
    last = min(int(MOST * n), n - p - 3, int(np.sqrt(MAX_PRODUCTS / n)) - p)
    if last < 1:
        return (0,)
    if last > 10:
        last -= last % 10
    steps = [m * 10**e for e in range(4) for m in (1, 2, 5)]
    return (0, *(step for step in steps if 1.5 * step <= last), last)


def extra_columns(n: int, count: int, rng: np.random.Generator) -> Floats:
    """Standard normal columns (n, count); the first are the same however many there are."""
    return rng.standard_normal((count, n)).T


def build_against(
    view: View,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> Against:
    """Fit with ever more standard normal columns in X, and sample what each method estimates.

    The columns are nested: the first k are the same in every frame that has as many. The true h
    of the samples is the REML estimate without any of them, or 0.5 where there is none or it is
    close to an end: there no estimator is right on average, since none goes beyond the end.

    Args:
        view: the fits without extra covariates.
        rng: makes the columns and the samples.
        draws: how many samples.
        progress: called with the share of the work that is done.
    """
    tell = part_of(progress)
    bare = as_fitted(view)
    if not bare.frames:
        return replace(bare, draws=draws)
    h2, true_h2, first = bare.h2, bare.true_h2, view.reml
    counts = extra_counts(first.n, first.p)
    for_columns, for_samples = rng.spawn(2)
    noise = extra_columns(first.n, counts[-1], for_columns)
    X = view.problem.X[:, first.rotated.kept]

    frames, rotated = list(bare.frames), first.rotated
    for place, extra in enumerate(counts[1:], start=2):
        rotated = rotate(first.eigen, view.problem.y, np.column_stack([X, noise[:, :extra]]))
        fits = (fit_rotated(rotated, reml=False), fit_rotated(rotated))
        frames.append(_frame(extra, fits, rotated, h2))
        tell(FITS * place / len(counts))

    samples = sample_nested(
        rotated.values,
        rotated.X,
        [frame.p for frame in frames],
        true_h2,
        rng=for_samples,
        draws=draws,
        progress=part_of(tell, FITS),
    )
    found = [
        replace(
            frame,
            ml=_sampled(frame.ml, samples.ml_h2[k], samples.ml_sigma2[k], true_h2),
            reml=_sampled(frame.reml, samples.reml_h2[k], samples.reml_sigma2[k], true_h2),
        )
        for k, frame in enumerate(frames)
    ]
    return replace(bare, frames=tuple(found), draws=draws)


def as_fitted(view: View) -> Against:
    """The first frame alone, and no samples: what a fit costs nothing more to show."""
    first = view.reml
    h2 = read_only(np.linspace(0.0, 1.0, GRID))
    true_h2 = first.h2 if NEAR_END <= first.h2 <= 1.0 - NEAR_END else 0.5
    if first.status == "flat":
        return Against(h2, (), first.message, first.n, true_h2, 0)
    frame = _frame(0, (view.ml, first), first.rotated, h2)
    return Against(h2, (frame,), "", first.n, true_h2, 0)


def _frame(extra: int, fits: tuple[LMMFit, LMMFit], rotated: RotatedData, h2: Floats) -> Frame:
    """Both curves from their tops and the term between them; fits by ML and by REML."""
    (ml, ml_top), (reml, reml_top) = (_side(fit, rotated, h2) for fit in fits)
    adjustment = reml_adjustment(rotated, h2)
    constant = adjustment.constant + ml_top - reml_top
    return Frame(extra, fits[0].p, ml, reml, adjustment.uncertainty, constant)


def _side(fit: LMMFit, rotated: RotatedData, h2: Floats) -> tuple[Side, float]:
    """A curve without samples, and its top: the highest finite value where it has no maximum."""
    loglik = log_likelihood(rotated, h2, reml=fit.reml)
    top = fit.loglik if np.isfinite(fit.loglik) else float(loglik[np.isfinite(loglik)].max())
    low, high = interval_h2(fit) if fit.maxima else (np.nan, np.nan)
    height = read_only(loglik - top)
    return Side(height, fit.h2, fit.sigma2, low, high, fit.status, *[np.nan] * 5), top


def _sampled(side: Side, h2: Floats, sigma2: Floats, true_h2: float) -> Side:
    """A side with what the samples say of it."""
    return replace(
        side,
        mean=float(h2.mean()),
        sd=float(h2.std()),
        sigma2_ratio=float(sigma2.mean()),
        sigma2_g_ratio=float((sigma2 * h2).mean() / true_h2),
        sigma2_e_ratio=float((sigma2 * (1.0 - h2)).mean() / (1.0 - true_h2)),
    )


def sentence(against: Against, frame: Frame) -> str:
    """What both methods find in the data of a frame, and on average in the samples."""
    ml, reml = frame.ml, frame.reml
    start = _with(frame.extra)
    found = f"{start}, {_finds('ML', ml)}. {_finds('REML', reml)}."
    if "unbounded" not in (ml.status, reml.status) and "flat" not in (ml.status, reml.status):
        found = f"{start}, ML finds h = {_estimated(ml)} and REML {_estimated(reml)}."
    means = _means(ml, reml)
    if not means:
        return found
    samples = f"{against.draws:,} samples with a true h of {h_words(against.true_h2)}"
    return f"{found} Over {samples}, {means}."


def variances(frame: Frame) -> str:
    """What the samples say of the residual variance, relative to the true one."""
    ml, reml = frame.ml, frame.reml
    if not reml.sampled:
        return ""
    if not ml.sampled:
        return (
            f"REML’s residual variance is {_percent(reml.sigma2_e_ratio)} of the true one on "
            "average. ML has no estimate in these samples."
        )
    return (
        f"ML’s residual variance is {_percent(ml.sigma2_e_ratio)} of the true one on average, "
        f"REML’s {_percent(reml.sigma2_e_ratio)}."
    )


def trend(against: Against) -> str:
    """All frames in one sentence: where the mean estimates go as covariates are added."""
    if not against.frames:
        return against.message
    first, last = against.frames[0], against.frames[-1]
    if first is last:
        return (
            f"{against.n:,} individuals leave no room for covariates that explain nothing beside "
            "those that there are."
        )
    moves = [
        (name, f" from {h_words(one.mean)} to {h_words(other.mean)}")
        for name, one, other in (("ML’s", first.ml, last.ml), ("REML’s", first.reml, last.reml))
        if one.sampled and other.sampled
    ]
    if not moves:
        return ""
    (name, ends), *rest = moves
    also = "".join(f" and {other}{move}" for other, move in rest)
    return (
        f"From 0 to {last.extra} covariates that explain nothing, {name} average h goes{ends}"
        f"{also}. The true h of the samples is {h_words(against.true_h2)}."
    )


def alt(against: Against, frame: Frame) -> str:
    """Alternative text of the picture of a frame."""
    term = frame.term
    finite = np.flatnonzero(np.isfinite(term))
    left, right = term[finite[0]], term[finite[-1]]
    goes = "rises" if right > left else "falls"
    return (
        "Profile log-likelihoods of h by ML and by REML, each from its own top, and what REML adds "
        f"to ML. {sentence(against, frame)} What it adds {goes} from "
        f"{_units(left)} at h = {in_digits(against.h2[finite[0]], 6)} to {_units(right)} at h = "
        f"{in_digits(against.h2[finite[-1]], 6)}."
    )


def _with(extra: int) -> str:
    if extra == 0:
        return "Without extra covariates"
    if extra == 1:
        return "With 1 covariate that explains nothing"
    return f"With {extra} covariates that explain nothing"


def _finds(name: str, side: Side) -> str:
    if side.status == "flat":
        return f"{name} cannot tell h"
    if side.status != "unbounded":
        return f"{name} finds h = {_estimated(side)}"
    best = "" if np.isnan(side.h2) else f", beyond a finite hill at h = {_estimated(side)}"
    return f"{name}’s curve rises without end as h nears 1{best}"


def _estimated(side: Side) -> str:
    """ĥ and its 95% profile interval."""
    return with_ends(side.h2, side.lower, side.upper)


def _means(ml: Side, reml: Side) -> str:
    """The averages of the estimates in the samples, of the methods that have any."""
    if ml.sampled and reml.sampled:
        return f"their averages are {h_words(ml.mean)} and {h_words(reml.mean)}"
    for name, side in (("ML", ml), ("REML", reml)):
        if side.sampled:
            return f"{name}’s average is {h_words(side.mean)}"
    return ""


def _units(value: float) -> str:
    """Log-likelihood units; what is below a thousandth of one is nothing."""
    return number(value if abs(value) >= 5e-4 else 0.0, 3)


def _percent(ratio: float) -> str:
    return f"{100.0 * ratio:,.0f}%"

"""7. Brent's method: maximise over h by golden sections and parabolas.

The maximum of a function of one variable, with everything that was looked at on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, isnan, sqrt
from typing import Literal, TypeAlias

from lmm_core.errors import LMMError

Procedure: TypeAlias = Literal["initial", "golden", "parabolic", "boundary"]

GOLDEN = (3.0 - sqrt(5.0)) / 2.0
SQRT_EPS = sqrt(2.0**-52)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One evaluation of the function, and what was known after it.

    Attributes:
        iteration: 1 for the first evaluation.
        procedure: how the point was chosen: the `initial` golden-section point, a `golden`
            section, the vertex of a `parabolic` fit, or a `boundary` of the interval.
        h2: the point.
        loglik: the function there.
        lower, upper: the bracket that holds the maximum after this evaluation.
        best_h2, best_loglik: the best point so far, this one included.
    """

    iteration: int
    procedure: Procedure
    h2: float
    loglik: float
    lower: float
    upper: float
    best_h2: float
    best_loglik: float


@dataclass(frozen=True, slots=True)
class BrentResult:
    """Where the search ended.

    Attributes:
        x: the point with the largest value found.
        fun: the function there.
        status: `converged`, or `max_evaluations` when it was cut short.
        trace: every evaluation in order; the first and last brackets enclose all others.
    """

    x: float
    fun: float
    status: Literal["converged", "max_evaluations"]
    trace: tuple[TraceStep, ...]

    @property
    def n_eval(self) -> int:
        """Number of evaluations."""
        return len(self.trace)


def maximize_brent(
    f: Callable[[float], float],
    lower: float = 0.0,
    upper: float = 1.0,
    *,
    xtol: float = 1e-4,
    max_eval: int = 500,
) -> BrentResult:
    """The maximum of f on [lower, upper] by golden sections and parabolas.

    A function with one maximum there is solved to about xtol + 1.5e-8·|x|; of several maxima
    it finds one, not always the highest. The ends themselves are never evaluated.

    Args:
        f: function of one number; -inf is allowed, NaN is not.
        lower, upper: finite ends of the interval, lower < upper.
        xtol: absolute tolerance of the answer, in units of x; the points are those of R's
            `optimize(tol = xtol)` and of SciPy's `fminbound(xtol = xtol)`.
        max_eval: most evaluations allowed.

    Raises:
        LMMError: an empty interval, a tolerance that is not positive, or f gave NaN.

    References:
        Brent 1973, "Algorithms for Minimization without Derivatives", chapter 5, procedure
        `localmin`, with the sign of f turned.

    >>> round(maximize_brent(lambda x: -(x - 0.3) ** 2).x, 6)
    0.3
    """
    if not (isfinite(lower) and isfinite(upper) and lower < upper):
        raise LMMError("the interval needs lower < upper, both finite", f"it is [{lower}, {upper}]")
    if not xtol > 0.0 or max_eval < 1:
        raise LMMError(
            "xtol must be positive and max_eval at least 1", f"they are {xtol} and {max_eval}"
        )
    a, b = float(lower), float(upper)
    # x is the best point, w the second best, v the one before; the parabola runs through them.
    x = w = v = a + GOLDEN * (b - a)
    fx = fw = fv = _value(f, x)
    step = before_last = 0.0
    trace = [TraceStep(1, "initial", x, fx, a, b, x, fx)]
    status: Literal["converged", "max_evaluations"] = "max_evaluations"
    while True:
        middle = 0.5 * (a + b)
        tol = SQRT_EPS * abs(x) + xtol / 3.0
        if abs(x - middle) <= 2.0 * tol - 0.5 * (b - a):
            status = "converged"
            break
        if len(trace) >= max_eval:
            break
        vertex = None
        if abs(before_last) > tol:
            vertex = _parabola_step(x, w, v, fx, fw, fv)
            # Brent's safeguard: the vertex must lie inside the bracket, and steps must at
            # least halve every second time.
            if vertex is None or not (
                abs(vertex) < abs(0.5 * before_last) and a - x < vertex < b - x
            ):
                vertex = None
        before_last = step
        procedure: Procedure
        if vertex is not None:
            procedure, step = "parabolic", vertex
            if x + step - a < 2.0 * tol or b - (x + step) < 2.0 * tol:
                step = tol if x < middle else -tol
        else:
            procedure = "golden"
            before_last = (b if x < middle else a) - x
            step = GOLDEN * before_last
        # Never closer than tol to x: rounding would make the difference in f meaningless.
        u = x + (step if abs(step) >= tol else (tol if step > 0.0 else -tol))
        fu = _value(f, u)
        if fu >= fx:
            a, b = (x, b) if u >= x else (a, x)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            a, b = (u, b) if u < x else (a, u)
            if fu >= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu >= fv or v in (x, w):
                v, fv = u, fu
        trace.append(TraceStep(len(trace) + 1, procedure, u, fu, a, b, x, fx))
    return BrentResult(x, fx, status, tuple(trace))


def _value(f: Callable[[float], float], x: float) -> float:
    value = float(f(x))
    if isnan(value):
        raise LMMError("the function to maximise must be a number everywhere", f"f({x}) is NaN")
    return value


def _parabola_step(x: float, w: float, v: float, fx: float, fw: float, fv: float) -> float | None:
    """From x to the vertex of the parabola through (x, fx), (w, fw), (v, fv), if it has one."""
    r = (x - w) * (fx - fv)
    q = (x - v) * (fx - fw)
    p = (x - v) * q - (x - w) * r
    q = 2.0 * (q - r)
    if q == 0.0 or not (isfinite(p) and isfinite(q)):
        return None
    return -p / q

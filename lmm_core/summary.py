"""What a fit says in ten lines, and in a table as for a paper."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from lmm_core.arrays import Floats
from lmm_core.errors import in_digits
from lmm_core.scales import average_share

if TYPE_CHECKING:
    from lmm_core.fit import LMMFit

FIELDS = (
    *("h2", "sigma2", "sigma2_g", "sigma2_e", "beta", "se_beta", "loglik", "n", "p"),
    *("status", "message", "reml"),
)
"""What a fit is in a file for other programs, by the names of `LMMFit`."""

_SPACE = 2
_FEW = 4


def brief(fit: "LMMFit") -> str:
    """The fit in ten lines, for a prompt: less than 800 characters whatever its size."""
    likelihood = "restricted log-likelihood" if fit.reml else "log-likelihood"
    heights = ", ".join(f"{one.h2:.4g}" for one in fit.maxima[:_FEW])
    more = ", …" if len(fit.maxima) > _FEW else ""
    return "\n".join(
        [
            f"LMMFit by {'REML' if fit.reml else 'ML'}: n = {fit.n}, p = {fit.p}",
            f"  h2        {fit.h2:.6g}, on the scale of K as given",
            f"  sigma2    {fit.sigma2:.6g}",
            f"  sigma2_g  {fit.sigma2_g:.6g}",
            f"  sigma2_e  {fit.sigma2_e:.6g}",
            f"  beta      {_few(fit.beta)}",
            f"  se_beta   {_few(fit.se_beta)}",
            f"  loglik    {fit.loglik:.6f}, {likelihood}",
            f"  status    {fit.status}; maxima at h = {heights or 'none'}{more}",
            f"  trace     {fit.n_eval} evaluations; .summary() prints a table",
        ]
    )


def summarise(fit: "LMMFit", columns: Sequence[str] = (), *, level: float = 0.95) -> str:
    """The table of estimates and the status in a sentence.

    Args:
        fit: of any status.
        columns: names of the columns of X, as many as there are, or none.
        level: of the intervals, between 0 and 1.
    """
    names = tuple(columns) or tuple(f"column {j}" for j in range(fit.rotated.n_columns))
    return f"{aligned(estimate_rows(fit, names, level=level), 90, numbers=(1, 2))}\n\n{fit.message}"


def estimate_rows(
    fit: "LMMFit",
    columns: Sequence[str],
    *,
    level: float,
    h_interval: tuple[float, float] | Literal["profile"] | None = "profile",
) -> list[tuple[str, str, str, str]]:
    """Header and rows of the table: name, estimate, standard error, interval.

    Args:
        fit: of any status.
        columns: names of the columns of X.
        level: of the intervals.
        h_interval: of h; by the profile unless given, None if there is none.
    """
    if h_interval == "profile":
        h_interval = _profile_interval(fit, level)
    likelihood = "restricted log-likelihood" if fit.reml else "log-likelihood"

    def share(h2: float) -> float:
        return average_share(h2, fit.eigen.mean_diagonal)

    of_weight = "" if fit.eigen.weights is None else ", of weight 1"
    shares = (share(h_interval[0]), share(h_interval[1])) if h_interval else None
    return [
        ("", "estimate", "std. error", f"{in_digits(100 * level, 6)}% interval"),
        ("h, on the scale of K", number(fit.h2), "", _between(h_interval)),
        ("its share of the variance", number(share(fit.h2)), "", _between(shares)),
        ("sigma2, variance v", number(fit.sigma2), "", ""),
        ("sigma2_g, v·h", number(fit.sigma2_g), "", ""),
        (f"sigma2_e, v·(1 − h){of_weight}", number(fit.sigma2_e), "", ""),
        *_coefficients(fit, columns, level),
        (likelihood, f"{fit.loglik:.3f}".replace("-", "−").replace("nan", "–"), "", ""),
    ]


def _profile_interval(fit: "LMMFit", level: float) -> tuple[float, float] | None:
    from lmm_core.certainty.intervals import interval_h2

    if not fit.maxima or fit.status == "unbounded":
        return None
    found = interval_h2(fit, level=level)
    return found.lower, found.upper


def _coefficients(
    fit: "LMMFit", columns: Sequence[str], level: float
) -> list[tuple[str, str, str, str]]:
    if not fit.maxima:
        # Without an h there is no standard error.
        return [
            (f"b, {name}", number(float(b)), "–", "")
            for name, b in zip(columns, fit.beta, strict=True)
        ]
    from scipy.special import stdtrit

    reach = float(stdtrit(fit.n - fit.p, 0.5 + level / 2.0)) * fit.se_beta
    return [
        (
            f"b, {name}",
            number(float(b)),
            number(float(se)),
            _between((float(b - half), float(b + half))) if b == b else "a combination of others",
        )
        for name, b, se, half in zip(columns, fit.beta, fit.se_beta, reach, strict=True)
    ]


def aligned(rows: Sequence[Sequence[str]], width: int, numbers: Sequence[int] = ()) -> str:
    """Rows as columns that stand below each other, without a line end.

    Args:
        rows: of the same number of cells.
        width: of a line; the last column is cut, and then the first.
        numbers: the columns that are put to the right, by their index.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for column in (-1, 0):
        over = sum(widths) + _SPACE * (len(widths) - 1) - width
        if over > 0:
            widths[column] = max(widths[column] - over, min(widths[column], 12))
    lines = []
    for row in cells:
        line = [
            _cut(cell, size).rjust(size) if column in numbers else _cut(cell, size).ljust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * _SPACE).join(line).rstrip())
    return "\n".join(lines)


def plain(text: str) -> str:
    """The text without control characters, which a file's name or header may hold."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def number(value: float, digits: int = 5) -> str:
    """A number with so many digits, with a true minus sign, or a dash for none.

    >>> number(0.123456, 4), number(-1234.5678), number(float("nan"))
    ('0.1235', '−1234.6', '–')
    """
    if value != value:
        return "–"
    return in_digits(value, digits)


def per_cent(share: float) -> str:
    """A share in whole per cent; what is not 0 or 1 is not rounded to it."""
    if 0.0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1.0:
        return "more than 99%"
    return f"{100.0 * share:.0f}%"


def h_words(h2: float, decimals: int = 2) -> str:
    """An h in words: so many decimals, more where they would make it 0 or 1, none at an end."""
    if h2 in (0.0, 1.0):
        return f"{h2:.0f}"
    while round(h2, decimals) in (0.0, 1.0) and decimals < 12:
        decimals += 1
    return f"{h2:.{decimals}f}"


def _between(interval: tuple[float, float] | None) -> str:
    return f"{number(interval[0], 4)} to {number(interval[1], 4)}" if interval else ""


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"


def _few(values: Floats) -> str:
    shown = ", ".join(f"{value:.5g}" for value in values[:_FEW])
    return f"[{shown}{', …' if len(values) > _FEW else ''}]"

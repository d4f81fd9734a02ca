"""The numbers of both fits in one table; pure."""

from dataclasses import dataclass
from html import escape

from lmm_app.compare.pair import Pair, Side
from lmm_app.compare.rules.statement import height, who
from lmm_app.fit.side_by_side import h_cell, interval_cell
from lmm_app.fit.table import table as html_table
from lmm_app.fit.text import number, plus_minus
from lmm_app.fit.verdict import ends, share_of
from lmm_core.summary import per_cent

NONE = "–"
PLACE = {
    "interior": "inside",
    "lower_boundary": "at 0",
    "upper_boundary": "at 1",
    "unbounded": "none",
    "flat": "none",
}
# Coefficients beyond these are counted.
MOST = 12
# Beside a picture there is little room: what a row or a column is may take two lines.
STYLE = (
    "<style>.estimates.of-both th[scope=row],.estimates.of-both thead th+th{white-space:normal}"
    ".estimates.of-both thead th+th{max-width:7rem;overflow-wrap:anywhere;padding-left:0.5rem}"
    "</style>"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what it is, and its value in A and in B."""

    name: str
    a: str
    b: str


def rows(pair: Pair) -> list[Row]:
    """What both fits found, a number to a row."""
    a, b = pair.sides

    def row(name: str, value: object) -> Row:
        assert callable(value)
        return Row(name, value(a), value(b))

    found = [
        row("individuals, n" if _one_each(pair) else "records, n", lambda side: f"{side.fit.n:,}"),
        row("coefficients, p", lambda side: f"{side.fit.p:,}"),
        row("ĥ", lambda side: h_cell(side.fit)),
        row("95% of h", lambda side: interval_cell(side.view, side.method)),
        row("share of the variance", _share),
        row("95% of the share", _shares),
        row("v", lambda side: number(side.fit.sigma2)),
        row("σ²<sub>g</sub> = v·h", lambda side: number(side.fit.sigma2_g)),
        row("σ²<sub>e</sub> = v·(1 − h)", lambda side: number(side.fit.sigma2_e)),
    ]
    names = dict.fromkeys([*a.view.problem.columns, *b.view.problem.columns])
    for name in [*names][:MOST]:
        found.append(Row(f"b {escape(name)}", _b(a, name), _b(b, name)))
    if len(names) > MOST:
        found.append(Row("more b", f"{len(names) - MOST}", "in Explore"))
    found += [
        row("log-likelihood", _height),
        row("highest point", lambda side: PLACE[side.fit.status]),
    ]
    return found


def table(pair: Pair, *, revealed: bool = True) -> str:
    """The rows as an HTML table; B’s column holds question marks before it is revealed."""
    heads = [f"{side.name}<br><small>{escape(side.label)}</small>" for side in pair.sides]
    body = [(one.name, one.a, one.b if revealed else "?") for one in rows(pair)]
    kind = "estimates of-both"
    return f"{STYLE}{html_table(('estimate', *heads), body, kind=kind, label='Both fits')}"


def notes(pair: Pair) -> list[str]:
    """What is to be known of the table: whose numbers they are, and where they were taken."""
    found = [who(pair.plan)] if pair.plan.only_a or pair.plan.only_b else []
    hills = [side.name for side in pair.sides if side.fit.maxima and not side.estimated]
    if hills:
        found.append(f"The numbers of {' and '.join(hills)} are those of the highest finite hill.")
    return found


def _one_each(pair: Pair) -> bool:
    return all(side.view.problem.n == side.view.problem.individuals for side in pair.sides)


def _height(side: Side) -> str:
    # Of what is fitted exactly it is infinite, as on no curve.
    return NONE if side.fit.rotated.exact else height(side.fit.loglik)


def _share(side: Side) -> str:
    if not side.fit.maxima:
        return NONE
    return _per_cent(share_of(side.fit, side.fit.h2))


def _shares(side: Side) -> str:
    if not side.fit.maxima:
        return NONE
    low, high = (_per_cent(share_of(side.fit, end)) for end in ends(side.view, side.method))
    return f"{low}–{high}"


def _per_cent(share: float) -> str:
    """A share in whole per cent, with a sign where it is not quite 0 or 1."""
    if 0.0 < share < 0.01:
        return "&lt;1%"
    return "&gt;99%" if 0.99 < share < 1.0 else per_cent(share)


def _b(side: Side, name: str) -> str:
    columns = side.view.problem.columns
    if name not in columns:
        return "not in it"
    column = columns.index(name)
    return plus_minus(float(side.fit.beta[column]), float(side.fit.se_beta[column]))

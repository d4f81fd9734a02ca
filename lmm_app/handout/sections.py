"""What a handout says of a fit, section by section, as HTML."""

from html import escape

from lmm_app.fit import side_by_side, text
from lmm_app.fit.verdict import details, verdict
from lmm_app.fit.view import View
from lmm_app.glossary.entries import chosen
from lmm_app.live.search import answer_words, own_search
from lmm_app.paper.scripts import title_of
from lmm_app.paper.tables_html import definitions, paragraph, table
from lmm_app.sources.opened import Opened
from lmm_core.version import versions

MODEL = "y = Xβ + e, var(e) = V = v·[hK + (1 − h)I]"

# The words that the questions use, in the order of the method.
WORDS = (
    "kinship",
    "covariate",
    "residual",
    "covariance",
    "h",
    "ordinary",
    "gls",
    "eigenvector",
    "eigenvalue",
    "rotation",
    "weight",
    "wls",
    "density",
    "loglikelihood",
    "profile",
    "ml",
    "reml",
    "brent",
    "golden",
    "interval",
)


def opening(opened: Opened, view: View, method: str) -> str:
    """What was fitted, what was found, and where the data come from."""
    return (
        f"<header><h1>{escape(title_of(opened, view, method))}</h1>\n"
        f"{paragraph(verdict(view, method), 'verdict')}\n"
        f"{paragraph(details(view, method))}\n"
        f"<p>{escape(opened.about)}</p>\n"
        f"{paragraph(text.facts(view), 'note')}\n"
        f'<p class="note">The model: {MODEL}.</p></header>'
    )


def estimates(view: View, method: str) -> str:
    """The estimates, ML beside REML."""
    return (
        '<section class="estimates"><h2>The estimates, ML beside REML</h2>\n'
        f"{side_by_side.TABLE_STYLE}{side_by_side.estimates_table(view, method)}</section>"
    )


def search(view: View, method: str) -> str:
    """Every value that the search tried, as a table."""
    fit = view.fit(method)
    found = own_search(fit)
    start = (
        f'<section class="search"><h2>The search, by {method}</h2>\n'
        f"{paragraph(text.search_sentence(fit))}"
    )
    if not found.trace:
        return f"{start}</section>"
    inside = len(text.tries(found.trace))
    rows = [
        (
            str(step.iteration),
            text.STEP_NAME[step.procedure],
            f"{step.h2:.6f}",
            text.number(step.loglik, 8),
            f"{step.lower:.4f}–{step.upper:.4f}" if place < inside else "–",
        )
        for place, step in enumerate(found.trace)
    ]
    caption = (
        f"After a sweep of {text.sweep_size(fit)} values: what Brent’s method tried, then both ends"
    )
    listed = table(("try", "step", "h", "log-likelihood", "bracket"), rows, caption)
    last = answer_words(found, view.methods[method].interval)
    return f"{start}\n{listed}\n<p>{escape(last)}</p></section>"


def interval(view: View) -> str:
    """The profile interval by both methods."""
    said = []
    for method in ("REML", "ML"):
        found = view.methods[method].interval
        said.append(
            f"By {method} there is none, because there is no estimate."
            if found is None
            else f"**By {method} it is {found.lower:.3f} to {found.upper:.3f}.**"
        )
    return (
        "<section><h2>The 95% interval of h</h2>\n"
        + paragraph(
            "The profile interval goes from the first to the last h whose log-likelihood is within "
            f"1.92 of the top. {' '.join(said)} Its 1.92 comes from a rule for large samples, with "
            "h away from 0 and 1. The app can simulate an exact interval, which needs no such rule."
        )
        + "</section>"
    )


def words() -> str:
    """The words that one needs, as they are explained on the page."""
    return f'<section class="words"><h2>Words</h2>\n{definitions(chosen(WORDS))}</section>'


def versions_of(view: View, date: str, licence: str) -> str:
    """What computed the numbers, from which data, and whose these are."""
    made = ", ".join(f"{name} {number}" for name, number in versions().items())
    when = f"{escape(date)}. " if date else ""
    return (
        "<section><h2>How the numbers were made</h2>\n"
        f"<p>{when}{escape(made)}.</p>\n"
        f'<p class="note">SHA-256 of y, X and K: <code>{view.problem.fingerprint}</code></p>'
        + (paragraph(licence) if licence else "")
        + "</section>"
    )

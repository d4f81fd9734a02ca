"""Two kinships: a second source of likeness beside the first, and both shares in the hand."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from lmm_app.explore import kept
from lmm_app.fit import text
from lmm_app.fit.triangle import Triangle
from lmm_app.fit.view import View
from lmm_app.live.component import board
from lmm_app.live.triangle import exactly
from lmm_app.session import linked, progress, state
from lmm_core import LMMError
from lmm_core.arrays import Floats
from lmm_data.preparation.groups import labels_for, same_group

# One kinship is decomposed some twenty times.
MOST = 1000
# Each individual's own, where it has several records.
OWN = "individuals"
NOTHING = (
    "A second kinship needs a second source of likeness: a column of the phenotypes or the "
    "covariates that says who belongs together, such as a mother, a cage or a year of birth, by a "
    "word or a whole number in at least three groups, or several records of each individual. "
    "These data have none beside the trait and the covariates in the model. The sample of "
    "gryphons has mothers."
)
LEAD = (
    "Beside K, relatives may be alike because they have something else in common. A second "
    "kinship is 1 for two of the same group and 0 for others. Of each mixture ρK₁ + (1 − ρ)K₂ the "
    "fit is the one that you know; a search over ρ is put around it."
)
KEY = "triangle"


def render(view: View, method: str) -> None:
    """The choice of a second kinship, and the picture of both."""
    problem = view.problem
    offered = _offered(view)
    if not offered:
        st.info(_nothing(view), icon=":material/info:")
        return
    if problem.weights is not None:
        raise LMMError(
            "two kinships are fitted without weights",
            f"the residual variances are weighted by “{problem.weighted_by}”",
            "choose no weights",
        )
    if problem.individuals > MOST:
        raise LMMError(
            f"on a shared server two kinships are fitted of at most {MOST:,} individuals",
            f"these are {problem.individuals:,}",
            "fit_two_kinships in lmm_core.two_kinships takes any number",
        )
    st.markdown(LEAD)
    name = linked.segmented(
        "The second kinship",
        {one: _label(one) for one in offered},
        next(iter(offered)),
        "second",
        help="Those of the same group are alike; who is in no group is like nobody.",
    )
    with progress.progress_bar("Fitting mixtures of both kinships …") as tell:
        found = kept.triangle(problem, offered[name], method, tell)
    st.markdown(verdict(found, _names(name)))
    _picture(view, method, name, offered[name], found)


def _offered(view: View) -> Mapping[str, Floats]:
    """Second kinships of these individuals, by the column that they are of."""
    problem = view.problem
    if problem.of is not None:
        return {OWN: np.eye(problem.individuals)}
    used = _used(view) | {problem.trait}
    return {
        column: same_group(labels)
        for column, labels in _grouped(view).items()
        if column not in used
    }


def _grouped(view: View) -> Mapping[str, tuple[str, ...]]:
    """The labels of these individuals by each column that groups them."""
    groups = state.shown().opened.groups
    found = {column: labels_for(view.problem.ids, group) for column, group in groups.items()}
    return {column: labels for column, labels in found.items() if labels}


def _used(view: View) -> set[str]:
    """The columns that the covariates in the model are from."""
    return {column.partition("=")[0] for column in view.problem.columns}


def _nothing(view: View) -> str:
    """Why there is no second kinship, and what would make one."""
    taken = [column for column in _grouped(view) if column in _used(view)]
    if not taken:
        return NOTHING
    names = text.literal(", ".join(taken))
    return (
        f"{names}: in the model as a covariate, which takes up all that its groups have in common. "
        "Take it out of the model on the left to have it as a second kinship."
    )


def _label(name: str) -> str:
    return "each one’s own" if name == OWN else f"same {text.literal(name)}"


def _names(name: str) -> tuple[str, str]:
    return "K", "each one’s own" if name == OWN else f"same {name}"


@st.fragment
def _picture(view: View, method: str, name: str, second: Floats, found: Triangle) -> None:
    """Both shares in the hand; where they rest, the number itself."""
    problem, home = view.problem, [round(found.top.first, 3), round(found.top.second, 3)]
    state.from_link("shares", _shares)
    state.follow("shares", f"{problem.fingerprint}{method}{name}", None)
    at = _shares(str(st.session_state.get("shares") or "")) or home
    state.to_link("shares", None if at == home else f"{at[0]:g},{at[1]:g}", None)
    exact = found.top if at == home else kept.exact(problem, second, method, (at[0], at[1]))
    place = [exact.first, exact.second]
    board(
        kept.triangle_board(problem, second, found, _names(name)),
        KEY,
        picked=_picked,
        shares=place,
        exact={"at": place, "words": exactly(found, exact)},
    )


def _picked() -> None:
    """Both shares came to rest in the browser, which may send anything."""
    told = (st.session_state.get(KEY) or {}).get("marker")
    if isinstance(told, list) and (at := _shares(",".join(map(str, told)))):
        st.session_state["shares"] = f"{at[0]:g},{at[1]:g}"


def _shares(words: str) -> list[float] | None:
    """Both shares from text, to three decimals; None if they are no point of the triangle."""
    try:
        at = [round(float(part), 3) for part in words.split(",")]
    except ValueError:
        return None
    inside = len(at) == 2 and min(at) >= 0.0 and sum(at) <= 1.0 + 1e-3
    return at if inside else None


def verdict(found: Triangle, names: tuple[str, str]) -> str:
    """What the fit says, in plain sentences; an edge is an answer."""
    one, other = (text.literal(name) for name in names)
    first, second, rest = (text.number(max(size, 0.0)) for size in found.top.sigma2)
    gap = found.top.loglik - found.alone.loglik
    shares = (
        f"**h₁ = {found.top.first:.2f} goes with {one}, h₂ = {found.top.second:.2f} with {other}**"
    )
    sizes = f"σ²₁ = {first}, σ²₂ = {second}, σ²_e = {rest}."
    with_one = (
        f"With {one} alone it was h = {found.alone.first:.2f}, and the log-likelihood "
        f"{gap:.2f} lower."
    )
    match found.status:
        case "interior":
            left = 1.0 - found.top.first - found.top.second
            return f"{shares}; the rest is {left:.2f}. {sizes} {with_one}"
        case "first":
            return (
                f"{shares}. The top is on the lower edge: the second kinship explains nothing that "
                f"{one} does not. This is an answer, and one kinship is enough. {sizes}"
            )
        case "second":
            return (
                f"{shares}. The top is on the left edge: beside {other} nothing is left for {one}. "
                f"This is an answer. {sizes} {with_one}"
            )
        case "full":
            return (
                f"{shares}. The top is on the slope: both together take all of the variance, and "
                f"no residual is left. This is an answer, and often a sign that a third source of "
                f"likeness is missing. {sizes} {with_one}"
            )
    return (
        f"{shares}. The top is in the corner: neither kinship makes these individuals alike. This "
        f"is an answer, not a failure. {sizes}"
    )

"""More about a fit: what is secondary, and does no work until it is opened."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from lmm_app.explore import kept, predictions, rotation, two
from lmm_app.fit import beyond, certainty, text, verdict, weighted
from lmm_app.fit.view import View
from lmm_app.paper.archive import archive_name, dataset_archive, methods_of, singles
from lmm_app.paper.scripts import reproduce_python, reproduce_r
from lmm_app.session import links, progress, simulated, state
from lmm_app.session.downloads import download
from lmm_app.sources.opened import Lesson, Simulation
from lmm_core import LMMError, coefficient_tests, residuals
from lmm_data.records import records_words

# A dense fit takes some 160 factorisations of V.
DENSE_LIMIT = 600


def render(view: View, method: str) -> None:
    """The choice of a closer look, and the look that was chosen."""
    st.subheader("4 · More about this fit")
    state.from_link("look", _look)
    chosen = st.segmented_control(
        "More about this fit",
        list(LOOKS),
        key="look",
        label_visibility="collapsed",
        width="content",
    )
    state.to_link("look", chosen, None)
    if chosen not in LOOKS:
        st.caption("Each of these is computed when you open it.")
        return
    if view.problem.weighted_by and chosen in WITHOUT_WEIGHTS:
        _inform(WITHOUT_WEIGHTS[chosen])
        return
    try:
        LOOKS[chosen](view, method)
    except LMMError as error:
        _inform(str(error))


def _inform(words: str) -> None:
    """Say why there is nothing to look at."""
    st.info(text.literal(words), icon=":material/info:")


def _look(words: str) -> str | None:
    """Read a look from a link, which may be older than the words of today."""
    found = FORMERLY.get(words, words)
    return found if found in LOOKS else None


def _search(view: View, method: str) -> None:
    fit = view.fit(method)
    if not fit.trace:
        _inform(fit.message)
        return
    st.caption(f"After a sweep of {text.sweep_size(fit)} values.")
    st.dataframe(text.trace_rows(fit.trace), hide_index=True)


def _h(view: View, method: str) -> None:
    # Plotly takes longer to import than the page to draw, and comes when it is asked for.
    from lmm_app.explore.expected import expected_error_figure
    from lmm_app.plotted.numbers import Numbers
    from lmm_app.plotted.show import show

    found = view.methods[method]
    if found.interval is None:
        _inform(found.fit.message)
        return
    left, right = st.columns(2, gap="large")
    with left:
        known = simulated.known_exact(view, method)
        with progress.progress_bar("Simulating samples with this kinship …") as tell:
            interval = simulated.exact_interval(view, method, tell)
        if known is None and verdict.apart(found.interval, interval):
            # The card above was written without it.
            st.rerun()
        st.markdown(certainty.exact_interval(found.fit, interval, found.interval))
        if method == "REML":
            with progress.progress_bar("Simulating samples without genetic variance …") as tell:
                test = kept.variance_test(view, tell)
            st.markdown(certainty.genetic_variance(test))
        factors = kept.scale_factors(view.problem)
        st.markdown(certainty.scales(found.fit.h2, factors))
        if method == "REML" and "gower" in factors and not view.problem.weighted_by:
            st.markdown(certainty.as_gemma(found.fit, factors["gower"]))
        st.caption(certainty.about_scales(found.fit.h2))
    with right:
        h2 = np.linspace(0.0, 1.0, 101)
        with st.spinner("What can this kinship tell? …"):
            se = kept.expected_error(view, h2)
        words = certainty.expected_error(h2, se)
        st.markdown(words)
        show(
            expected_error_figure(h2, se, found.fit.h2),
            "expected",
            words,
            Numbers.of(
                "Expected standard error of ĥ", [("true h", h2), ("expected standard error", se)]
            ),
        )


def _beyond(view: View, method: str) -> None:
    from lmm_app.explore.beyond import beyond_figure
    from lmm_app.plotted.numbers import Numbers
    from lmm_app.plotted.show import show

    found = view.methods[method]
    if not found.fit.maxima:
        _inform(found.fit.message)
        return
    with st.spinner("Going on beyond 0 and 1 …"):
        profile, top = kept.continued(view, method)
    left, right = st.columns([3, 2], gap="large")
    words = beyond.top_words(found.fit, top)
    with left:
        h, height = beyond.curve(profile, found.fit, found.interval, top[0])
        show(
            beyond_figure(profile, found.fit, found.interval, top, method),
            "beyond",
            f"The profile log-likelihood of h, in grey beyond 0 and 1. {words}",
            Numbers.of(
                "The profile beyond 0 and 1", [("h", h), ("log-likelihood less that of ĥ", height)]
            ),
        )
    with right:
        st.markdown(words)
        st.markdown(beyond.range_words(profile))


def _b(view: View, method: str) -> None:
    fit = view.fit(method)
    st.markdown(certainty.coefficients(view, coefficient_tests(fit)))
    st.caption(
        "Each coefficient beside the others, treating ĥ as if it were known. In small samples this "
        "makes the tests slightly too confident."
    )


def _residuals(view: View, method: str) -> None:
    from lmm_app.explore.residuals import quantile_figure, quantiles
    from lmm_app.plotted.numbers import Numbers
    from lmm_app.plotted.show import show

    found = residuals(view.fit(method))
    left, right = st.columns([3, 2], gap="large")
    with left:
        expected, values = quantiles(found.whitened)
        rank = np.arange(1, values.size + 1)
        head = ("rank", "expected of a normal sample", "residual over its standard deviation")
        show(
            quantile_figure(found.whitened),
            "quantiles",
            certainty.quantile_alt(found.whitened),
            Numbers.of(
                "Quantiles of the residuals",
                list(zip(head, (rank, expected, values), strict=True)),
            ),
        )
    with right:
        st.markdown(
            "If the model holds, the points follow the dotted line: one for each rotated "
            "observation, divided by its standard deviation. Below, the individuals that fit "
            "worst, each beside the value that all the others predict for it."
        )
        st.markdown(certainty.outliers(view, found))


def _check(view: View, method: str) -> None:
    fit = view.fit(method)
    if not fit.maxima or fit.status == "unbounded":
        _inform(fit.message)
        return
    if fit.n > DENSE_LIMIT:
        words = (
            f"A dense fit of {fit.n:,} individuals would hold up everyone on this server; "
            f"`dense_fit` in `lmm_core` does it. Here it is done up to {DENSE_LIMIT}."
        )
        st.info(words, icon=":material/info:")
        return
    with st.spinner("Fitting again, straight from V …"):
        agrees, words = certainty.dense_check(fit, kept.dense_fit_of(view, method))
    badge = (
        ":green-badge[:material/check: the same fit]"
        if agrees
        else ":red-badge[:material/close: the two disagree]"
    )
    st.markdown(f"{badge} {words}")
    st.markdown(certainty.conventions(fit))


def _take(view: View, method: str) -> None:
    if view.problem.weighted_by:
        st.info(weighted.PROGRAMS, icon=":material/balance:")
        _methods(view, method, state.shown().opened.corrected)
        return
    opened, source = state.shown().opened, state.shown().source
    if not view.fit(method).maxima:
        _inform(view.fit(method).message)
    st.markdown(
        f"The data of {records_words(view.problem.n, view.problem.individuals)}, every number, and "
        "two programs that print them again and compare: one needs NumPy alone, the other base R."
    )
    # Each file is made when it is asked for.
    with st.container(horizontal=True):
        download(
            "Everything, with the data",
            lambda: kept.taken_away(opened, view, method),
            archive_name(opened, view, method),
            "take_everything",
            "folder_zip",
            type="primary",
        )
        for name, make in singles(opened, view, method).items():
            download(name, make, name, f"take_{name}")
    if isinstance(source, Lesson | Simulation):
        fixed = state.sealed_data()
        which = f"student-{fixed.student}" if fixed else f"seed-{links.seed_of(source)}"
        dataset, name = opened.dataset, f"dataset-{which}.zip"
        st.markdown(
            f"These data were simulated. As files, with all {dataset.n:,} individuals, they can be "
            "dropped on the page Data, given to `lmm`, or read by other programs."
        )
        download("Files", lambda: dataset_archive(dataset), name, "take_dataset", "table")
    _methods(view, method, opened.corrected)
    python, r = st.tabs(["reproduce.py", "reproduce.R"])
    python.code(reproduce_python(opened, view, method), language="python", height=420)
    r.code(reproduce_r(opened, view, method), language="r", height=420)


def _methods(view: View, method: str, corrected: Sequence[str]) -> None:
    """The paragraph to copy into a paper."""
    found = view.methods[method]
    st.markdown("**Methods, to copy into a paper**")
    exact = None
    if (
        found.interval is not None
        and found.fit.status != "unbounded"
        and st.toggle("With the exact interval, which is simulated", key="methods_exact")
    ):
        with progress.progress_bar("Simulating samples with this kinship …") as tell:
            exact = simulated.exact_interval(view, method, tell)
    st.code(methods_of(view, method, exact, corrected), language=None, wrap_lines=True)


def _predictions(view: View, method: str) -> None:
    predictions.render(state.shown())


LOOKS: dict[str, Callable[[View, str], None]] = {
    "The rotation": rotation.render,
    "Every value tried": _search,
    "Interval and test of h": _h,
    "Beyond the ends": _beyond,
    "Tests of β": _b,
    "Residuals": _residuals,
    "Predictions": _predictions,
    "Two kinships": two.render,
    "Check": _check,
    "Take away": _take,
}
# What these are about, a weighted fit has not.
WITHOUT_WEIGHTS = {
    "The rotation": weighted.NOT_DECOMPOSED,
    "Beyond the ends": weighted.NOT_CONTINUED,
    "Two kinships": weighted.NOT_TWO,
    "Check": weighted.NOT_CHECKED,
}
# What some were called, as it stands in links.
FORMERLY = {
    "Every evaluation": "Every value tried",
    "Tests of b": "Tests of β",
    "Check it": "Check",
    "Take it away": "Take away",
}

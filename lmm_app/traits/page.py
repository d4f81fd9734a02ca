"""All traits: every trait of the dataset fitted at once, drawn, listed, and to be taken away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from lmm_app.fit.text import literal, said
from lmm_app.glossary.marks import marked
from lmm_app.plotted.numbers import Numbers
from lmm_app.plotted.show import show
from lmm_app.session import keep, linked, projector, state
from lmm_app.session.downloads import download
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.sources.opened import Opened
from lmm_app.traits import genome, predicted, words
from lmm_app.traits.fits import AllTraits, fit_all
from lmm_app.traits.forest import READABLE, forest_figure, overview_figure
from lmm_app.traits.table import columns, table_csv
from lmm_core import DataError
from lmm_core.arrays import Ints
from lmm_core.progress import Progress

TITLE = "Every trait at once"
INTRODUCTION = (
    "Each row is a trait: its ĥ, its 95% profile interval, its status. Traits measured on the same "
    "individuals share one decomposition of K."
)
ORDERS = {"h": "Highest ĥ first", "file": "As in the file"}
CLOSED = "picked_before"
PICTURES = {"h": "Estimates", "map": "Map of the genome"}
KINDS = {"all": "All", "ends": "At 0 or 1", "hills": "More than one hill", "odd": "No top"}
# So many traits have a row each; of more, all are drawn in one narrow picture.
ROWS = 60
PAGE = 40
MANY = "many_traits"
NONE_OF_THIS_KIND = "No trait is of this kind."
# What is said of the trait that was clicked stays in view, beside its mark; on a telephone, under
# a thumb.
BESIDE = """
<style>
[data-testid="stColumn"]:has(.st-key-picked_trait) {
    position: sticky; top: 4.5rem; align-self: flex-start; z-index: 99;
}
@media (max-width: 640px) {
    .st-key-picked_trait:has(.st-key-to_explore) {
        position: fixed; inset: auto 0 0 0; z-index: 99; padding: 0.6rem 1rem 0.8rem;
        background: Canvas; border-top: 1px solid color-mix(in srgb, CanvasText 25%, Canvas);
    }
}
</style>
"""


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    if not projector.on():
        st.title(TITLE)
        st.markdown(marked(INTRODUCTION), unsafe_allow_html=True)
    covariates = shown.view.problem.columns[1:]
    try:
        with progress_bar("Fitting every trait …") as tell:
            fitted = _fitted(shown, covariates, tell)
    except DataError as error:
        st.error(said(error), icon=":material/error:")
        return
    true_h2 = truth(shown.opened)
    if projector.on():
        _projected(shown, fitted, true_h2)
        return
    known = predicted.seen(shown, fitted, true_h2)
    _verdict(shown, fitted, known)
    below = st.container()
    predicted.ask(below, below, fitted, true_h2)
    chosen = _choose(fitted)
    if not chosen.size:
        st.info(NONE_OF_THIS_KIND, icon=":material/info:")
        return
    st.html(BESIDE)
    pictures, panel = st.columns((3, 1), gap="medium")
    with pictures:
        _pictures(shown, fitted, chosen, known)
        _table(shown, fitted, chosen, known)
    with panel, st.container(key="picked_trait"):
        _picked(shown, fitted)
    picked = _chosen_trait(shown, fitted)
    genome.render(shown, chosen, picked, _clicked)


def _projected(shown: Shown, fitted: AllTraits, true_h2: Sequence[float] | None) -> None:
    """One picture of all traits, with what is said of them over it."""
    place, picked = projector.frame(), _chosen_trait(shown, fitted)
    place.head(TITLE)
    with projector.aside("Traits"):
        chosen = _choose(fitted)
        picture = linked.segmented("Picture", PICTURES, "h", "picture") if genome.offered() else "h"
    if not chosen.size:
        place.picture.info(NONE_OF_THIS_KIND, icon=":material/info:")
        return
    if picture == "map":
        genome.projected(place, shown, chosen, picked, _clicked)
        return
    known = predicted.seen(shown, fitted, true_h2)
    if picked is not None:
        place.line.markdown(_about(fitted, picked))
    elif not predicted.ask(place.line, place.foot, fitted, true_h2):
        place.line.markdown(words.headline(fitted, shown.method))
    draw = forest_figure if chosen.size <= READABLE else overview_figure
    with place.picture:
        _chart("forest", draw, "The estimates", shown, fitted, chosen, known)
    if picked is not None:
        with place.foot:
            _open_profile(fitted.names[picked])


@keep.RESULTS.keeps(
    lambda shown, covariates, progress: (
        keep.dataset_key(shown.opened.dataset),
        covariates,
        shown.method,
    )
)
def _fitted(shown: Shown, covariates: tuple[str, ...], progress: Progress) -> AllTraits:
    """The fits, made once for everyone who asks for them."""
    dataset, reml = shown.opened.dataset, shown.method == "REML"
    eigen = keep.decomposition(dataset.kinship_fingerprint, dataset.kinship)
    return fit_all(dataset, covariates, eigen, reml=reml, progress=progress)


def truth(opened: Opened) -> tuple[float, ...] | None:
    """The h that each trait was made with, where it is known and may be shown."""
    if opened.true_h2_of_traits is not None:
        return opened.true_h2_of_traits
    single = len(opened.dataset.traits.columns) == 1 and opened.true_h2 is not None
    return (opened.true_h2,) if single and opened.true_h2 is not None else None


def _verdict(shown: Shown, fitted: AllTraits, true_h2: Sequence[float] | None) -> None:
    with st.container(border=True):
        name = literal(shown.opened.dataset.name)
        st.markdown(
            f"{words.headline(fitted, shown.method)}\n\n"
            f":small[:gray[**{name}** · {literal(words.facts(fitted))}]]"
        )
        if true_h2 is not None:
            st.markdown(literal(words.coverage(fitted, true_h2)))
    for sentence in words.unread(shown.opened.dataset):
        st.warning(literal(sentence), icon=":material/block:")
    if fitted.many_patterns:
        st.warning(literal(words.patterns(fitted)), icon=":material/hourglass:")
    if fitted.m < 3 and state.hidden() is None:
        st.button(
            "See 200 traits",
            key="see_many",
            icon=":material/stacks:",
            on_click=lambda: st.session_state.update(data="sample", sample=MANY),
        )


def _choose(fitted: AllTraits) -> Ints:
    """Which traits are shown, in the order that is asked for."""
    kinds = words.flagged(fitted)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = linked.segmented("Order", ORDERS, "h", "order")
        counted = {name: f"{label} ({kinds[name].size:,})" for name, label in KINDS.items()}
        only = linked.segmented("Show", counted, "all", "only")
    return words.ordered(fitted, kinds[only], order)


def _pictures(
    shown: Shown, fitted: AllTraits, chosen: Ints, true_h2: Sequence[float] | None
) -> None:
    """A row for each trait; of many, all of them in one picture, and a page of rows."""
    if chosen.size > ROWS:
        first = PAGE * (_page(chosen.size) - 1)
        window = first, min(first + PAGE, chosen.size)
        title = f"The estimates of {chosen.size:,} traits"
        _chart("overview", overview_figure, title, shown, fitted, chosen, true_h2, window)
        chosen = chosen[window[0] : window[1]]
        st.markdown(f"**The shaded ones**, {window[0] + 1:,} to {window[1]:,}, one to a row:")
    else:
        state.to_link("page", None, None)
    title = "The estimates, one to a row"
    _chart("forest", forest_figure, title, shown, fitted, chosen, true_h2)


def _page(m: int) -> int:
    last = -(-m // PAGE)
    if st.session_state.get("page", 1) > last:
        st.session_state["page"] = last
    about = f"{PAGE} traits to a page are drawn one to a row."
    return linked.number(f"Page of {last:,}", last, 1, "page", width=160, help=about)


def _chart(
    name: str,
    draw: Callable[..., Any],
    title: str,
    shown: Shown,
    fitted: AllTraits,
    places: Ints,
    true_h2: Sequence[float] | None,
    *more: object,
) -> None:
    """What `draw` makes of some traits, with what it shows and the rest that is known of them."""
    known = columns(fitted, places, true_h2)
    show(
        draw(fitted.names, fitted.fits, places, true_h2, *more),
        name,
        words.alt(fitted, places, shown.method),
        Numbers.of(title, [(column.title, column.values) for column in known]),
        lambda: _pick(picked_from(st.session_state.get(name))),
    )


def picked_from(event: Mapping[str, Any] | None) -> int | None:
    """The place of the trait whose mark was clicked, None if none was."""
    points = ((event or {}).get("selection") or {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return int(data[-1]) if data else None


def _clicked(chart: str) -> None:
    _pick(picked_from(st.session_state.get(chart)))


def _pick(place: int | None) -> None:
    """A mark was clicked; clicked again it is taken back, and after “Close” given anew."""
    before = st.session_state.get("picked")
    if place is None:
        place = st.session_state.get(CLOSED) if before is None else None
    st.session_state[CLOSED], st.session_state["picked"] = before, place


def _picked(shown: Shown, fitted: AllTraits) -> None:
    """The trait that was clicked, and the way to its profile."""
    place = _chosen_trait(shown, fitted)
    if place is None:
        st.caption("Click a mark, or a row of the table. What is known of the trait stands here.")
        return
    st.markdown(_about(fitted, place))
    with st.container(horizontal=True):
        _open_profile(fitted.names[place])
        st.button("Close", key="unpick", on_click=_pick, args=(None,))


def _chosen_trait(shown: Shown, fitted: AllTraits) -> int | None:
    """The place of the trait that was clicked, if one was."""
    state.from_link("picked", state.whole(0, 10**9))
    dataset = shown.opened.dataset
    state.follow("picked", (dataset.kinship_fingerprint, dataset.traits.columns), None)
    place = st.session_state.get("picked")
    known = place is not None and 0 <= place < fitted.m
    state.to_link("picked", place if known else None, None)
    return place if known else None


def _about(fitted: AllTraits, place: int) -> str:
    return f"**{literal(fitted.names[place])}**: {literal(words.one_trait(fitted, place))}"


def _open_profile(name: str) -> None:
    pressed = st.button(
        "See its curve",
        key="to_explore",
        type="primary",
        icon=":material/search:",
        help=f"Opens {literal(name)} on the page Explore.",
        on_click=lambda: st.session_state.update(trait=name),
    )
    if pressed:
        # What is chosen in the sidebar is in the link, and without it would be forgotten.
        st.switch_page(state.page("explore"), query_params=state.in_link())


def _table(shown: Shown, fitted: AllTraits, chosen: Ints, true_h2: Sequence[float] | None) -> None:
    """The numbers, to sort on the screen and to keep."""
    found = columns(fitted, chosen, true_h2)
    st.dataframe(
        {column.title: column.values for column in found},
        column_config={
            column.title: st.column_config.NumberColumn(format=f"%.{column.decimals}f")
            for column in found
            if column.decimals is not None
        },
        hide_index=True,
        placeholder="–",
        height=min(420, 38 + 35 * chosen.size),
        key="table",
        on_select=lambda: _pick_row(chosen),
        selection_mode="single-row",
    )
    download(
        "These numbers as CSV",
        lambda: table_csv(found),
        f"all_traits_{shown.method}.csv",
        "take_traits",
        help="The rows and columns of the table, with all digits.",
    )


def _pick_row(chosen: Ints) -> None:
    rows = st.session_state["table"]["selection"]["rows"]
    if rows and rows[0] < chosen.size:
        _pick(int(np.asarray(chosen)[rows[0]]))

"""Two fits: the one of the sidebar, and beside it one that differs in one thing."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import streamlit as st

from lmm_app.compare import kept, question
from lmm_app.compare.ask import KINDS, SCALES, Ask, Kind, Plan, offered, plan
from lmm_app.compare.asking import ask_first
from lmm_app.compare.board import FRAMES, first_frame
from lmm_app.compare.numbers import notes, table
from lmm_app.compare.pair import Pair, change, finds
from lmm_app.compare.rules import rules
from lmm_app.compare.rules.statement import COMMON
from lmm_app.fit.text import literal
from lmm_app.fit.verdict import verdict
from lmm_app.glossary.marks import marked
from lmm_app.live.component import board
from lmm_app.session import linked, projector, state
from lmm_app.session.linked import Name
from lmm_app.session.state import Shown
from lmm_app.sources.opened import Sample
from lmm_core import LMMError

TITLE = "Two fits side by side"
LEAD = (
    "Fit A is what the sidebar says. Fit B differs from it in one thing, which you choose here. "
    "What changes, and which of the numbers may be compared?"
)
MARKS = {
    "yes": ":green[:material/check:]",
    "no": ":red[:material/block:]",
    "note": ":material/info:",
}
# Of h in the hand, which goes by hundredths.
DECIMALS, LAST = 2, FRAMES - 1
# In a column Streamlit lets options run out of a narrow screen.
WRAPPED = "<style>.st-key-in_what .stButtonGroup > div { flex-wrap: wrap; }</style>"


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    place = projector.frame() if projector.on() else None
    if place is None:
        st.title(TITLE)
        explained(LEAD)
    else:
        place.head(TITLE)
    try:
        with projector.aside("Fit B"):
            found = _plan(shown)
        if found is None:
            return
        with st.spinner("Fitting both …"):
            pair = kept.pair(found)
    except LMMError as error:
        st.info(literal(str(error)), icon=":material/info:")
        return
    line, foot = (place.line, place.foot) if place else (st.container(), st.container())
    asks = isinstance(shown.source, Sample) and question.asked(pair)
    revealed = ask_first(pair, line, foot) if asks else True
    if place is None:
        _both(pair, revealed=revealed)
        if revealed:
            st.header("What may be compared?")
            _compared(pair)
        return
    if revealed:
        place.line.markdown(change(pair) or _found(pair))
        with place.foot.popover("What may be compared?"):
            _compared(pair)
    with place.picture:
        _picture(pair, revealed=revealed)


def explained(words: str, seen: set[str] | None = None, names: Collection[str] = ()) -> None:
    """A text whose words are explained on pointing, but for those seen before."""
    st.markdown(marked(words, seen, names=names), unsafe_allow_html=True)


def _ask(shown: Shown) -> Ask | None:
    """What is asked for, from the controls; None where the data leave nothing to choose."""
    dataset, problem = shown.opened.dataset, shown.view.problem
    trait, covariates = problem.trait, problem.columns[1:]
    usual: Kind = "covariate" if offered(dataset, trait) else "methods"
    # On a projector they are in a corner, one below the other.
    st.html(WRAPPED)
    with st.container(key="in_what"):
        left, right = (st.container(), st.container()) if projector.on() else st.columns([3, 2])
    with left:
        kind = linked.segmented("B differs from A in", KINDS, usual, "pair")
    with right:
        which = _which(shown, kind)
    if which is None:
        none = "no covariate to put in" if kind == "covariate" else "one trait only"
        st.info(f"These data have {none}.", icon=":material/info:")
        return None
    return Ask(trait, covariates, shown.method, kind, which)


def _which(shown: Shown, kind: Kind) -> str | None:
    """The covariate, the other trait or the other scale; None where there is none to choose."""
    trait, covariates = shown.view.problem.trait, shown.view.problem.columns[1:]
    if kind == "covariate":
        found = offered(shown.opened.dataset, trait)
        inside = [name for name, columns in found.items() if {*columns} & {*covariates}]
        doing = {name: f"{literal(name)} {'out' if name in inside else 'in'}" for name in found}
        # What is in the model is taken out; without any, the first is put in.
        usual = [*inside, *found]
        return _one("Covariate", doing, usual[0], "inout") if usual else None
    if kind == "traits":
        names = shown.opened.dataset.traits.columns
        others = {name: literal(name) for name in names if name != trait}
        return _one("The other trait", others, next(iter(others)), "second") if others else None
    if kind == "scales":
        return _one("K of B", SCALES, "doubled", "scale")
    return ""


def _one(label: str, options: Mapping[Name, str], usual: Name, key: str) -> Name:
    """One of a few options side by side, or of many in a list."""
    if len(options) <= linked.FEW:
        return linked.segmented(label, options, usual, key)
    ordered = {usual: options[usual], **options}
    return linked.selectbox(label, ordered, key)


def _plan(shown: Shown) -> Plan | None:
    """What is to be fitted: where the individuals differ, on the common ones if that is wanted."""
    ask = _ask(shown)
    if ask is None:
        return None
    found = plan(shown.opened.dataset, ask)
    if found.same_individuals:
        return found
    state.from_link("common", {"1": True}.get)
    common = st.toggle(COMMON, key="common", help="So that both are fits of the same data.")
    state.to_link("common", 1 if common else None, None)
    return plan(shown.opened.dataset, replace(ask, common=True)) if common else found


def _both(pair: Pair, *, revealed: bool) -> None:
    """What both found: in words, in a picture, in a table."""
    with st.container(border=True):
        for side in pair.sides if revealed else (pair.a,):
            st.markdown(
                f"**{side.name}** · {literal(side.label)} · {verdict(side.view, side.method)}"
            )
        if revealed and (moved := change(pair)):
            st.markdown(moved)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _picture(pair, revealed=revealed)
    with right:
        st.html(table(pair, revealed=revealed))
        for note in notes(pair):
            st.caption(note)


def _found(pair: Pair) -> str:
    """What each says of h, in one line."""
    return " ".join(f"{side.name}: {finds(side.view, side.method)}." for side in pair.sides)


@st.fragment
def _picture(pair: Pair, *, revealed: bool) -> None:
    """Both curves, and h where it was let go, where the link has it, or at A’s estimate."""
    home = first_frame(pair) / LAST
    state.from_link("at", state.within(0.0, 1.0, DECIMALS))
    state.follow("at", f"{pair.a.view.problem.fingerprint}{pair.a.method}", home)
    h2 = float(st.session_state.setdefault("at", home))
    state.to_link("at", h2, home)
    board(
        kept.board(pair, revealed=revealed),
        key="two",
        at=round(h2 * LAST),
        moved=_moved,
        projector=projector.on(),
    )


def _moved() -> None:
    """h was let go in the browser."""
    state.h_from(st.session_state["two"], "at", DECIMALS)


def _compared(pair: Pair) -> None:
    """What may be compared, and what may not."""
    ask, seen = pair.plan.ask, set[str]()
    names = {literal(name) for name in (ask.trait, ask.which, *ask.covariates)}
    for one in rules(pair):
        explained(f"{MARKS[one.mark]} {one.words}", seen, names)
    st.caption(
        "Whether h is 0 at all is another question: see “Interval and test of h” in Explore."
    )

"""Two fits: the one of the sidebar, and beside it one that differs in one thing."""

from dataclasses import replace

import streamlit as st

from lmm_app.compare import kept, question
from lmm_app.compare.ask import KINDS, SCALES, Ask, Kind, Plan, plan
from lmm_app.compare.board import HEIGHT, PROJECTED, first_frame
from lmm_app.compare.numbers import notes, table
from lmm_app.compare.pair import Pair, change
from lmm_app.compare.rules import rules
from lmm_app.compare.rules.statement import COMMON
from lmm_app.fit.text import literal
from lmm_app.fit.verdict import verdict
from lmm_app.live.component import board
from lmm_app.session import linked, projector, state
from lmm_app.session.state import Shown
from lmm_app.sources.sources import Sample
from lmm_core import LMMError
from lmm_data.dataset import Dataset

LEAD = (
    "Fit A is what the sidebar says. Fit B differs from it in one thing, which you choose here. "
    "What changes, and which of the numbers may be compared?"
)
MARKS = {
    "yes": ":green[:material/check:]",
    "no": ":red[:material/block:]",
    "note": ":material/info:",
}
FEW = 6


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    if not projector.on():
        st.title("Two fits side by side")
        st.markdown(LEAD)
    ask = _ask(shown)
    if ask is None:
        return
    try:
        found = _plan(shown.opened.dataset, ask)
        with st.spinner("Fitting both …"):
            pair = kept.pair(found)
    except LMMError as error:
        st.info(literal(str(error)), icon=":material/info:")
        return
    revealed = _asked_first(shown, pair)
    _both(pair, revealed=revealed)
    if revealed:
        _compared(pair)


def _ask(shown: Shown) -> Ask | None:
    """What is asked for, from the controls; None where the data leave nothing to choose."""
    dataset, problem = shown.opened.dataset, shown.view.problem
    trait, covariates = problem.trait, problem.columns[1:]
    columns = [
        name for name in dataset.covariates.columns if not dataset.explains_itself(trait, [name])
    ]
    usual: Kind = "covariate" if columns else "methods"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = linked.segmented("B differs from A in", KINDS, usual, "pair")
        which = _which(shown, kind, columns)
    if which is None:
        none = "no covariate to put in" if kind == "covariate" else "one trait only"
        st.info(f"These data have {none}.", icon=":material/info:")
        return None
    return Ask(trait, covariates, shown.method, kind, which)


def _which(shown: Shown, kind: Kind, columns: list[str]) -> str | None:
    """The covariate, the other trait or the other scale; None where there is none to choose."""
    trait, covariates = shown.view.problem.trait, shown.view.problem.columns[1:]
    if kind == "covariate":
        doing = {
            name: f"{literal(name)} {'out' if name in covariates else 'in'}" for name in columns
        }
        # What is in the model is taken out; without any, the first is put in.
        usual = [name for name in columns if name in covariates] + columns
        return _one("Covariate", doing, usual[0], "inout") if usual else None
    if kind == "traits":
        names = shown.opened.dataset.traits.columns
        others = {name: literal(name) for name in names if name != trait}
        return _one("The other trait", others, next(iter(others)), "second") if others else None
    if kind == "scales":
        return _one("K of B", SCALES, "doubled", "scale")
    return ""


def _one(label: str, options: dict[str, str], usual: str, key: str) -> str:
    """One of a few options side by side, or of many in a list."""
    if len(options) <= FEW:
        return linked.segmented(label, options, usual, key)
    ordered = {usual: options[usual], **options}
    return linked.selectbox(label, ordered, key)


def _plan(dataset: Dataset, ask: Ask) -> Plan:
    """What is to be fitted: where the individuals differ, on the common ones if that is wanted."""
    found = plan(dataset, ask)
    if found.same_individuals:
        return found
    state.from_link("common", {"1": True}.get)
    common = st.toggle(COMMON, key="common", help="So that both are fits of the same data.")
    state.to_link("common", 1 if common else None, None)
    return plan(dataset, replace(ask, common=True)) if common else found


def _both(pair: Pair, *, revealed: bool) -> None:
    """What both found: in words, in a picture, in a table."""
    moved = change(pair) if revealed else ""
    if projector.on():
        if moved:
            st.markdown(moved)
        _picture(pair, PROJECTED, revealed=revealed)
        return
    with st.container(border=True):
        for side in pair.sides if revealed else (pair.a,):
            st.markdown(
                f"**{side.name}, {literal(side.label)}.** {verdict(side.view, side.method)}"
            )
        if moved:
            st.markdown(moved)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _picture(pair, HEIGHT, revealed=revealed)
    with right:
        st.html(table(pair, revealed=revealed))
        for note in notes(pair):
            st.caption(note)


def _picture(pair: Pair, height: int, *, revealed: bool) -> None:
    board(
        kept.board(pair, revealed=revealed, height=height),
        key="two",
        at=first_frame(pair),
        projector=projector.on(),
    )


def _compared(pair: Pair) -> None:
    """What may be compared, and what may not."""
    st.subheader("What may be compared?")
    for one in rules(pair):
        st.markdown(f"{MARKS[one.mark]} {one.words}")
    st.caption(
        "Whether h is 0 at all is another question: see “Interval and test of h” in Explore."
    )


def _asked_first(shown: Shown, pair: Pair) -> bool:
    """Whether the numbers may be seen: of a sample, a question comes before them."""
    if not (isinstance(shown.source, Sample) and question.asked(pair)):
        return True
    # Streamlit forgets the value of a widget that is not on the page: it is kept beside it.
    if (before := st.session_state.get("foretold_kept")) is not None:
        st.session_state.setdefault("foretold", before)
    state.from_link("foretold", state.one_of(question.OPTIONS))
    # A guess is about one covariate of one trait.
    ask = pair.plan.ask
    state.follow("foretold", (ask.trait, ask.covariates, ask.which), None)
    guess = st.session_state.get("foretold")
    seen = _seen()
    if not seen:
        st.markdown(question.prompt(pair))
        guess = st.radio(
            "Your guess",
            list(question.OPTIONS),
            format_func=lambda code: question.OPTIONS[code],
            index=None,
            key="foretold",
            horizontal=True,
            label_visibility="collapsed",
        )
    st.session_state["foretold_kept"] = guess
    state.to_link("foretold", guess, None)
    if not seen:
        st.button("Reveal", key="foretell", on_click=_reveal, help="You can also look at once.")
        return False
    right, said = question.feedback(pair, guess)
    if right is not None:
        box, icon = (st.success, "check_circle") if right else (st.warning, "lightbulb")
        box(said, icon=f":material/{icon}:")
    return True


def _seen() -> bool:
    if "two_seen" not in st.session_state:
        st.session_state["two_seen"] = st.query_params.get("told") == "1"
    seen = bool(st.session_state["two_seen"])
    state.to_link("told", 1 if seen else None, None)
    return seen


def _reveal() -> None:
    st.session_state["two_seen"] = True

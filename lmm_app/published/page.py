"""Published answers: each dataset with its source, their numbers beside ours, and a way to open."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from lmm_app.fit.table import table
from lmm_app.glossary.marks import marked
from lmm_app.published import kept
from lmm_app.session import links, state
from lmm_app.sources.opened import Sample
from lmm_app.sources.published import name_of
from lmm_data.published.entries import Entry, Model, shelf

LEAD = (
    "Textbooks, papers and other programs print numbers with their data. Here they stand beside "
    "ours, with as many decimals as were printed. *Open* takes a dataset to Explore."
)
STYLE = """
<style>
.st-key-published h2 { font-size: 1.15rem; padding: 0 0 0.3rem; }
.printed table { border-collapse: collapse; margin: 0 0 0.6rem; }
.printed th, .printed td { padding: 0.15rem 0.7rem 0.15rem 0; font-weight: 400; border: 0;
  text-align: left; vertical-align: top; }
.printed td:nth-child(2), .printed td:nth-child(3) { font-variant-numeric: tabular-nums;
  text-align: right; white-space: nowrap; }
.printed thead th { font-size: 0.85rem; opacity: 0.75; }
.printed thead th:nth-child(2), .printed thead th:nth-child(3) { text-align: right; }
p.why { font-size: 0.85rem; opacity: 0.8; margin: 0 0 0.8rem; }
</style>
"""


def render() -> None:
    """Draw the page: a card for each entry of the shelf."""
    st.html(STYLE)
    st.title("Published answers")
    st.markdown(LEAD)
    entries = sorted(shelf(), key=lambda entry: not any(model.files for model in entry.models))
    with st.container(key="published"):
        # A card that opens moves those below it alone.
        for place, one_in_two in zip(
            st.columns(2, gap="medium"), (entries[::2], entries[1::2]), strict=True
        ):
            with place:
                for entry in one_in_two:
                    _card(entry)


@st.fragment
def _card(entry: Entry) -> None:
    """What an entry is and teaches, and its numbers when they are asked for."""
    asked = f"published_{entry.code}"
    with st.container(border=True):
        st.header(entry.title, anchor=False)
        st.markdown(marked(entry.teaches), unsafe_allow_html=True)
        st.caption(entry.source)
        numbers, buttons = st.container(), st.container(horizontal=True)
        count = sum(len(model.numbers) for model in entry.models)
        with buttons:
            shown = bool(st.session_state.get(asked))
            st.button(
                "Hide the numbers" if shown else f"{count} numbers beside ours",
                key=f"{asked}_turn",
                on_click=_turn,
                args=(asked,),
            )
            _ways(entry, every=shown)
        if shown:
            with numbers:
                _numbers(entry)


def _turn(asked: str) -> None:
    st.session_state[asked] = not st.session_state.get(asked)


def _ways(entry: Entry, *, every: bool) -> None:
    """A button to each dataset, or to the first alone."""
    names = [name for model in entry.models if (name := name_of(model))]
    names = list(dict.fromkeys(names))[: None if every else 1]
    for place, name in enumerate(names):
        model = next(model for model in entry.models if name_of(model) == name)
        if st.button(
            f"Open {model.title}" if place else "Open",
            key=f"open_{name}",
            on_click=_choose,
            args=(name,),
            icon=":material/arrow_forward:",
        ):
            words = links.source_words(Sample(name))
            st.switch_page(state.page("explore"), query_params=words)


def _choose(name: str) -> None:
    """In the sidebar, the dataset; it is read there before the workbench is drawn."""
    st.session_state.update(data="sample", sample=name)


def _numbers(entry: Entry) -> None:
    """Theirs and ours, a table for each model."""
    # Within a fragment the bar of the page is out of reach.
    place = st.empty()
    words = f"Computing the numbers of “{entry.title}” …"

    def tell(share: float) -> None:
        place.progress(share, words)

    found = kept.answers(entry, tell)
    place.empty()
    for model, ours in zip(entry.models, found, strict=True):
        st.html(printed_table(entry, model, ours))


def printed_table(entry: Entry, model: Model, ours: Sequence[float]) -> str:
    """The numbers of a model as HTML: what each is, theirs, ours, and whether they agree.

    Why the last digits of some differ stands below, once for all that have the reason.
    """
    rows, reasons = [], []
    for number, value in zip(model.numbers, ours, strict=True):
        agree = number.agrees(value)
        theirs, here = number.printed.replace("-", "−"), number.shown(value)
        if here != theirs:
            reasons.append(number.why)
        mark = (
            f'<span aria-label="{"agrees" if agree else "differs"}">{"✓" if agree else "✗"}</span>'
        )
        rows.append([escape(number.name), escape(theirs), escape(here), mark])
    found = table(
        ["", "printed", "here", ""],
        rows,
        kind="printed",
        label=f"Numbers of {entry.title}{', ' if model.title else ''}{model.title}",
        caption=escape(model.title),
    )
    if reasons:
        said = "; ".join(dict.fromkeys(reasons))
        found += f'<p class="why">Where last digits differ: {escape(said)}.</p>'
    return found

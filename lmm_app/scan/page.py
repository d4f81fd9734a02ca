"""QTL scan: three scans of one genome, which peaks to believe, and any marker seen closely."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.fit.text import literal, said
from lmm_app.genome.sources import CrossSettings
from lmm_app.genome.study import APART, Study
from lmm_app.glossary.marks import marked
from lmm_app.live.component import board
from lmm_app.scan import believed, choose, kept, words
from lmm_app.scan.boards import genome_board, marker_board, quantile_board
from lmm_app.scan.peaks import LETTERS, Peak, Tally
from lmm_app.scan.scans import TITLES, Name, Scans
from lmm_app.scan.takeaway import file_name, marker_rows, script, table
from lmm_app.session import linked, noted, projector, state
from lmm_app.session.downloads import download
from lmm_app.session.prediction import Prediction
from lmm_app.session.progress import progress_bar
from lmm_core import LMMError

TITLE = "A genome scan: which peaks would you believe?"
INTRODUCTION = (
    "Every marker is tested in turn, like a covariate. Ordinary regression takes the individuals "
    "to be unrelated. The mixed model knows who is related. LOCO knows it too, but leaves the "
    "marker’s own chromosome out of the kinship, so that no marker competes with itself."
)
BESIDE: dict[Name, str] = {"lmm": "all markers", "loco": "all other chromosomes"}
NO_GENOTYPES = (
    "The open dataset came without genotypes. It has a kinship and no markers, so there is nothing "
    "to scan. Drop genotypes on the page Data, or scan the simulated cross or the mice."
)
GUESS = Prediction(noted.SCAN, "believed", "believed", buttons="scan_")
DIGITS = {"β": "%.4g", "SE": "%.3g", "−log₁₀ p": "%.2f", "LOD": "%.2f", "h": "%.3f"}


def render() -> None:
    """Draw the page."""
    if not projector.on():
        st.title(TITLE)
        st.markdown(marked(INTRODUCTION), unsafe_allow_html=True)
    try:
        with (
            projector.aside("Settings"),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            chosen = choose.study()
            how = choose.scan(chosen[0]) if chosen else None
        if chosen is None or how is None:
            st.info(NO_GENOTYPES, icon=":material/info:")
            return
        (study, settings), (held, loco) = chosen, how
        revealed = _revealed(study)
        with progress_bar(f"Scanning {study.m:,} markers of {study.n:,} individuals …") as tell:
            scans = kept.scanned(study, held, loco=loco and revealed, progress=tell)
    except LMMError as error:
        st.error(said(error), icon=":material/error:")
        return
    found = kept.tallies(scans)
    _focal(scans, found, revealed=revealed)
    if not revealed or projector.on():
        return
    st.header("2 · Do the p-values behave as if most markers had no effect?")
    st.markdown(marked(words.inflation(scans)), unsafe_allow_html=True)
    board(kept.board("quantiles", scans, lambda: quantile_board(scans)), key="quantiles")
    st.header("3 · One marker")
    _closely(scans, found)
    st.header("4 · Take away")
    _take(scans, settings)


def _verdict(scans: Scans) -> None:
    study = scans.study
    with st.container(border=True):
        st.markdown(
            f"{literal(words.facts(scans))}\n\n:small[:gray[**{literal(study.name)}** · "
            f"{literal(study.about)}]]"
        )
        if scans.no_loco:
            st.markdown(f":small[No LOCO: {literal(scans.no_loco)}]")


def _revealed(study: Study) -> bool:
    """Whether the guess was made; of another study it was not."""
    GUESS.is_revealed()
    GUESS.follow(study.key)
    return GUESS.is_revealed()


def _focal(scans: Scans, found: dict[Name, Tally], *, revealed: bool) -> None:
    """The picture, and the question before it is all shown."""
    study = scans.study
    offered = believed.offered(found["ls"])
    place = projector.frame() if projector.on() else None
    question, below = (place.line, place.picture) if place else (st.container(), st.container())
    foot = place.foot if place else question
    ticked = _question(scans, found, offered, question, foot, revealed=revealed)
    picture = kept.board(
        f"genome {revealed}",
        scans,
        lambda: genome_board(scans, found, revealed=revealed, offered=offered),
    )
    marker = _marker(scans) if revealed else None

    def picked() -> None:
        place = _clicked(study)
        if place is None:
            return
        if revealed:
            st.session_state["scan_marker"] = place
        else:
            _toggle(study, offered, place)

    with below:
        board(
            picture,
            key="genome",
            picked=picked,
            projector=projector.on(),
            marker=marker,
            believed=[offered[letter].place for letter in ticked if letter in offered],
        )
    if place:
        place.head(TITLE)
    else:
        st.caption(f"{words.definition(study)} {words.thresholds(scans)}")
        _verdict(scans)


def _question(
    scans: Scans,
    found: dict[Name, Tally],
    offered: dict[str, Peak],
    line: DeltaGenerator,
    foot: DeltaGenerator,
    *,
    revealed: bool,
) -> list[str]:
    """The question in `line`, the guess and what is said of it once it is made in `foot`."""
    study = scans.study
    GUESS.take_up(_letters)
    options = [*offered, believed.NOBODY]
    chosen = [letter for letter in st.session_state.get(GUESS.key) or () if letter in options]
    st.session_state[GUESS.key] = chosen
    large = projector.on()
    if not large:
        line.header("1 · The genome")
    total = len(found["ls"].peaks)
    if not (large and revealed):
        line.markdown(f"**{believed.question(offered, total)}**")
    if offered:
        chosen = foot.pills(
            "Peaks that you believe",
            options,
            format_func=lambda letter: believed.label(study, offered, letter, short=large),
            selection_mode="multi",
            key=GUESS.key,
            disabled=revealed,
            label_visibility="collapsed",
            on_change=_none_or_some,
        )
    if revealed:
        outcome = believed.outcome(offered, chosen, study, found[believed.best_of(found)])
        said = believed.feedback(offered, chosen, study, found, short=large)
        GUESS.answer(line, foot, outcome, said)
    else:
        with foot:
            GUESS.reveal_button(type="primary")
    letters = sorted(str(letter) for letter in chosen)
    GUESS.keep("".join(letters) or None)
    return letters


def _none_or_some() -> None:
    """Peaks are ticked, or that none is believed: whichever came last."""
    ticked = list(st.session_state[GUESS.key])
    if believed.NOBODY in ticked and len(ticked) > 1:
        ticked.remove(believed.NOBODY)
        before = GUESS.guess == believed.NOBODY
        st.session_state[GUESS.key] = ticked if before else [believed.NOBODY]


def _letters(text: str) -> list[str] | None:
    """Read letters of peaks from a link."""
    return sorted(set(text)) if re.fullmatch(f"[{LETTERS}]+|{believed.NOBODY}", text) else None


def _clicked(study: Study) -> int | None:
    """The marker that was clicked; what a browser sends may be anything."""
    value = st.session_state["genome"].get("marker")
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and 0 <= value < study.m else None


def _toggle(study: Study, offered: dict[str, Peak], place: int) -> None:
    """Believe the peak that was clicked, or no longer."""
    letters = list(offered)
    apart = study.distances(place, [peak.place for peak in offered.values()])
    if apart.size and apart.min() <= APART:
        letter = letters[int(apart.argmin())]
        ticked = set(st.session_state.get(GUESS.key) or []) - {believed.NOBODY}
        st.session_state[GUESS.key] = sorted(ticked ^ {letter})


def _marker(scans: Scans) -> int:
    """The marker that is looked at: clicked, of the link, or the highest."""
    study = scans.study
    top = kept.top_place(scans)
    state.follow("scan_marker", study.key, top)
    state.from_link(
        "scan_marker",
        lambda name: study.markers.index(name) if name in study.markers else None,
    )
    place = int(st.session_state.setdefault("scan_marker", top))
    state.to_link("scan_marker", study.markers[place], study.markers[top])
    return place


def _closely(scans: Scans, found: dict[Name, Tally]) -> None:
    study, place = scans.study, _marker(scans)
    peaks = {peak.place for tally in found.values() for peak in tally.peaks}
    truth = {qtl.place for qtl in study.true_qtl or ()}
    options = sorted(peaks | truth | {place, kept.top_place(scans)})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Marker: a peak, a QTL, or the one that you clicked",
            options,
            format_func=lambda j: f"{study.markers[j]} · {study.where(j)}",
            key="scan_marker",
            width=320,
        )
        beside = _choose_beside(scans)
    with st.spinner("Fitting with the marker …"):
        look = kept.looked_at(scans, place, beside)
    st.markdown(words.marker_sentence(study, look, scans.by[beside]))
    closely = f"closely {place} {beside}"
    board(kept.board(closely, scans, lambda: marker_board(study, look)), key="closely")
    st.dataframe(
        marker_rows(scans, place),
        hide_index=True,
        placeholder="–",
        column_config={
            name: st.column_config.NumberColumn(name, format=form) for name, form in DIGITS.items()
        },
    )


def _choose_beside(scans: Scans) -> Name:
    """Whose kinship the marker is fitted beside."""
    options = {name: words for name, words in BESIDE.items() if name in scans.by}
    usual = next(reversed(options))
    state.follow("beside", tuple(options), usual)
    return linked.segmented(
        "Beside the kinship of", options, usual, "beside", disabled=len(options) == 1
    )


def _take(scans: Scans, settings: CrossSettings | None) -> None:
    st.markdown(
        f"The table has a row for each of the {scans.study.m:,} markers and every number that is "
        f"drawn, with all its digits, by {', '.join(TITLES[name] for name in scans.by)}."
    )
    download(
        "Table of all markers", lambda: table(scans).encode(), file_name(scans.study), "scan_table"
    )
    with st.expander("The Python that makes these scans again", icon=":material/code:"):
        st.code(script(scans, settings), language="python")

"""QTL scan: three scans of one genome, which peaks to believe, and any marker seen closely."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.fit.text import literal
from lmm_app.live.component import board
from lmm_app.scan import kept, words
from lmm_app.scan.peaks import LETTERS, Peak, Tally
from lmm_app.scan.scans import TITLES, Held, Name, Scans
from lmm_app.scan.sources import MICE, RANGES, CrossSettings, genotypes_in
from lmm_app.scan.study import Study
from lmm_app.scan.takeaway import file_name, marker_rows, script, table
from lmm_app.session import keep, linked, projector, state, uploads
from lmm_app.session.progress import Progress
from lmm_app.sources.sources import LAST_SEED
from lmm_core import LMMError

TITLE = "A genome scan: which peaks would you have believed?"
INTRODUCTION = (
    "Every marker of the genome is tested. Least squares takes individuals as unrelated; the "
    "mixed model knows who is related; LOCO leaves the chromosome of the marker out of what it "
    "knows, so that a marker does not compete with itself."
)
DATA = {"cross": "A simulated cross", "mice": "1,940 real mice", "open": "The open dataset"}
BESIDE: dict[Name, str] = {"lmm": "all markers", "loco": "all other chromosomes"}
HELD: dict[Held, str] = {"refit": "refitted at each marker", "null": "held at ĥ of no marker"}
NO_GENOTYPES = (
    "The open dataset came without genotypes, so there is nothing to scan: it has a kinship, and "
    "no markers. Drop genotypes on the page Data, or scan the simulated cross or the mice."
)
# With more numbers than these in all kinships, LOCO waits until it is asked for.
QUICK = 20 * 700**2
KEPT = "scan_believed"
ICONS = {"right": ":material/check_circle:", "wrong": ":material/lightbulb:", "none": None}
DIGITS = {"β": "%.4g", "SE": "%.3g", "p": "%.2e", "−log₁₀ p": "%.2f", "LOD": "%.2f", "h": "%.3f"}


def render() -> None:
    """Draw the page."""
    if not projector.on():
        st.title(TITLE)
        st.markdown(INTRODUCTION)
    try:
        with projector.aside("Settings"):
            chosen = _choose_study()
            held, loco = ("refit", False) if chosen is None else _choose_scan(chosen[0])
        if chosen is None:
            st.info(NO_GENOTYPES, icon=":material/info:")
            return
        study, settings = chosen
        revealed = _revealed(study)
        with Progress(f"Scanning {study.m:,} markers of {study.n:,} individuals …") as tell:
            scans = kept.scanned(study, held, loco=loco and revealed, progress=tell)
    except LMMError as error:
        st.error(literal(str(error)), icon=":material/error:")
        return
    found = kept.tallies(scans)
    if not projector.on():
        _verdict(scans)
    _focal(scans, found, revealed=revealed)
    if not revealed or projector.on():
        return
    st.subheader("2 · Are the p-values those of markers that do nothing?")
    st.markdown(words.inflation(scans))
    board(kept.quantiles(scans), key="quantiles")
    st.subheader("3 · One marker, closely")
    _closely(scans, found)
    st.subheader("4 · Take it away")
    _take(scans, settings)


def _choose_study() -> tuple[Study, CrossSettings | None] | None:
    """What is scanned, and how it was simulated if it was; None without genotypes."""
    about = "The open dataset is that of the sidebar."
    source = linked.segmented("Genotypes", DATA, "cross", "scan_of", help=about)
    if source == "cross":
        settings = _settings()
        return kept.cross(settings), settings
    if source == "mice":
        names = {name: name for name in MICE}
        trait = linked.segmented("Trait of the mice", names, "CD8", "scan_trait")
        with st.spinner("Reading the mice …"):
            return kept.mice(trait), None
    upload, shown = uploads.shown(), state.shown()
    genotypes = genotypes_in(keep.prepared(upload, lambda share: None) if upload else None)
    if upload is None or genotypes is None:
        return None
    name = shown.opened.dataset.name
    return kept.of_files(upload.key, genotypes, shown.view, name), None


def _settings() -> CrossSettings:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # In a corner of a projector all of it is in such a place already.
        with st.container() if projector.on() else st.popover("Settings", icon=":material/tune:"):
            n = st.slider("Individuals", *RANGES["n"], 300, 50, key="scan_n", bind="query-params")
            generations = st.slider(
                "Generation",
                *RANGES["generations"],
                10,
                key="scan_generations",
                bind="query-params",
            )
            pairs = st.slider(
                "Breeding pairs", *RANGES["pairs"], 30, key="scan_pairs", bind="query-params"
            )
            qtl = st.slider("QTL", *RANGES["qtl"], 4, key="scan_qtl", bind="query-params")
            effect = st.slider(
                "Effect of an allele",
                *RANGES["effect"],
                0.5,
                0.05,
                key="scan_effect",
                bind="query-params",
                help="Of each QTL, up or down, in standard deviations of all the rest.",
            )
            h2 = st.slider(
                "h beside the QTL",
                *RANGES["h"],
                0.6,
                0.05,
                key="scan_h",
                bind="query-params",
                help="Share of the rest that many small genes make; they follow the pedigree and "
                "lie nowhere in particular.",
            )
        seed = linked.number("Seed", LAST_SEED, 1, "scan_seed", width=130)
        st.button("Redraw", icon=":material/casino:", on_click=_next_seed, key="scan_redraw")
    return CrossSettings(
        int(n), int(generations), int(pairs), int(qtl), float(effect), float(h2), seed
    )


def _next_seed() -> None:
    st.session_state["scan_seed"] = int(st.session_state["scan_seed"]) % LAST_SEED + 1


def _choose_scan(study: Study) -> tuple[Held, bool]:
    """What the mixed model does with h, and whether LOCO is wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        held = linked.segmented("h of the mixed model", HELD, "refit", "scan_held")
        if study.n**2 * len(study.chromosomes) <= QUICK:
            return held, True
        loco = st.toggle(
            "LOCO too",
            key="scan_loco",
            bind="query-params",
            help="A kinship and its decomposition for each chromosome: a minute or more, with "
            "progress. What is done already stays if you stop it.",
        )
    return held, bool(loco)


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
    if st.query_params.get("seen") == "1":
        st.session_state.setdefault("scan_seen", True)
    state.follow("scan_seen", study.key, False)
    return bool(st.session_state.setdefault("scan_seen", False))


def _focal(scans: Scans, found: dict[Name, Tally], *, revealed: bool) -> None:
    """The picture, and the question before it is all shown."""
    study = scans.study
    offered = words.offered(found["ls"])
    place = projector.frame() if projector.on() else None
    question, below = (place.line, place.picture) if place else (st.container(), st.container())
    foot = place.foot if place else question
    believed = _question(scans, found, offered, question, foot, revealed=revealed)
    picture = kept.genome(scans, found, revealed=revealed, offered=offered)
    moving = {
        "projector": projector.on(),
        "marker": _marker(scans) if revealed else None,
        "believed": [offered[letter].place for letter in believed],
    }

    def picked() -> None:
        place = _clicked(study)
        if place is None:
            return
        if revealed:
            st.session_state["scan_marker"] = place
        else:
            _toggle(study, offered, place)

    with below:
        board(picture, key="genome", picked=picked, **moving)
    if place:
        place.head(TITLE)
    else:
        st.caption(f"{words.definition(study)} {words.thresholds(scans)}")


def _question(
    scans: Scans,
    found: dict[Name, Tally],
    offered: dict[str, Peak],
    line: DeltaGenerator,
    foot: DeltaGenerator,
    *,
    revealed: bool,
) -> list[str]:
    """The prompt in `line`, the guess and what is said of it once it is made in `foot`."""
    study = scans.study
    state.from_link("believed", _letters)
    state.follow("believed", study.key, [])
    # Streamlit forgets the value of a widget that is not on the page: it is kept beside it.
    st.session_state.setdefault("believed", st.session_state.get(KEPT, []))
    chosen = [letter for letter in st.session_state["believed"] if letter in offered]
    st.session_state["believed"] = chosen
    large = projector.on()
    if not large:
        line.subheader("1 · The genome")
    total = len(found["ls"].peaks)
    if not (large and revealed):
        line.markdown(f"**Predict.** {words.prompt(offered, total)}")
    if offered:
        chosen = foot.pills(
            "Peaks that you believe",
            list(offered),
            format_func=lambda letter: (
                letter if large else words.peak_label(study, letter, offered[letter])
            ),
            selection_mode="multi",
            key="believed",
            disabled=revealed,
            label_visibility="collapsed",
        )
    if revealed:
        outcome = words.outcome(offered, chosen, study, _judge(found))
        box = {"right": foot.success, "wrong": foot.warning, "none": foot.info}[outcome]
        start = {"right": "Yes. ", "wrong": "Not quite. ", "none": ""}[outcome]
        said = start + words.feedback(offered, chosen, scans, found)
        if large:
            line.markdown(said)
        else:
            box(said, icon=ICONS[outcome])
        foot.button("Guess again", key="scan_again", on_click=_see, args=(False,))
    else:
        foot.button(
            "Reveal",
            key="scan_reveal",
            type="primary",
            on_click=_see,
            args=(True,),
            help="You can also look without a guess.",
        )
    letters = sorted(str(letter) for letter in chosen)
    st.session_state[KEPT] = letters
    state.to_link("believed", "".join(letters), "")
    state.to_link("seen", 1 if revealed else None, None)
    return letters


def _judge(found: dict[Name, Tally]) -> Tally:
    return found["loco"] if "loco" in found else found["lmm"]


def _see(seen: bool) -> None:
    st.session_state["scan_seen"] = seen
    if not seen:
        st.session_state["believed"] = []
        for key in ("believed", "seen"):
            st.query_params.pop(key, None)


def _letters(text: str) -> list[str] | None:
    """Read letters of peaks from a link."""
    return sorted(set(text)) if re.fullmatch(f"[{LETTERS}]+", text) else None


def _clicked(study: Study) -> int | None:
    """The marker that was clicked; what a browser sends may be anything."""
    value = st.session_state["genome"].get("marker")
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and 0 <= value < study.m else None


def _toggle(study: Study, offered: dict[str, Peak], place: int) -> None:
    """Believe the peak that was clicked, or no longer."""
    apart = {
        abs(float(study.position[peak.place] - study.position[place])): letter
        for letter, peak in offered.items()
        if study.chromosome[peak.place] == study.chromosome[place]
    }
    if apart and min(apart) <= study.unit.apart:
        letter = apart[min(apart)]
        believed = set(st.session_state.get("believed") or [])
        st.session_state["believed"] = sorted(believed ^ {letter})


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
            "Marker: a peak, a QTL, or what you clicked",
            options,
            format_func=lambda j: f"{study.markers[j]} · {study.where(j)}",
            key="scan_marker",
            width=320,
        )
        beside = _choose_beside(scans)
    with st.spinner("Fitting with the marker …"):
        look = kept.looked_at(scans, place, beside)
    st.markdown(words.marker_sentence(study, look, scans.by[beside]))
    board(kept.closely(scans, look, beside), key="closely")
    st.dataframe(
        marker_rows(scans, place),
        hide_index=True,
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
    st.download_button(
        "Table of all markers",
        lambda: table(scans).encode(),
        file_name(scans.study),
        "text/csv",
        key="scan_table",
        on_click="ignore",
        icon=":material/download:",
    )
    with st.expander("The Python that makes these scans again", icon=":material/code:"):
        st.code(script(scans, settings), language="python")

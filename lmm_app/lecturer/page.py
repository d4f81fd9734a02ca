"""For lecturers: links that fix what a class sees, a link for each student, and the answer key."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import streamlit as st

from lmm_app.fit.text import said
from lmm_app.lecturer import answers, classroom, codes
from lmm_app.lecturer.answers import Answer, Key
from lmm_app.lecturer.lessons_table import lessons_table
from lmm_app.lecturer.tokens import Tokens
from lmm_app.lecturer.true_h import ON_ITS_CARD, true_h
from lmm_app.lessons.presets import PRESETS
from lmm_app.session import linked, links, sealed, state
from lmm_app.session.downloads import download
from lmm_app.session.links import (
    EXPLORE,
    LAST_FIRST_SEED,
    MAX_STUDENTS,
    PAGES,
    Drawn,
    Lecture,
    Linked,
)
from lmm_app.session.progress import progress_bar
from lmm_app.session.secret import secret
from lmm_app.session.state import Shown
from lmm_app.sources.opened import SAMPLES, Lesson, Sample, Simulation
from lmm_core import LMMError

NAME = "lecturer"
SIDEBAR, LEFT, TRUE_H = "sidebar", "left", "secret_h"
STUDENTS = 30
REAL = "Of real data nobody knows the true h, and all students have the same."
ABOUT_SAMPLES = {
    "tiny12": "These twelve are made up, and all students have the same.",
    "gryphons": "These were simulated by others with an h that is not known here, and all students "
    "have the same.",
    "many_traits": "Each of these traits was simulated with an h of its own, which the page All "
    "traits shows. All students have the same.",
}
SECRET = "No link, page or download tells it to anyone without this page."
CLASS = "class"
# The trait and the covariates that are fitted, None for the usual ones.
Fitted: TypeAlias = tuple[str | None, tuple[str, ...] | None]
# An answer is a few numbers; so many may a session hold.
MOST_ANSWERS = 3000
_ANSWERS = "answers"
ON_PAPER = (
    "On paper: “Handout for students”, in the sidebar, has the questions of the tour and no "
    "answers. “Handout with answers” is for you. Both are about the data that are open."
)


def render() -> None:
    """Draw the page."""
    st.title("For lecturers")
    if state.hidden():
        st.info(
            "This page tells the true h, and this window was opened by a link that hides it.",
            icon=":material/visibility_off:",
        )
        return
    st.markdown(
        "A room for a class that is together; and links, one for the projector and, of data that "
        "are drawn, one for each student, with the answers. The same link shows the same data to "
        "everyone."
    )
    base = links.base_of(st.context.url, NAME)
    shown = state.shown()
    st.header("1 · A class in three clicks")
    classroom.render(base, shown.source)
    st.caption(ON_PAPER)
    st.header("2 · What a link opens")
    asked, projector, fitted = _choose(shown)
    st.header("3 · Links")
    first, students = _links(base, asked, projector)
    st.header("4 · Answer key")
    key = st.container()
    st.header("5 · The lessons")
    st.html(lessons_table(base))
    # Last, for it may take a while.
    with key:
        _key(asked, fitted, first, students)


def _choose(shown: Shown) -> tuple[Lecture, bool, Fitted]:
    """What a link opens, whether it is for a projector, and what is fitted."""
    sources: dict[str, Linked] = {} if shown.source is None else {SIDEBAR: shown.source}
    sources |= {name: Lesson(name) for name in PRESETS}
    sources |= {"simulation": Simulation()}
    sources |= {f"sample_{name}": Sample(name) for name in SAMPLES}
    if shown.source is None:
        st.info(
            "Your own files are only in this window and in no link. Choose other data here, or "
            "save your work and hand the file out.",
            icon=":material/upload_file:",
        )
    left, right = st.columns(2, gap="large")
    with left:
        data = linked.selectbox(
            "Data",
            {name: _title(name, one) for name, one in sources.items()},
            "teach",
            persist_state="session",
        )
        kept = state.explore_left() if data == SIDEBAR else ()
        pages = {EXPLORE: PAGES[EXPLORE]}
        pages |= {LEFT: "Explore, as you left it"} if kept else {}
        page = linked.selectbox("Page", {**pages, **PAGES}, "open", persist_state="session")
    more: tuple[tuple[str, str], ...] = ()
    fitted: Fitted = (None, None)
    if data == SIDEBAR:
        dataset, columns = shown.opened.dataset, shown.view.problem.columns[1:]
        trait = shown.view.problem.trait
        more = links.settings(dataset, trait, columns, shown.method)
        fitted = (trait, columns)
    if page == LEFT:
        page, more = EXPLORE, more + kept
    source = sources[data]
    with right:
        projector = _switch(
            "For a projector", "large", "Large type, one picture, no sidebar. Not for students."
        )
        token = None
        if isinstance(source, Sample):
            st.caption(ABOUT_SAMPLES.get(source.name, REAL))
        elif _switch(
            "Hide the true h",
            "secret",
            "Nor can the data be changed: in place of the controls stands "
            f"“{sealed.about(7)}”, for the student with this number.",
        ):
            if isinstance(source, Simulation):
                source = replace(source, h2=true_h(source, TRUE_H))
            st.caption(SECRET if isinstance(source, Simulation) else ON_ITS_CARD)
            token = _seal(source)
    return Lecture(source, page, token, more), projector, fitted


def _seal(source: Drawn) -> Tokens:
    """What seals the data of each student of a class, which is drawn once."""
    try:
        secret()
    except LMMError as error:
        # A link that hides nothing would be worse than none.
        st.error(said(error), icon=":material/error:")
        st.stop()
    state.from_link(CLASS, sealed.class_in)
    of_class = str(st.session_state.setdefault(CLASS, sealed.new_class()))
    state.to_link(CLASS, of_class, None)
    st.button(
        "Draw other data",
        on_click=_another_class,
        icon=":material/casino:",
        help="For everyone. The links that you have handed out still open the data that they do.",
    )
    return Tokens(source, of_class)


def _another_class() -> None:
    st.session_state[CLASS] = sealed.new_class()


def _title(name: str, source: Linked) -> str:
    title = links.name_of(source)
    if name == SIDEBAR:
        seed = "" if isinstance(source, Sample) else f", seed {links.seed_of(source)}"
        return f"As in the sidebar: {title}{seed}"
    if isinstance(source, Simulation):
        return f"{title}, as it is set at first"
    return f"{'Sample' if isinstance(source, Sample) else 'Lesson'}: {title}"


def _links(base: str, asked: Lecture, projector: bool) -> tuple[int, int]:
    """The links; the first seed and how many students there are."""
    st.markdown("**For the projector**" if projector else "**One for all**")
    st.code(links.link(base, asked, projector=projector), language=None, wrap_lines=True)
    tokens = asked.token
    if isinstance(tokens, Tokens):
        st.markdown("**For afterwards**, the same with the true h")
        told = replace(asked, token=replace(tokens, told=True))
        st.code(links.link(base, told, projector=projector), language=None, wrap_lines=True)
    if isinstance(asked.source, Sample):
        return 1, 1
    st.markdown("**One for each student**: the same question, data of their own")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        students = linked.number(
            "Students", MAX_STUDENTS, STUDENTS, "students", persist_state="session"
        )
        first = 1
        if not tokens:
            first = linked.number(
                "First seed", LAST_FIRST_SEED, 1, "first", persist_state="session"
            )
    rows = links.student_rows(base, asked, first, students)
    st.dataframe(
        links.columns(rows),
        hide_index=True,
        height=min(35 * students + 38, 320),
        column_config={
            "student": st.column_config.NumberColumn(width="small", format="%d"),
            "seed": st.column_config.NumberColumn(width="small", format="%d"),
            "link": st.column_config.LinkColumn(width="large"),
        },
        alt=f"A link for each of {students} students"
        f"{'' if tokens else f', with seeds from {first}'}.",
    )
    title = f"{links.name_of(asked.source)}: {PAGES[asked.page]}"
    with st.container(horizontal=True):
        download("CSV", lambda: links.links_csv(rows), "links.csv", "take_links.csv", "table")
        download(
            "To print",
            lambda: links.slips_html(title, rows),
            "links.html",
            "take_links.html",
            "print",
        )
    with st.expander("As text, to copy"):
        st.code(links.links_csv(rows), language=None, height=300)
    return first, students


def _key(asked: Lecture, fitted: Fitted, first: int, students: int) -> None:
    """What every student should find, computed when it is asked for and as far as it came."""
    if isinstance(asked.source, Lesson):
        preset = PRESETS[asked.source.name]
        st.markdown(f"**With seed {preset.seed}:** {preset.claim} {preset.chance}")
    sources = _sources(asked, first, students)
    marks: list[tuple[int | None, int | None]] = [(None, None)]
    if not isinstance(asked.source, Sample):
        marks = [row[:2] for row in links.student_rows("", asked, first, students)]
    found: dict[object, Answer] = st.session_state.setdefault(_ANSWERS, {})
    missing = [source for source in sources if (source, *fitted) not in found]
    if missing:
        words = "Fit" if len(missing) == students else f"Fit the other {len(missing)}"
        with st.container(horizontal=True):
            go = st.button(words, key="fit_all", type="primary", icon=":material/play_arrow:")
            if go:
                # Any click ends a run; this one is there to be found.
                st.button("Stop", key="stop_fits", icon=":material/stop:")
        if go:
            _fit(found, missing, fitted)
    known = [
        (*mark, found[source, *fitted])
        for mark, source in zip(marks, sources, strict=True)
        if (source, *fitted) in found
    ]
    of_all = [one for *_, one in known]
    if not known:
        each = "student" if asked.token else "seed"
        st.caption(f"By REML and by ML, for every {each}, with the true h. Nothing is fitted yet.")
        _codes(asked, (), students)
        return
    st.markdown(answers.summary(of_all))
    st.dataframe(
        answers.key_rows(known),
        hide_index=True,
        placeholder="–",
        height=min(35 * len(known) + 38, 420),
        alt=f"The answers of {len(known)} students. {answers.summary(of_all)}",
    )
    download("CSV", lambda: answers.key_csv(known), "answers.csv", "take_answers", "table")
    _codes(asked, known, students)


def _codes(asked: Lecture, known: Sequence[Key], students: int) -> None:
    if isinstance(asked.token, Tokens):
        by_student = {student: one for student, _, one in known if student is not None}
        codes.render(asked.token, by_student, students)


def _sources(asked: Lecture, first: int, students: int) -> list[Linked]:
    """The data of every student."""
    tokens = asked.token
    if isinstance(tokens, Tokens):
        return [
            sealed.source_of(secret(), tokens.of(student)) for student in range(1, students + 1)
        ]
    return [links.with_seed(asked.source, seed) for seed in range(first, first + students)]


def _fit(found: dict[object, Answer], missing: list[Linked], fitted: Fitted) -> None:
    """Fit one after the other; what is there stays if the reader stops it."""
    if len(found) + len(missing) > MOST_ANSWERS:
        found.clear()
    with progress_bar("Fitting …") as tell:
        for done, source in enumerate(missing):
            tell(done / len(missing))
            try:
                answer = answers.answer(source, *fitted)
            except LMMError as error:
                st.error(said(error), icon=":material/error:")
                return
            found[source, *fitted] = answer
    st.rerun()


def _switch(label: str, key: str, about: str) -> bool:
    state.from_link(key, {"1": True}.get)
    on = st.toggle(label, key=key, help=about, persist_state="session")
    state.to_link(key, 1 if on else None, None)
    return on

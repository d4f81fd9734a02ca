"""The files on the page Data: dropped, recognised, previewed, re-assigned, joined, repaired."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.data import correcting, preview, typed, weighing, words
from lmm_app.fit.text import literal
from lmm_app.live.component import room
from lmm_app.session import opening, uploads
from lmm_app.session.downloads import download
from lmm_app.session.saved import is_work
from lmm_app.session.state import MAX_UPLOAD_MB
from lmm_app.sources.opened import Upload
from lmm_core.errors import some
from lmm_data.preparation.choices import with_ids
from lmm_data.preparation.correcting import corrections_text
from lmm_data.preparation.preparing import Prepared
from lmm_data.preparation.repairs import Repair
from lmm_data.readers.opening import Outcome, alternatives
from lmm_data.readers.reading import SUSPECTED_CODES

SAME_ORDER = "same_order"
RELATIONSHIPS: dict[str, str] = {
    "centered": "centred allele counts, as GEMMA -gk 1",
    "standardized": "standardised allele counts, as GEMMA -gk 2 and GCTA",
}
ABOUT = (
    "Any number, in any order: phenotypes, a kinship, a pedigree or genotypes, covariates. "
    "Tables as spreadsheets, CSV or text, R, Parquet, GEMMA, GCTA, PLINK 1 and 2, VCF, R/qtl2, "
    "NumPy; compressed or in a zip. Or saved work."
)
KEPT = (
    "Your files stay in the memory of this server, not on its disk and nowhere else: at the latest "
    "{minutes} after you close this page or load it anew they are gone, and what was computed "
    "from them makes way for newer results."
)
_UNOPENED = "drop_unopened"


def drop() -> None:
    """The place to drop files."""
    with room("drop", 96):
        st.file_uploader(
            "Drop your files here",
            accept_multiple_files=True,
            key=uploads.drop_key(),
            on_change=_take_drop,
            max_upload_size=MAX_UPLOAD_MB,
        )
    kept = KEPT.format(minutes=uploads.kept_for())
    st.markdown(f":small[{ABOUT}]\n\n:small[{kept} To go on later, save your work.]")
    typed.render()
    if complaint := st.session_state.get(_UNOPENED):
        st.error(literal(complaint), icon=":material/error:")
    for what in uploads.corrected():
        st.success(f"{literal(what)}.", icon=":material/edit:")
    for why in uploads.refused():
        st.warning(f"{literal(why)}.", icon=":material/block:")


def _take_drop() -> None:
    """Take what was dropped: files of data, saved work, or one of these among the others."""
    works: list[opening.Given] = []
    data: list[opening.Given] = []
    for name, content in uploads.take_drop():
        (works if is_work(name, content) else data).append((name, content))
    complaint = ""
    if len(works) > 1:
        names = some([name for name, _ in works])
        complaint = f"one saved work is opened at a time: there are {names}; drop one of them"
    elif works:
        complaint = opening.ask(works[0], data)
    st.session_state[_UNOPENED] = complaint
    if data and (complaint or not works):
        uploads.add_and_show(data)


def repairs(offered: Sequence[Repair], upload: Upload) -> None:
    """Remedies of one click, each with what it does; and the way back."""
    for repair in offered:
        button, meaning = st.columns([2, 5], vertical_alignment="center")
        button.button(
            literal(repair.label),
            key=f"repair_{repair.code}_{repair.label}",
            on_click=uploads.decide,
            args=(repair.choices,),
            icon=":material/healing:",
            width="stretch",
            wrap=True,
        )
        meaning.markdown(f":small[{literal(repair.meaning)}]")
    if upload.as_read is not upload:
        st.button(
            "Take all repairs back",
            key="undecide",
            on_click=uploads.undecide,
            icon=":material/undo:",
            type="tertiary",
        )


def files(prepared: Prepared, upload: Upload) -> None:
    """Each file: what it was taken for, why, what it is for, how it is read, its first rows."""
    if prepared.dataset is None:
        for note in prepared.notes:
            st.markdown(f":small[• {literal(note)}]")
    for outcome in prepared.outcomes:
        with st.container(border=True):
            _file(outcome, prepared, upload)
    if prepared.corrections:
        download(
            "Corrections as a file",
            corrections_text(prepared.outcomes, prepared.corrections),
            "corrections.csv",
            "take_corrections",
            "table",
            help="To go on another day: drop it here with your files, or give it to the command "
            "line beside them, as in lmm fit … --corrections corrections.csv",
        )
    _decisions(prepared, upload)
    if upload.choices.weights:
        st.markdown(f":small[{weighing.ABOUT}]")
    _whole(prepared, upload)
    st.button("Take all files away", on_click=uploads.clear, icon=":material/delete_sweep:")


def _whole(prepared: Prepared, upload: Upload) -> None:
    """The way to take away a workbook, or an archive, of which only the parts are shown."""
    shown = {part for outcome in prepared.outcomes for part in outcome.group.files}
    for file in upload.files:
        if file.name not in shown:
            st.button(
                f"Take away {literal(file.name)}",
                key=f"remove_{file.name}",
                on_click=uploads.remove,
                args=(file.name,),
                type="tertiary",
                icon=":material/close:",
            )


def _decisions(prepared: Prepared, upload: Upload) -> None:
    """What is decided of the entries, not of a file."""
    choices, place = upload.choices, st.container(horizontal=True, gap="medium")
    codes = list(dict.fromkeys([*map(str, SUSPECTED_CODES), *choices.missing]))
    _several(
        place,
        "More codes that mean missing",
        codes,
        "missing",
        choices.missing,
        placeholder="such as -9",
        accept_new_options=True,
        help="Empty, NA, NaN, ., -, N/A, NULL, None and errors of spreadsheets such as #N/A do.",
    )
    if choices.not_missing:
        _several(
            place,
            "Numbers that are values and not missing",
            list(choices.not_missing),
            "not_missing",
            choices.not_missing,
        )
    phenotypes = prepared.phenotypes
    if phenotypes is not None and len(phenotypes.columns) > 1:
        _several(
            place,
            "Columns of the phenotypes that are covariates",
            list(phenotypes.columns),
            "from_phenotypes",
            choices.from_phenotypes,
            placeholder="by their names",
        )
    offered = weighing.offered(prepared)
    if len(offered) > 1:
        with place:
            _choose(
                "How much each record counts",
                offered,
                weighing.words,
                choices.weights,
                "weights",
                lambda column: uploads.decide(replace(choices, weights=column)),
                340,
            )
    numbers = _numbers_among_covariates(prepared)
    if numbers:
        _several(
            place,
            "Covariates of numbers that are categories",
            numbers,
            "factors",
            choices.factors,
            placeholder="a slope for each",
            help="Each category but the first becomes a column of 0 and 1, as words always do.",
        )
    if "genotypes" in prepared.roles.values() and "kinship" not in prepared.roles.values():
        with place:
            _choose(
                "Kinship from genotypes",
                list(RELATIONSHIPS),
                RELATIONSHIPS.__getitem__,
                choices.relationship,
                "relationship",
                lambda kind: uploads.decide(replace(choices, relationship=kind)),
                340,
            )


def _numbers_among_covariates(prepared: Prepared) -> list[str]:
    """The covariates that are numbers in the files, those that were made categories included."""
    table, dataset = prepared.covariates, prepared.dataset
    terms = dataset.terms if dataset is not None else None
    made = {} if terms is None else terms.spread
    spread = {column for columns in made.values() for column in columns}
    there = () if table is None else table.columns
    numbers = [c for c in there if c not in spread and table is not None and table.is_numeric(c)]
    return list(dict.fromkeys([*prepared.choices.factors, *numbers]))


def _several(
    place: DeltaGenerator,
    label: str,
    options: list[str],
    field: str,
    now: tuple[str, ...],
    **settings: Any,
) -> None:
    """Some of a list, kept as the field of that name of what is decided."""
    key = f"decide_{field}"

    def changed() -> None:
        chosen: Any = tuple(str(one).strip() for one in st.session_state[key])
        uploads.decide(replace(uploads.choices(), **{field: chosen}))

    st.session_state[key] = [one for one in now if one in options]
    place.multiselect(label, options, key=key, on_change=changed, width=340, **settings)


def _file(outcome: Outcome, prepared: Prepared, upload: Upload) -> None:
    name = outcome.group.name
    sizes = {file.name: len(file.content) for file in upload.files}
    size = sum(sizes.get(part, 0) for part in outcome.group.files)
    others = [part for part in outcome.group.files if part != name]
    parts = f" ({', '.join(others)})" if others else ""
    # A sheet, or a file of an archive, has no size of its own.
    about = " · ".join(
        filter(None, [words.size_words(size) if size else "", words.shape_words(outcome)])
    )
    st.markdown(f"**{literal(name + parts)}** · :gray[{about}]\n\n{words.file_words(outcome)}")
    for note in dict.fromkeys(outcome.reading.notes if outcome.reading else ()):
        st.markdown(f":small[• {literal(note)}]")
    looked = edited = False
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if outcome.reading is None and dict(prepared.choices.roles).get(name) != "ignored":
            st.button(
                "Leave it out",
                key=f"ignore_{name}",
                on_click=uploads.set_role,
                args=(name, "ignored", {}),
                type="tertiary",
                icon=":material/block:",
            )
        if outcome.reading is not None:
            _choose(
                "What it is for",
                list(words.ROLES),
                words.ROLES.__getitem__,
                prepared.roles.get(name, "ignored"),
                f"role_{name}",
                lambda chosen: uploads.set_role(name, chosen, prepared.roles),
                150,
            )
        readers = dict(alternatives(outcome))
        current = outcome.group.reader or ""
        if readers:
            readers.setdefault(current, "as recognised")
            _choose(
                "How it is read",
                list(readers),
                readers.__getitem__,
                current,
                f"reader_{name}",
                lambda chosen: uploads.set_reader(name, chosen),
                260,
            )
        columns = words.id_columns(outcome)
        if columns and prepared.roles.get(name) != "ignored":
            _choose(
                "Column of the ids",
                ["", *columns],
                lambda column: literal(column) if column else "by what the files share",
                dict(upload.choices.ids).get(name, ""),
                f"ids_{name}",
                lambda chosen: uploads.decide(with_ids(uploads.choices(), name, chosen)),
                220,
            )
        if outcome.reading is not None:
            looked = st.toggle("First rows", key=f"look_at_{name}")
            if correcting.can_be(outcome):
                edited = st.toggle("Correct entries", key=f"edit_{name}")
        for part in (part for part in outcome.group.files if part in sizes):
            st.button(
                "Take away" if len(outcome.group.files) == 1 else f"Take away {literal(part)}",
                key=f"remove_{part}",
                on_click=uploads.remove,
                args=(part,),
                type="tertiary",
                icon=":material/close:",
            )
    if looked and outcome.reading is not None:
        for title, html in preview.tables(outcome.reading):
            st.html(html)
            st.markdown(f":small[{literal(title)}]")
    if edited:
        correcting.grid(outcome)
    correcting.made(outcome, upload.choices.corrections)


def _choose(
    label: str,
    options: Sequence[str],
    words_of: Callable[[Any], str],
    now: str,
    key: str,
    then: Callable[[Any], None],
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A list whose value is decided elsewhere, and what to do when another is chosen."""

    def changed() -> None:
        then(st.session_state[key])

    st.session_state[key] = now
    st.selectbox(label, options, format_func=words_of, key=key, on_change=changed, width=width)


def join(prepared: Prepared, upload: Upload) -> None:
    """Who is in which file, and the tick for files without ids."""
    if prepared.join is not None:
        st.html(words.join_table(prepared.join))
        near = words.near_misses(prepared.join)
        if near:
            st.markdown(near)
    if prepared.order_offered or upload.choices.same_order:
        st.session_state[SAME_ORDER] = upload.choices.same_order
        st.checkbox(
            "The rows are in the same order as the phenotypes",
            key=SAME_ORDER,
            on_change=lambda: uploads.decide(
                replace(uploads.choices(), same_order=bool(st.session_state[SAME_ORDER]))
            ),
            help="A file has no ids. Only you can know whose rows they are: if one is in another "
            "order, everything that follows is wrong, and may look right.",
        )

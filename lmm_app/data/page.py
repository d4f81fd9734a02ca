"""Data: drop files, see what they are and who is who, what is wrong with them, and mend it."""

from collections.abc import Sequence

import streamlit as st

from lmm_app.data import filing, kept, projected, words
from lmm_app.data.gallery import Illustrated
from lmm_app.data.material import Material
from lmm_app.data.sheet import sheet, sheet_name
from lmm_app.fit.text import literal, names_option
from lmm_app.lessons.broken import GROUPS
from lmm_app.lessons.broken_entry import Broken
from lmm_app.paper.picture import Picture
from lmm_app.session import keep, projector, state, uploads
from lmm_app.session.downloads import download
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.sources.opened import Upload, problem_with
from lmm_data.checks import Finding, Report, Verdict
from lmm_data.checks.finding import SEVERITIES
from lmm_data.preparation.preparing import Prepared
from lmm_data.preparation.repairs import repairs_for

TITLE = "Your data, checked before the fit"
INTRODUCTION = (
    "What is in the files, who is in which, and what is wrong or unusual. Nothing is changed "
    "unless you decide it."
)
LOOKS: dict[Verdict, tuple[str, str]] = {
    "fit for use": ("green", ":material/check_circle:"),
    "usable with care": ("orange", ":material/warning:"),
    "not usable": ("red", ":material/block:"),
}
ICONS = {
    "error": ":red-badge[:material/block: error]",
    "warning": ":orange-badge[:material/warning: care]",
    "note": ":gray-badge[:material/info: note]",
}
SHELF_COLUMNS = 3
# So many findings of a kind are shown; the rest on request.
PAGE = 8


def render() -> None:
    """Draw the page."""
    shown, upload = state.shown(), uploads.shown()
    if not projector.on():
        st.title(TITLE)
        st.markdown(INTRODUCTION)
        if state.sealed_data() is None:
            filing.drop()
    if upload is None:
        _of_what_is_open(shown)
    else:
        _of_files(shown, upload)
    if state.sealed_data() is None and not projector.on():
        _shelf(opened=upload is None)


def _of_what_is_open(shown: Shown) -> None:
    """The diagnosis of a sample, a lesson or a simulation."""
    dataset = shown.opened.dataset
    material, key = Material.of_dataset(dataset), keep.dataset_key(dataset)
    report = _report(key, material, shown.method)
    if report is None:
        return
    headline = words.headline(report.verdict, report, dataset, None)
    illustrated = _illustrated(key, material, report, shown)
    if projector.on():
        projected.render(TITLE, headline, illustrated)
        return
    _verdict(report.verdict, headline, dataset.name, shown.opened.about)
    _complain(shown)
    page = _sheet(dataset.name, headline.sentence, illustrated, shown)
    _take(sheet_name(dataset.name), page, shown, True)
    _findings(illustrated)


def _of_files(shown: Shown, upload: Upload) -> None:
    """The diagnosis of uploaded files, whether or not they make a dataset."""
    prepared = keep.prepared(upload, lambda share: None)
    problem = problem_with(prepared)
    name = prepared.dataset.name if prepared.dataset else upload.files[0].name
    material = Material.of_prepared(prepared)
    # Without ids nothing is joined, and nothing said, before someone says whose rows they are.
    waiting = prepared.dataset is None and prepared.order_offered
    report = None if waiting else _report(upload.key, material, shown.method, _use(shown, prepared))
    usable: Verdict = report.verdict if report and not problem else "not usable"
    repairs = repairs_for(prepared, report)
    headline = words.headline(
        usable, report, prepared.dataset, problem, offered=bool(repairs) and problem is not None
    )
    illustrated = Illustrated((), ())
    if report is not None:
        illustrated = _illustrated(upload.key, material, report, shown)
    if projector.on():
        projected.render(TITLE, headline, illustrated)
        return
    fitted = shown.opened.dataset is prepared.dataset
    about = shown.opened.about
    if not fitted:
        before = shown.opened.dataset.name
        about = f"What was on the screen before, {before}, is still on the other pages."
    _verdict(usable, headline, name, about)
    if not problem:
        _complain(shown, offered=bool(repairs))
    page = _sheet(name, headline.sentence, illustrated, shown if fitted else None, prepared, upload)
    _take(sheet_name(name), page, shown, fitted)
    filing.repairs(repairs, upload)
    st.header("1 · The files")
    filing.files(prepared, upload)
    if prepared.join is not None or prepared.order_offered or upload.choices.same_order:
        st.header("2 · Who is in which file")
        filing.join(prepared, upload)
    if report is not None:
        st.header("3 · Findings")
        _findings(illustrated)


def _use(shown: Shown, prepared: Prepared) -> tuple[str, ...] | None:
    """The covariates on the screen, if those that were given cannot all be used; else None."""
    data = prepared.dataset
    if data is None or data.terms is None or shown.opened.dataset is not data:
        return None
    refused = not data.terms.refused_covariates.keys().isdisjoint(data.terms.covariates)
    return shown.view.problem.columns[1:] if refused else None


def _report(
    key: str, material: Material, method: str, use: tuple[str, ...] | None = None
) -> Report | None:
    with progress_bar("Checking the data …") as tell:
        return kept.report(key, material, method, tell, use)


def _illustrated(key: str, material: Material, report: Report, shown: Shown) -> Illustrated:
    return kept.illustrated(key, material, report, shown.method, shown.view.problem.trait)


def _verdict(verdict: Verdict, headline: words.Headline, name: str, about: str) -> None:
    color, icon = LOOKS[verdict]
    with st.container(border=True):
        st.markdown(
            f"## :{color}[{icon} {headline.verdict}]\n\n{literal(headline.reason)}\n\n"
            f":small[:gray[**{literal(name)}** · {literal(about)}]]"
        )


def _complain(shown: Shown, *, offered: bool = False) -> None:
    """Why a fit failed that the diagnosis does not forbid, such as that of one trait of many."""
    error = shown.complaint
    if error is not None:
        said = words.cause_first(error, offered=offered and names_option(error))
        st.error(literal(said), icon=":material/error:")


def _take(name: str, page: str, shown: Shown, fitted: bool) -> None:
    """The way to the fit, and the diagnosis to print."""
    with st.container(horizontal=True):
        trait = shown.view.problem.trait
        pressed = st.button(
            f"Fit {literal(trait)}" if fitted else "Fit it",
            key="fit",
            type="primary",
            icon=":material/search:",
            disabled=not fitted,
        )
        download(
            "Print or keep",
            page,
            name,
            "diagnosis",
            "print",
            help="The diagnosis as one file: words, numbers and pictures. It needs no network.",
        )
    if pressed:
        # What is chosen in the sidebar is in the link, and without it would be forgotten.
        st.switch_page(state.page("explore"), query_params=state.in_link())


def _sheet(
    name: str,
    verdict: str,
    illustrated: Illustrated,
    shown: Shown | None,
    prepared: Prepared | None = None,
    upload: Upload | None = None,
) -> str:
    files, sizes = [], {}
    if upload is not None and prepared is not None:
        sizes = {file.name: len(file.content) for file in upload.files}
        for outcome in prepared.outcomes:
            size = sum(sizes.get(part, 0) for part in outcome.group.files)
            taken = outcome.reading.format if outcome.reading else outcome.error
            names = ", ".join(outcome.group.files)
            files.append((names, words.size_words(size), taken))
    return sheet(
        name,
        verdict,
        illustrated,
        about=f"{shown.opened.about} {shown.opened.licence}".strip() if shown else "",
        files=files,
        notes=prepared.notes if prepared else (),
        join=prepared.join if prepared else None,
        fingerprint=shown.view.problem.fingerprint if shown else "",
    )


def _findings(illustrated: Illustrated) -> None:
    """What was found, the worst first, and the pictures that no finding is about."""
    for severity in SEVERITIES:
        found = [pair for pair in illustrated.findings if pair[0].severity == severity]
        if not found:
            continue
        title = words.SEVERITIES[severity]
        if severity == "note":
            with st.expander(f"{title}: {len(found)}", icon=":material/info:"):
                for finding, pictures in found:
                    if pictures:
                        _finding(finding, pictures)
                    else:
                        st.markdown(words.finding_words(finding))
            continue
        st.markdown(f"### {title}")
        for finding, pictures in found[:PAGE]:
            _finding(finding, pictures)
        if len(found) > PAGE:
            with st.expander(f"{len(found) - PAGE} more", icon=":material/warning:"):
                for finding, pictures in found[PAGE:]:
                    _finding(finding, pictures)
    if illustrated.others:
        st.markdown("### Pictures of the data")
        for start in range(0, len(illustrated.others), 2):
            columns = st.columns(2, gap="large")
            for column, picture in zip(columns, illustrated.others[start:], strict=False):
                with column:
                    _picture(picture)


def _finding(finding: Finding, pictures: Sequence[Picture]) -> None:
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="large") if pictures else (st.container(), None)
        with left:
            st.markdown(f"{ICONS[finding.severity]} {words.finding_words(finding)}")
            everyone = words.everyone(finding)
            if everyone:
                with st.expander(f"All {len(finding.ids):,} individuals"):
                    st.markdown(f":small[{everyone}]")
            columns = words.all_columns(finding)
            if columns:
                with st.expander(f"All {len(finding.columns):,} columns, the worst first"):
                    st.markdown(f":small[{columns}]")
        if right is not None:
            with right:
                for picture in pictures:
                    _picture(picture)


def _picture(picture: Picture) -> None:
    st.markdown(f"**{literal(picture.title)}**")
    projected.draw(picture)
    st.markdown(f":small[{literal(picture.words)}]")


def _shelf(*, opened: bool) -> None:
    """Datasets that show one finding or a few, which open here as if they had been uploaded."""
    with st.expander("Broken on purpose", expanded=opened, icon=":material/build:"):
        st.markdown(
            "Each shows what the checks can find; in some nothing is wrong. Open one: it comes as "
            "files, as yours would. What does the diagnosis say, and what would a fit have said?"
        )
        for tab, group in zip(st.tabs(list(GROUPS)), GROUPS.values(), strict=True):
            with tab:
                for start in range(0, len(group), SHELF_COLUMNS):
                    columns = st.columns(SHELF_COLUMNS)
                    for column, broken in zip(columns, group[start:], strict=False):
                        with column.container(border=True, height="stretch"):
                            _on_the_shelf(broken)


def _on_the_shelf(broken: Broken) -> None:
    st.markdown(f"**{literal(broken.title)}**\n\n:small[{literal(broken.lesson)}]")
    st.button(
        "Opened" if uploads.from_shelf() == broken.name else "Open",
        key=f"shelf_{broken.name}",
        on_click=uploads.take_from_shelf,
        args=(broken.name,),
        icon=":material/folder_open:",
    )

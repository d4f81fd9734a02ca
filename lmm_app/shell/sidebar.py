"""The controls: where the data come from, what is fitted, and by which likelihood."""

from typing import Any

import streamlit as st

from lmm_app.fit import text
from lmm_app.lessons.presets import PRESETS
from lmm_app.session import linked, links, refused, sealed, state, uploads
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret
from lmm_app.session.state import METHODS
from lmm_app.sources.opened import (
    RANGES,
    SAMPLES,
    Lesson,
    Population,
    Sample,
    Simulation,
    Source,
    Upload,
    sample_entry,
)
from lmm_data.dataset import Dataset
from lmm_data.preparation.design import default_model, trait_order

SOURCES = {"sample": "Sample", "lesson": "Lesson", "simulate": "Simulate", "upload": "Your files"}
POPULATIONS: dict[Population, str] = {
    "intercross": "Advanced intercross",
    "families": "Full-sib families",
    "unrelated": "Unrelated individuals",
}
# Of a simulation, by the words of links: label, step, and the populations that have it, if not all.
SLIDERS: dict[str, tuple[Any, ...]] = {
    "true_h": ("True h", 0.05),
    "n": ("Individuals", 20),
    "generations": ("Generation", 1, "intercross"),
    "pairs": ("Breeding pairs", 5, "intercross"),
    "family_size": ("Sibs in a family", 1, "families"),
    "qtl": ("QTL", 1, "intercross", "unrelated"),
    "sex": ("Effect of sex", 0.1),
}


def choose_source() -> Source | None:
    """The source that is asked for, or None while there are no files."""
    fixed = state.sealed_data()
    if fixed is not None:
        return _lecturers(fixed)
    uploads.from_link()
    kind = linked.segmented("Data", SOURCES, "sample", "data", width="stretch")
    if kind == "simulate":
        return _simulation()
    if kind == "lesson":
        lessons = {name: preset.title for name, preset in PRESETS.items()}
        name = linked.selectbox("Lesson", lessons, "preset")
        return Lesson(name, _choose_seed(PRESETS[name].seed))
    if kind == "upload":
        return _upload()
    titles = {name: entry.title for name, entry in SAMPLES.items()}
    # One of the shelf of published answers, as long as it is open.
    asked = str(st.session_state.get("sample", st.query_params.get("sample", "")))
    if asked not in titles and (entry := sample_entry(asked)):
        titles[asked] = entry.title
    return Sample(linked.radio("Sample", titles, "sample"))


def _lecturers(fixed: Sealed) -> links.Drawn:
    """The data of a link with a token: their settings stand, and none is shown."""
    st.markdown(sealed.about(fixed.student))
    for key in links.OF_DRAWN_DATA:
        state.to_link(key, None, None)
    state.to_link(links.TOKEN, sealed.seal(secret(), fixed), None)
    return sealed.source_of(secret(), fixed)


def choose_trait(dataset: Dataset, *, meanwhile: bool) -> tuple[str, tuple[str, ...]]:
    """The trait and the covariates, from what the dataset has.

    Args:
        dataset: that is shown.
        meanwhile: whether a link asks for those of files that are still to come: its words stay.
    """
    terms, names = dataset.terms, dataset.covariates.columns
    traits = dataset.traits.columns
    if terms is not None:
        # What cannot be fitted is not passed over: chosen, it says what is in the way.
        traits = tuple(dict.fromkeys([*terms.traits, *traits]))
        names = (*names, *(c for c in terms.covariates if c not in names))
    # Of files that are not here nothing more is said than that.
    in_link = not (meanwhile or uploads.lost())
    before = "meanwhile_" * meanwhile
    trait = linked.one_of("Trait", trait_order(traits, dataset), f"{before}trait", in_link=in_link)
    if in_link:
        refused.check("covariates", {"": "", **dict(zip(names, names, strict=True))}.get)
    key, at_first = f"{before}covariates", list(default_model(dataset))
    state.follow(key, (names, at_first), at_first)
    if not names:
        return trait, ()
    return trait, linked.several(
        "Covariates",
        names,
        at_first,
        key,
        in_link=in_link,
        none="intercept alone",
        help="The intercept is always in the model.",
    )


def choose_method() -> str:
    """REML or ML."""
    return linked.segmented(
        "Likelihood",
        dict(zip(METHODS, METHODS, strict=True)),
        "REML",
        "method",
        width="stretch",
        help="REML allows for having estimated the coefficients. ML does not: at every h its "
        "variance is (n − p)/n times REML’s.",
    )


def _choose_seed(first: int) -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return linked.seed(first, "seed")


def _simulation() -> Simulation:
    population = linked.selectbox("Population", POPULATIONS, "population")
    usual, settings = Simulation(), dict[str, Any]()
    for word, (label, step, *of) in SLIDERS.items():
        if not of or population in of:
            field = links.FIELDS[word]
            settings[field] = linked.slider(label, RANGES[word], getattr(usual, field), word, step)
    return Simulation(population=population, seed=_choose_seed(1), **settings)


def _upload() -> Upload | None:
    """The files that are loaded, by name, and the way to the page where they are dropped."""
    upload = uploads.current()
    if upload is None:
        st.markdown(f":small[No files yet. Drop them on the page {uploads.PAGE}.]")
    else:
        names = ", ".join(file.name for file in upload.files[: linked.FEW])
        more = len(upload.files) - linked.FEW
        words = text.literal(names) + (f" and {more} more" if more > 0 else "")
        st.markdown(f":small[Loaded: {words}]")
    st.page_link(
        state.page("data"),
        label="Drop your files" if upload is None else "What was found",
        icon=":material/upload_file:",
        query_params=state.in_link(),
    )
    return upload

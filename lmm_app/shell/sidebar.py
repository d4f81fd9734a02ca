"""The controls: where the data come from, what is fitted, and by which likelihood."""

from collections.abc import Callable
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
# So many options are laid out side by side; of more, a list is easier to read.
FEW = 6


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
    # Streamlit's own binding to the URL would lose the word, and the choice with it, on the way
    # from a page that has both folded away.
    own, key = "trait", "covariates"
    if meanwhile:
        own, key = "meanwhile_trait", "meanwhile_covariates"
    elif not uploads.lost():
        # Of files that are not here nothing more is said than that.
        state.from_link("trait", state.one_of(traits))
        refused.check("covariates", {"": "", **dict(zip(names, names, strict=True))}.get)
    options = trait_order(traits, dataset)
    trait = _choose_one(options, own)
    if not meanwhile and not uploads.lost():
        state.to_link("trait", trait, options[0])
    at_first = list(default_model(dataset))
    state.follow(key, (names, at_first), at_first)
    if not names:
        return trait, ()
    few = len(names) <= FEW
    draw: Callable[..., list[str]] = st.pills if few else st.multiselect
    return trait, linked.several(
        draw,
        "Covariates",
        names,
        at_first,
        key,
        in_link=not meanwhile,
        help="The intercept is always in the model.",
        **({"selection_mode": "multi"} if few else {"placeholder": "intercept alone"}),
    )


def _choose_one(options: tuple[str, ...], key: str) -> str:
    """A trait of a few side by side, or of many in a list."""
    first = options[0]
    if st.session_state.get(key, first) not in options:
        # It was one of other data.
        del st.session_state[key]
    if len(options) > FEW:
        return str(st.selectbox("Trait", options, key=key))
    chosen = st.pills("Trait", options, default=first, required=True, key=key)
    return chosen if chosen in options else first


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
        names = ", ".join(file.name for file in upload.files[:FEW])
        more = len(upload.files) - FEW
        words = text.literal(names) + (f" and {more} more" if more > 0 else "")
        st.markdown(f":small[Loaded: {words}]")
    st.page_link(
        state.page("data"),
        label="Drop your files" if upload is None else "What was found",
        icon=":material/upload_file:",
        query_params=state.in_link(),
    )
    return upload

"""What the server remembers for everyone: the only file that uses Streamlit's caches.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed by Streamlit, which samples large ones. Twenty browsers that open one dataset wait
for one decomposition and share it.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from streamlit.logger import get_logger

from lmm_app import sources, view
from lmm_app.against import Against, build_against
from lmm_app.diagnosis.gallery import Illustrated, illustrate
from lmm_app.diagnosis.material import Material
from lmm_app.looks.directions import RotationCheck, check_rotation, matrices_html
from lmm_app.once import Once
from lmm_app.takeaway.archive import archive
from lmm_core import (
    SCALES,
    DenseGLS,
    Interval,
    KinshipEigen,
    LMMError,
    RestrictedLikelihoodRatioTest,
    contrasts,
    decompose,
    dense_fit,
    expected_se_h2,
    find_interval,
    kinship_scale_factor,
    rlrt,
)
from lmm_core.arrays import Floats, Ints, fingerprint
from lmm_core.checks import Report, check_dataset
from lmm_core.dataset import Dataset, Problem
from lmm_core.preparing.prepare import Prepared, assemble

Progress: TypeAlias = Callable[[float], None]

NULL_DRAWS = 100_000
# A diagnosis that is expected to take longer, on the safe side, is for the command line.
CHECK_SECONDS = 120.0
# Of the covariates that explain nothing, and of the samples in which they do.
AGAINST_SEED = 1

# Streamlit's, so that the server's log shows it at the level its configuration asks for.
log = get_logger("lmm_app")


# Files that sessions hold, each once for all of them; it goes when no session holds it.
_files: WeakValueDictionary[str, sources.File] = WeakValueDictionary()


def one_copy(file: sources.File) -> sources.File:
    """The same file as another session has it, where one has."""
    return _files.setdefault(f"{file.digest}/{file.name}", file)


def opened(source: sources.Source) -> sources.Opened:
    """The dataset of a source, read or simulated once.

    Raises:
        LMMError: a file or a setting is not what it must be.
    """
    if isinstance(source, sources.Upload):
        return sources.opened_from(prepared(source, lambda share: None))
    return _opened(source.key, source)


@st.cache_resource(max_entries=32, show_spinner=False)
def _opened(key: str, _source: sources.Source) -> sources.Opened:
    return sources.open_source(_source)


def prepared(upload: sources.Upload, progress: Progress) -> Prepared:
    """What became of uploaded files, with progress; another decision does not read them again."""
    first = upload.as_read
    read = _preparation(first.key).get(lambda: sources.read_upload(first, progress))
    if first is upload:
        return read
    return _preparation(upload.key).get(lambda: assemble(read.outcomes, upload.choices))


# Each may hold a matrix and all entries of its files.
@st.cache_resource(max_entries=16, show_spinner=False)
def _preparation(key: str) -> Once:
    return Once()


def report(key: str, material: Material, method: str, progress: Progress) -> Report | None:
    """What is found in a dataset, with progress; None where a phenotype or a kinship is missing.

    Args:
        key: of the dataset, from `dataset_key` or of an upload.
        material: the dataset, or its files.
        method: REML or ML, by which it will be fitted.
        progress: called with the share that is done.
    """
    phenotypes, kinship = material.phenotypes, material.kinship
    if phenotypes is None or kinship is None:
        return None
    return _diagnosis(key, f"report for {method}").get(
        lambda: check_dataset(
            phenotypes,
            kinship,
            material.covariates,
            reml=method == "REML",
            max_seconds=CHECK_SECONDS,
            progress=progress,
        )
    )


def illustrated(
    key: str, material: Material, found: Report, method: str, trait: str
) -> Illustrated:
    """The pictures of a dataset beside what was found in it, for a method, and of a trait."""
    once = _diagnosis(key, f"pictures for {method}, {trait}")
    return once.get(lambda: illustrate(material, found, trait))


@st.cache_resource(max_entries=64, show_spinner=False)
def _diagnosis(key: str, what: str) -> Once:
    return Once()


def dataset_key(dataset: Dataset) -> str:
    """A key of all that a diagnosis of a joined dataset depends on."""
    values = fingerprint(dataset.traits.values, dataset.covariates.values)
    names = (dataset.name, dataset.ids, dataset.traits.columns, dataset.covariates.columns)
    return f"{dataset.kinship_fingerprint}{values}{names!r}"


@st.cache_resource(max_entries=32, show_spinner=False)
def decomposition(kinship_fingerprint: str, _K: Floats) -> KinshipEigen:
    """The eigen decomposition of a kinship, by its fingerprint."""
    start = time.perf_counter()
    eigen = decompose(_K)
    log.info(
        "decomposed kinship %s n=%d in %.3f s",
        kinship_fingerprint[:12],
        eigen.n,
        time.perf_counter() - start,
    )
    return eigen


def fitted(problem: Problem) -> view.View:
    """Both fits and both profiles of a problem."""
    eigen = decomposition(problem.kinship_fingerprint, problem.K)
    return _fitted(identity(problem), problem, eigen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _fitted(identity: str, _problem: Problem, _eigen: KinshipEigen) -> view.View:
    return view.build_view(_problem, _eigen)


def against(shown: view.View, progress: Progress) -> Against:
    """ML against REML with more and more covariates, with progress."""
    once = _once("against", identity(shown.problem), "")
    return once.get(
        lambda: build_against(shown, rng=np.random.default_rng(AGAINST_SEED), progress=progress)
    )


def matrices(shown: view.View) -> str:
    """Every matrix of the rotation with its numbers, for few individuals."""
    return matrices_html(shown, ordered(shown.problem)[0])


def rotation_check(shown: view.View) -> RotationCheck:
    """Whether U'KU is D, multiplied out."""
    problem = shown.problem
    once = _once("rotation", problem.kinship_fingerprint, "")
    return once.get(lambda: check_rotation(problem.K, shown.reml.eigen))


def identity(problem: Problem) -> str:
    """A key of all that is shown of a problem."""
    # The numbers may be those of another file with other names, and the view shows names.
    return problem.fingerprint + repr(
        (problem.trait, problem.columns, problem.ids, problem.dropped)
    )


def ordered(problem: Problem) -> tuple[Ints, Floats]:
    """The order in which individuals are drawn, and K in it, averaged in tiles if it is large."""
    return _ordered(problem.kinship_fingerprint, problem.K)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ordered(kinship_fingerprint: str, _K: Floats) -> tuple[Ints, Floats]:
    order = view.picture_order(_K)
    return order, view.covariance_picture(_K, order)


def comparison(shown: view.View, h2: float, *, reml: bool) -> view.Comparison:
    """General beside weighted least squares at one h, timed once."""
    return _comparison(shown.problem.fingerprint, h2, reml, shown)


@st.cache_resource(max_entries=512, show_spinner=False)
def _comparison(fingerprint: str, h2: float, reml: bool, _shown: view.View) -> view.Comparison:
    return view.compare(_shown, h2, reml=reml)


def taken_away(opened: sources.Opened, shown: view.View, method: str) -> bytes:
    """The zip file of a fit: its data, its numbers, and the programs that make them again."""
    about = repr((opened.dataset.name, opened.about, opened.true_h2))
    return _taken_away(identity(shown.problem), about, method, opened, shown)


@st.cache_resource(max_entries=8, show_spinner=False)
def _taken_away(
    identity: str, about: str, method: str, _opened: sources.Opened, _shown: view.View
) -> bytes:
    return archive(_opened, _shown, method)


@st.cache_resource(max_entries=256, show_spinner=False)
def _once(what: str, fingerprint: str, method: str) -> Once:
    # A cached function may not report progress to the page, so what it caches is the place for
    # the result, and the result is computed outside it.
    return Once()


@st.cache_resource(max_entries=128, show_spinner=False)
def place(what: str, key: str) -> Once:
    """The place for a result of a page, by what it is and a key of all that it depends on."""
    return Once()


# A megabyte or two each.
@st.cache_resource(max_entries=512, show_spinner=False)
def board(key: str) -> Once:
    """The place for a packed board."""
    return Once()


# For each of a class of sixty about a dozen, of two megabytes together.
@st.cache_resource(max_entries=1024, show_spinner=False)
def of_small_scan(what: str, key: str) -> Once:
    """The place for a part of a scan of few genotypes."""
    return Once()


@st.cache_resource(max_entries=48, show_spinner=False)
def of_large_scan(what: str, key: str) -> Once:
    """The place for a part of a scan, where a hundred megabytes of genotypes may be among them."""
    return Once()


def exact_interval(shown: view.View, method: str, progress: Progress) -> Interval:
    """The exact interval of h, with progress."""
    once = _once("exact interval", shown.problem.fingerprint, method)
    return once.get(lambda: find_interval(shown.fit(method), method="exact", progress=progress))


def variance_test(shown: view.View, progress: Progress) -> RestrictedLikelihoodRatioTest:
    """The restricted likelihood ratio test of h = 0, with progress."""
    once = _once("test of h = 0", shown.problem.fingerprint, "REML")
    return once.get(lambda: rlrt(shown.reml, draws=NULL_DRAWS, progress=progress))


def expected_error(shown: view.View, h2: Floats) -> Floats:
    """The expected standard error of the estimate at each h."""
    once = _once(f"expected error {h2.size}", shown.problem.fingerprint, "REML")
    return once.get(lambda: expected_se_h2(contrasts(shown.reml.rotated), h2))


def dense_fit_of(shown: view.View, method: str) -> DenseGLS:
    """The same fit straight from V."""
    problem, kept = shown.problem, shown.reml.rotated.kept
    once = _once("dense fit", problem.fingerprint, method)
    return once.get(
        lambda: dense_fit(problem.y, problem.X[:, kept], problem.K, reml=method == "REML")
    )


def scale_factors(problem: Problem) -> dict[str, float]:
    """What K is multiplied by to be on each scale that it can be put on."""
    once = _once("scales", problem.kinship_fingerprint, "")
    return once.get(lambda: _scale_factors(problem.K))


def _scale_factors(K: Floats) -> dict[str, float]:
    factors = {}
    for scale in SCALES:
        # A kinship in which all are equally related has no Gower scale.
        with suppress(LMMError):
            factors[str(scale)] = kinship_scale_factor(K, scale)
    return factors

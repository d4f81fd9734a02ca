"""What the server remembers for everyone; what one page needs is in that page's `kept`.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed by Streamlit, which samples large ones. Twenty browsers that open one dataset wait
for one decomposition and share it.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
from streamlit.logger import get_logger

from lmm_app.fit import view
from lmm_app.fit.against import Against, build_against
from lmm_app.fit.view import View
from lmm_app.live.packing import Board, pack_board
from lmm_app.session.once import Once
from lmm_app.session.shelf import shelf
from lmm_app.sources import sources
from lmm_core import KinshipEigen, decompose
from lmm_core.arrays import Floats, Ints, fingerprint
from lmm_data.dataset import Dataset, Problem
from lmm_data.preparation.preparing import Prepared, assemble

Progress: TypeAlias = Callable[[float], None]

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


@shelf(120)
def _opened(key: str, _source: sources.Source) -> sources.Opened:
    return sources.open_source(_source)


def prepared(upload: sources.Upload, progress: Progress) -> Prepared:
    """What became of uploaded files, with progress; another decision does not read them again."""
    first = upload.as_read
    read = _preparation(first.key).get(lambda: sources.read_upload(first, progress))
    if first is upload:
        return read
    return _preparation(upload.key).get(lambda: assemble(read.outcomes, upload.choices))


@shelf(120)
def _preparation(key: str) -> Once:
    return Once()


@shelf(120)
def decomposition(kinship_fingerprint: str, _K: Floats) -> KinshipEigen:
    """The eigen decomposition of a kinship, by its fingerprint."""
    start = time.perf_counter()
    eigen = decompose(_K)
    took = time.perf_counter() - start
    _took(kinship_fingerprint).append(took)
    log.info("decomposed kinship %s n=%d in %.3f s", kinship_fingerprint[:12], eigen.n, took)
    return eigen


def decomposed_in(kinship_fingerprint: str) -> float:
    """How long the decomposition of a kinship took at best, in seconds; NaN if that is unknown."""
    return min(_took(kinship_fingerprint), default=float("nan"))


@shelf(1)
def _took(kinship_fingerprint: str) -> list[float]:
    return []


def fitted(problem: Problem) -> view.View:
    """Both fits and both profiles of a problem."""
    return _fitted(identity(problem), problem)


@shelf(240)
def _fitted(identity: str, _problem: Problem) -> view.View:
    eigen = decomposition(_problem.kinship_fingerprint, _problem.K)
    return view.build_view(_problem, eigen)


def against(shown: view.View, progress: Progress) -> Against:
    """ML against REML with more and more covariates, with progress."""
    once = once_for("against", identity(shown.problem), "")
    return once.get(
        lambda: build_against(shown, rng=np.random.default_rng(AGAINST_SEED), progress=progress)
    )


def dataset_key(dataset: Dataset) -> str:
    """A key of all that a diagnosis of a joined dataset depends on."""
    values = fingerprint(dataset.traits.values, dataset.covariates.values)
    names = (dataset.name, dataset.ids, dataset.traits.columns, dataset.covariates.columns)
    return f"{dataset.kinship_fingerprint}{values}{names!r}"


def identity(problem: Problem) -> str:
    """A key of all that is shown of a problem."""
    # The numbers may be those of another file with other names, and the view shows names.
    return problem.fingerprint + repr(
        (problem.trait, problem.columns, problem.ids, problem.dropped)
    )


def ordered(problem: Problem) -> tuple[Ints, Floats]:
    """The order in which individuals are drawn, and K in it, averaged in tiles if it is large."""
    return _ordered(problem.kinship_fingerprint, problem.K)


@shelf(40)
def _ordered(kinship_fingerprint: str, _K: Floats) -> tuple[Ints, Floats]:
    order = view.picture_order(_K)
    return order, view.covariance_picture(_K, order)


@shelf(60)
def once_for(what: str, fingerprint: str, method: str) -> Once:
    """The place for a closer look at a fit, by what it is, of which data and which method."""
    # A cached function may not report progress to the page, so what it caches is the place for
    # the result, and the result is computed outside it.
    return Once()


@shelf(60)
def place(what: str, key: str) -> Once:
    """The place for a result of a page, by what it is and a key of all that it depends on."""
    return Once()


@shelf(60)
def board(key: str) -> Once:
    """The place for a packed board."""
    return Once()


def board_of(shown: View, method: str, settings: str, draw: Callable[[], dict[str, Any]]) -> Board:
    """A board, drawn and packed once; all boards of a fit share its h.

    Args:
        shown: the fits.
        method: whose h it has, "" where both have a part in it.
        settings: all else that it depends on, in words.
        draw: makes its picture.
    """
    key = identity(shown.problem)

    def pack() -> Board:
        picture = draw()
        # A board whose frames are not values of h moves on its own.
        return pack_board(picture, "" if picture.get("own") else _name(f"{key}{method}"))

    return board(f"{key}{method}{settings}").get(pack)


def _name(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:20]

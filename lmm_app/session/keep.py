"""What the server remembers for everyone; what one page needs is in that page's `kept`.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed. Twenty browsers that open one dataset wait for one decomposition and share it.
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec
from weakref import WeakValueDictionary

import numpy as np
from streamlit.logger import get_logger

from lmm_app.fit import view
from lmm_app.fit.against import Against, build_against
from lmm_app.fit.view import View
from lmm_app.live.charts import against_board
from lmm_app.live.packing import Board, pack_board
from lmm_app.session.shelf import Shelf
from lmm_app.sources import opened as sources
from lmm_core import KinshipEigen, decompose
from lmm_core.arrays import Floats, Ints, fingerprint
from lmm_core.progress import Progress
from lmm_data.dataset import Dataset, Problem
from lmm_data.preparation.preparing import Prepared, assemble

P = ParamSpec("P")

OPENED = Shelf("opened", megabytes=120)
PREPARED = Shelf("prepared", megabytes=120)
DECOMPOSED = Shelf("decomposed", megabytes=120)
FITTED = Shelf("fitted", megabytes=240)
ORDERED = Shelf("ordered", megabytes=40)
# Closer looks at a fit, and the results of pages.
RESULTS = Shelf("results", megabytes=120)
BOARDS = Shelf("boards", megabytes=60)

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
    return OPENED.get(source.key, lambda: sources.open_source(source))


def prepared(upload: sources.Upload, progress: Progress) -> Prepared:
    """What became of uploaded files, with progress; another decision does not read them again."""
    first = upload.as_read
    read = PREPARED.get(first.key, lambda: sources.read_upload(first, progress))
    if first is upload:
        return read
    return PREPARED.get(upload.key, lambda: assemble(read.outcomes, upload.choices))


@DECOMPOSED.keeps(lambda kinship_fingerprint, K, weights=None: kinship_fingerprint)
def decomposition(
    kinship_fingerprint: str, K: Floats, weights: Floats | None = None
) -> KinshipEigen:
    """The eigen decomposition of a kinship, by a fingerprint of it and of weights."""
    start = time.perf_counter()
    eigen = decompose(K, weights=weights)
    took = time.perf_counter() - start
    _took(kinship_fingerprint).append(took)
    log.info("decomposed kinship %s n=%d in %.3f s", kinship_fingerprint[:12], eigen.n, took)
    return eigen


def decomposed_in(kinship_fingerprint: str) -> float:
    """How long the decomposition of a kinship took at best, in seconds; NaN if that is unknown."""
    return min(_took(kinship_fingerprint), default=float("nan"))


@RESULTS.keeps(lambda kinship_fingerprint: kinship_fingerprint)
def _took(kinship_fingerprint: str) -> list[float]:
    return []


def identity(problem: Problem) -> str:
    """A key of all that is shown of a problem."""
    # The numbers may be those of another file with other names, and the view shows names.
    return problem.fingerprint + repr(
        (problem.trait, problem.columns, problem.ids, problem.dropped, problem.weighted_by)
    )


@FITTED.keeps(identity)
def fitted(problem: Problem) -> View:
    """Both fits and both profiles of a problem."""
    key = problem.kinship_fingerprint
    if problem.weights is not None:
        key = fingerprint([key], problem.weights)
    return view.build_view(problem, decomposition(key, problem.K, problem.weights))


def against(shown: View, progress: Progress) -> tuple[Against, Board]:
    """ML against REML with more and more covariates, with progress; where REML tells of h."""
    found = _against(shown, progress)
    return found, board_of(shown, "", "against, more", lambda: against_board(found))


@RESULTS.keeps(lambda shown, progress: identity(shown.problem))
def _against(shown: View, progress: Progress) -> Against:
    return build_against(shown, rng=np.random.default_rng(AGAINST_SEED), progress=progress)


def dataset_key(dataset: Dataset) -> str:
    """A key of all that a diagnosis of a joined dataset depends on."""
    values = fingerprint(dataset.traits.values, dataset.covariates.values)
    columns = (dataset.traits.columns, dataset.covariates.columns, dataset.weighted_by)
    names = (dataset.name, dataset.ids, *columns)
    return f"{dataset.kinship_fingerprint}{values}{names!r}"


@ORDERED.keeps(lambda problem: problem.kinship_fingerprint)
def ordered(problem: Problem) -> tuple[Ints, Floats]:
    """The order in which individuals are drawn, and K in it, averaged in tiles if it is large."""
    order = view.picture_order(problem.K)
    return order, view.covariance_picture(problem.K, order)


def board(
    draw: Callable[Concatenate[View, str, P], dict[str, Any]],
) -> Callable[Concatenate[View, str, P], Board]:
    """Have what a function draws of a fit, by a method, drawn and packed once: see `board_of`.

    What else it depends on are its other arguments, each told apart by its `repr`.
    """

    @wraps(draw)
    def made(shown: View, method: str, /, *more: P.args, **named: P.kwargs) -> Board:
        settings = f"{draw.__name__}{more!r}{named!r}"
        return board_of(shown, method, settings, lambda: draw(shown, method, *more, **named))

    return made


def board_of(shown: View, method: str, settings: str, draw: Callable[[], dict[str, Any]]) -> Board:
    """A board, drawn and packed once; all boards of a fit share its h.

    Args:
        shown: the fits.
        method: whose h it has, "" where both have a part in it.
        settings: all else that it depends on, in words.
        draw: makes its picture.
    """
    key = f"{identity(shown.problem)}{method}"
    group = sha256(key.encode()).hexdigest()[:20]

    def pack() -> Board:
        picture = draw()
        # A board whose frames are not values of h moves on its own.
        return pack_board(picture, "" if picture.get("own") else group)

    return BOARDS.get(f"{key}{settings}", pack)

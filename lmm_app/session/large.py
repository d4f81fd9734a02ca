"""Decompositions of large kinships on the page: told as they go, stopped, and begun again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lmm_app.session.progress import stoppable_bar
from lmm_core.arrays import Floats, fingerprint
from lmm_core.progress import Progress, solved_by
from lmm_data.large import UndoneError, least_large

_STOPPED = "stopped_kinships"
# A page may take several, each with a button of its own.
_BARS = count()


class StoppedError(UndoneError):
    """The decomposition of a kinship was stopped, and is not begun again unless it is asked for.

    Attributes:
        key: of the kinship.
    """

    key = ""


@contextmanager
def large_kinships() -> Iterator[None]:
    """Within, in a run of a page, the decompositions of large kinships are told and can be stopped.

    None is kept on the server's disk: who had the file would have the kinship.
    """
    with solved_by(_solve):
        yield


def again(key: str) -> None:
    """Begin a decomposition again that was stopped."""
    _stopped().discard(key)


def _stopped() -> set[str]:
    found: set[str] = st.session_state.setdefault(_STOPPED, set())
    return found


def _solve(matrix: Floats) -> tuple[Floats, Floats]:
    n = len(matrix)
    if n < least_large():
        values, vectors = np.linalg.eigh(matrix)
        return values, vectors
    # Only who has a large kinship waits for SciPy.
    from lmm_data.large.estimate import Estimate
    from lmm_data.large.pace import Pace
    from lmm_data.large.solving import Solver

    # Threads that compute for a page cannot draw on it.
    if get_script_run_ctx(suppress_warning=True) is None:
        return Solver()(matrix)
    key = fingerprint(matrix)
    if key in _stopped():
        error = StoppedError(
            f"the fit needs the decomposition of the kinship of {n:,} individuals",
            "it was stopped",
            "begin it again, or choose other data",
        )
        error.key = key
        raise error

    def begins(estimate: Estimate) -> Progress:
        words = f"Decomposing the kinship of {n:,} individuals: {estimate.words}"
        pace = Pace()
        # Any click ends a run; this one is there to be found.
        tell = stack.enter_context(
            stoppable_bar(words, lambda: _stopped().add(key), f"stop_{next(_BARS)}")
        )

        def told(share: float) -> None:
            left = pace.left(share)
            tell(share, f"{words}. {left}" if left else words)

        return told

    with ExitStack() as stack:
        return Solver(begins)(matrix)

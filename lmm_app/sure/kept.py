"""The samples and their pictures as the server keeps them: made once, for everyone."""

from collections.abc import Callable

from lmm_app.fit.view import View
from lmm_app.live.packing import Board
from lmm_app.session import keep
from lmm_app.sure.board import sure_board
from lmm_app.sure.sheet import Sheet, build_sheet
from lmm_core.certainty import contrasts


def sheet(view: View, copies: int, seed: int, progress: Callable[[float], None]) -> Sheet:
    """The distribution of the estimate under every true h, with progress."""
    key = keep.identity(view.problem)
    pairs = keep.place("contrasts", key).get(lambda: contrasts(view.reml.rotated))
    return keep.place("samples", f"{key}{copies},{seed}").get(
        lambda: build_sheet(view, pairs, copies, seed, progress)
    )


def board(view: View, found: Sheet, method: str, true_h2: float | None, *, revealed: bool) -> Board:
    """The board of a distribution of the estimate."""
    settings = repr((found.copies, found.seed, true_h2, revealed))
    return keep.board_of(
        view,
        method,
        f"samples{settings}",
        lambda: sure_board(found, method, true_h2, revealed=revealed),
    )

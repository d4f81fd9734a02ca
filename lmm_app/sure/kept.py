"""The samples and their pictures as the server keeps them: made once, for everyone."""

from collections.abc import Callable

from lmm_app.fit.view import View
from lmm_app.live.packing import Board
from lmm_app.session import keep, simulated
from lmm_app.sure.board import sure_board
from lmm_app.sure.sheet import FIRST_SEED, Sheet, build_sheet
from lmm_core.certainty import Interval, contrasts


def sheet(view: View, copies: int, seed: int, progress: Callable[[float], None]) -> Sheet:
    """The distribution of the estimate under every true h, with progress."""
    key = keep.identity(view.problem)
    pairs = keep.place("contrasts", key).get(lambda: contrasts(view.reml.rotated))
    return keep.place("samples", f"{key}{copies},{seed}").get(
        lambda: build_sheet(
            view, pairs, copies, seed, progress, read_off=not _is_usual(copies, seed)
        )
    )


def interval(view: View, found: Sheet, method: str) -> Interval | None:
    """The exact interval: of these data that of all other pages, of other samples their own."""
    if found.sides[method].observed is None or not _is_usual(found.copies, found.seed):
        return found.sides[method].interval
    return simulated.exact_interval(view, method)


def _is_usual(copies: int, seed: int) -> bool:
    """Whether these are the samples on which the exact interval of the other pages rests."""
    return copies == 1 and seed == FIRST_SEED


def board(
    view: View, found: Sheet, method: str, true_h2: float | None, exact: Interval | None
) -> Board:
    """The board of a distribution of the estimate, with both intervals once one may be seen."""
    settings = repr((found.copies, found.seed, true_h2, exact))
    profile = view.methods[method].interval if exact and found.copies == 1 else None
    return keep.board_of(
        view,
        method,
        f"samples{settings}",
        lambda: sure_board(found, method, true_h2, exact, profile),
    )

"""The samples and their pictures as the server keeps them: made once, for everyone."""

from lmm_app.fit.view import View
from lmm_app.live.packing import Board
from lmm_app.session import keep, simulated
from lmm_app.session.keep import RESULTS
from lmm_app.sure.board import sure_board
from lmm_app.sure.distribution import FIRST_SEED, Distribution, build_distribution
from lmm_core.certainty import Contrasts, Interval, contrasts, interval_h2
from lmm_core.progress import Progress


@RESULTS.keeps(lambda view, copies, seed, progress: (keep.identity(view.problem), copies, seed))
def distribution(view: View, copies: int, seed: int, progress: Progress) -> Distribution:
    """The distribution of the estimate under every true h, with progress."""
    read_off = not _is_usual(copies, seed)
    return build_distribution(view, _contrasts(view), copies, seed, progress, read_off=read_off)


@RESULTS.keeps(lambda view: keep.identity(view.problem))
def _contrasts(view: View) -> Contrasts:
    return contrasts(view.reml.rotated)


@RESULTS.keeps(lambda view, method: (keep.identity(view.problem), method))
def _tails(view: View, method: str) -> Interval:
    return interval_h2(view.fit(method), method="tails")


def intervals(
    view: View, found: Distribution, method: str
) -> tuple[Interval | None, Interval | None]:
    """The tails interval of these samples, and the exact one of the data if they are its size."""
    tails = found.sides[method].interval
    if found.sides[method].observed is None:
        return tails, None
    if _is_usual(found.copies, found.seed):
        tails = _tails(view, method)
    return tails, simulated.exact_interval(view, method) if found.copies == 1 else None


def _is_usual(copies: int, seed: int) -> bool:
    """Whether these are the samples on which `interval_h2` rests."""
    return copies == 1 and seed == FIRST_SEED


def board(
    view: View,
    found: Distribution,
    method: str,
    true_h2: float | None,
    tails: Interval | None,
    exact: Interval | None,
) -> Board:
    """The board of a distribution of the estimate, with both intervals once they may be seen."""
    settings = repr((found.copies, found.seed, true_h2, tails, exact))
    return keep.board_of(
        view,
        method,
        f"samples{settings}",
        lambda: sure_board(found, method, true_h2, tails, exact),
    )

"""Both fits and their picture as the server keeps them: made once, for everyone."""

from lmm_app.compare.ask import Plan
from lmm_app.compare.board import two_board
from lmm_app.compare.pair import Pair, pair_of
from lmm_app.live.packing import Board
from lmm_app.session import keep


def pair(plan: Plan) -> Pair:
    """Both fits."""
    return pair_of(plan, keep.fitted(plan.a), keep.fitted(plan.b))


def board(found: Pair, *, revealed: bool) -> Board:
    """The picture of both."""
    a, b = found.sides
    settings = (keep.identity(b.view.problem), b.method, a.label, b.label, revealed)
    return keep.board_of(
        a.view,
        a.method,
        f"two{settings!r}",
        lambda: two_board(found, revealed=revealed),
    )

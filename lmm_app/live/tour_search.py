"""The boards of the tour from the likelihood of one h to what next: steps 5 to 10."""

from typing import Any

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import dice, following
from lmm_app.lessons.tour.climb import CUT
from lmm_app.lessons.tour.recap import BOXES
from lmm_app.live.effect import effect_board, effect_words
from lmm_app.live.hand import h_hand
from lmm_app.live.pictures import profile_board
from lmm_app.live.search import own_search
from lmm_app.live.tour_charts import family_charts, throws_chart
from lmm_app.live.tour_rotation import band_board, band_part
from lmm_app.live.tour_stage import BARE, Stage, board
from lmm_core.grid import profile_grid
from lmm_core.summary import h_words

# Of both pictures of the climb, one over the other.
CLIMB_HEIGHT = 240


def climb(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    guess = stage.guess if stage.revealed and isinstance(stage.guess, float) else None
    picture = _profile(
        stage,
        formulas=("loglik",) if stage.revealed else (),
        slider=True,
        fog=not stage.revealed,
        tries=True,
        estimate=stage.revealed,
        interval=stage.revealed,
        truth=stage.revealed,
        guess=guess,
        guess_words=f"your h = {guess:.2f}" if guess is not None else "",
    )
    return {
        **picture,
        "name": "climb",
        "height": CLIMB_HEIGHT,
        # A guess has two decimals.
        "hand": h_hand(scene.fit, decimals=2),
        "band": band_part(
            scene.view, weighed=False, parts="both" if stage.revealed else "now", loglik=True
        ),
        "counted": True,
    }


def _profile(stage: Stage, formulas: tuple[str, ...] = (), **show: Any) -> dict[str, Any]:
    """The profile and its search, bare but for what is to be shown."""
    scene = stage.scene
    picture = profile_board(
        scene.view,
        scene.method,
        own_search(scene.fit),
        stage.true_h2,
        formulas=formulas,
        **{**BARE, "curves": [scene.method], **show},
    )
    return {**picture, "hand": h_hand(scene.fit, commits=False)}


def methods(stage: Stage) -> dict[str, Any]:
    mean, own, truth = dice.throw()
    said = (
        f"Three dice show 5, 6 and 6. Squared distances from their own average, {mean:.2f}: "
        f"{own:.2f} in all. From the true average, 3.5: {truth:.2f}."
    )
    picture = {
        "faces": list(dice.FACES),
        "pips": [dice.PIPS[face] for face in dice.FACES],
        "own": mean,
        "truth": dice.TRUE_MEAN,
        "ownWords": f"their average, {mean:.2f}",
        "truthWords": "true average, 3.5",
        "alt": said,
    }
    charts = [throws_chart()] if stage.revealed else []
    return board(
        stage,
        "pair" if charts else "dice",
        show={"slider": False},
        dice=picture,
        charts=charts,
    )


def brent(stage: Stage) -> dict[str, Any]:
    scene, shown = stage.scene, stage.revealed
    picture = _profile(stage, legend=shown, looks=shown, rows=shown, distance=shown, begin=True)
    more: dict[str, Any] = {"sweep": profile_grid(scene.view.reml.rotated)}
    if not shown and scene.fit.trace:
        first = scene.fit.trace[0]
        more["first"] = [first.lower, first.upper]
    return {**picture, **more}


def recap(stage: Stage) -> dict[str, Any]:
    once = stage.revealed
    boxes: list[dict[str, Any]] = [
        {"needs": needs, "words": words, "gives": gives, "chosen": False}
        for needs, words, gives in BOXES
    ]
    alt = (
        "A flow chart: K is decomposed; y and X are rotated; each h gives a weighted regression "
        "and a log-likelihood; Brent’s method finds the highest."
    )
    if once:
        boxes[0] |= {"gives": "once", "chosen": True}
        alt += " The decomposition is marked: it is done once."
    return board(stage, "flow", show={"slider": False}, flow={"boxes": boxes, "alt": alt})


def sure(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    picture = _profile(
        stage,
        slider=True,
        estimate=True,
        truth=stage.revealed,
        cut=CUT if scene.told else None,
        cutWords="1.92 below the top",
    )
    bars = _bars(scene) if stage.revealed else []
    return {**picture, **({"bars": bars} if bars else {})}


def _bars(scene: Scene) -> list[dict[str, Any]]:
    """The intervals of an estimate."""
    found = {"profile": scene.interval} if scene.told else {}
    if exact := scene.exact():
        found["exact"] = (exact.lower, exact.upper)
    return [
        {"lo": low, "hi": high, "words": f"{kind}: {h_words(low)} to {h_words(high)}", "look": kind}
        for kind, (low, high) in found.items()
    ]


def flat(stage: Stage) -> dict[str, Any]:
    return band_board(stage, weighed=False, loglik=True)


def after(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    column, families = following.column_of(scene), following.in_families(scene)
    name = following.covariate(scene)
    if families is not None:
        charts = family_charts(families, scene.trait, name, revealed=stage.revealed)
        return board(stage, "pair", show={"slider": False}, charts=charts)
    if column is not None and scene.told:
        words = effect_words(
            scene.view, scene.method, f"effect of {name} on {scene.trait}", "no effect", ""
        )
        picture = effect_board(scene.view, scene.method, column, {**words, "yes": ""}, "")
        return {**picture, "hand": h_hand(scene.fit, commits=False)}
    return _profile(stage, slider=True, estimate=True, interval=True)

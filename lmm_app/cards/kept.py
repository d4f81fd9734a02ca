"""The small pictures of the cards, each made once for everyone who looks at it."""

from dataclasses import replace

from lmm_app.cards.thumbnail import Curve, profiles, weights
from lmm_app.fit.view import View, build_view
from lmm_app.genome.study import Study
from lmm_app.lessons.components.fits import Components, Typed, components_of
from lmm_app.lessons.how_k.markers import Running, read, running
from lmm_app.lessons.moves import frames
from lmm_app.lessons.moves.cases import Case
from lmm_app.lessons.moves.frames import Moves
from lmm_app.lessons.peak import scans
from lmm_app.lessons.peak.scans import Peak
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.scene import Scene
from lmm_app.live.beyond import beyond_board
from lmm_app.live.components import components_board
from lmm_app.live.draws import draws_board
from lmm_app.live.how_k import markers_board, own_board, table_board
from lmm_app.live.how_many import how_many_board
from lmm_app.live.lineup import lineup_board
from lmm_app.live.moves import moves_board
from lmm_app.live.packing import Board, pack_board
from lmm_app.live.peak import peak_board
from lmm_app.live.race import race_board
from lmm_app.session import keep, studies
from lmm_app.sources.opened import Lesson, Opened
from lmm_core import decompose
from lmm_core.progress import Progress, part_of

# Whose question is about the weights, and not about a curve.
ABOUT_WEIGHTS = ("full_sibs", "intercross")


@keep.RESULTS.keeps(lambda preset: preset.name)
def card_picture(preset: Preset) -> str:
    """What the answer of a lesson looks like, with its own seed, as SVG."""
    opened = keep.opened(Lesson(preset.name, preset.seed))
    data = opened.dataset
    first, every = data.traits.columns[0], data.covariates.columns
    view = _view(opened, first, every)
    match preset.name:
        case name if name in ABOUT_WEIGHTS:
            return weights(view)
        case "structure":
            without = _view(opened, first, ())
            return profiles((Curve("with it", view, "REML"), Curve("without", without, "REML")))
        case "outlier":
            checked = _view(opened, data.traits.columns[1], every)
            return profiles((Curve("typed", view, "REML"), Curve("checked", checked, "REML")))
        case "half_scale":
            return profiles((Curve("K", view, "REML"), Curve("2 K", _doubled(view), "REML")))
    return profiles((Curve("REML", view, "REML"), Curve("ML", view, "ML")))


def moves() -> Moves:
    """All models of “What moves h?”, fitted once."""
    return keep.RESULTS.get("moves", frames.moves)


def moves_picture(case: Case, *, revealed: bool) -> Board:
    """The picture of a case."""
    key = f"moves {case.name} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(moves_board(case, moves(), revealed=revealed)))


def markers() -> Running:
    """Three pairs of mice by their markers, read once."""
    return keep.RESULTS.get("how k", lambda: running(*read()))


def table_picture(part: str, *, revealed: bool) -> Board:
    """The small table of “How K is made” in one of its parts."""
    key = f"how k {part} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(table_board(part, revealed=revealed)))


def own_picture(part: str, view: View, *, revealed: bool) -> Board:
    """What the same part has of the data that are open."""
    key = f"how k {part} {view.problem.fingerprint} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(own_board(part, view, revealed=revealed)))


def markers_picture(*, revealed: bool) -> Board:
    """K of three pairs by more and more markers."""
    key = f"how k markers {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(markers_board(markers(), revealed=revealed)))


def race_picture(view: View, *, revealed: bool) -> Board:
    """The picture of “The race” on a fit."""
    key = f"race {view.problem.fingerprint} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(race_board(view, revealed=revealed)))


def beyond_picture(scene: Scene, *, revealed: bool) -> Board:
    """The picture of “Beyond the ends” on a fit."""
    key = f"beyond {scene.view.problem.fingerprint} {scene.method} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(beyond_board(scene, revealed=revealed)))


def how_many_picture(view: View, records: int, *, revealed: bool) -> Board:
    """The picture of “How many families?” with so many records of each individual."""
    key = f"how many {view.problem.fingerprint} {records} {revealed}"
    return keep.BOARDS.get(
        key, lambda: pack_board(how_many_board(view, records, revealed=revealed))
    )


def peak(study: Study, tell: Progress, *, every: bool) -> Peak:
    """The scans of “Why the peak falls”; what was done stays done if the next is stopped."""
    whole = studies.of(
        study, "peak", lambda: scans.whole_genome(study, part_of(tell, 0.0, 0.2 if every else 0.7))
    )
    name = str(study.chromosome[whole.place])
    if every:
        rest = part_of(tell, 0.2, 1.0)
        apart = studies.of(study, "each apart", lambda: scans.each_apart(study, rest))
    else:
        rest = part_of(tell, 0.7, 1.0)
        apart = studies.of(study, f"apart {name}", lambda: scans.one_apart(study, name, rest))
    return studies.of(study, f"peak {every}", lambda: scans.peak_of(study, whole, apart))


def peak_picture(peak: Peak, *, revealed: bool, genome: bool) -> Board:
    """The picture of “Why the peak falls”."""
    what = f"peak board {revealed} {genome} {peak.apart.inflation is None}"
    return studies.of(
        peak.study, what, lambda: pack_board(peak_board(peak, revealed=revealed, genome=genome))
    )


def draws_picture(scene: Scene, *, revealed: bool) -> Board:
    """The picture of “What would such data look like?”."""
    key = f"draws {scene.view.problem.fingerprint} {scene.method} {scene.unit} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(draws_board(scene, revealed=revealed)))


def lineup_picture(scene: Scene, *, revealed: bool) -> Board:
    """The picture of “Which panel holds your data?”."""
    key = f"lineup {scene.view.problem.fingerprint} {scene.method} {scene.turn} {revealed}"
    return keep.BOARDS.get(key, lambda: pack_board(lineup_board(scene, revealed=revealed)))


def components(typed: Typed, tell: Progress) -> Components:
    """The fits of “Principal components”."""
    key = f"components {typed.key} {typed.counts is None}"
    return keep.RESULTS.get(key, lambda: components_of(typed, tell))


def components_picture(found: Components, *, revealed: bool, wide: bool) -> Board:
    """The picture of “Principal components”."""
    key = f"components {found.typed.key} {found.has_scans} {revealed} {wide}"
    return keep.BOARDS.get(
        key, lambda: pack_board(components_board(found, revealed=revealed, wide=wide))
    )


def _view(opened: Opened, trait: str, covariates: tuple[str, ...]) -> View:
    return keep.fitted(opened.dataset.problem(trait, covariates))


def _doubled(view: View) -> View:
    """The same people and the same trait, with a kinship twice as large."""
    problem = view.problem
    double = replace(
        problem,
        relationship=2.0 * problem.relationship,
        kinship_fingerprint=f"2 × {problem.kinship_fingerprint}",
    )
    return build_view(double, decompose(double.K))

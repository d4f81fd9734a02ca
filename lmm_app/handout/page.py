"""The sheet for the teacher: figures, numbers, and every question with its answer."""

from importlib.resources import files

from lmm_app.handout import sections
from lmm_app.handout.questions import Paper, questions
from lmm_app.lessons.scene import Scene
from lmm_app.live import bundle
from lmm_app.live.hand import start
from lmm_app.live.pictures import profile_board, sides_board
from lmm_app.live.search import own_search
from lmm_app.paper.archive import archive_name
from lmm_app.paper.blocks import blocks
from lmm_app.paper.document import document, print_style
from lmm_app.paper.profile_svg import profile_svg
from lmm_app.paper.scripts import title_of
from lmm_app.sources.opened import Opened
from lmm_core.arrays import Floats, Ints

FOLDER = files(__package__)
# Nothing may be fetched, from anywhere, by anything in the file.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def handout(opened: Opened, scene: Scene, order: Ints, cells: Floats, date: str = "") -> str:
    """The file; the same fit, software and date give the same text.

    Args:
        opened: the dataset and what to say of it; a truth that it does not tell is not told.
        scene: both fits, and the method that is shown.
        order, cells: the order of individuals, and K in it, averaged in tiles if it is large.
        date: when it was made, where that is to stand in it.
    """
    view, method = scene.view, scene.method
    kept = view.reml.rotated.kept
    search = own_search(view.fit(method))
    pictures = {
        "profile": profile_board(view, method, search, opened.true_h2),
        "sides": sides_board(view, method, int(kept[min(1, kept.size - 1)]), order, cells),
    }
    at = start(view.fit(method))
    boards = [(name, picture, at) for name, picture in pictures.items()]
    body = f"""\
<main class="teacher">
{sections.opening(opened, view, method)}
{sections.estimates(view, method)}
<section>
<h2>Figures</h2>
<p class="screen">Drag h, in the curve or on the slider: both figures and all numbers in them
follow.</p>
<h3 id="figure-1">Figure 1. The profile log-likelihood, and Brent’s search on it</h3>
{_figure("profile", "figure-1", profile_svg(view, method))}
<h3 id="figure-2">Figure 2. The same fit twice: before and after the rotation</h3>
{_figure("sides", "figure-2")}
</section>
{sections.search(view, method)}
{sections.interval(view)}
{questions(Paper(opened, scene, answers=True))}
{sections.words()}
{sections.versions_of(view, date, opened.licence)}
</main>"""
    boot = (FOLDER / "boot.js").read_text(encoding="utf-8")
    run = f'<script type="module">\n{bundle.script()}\n{boot}</script>'
    return document(
        title_of(opened, view, method),
        f"{body}\n{blocks(boards)}\n{run}",
        f"{bundle.style()}\n{print_style()}",
        POLICY,
    )


def handout_name(opened: Opened, scene: Scene) -> str:
    """A file name that says what was fitted, in letters that every system takes."""
    return f"{archive_name(opened, scene.view, scene.method).removesuffix('.zip')}-answers.html"


def _figure(name: str, heading: str, without_script: str = "") -> str:
    """Where the script draws a board, and what stands there without one."""
    instead = (
        without_script or '<p class="note">This figure is drawn by the script of the page.</p>'
    )
    return (
        f'<figure aria-labelledby="{heading}"><div class="board" data-packed="data-{name}"></div>\n'
        f"<noscript>{instead}</noscript></figure>"
    )

"""The sheet for the teacher: figures, numbers, and every question with its answer."""

from lmm_app.handout import sections
from lmm_app.handout.questions import Paper, questions
from lmm_app.lessons.scene import Scene
from lmm_app.live.pictures import both_boards
from lmm_app.paper.alone import board_here, running
from lmm_app.paper.archive import archive_name
from lmm_app.paper.profile_svg import profile_svg
from lmm_app.paper.scripts import title_of
from lmm_app.sources.opened import Opened
from lmm_core.arrays import Floats, Ints


def handout(opened: Opened, scene: Scene, order: Ints, cells: Floats, date: str = "") -> str:
    """The file; the same fit, software and date give the same text.

    Args:
        opened: the dataset and what to say of it; a truth that it does not tell is not told.
        scene: both fits, and the method that is shown.
        order, cells: the order of individuals, and K in it, averaged in tiles if it is large.
        date: when it was made, where that is to stand in it.
    """
    view, method = scene.view, scene.method
    body = f"""\
<main class="teacher" data-for-paper>
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
    boards = both_boards(view, method, opened.true_h2, order, cells)
    return running(title_of(opened, view, method), body, boards)


def handout_name(opened: Opened, scene: Scene) -> str:
    """A file name that says what was fitted, in letters that every system takes."""
    return f"{archive_name(opened, scene.view, scene.method).removesuffix('.zip')}-answers.html"


def _figure(name: str, heading: str, without_script: str = "") -> str:
    """Where the script draws a board, and what stands there without one."""
    instead = (
        without_script or '<p class="note">This figure is drawn by the script of the page.</p>'
    )
    return (
        f'<figure aria-labelledby="{heading}">{board_here(name)}\n'
        f"<noscript>{instead}</noscript></figure>"
    )

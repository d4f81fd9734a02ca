"""The sheet for a class: every question with its picture and room to write, and no answer.

Nothing that was estimated is in the file, nor anything that runs: its pictures are still.
"""

from html import escape

from lmm_app.fit import text
from lmm_app.handout import sections
from lmm_app.handout.questions import Paper, questions
from lmm_app.lessons.scene import Scene
from lmm_app.paper.archive import archive_name
from lmm_app.paper.document import document, print_style
from lmm_app.paper.scripts import title_of
from lmm_app.paper.tables_html import paragraph
from lmm_app.sources.opened import Opened

# Nothing may be fetched, and nothing may run.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def student_sheet(opened: Opened, scene: Scene, date: str = "") -> str:
    """The file; the same data, software and date give the same text.

    Args:
        opened: the dataset; of a lesson or a simulation nothing is said that tells its h.
        scene: both fits, and the method that is asked about.
        date: when it was made, where that is to stand in it.
    """
    view, method = scene.view, scene.method
    body = f"""\
<main class="student">
<header><h1>{escape(title_of(opened, view, method))}</h1>
<p class="name">Name: <span></span> Date: <span></span></p>
{_about(opened)}{paragraph(text.facts(view), "note")}
<p class="note">The model: {sections.MODEL}.</p></header>
{questions(Paper(opened, scene, answers=False))}
{sections.words()}
{sections.versions_of(view, date, opened.licence)}
</main>"""
    return document(title_of(opened, view, method), body, print_style(), POLICY)


def student_name(opened: Opened, scene: Scene) -> str:
    """A file name that says of what it is, in letters that every system takes."""
    return f"{archive_name(opened, scene.view, scene.method).removesuffix('.zip')}-questions.html"


def _about(opened: Opened) -> str:
    """Where the data come from; what is said of a simulation tells its h, and of a lesson more."""
    if opened.lesson or opened.true_h2 is not None:
        return "<p>Simulated data.</p>\n"
    return f"<p>{escape(opened.about)}</p>\n"

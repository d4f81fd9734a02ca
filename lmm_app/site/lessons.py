"""The lessons: all of their questions on one page, and a workbench for each."""

from html import escape

from lmm_app.cards.kept import card_picture
from lmm_app.cards.page import MOVING, PICTURES, SMALL
from lmm_app.fit import side_by_side
from lmm_app.fit.verdict import verdict
from lmm_app.fit.view import View
from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.live.pictures import both_boards
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import paragraph
from lmm_app.session import keep
from lmm_app.site import courses, frame
from lmm_app.site.question import question
from lmm_app.sources.opened import Lesson, Opened
from lmm_data.preparation.design import default_model

# By which everything in the folder is fitted.
METHOD = "REML"


def pages() -> dict[str, str]:
    """The page of all lessons, and the workbench of each, by the names of their files."""
    return {"lessons.html": _all()} | {
        name_of(preset): _workbench(preset) for preset in PRESETS.values()
    }


def name_of(preset: Preset) -> str:
    """The file of the workbench of a lesson."""
    return f"lesson-{preset.name}.html"


def _all() -> str:
    seen = set[str]()
    for lesson in ALONE.values():
        marked(lesson.lead, seen)
    cards = list[str]()
    for place, preset in enumerate(PRESETS.values(), start=1):
        marked(preset.prompt, seen)
        cards.append(
            f"""\
<section class="card" id="{preset.name}">
<h3>{place} · {escape(preset.title)}</h3>
{_question(preset)}
<div class="after" hidden>{card_picture(preset)}</div>
<p><a href="{name_of(preset)}">Open</a></p>
</section>"""
        )
    body = f"""\
<h1>Lessons</h1>
<p>Each lesson begins with a question. Choose an answer, then press <em>Reveal</em>.</p>
{courses.blocks()}
<h2>{MOVING}</h2>
<div class="cards">{"".join(map(frame.card, ALONE))}</div>
<h2>{SMALL}</h2>
<p>Each has one question. <em>Open</em> takes the lesson to a workbench, where h can be dragged and
every number follows.</p>
<p class="note">{escape(PICTURES)}</p>
<div class="cards">{"".join(cards)}</div>
{frame.words_here(seen)}"""
    return frame.page("Lessons", body, here="lessons.html")


def _question(preset: Preset) -> str:
    def said(guess: Guess) -> tuple[Outcome, str]:
        return preset.outcome(guess), preset.feedback(guess)

    return question(preset.name, preset.prompt, preset.options, preset.right, said)


def _workbench(preset: Preset) -> str:
    opened = keep.opened(Lesson(preset.name, preset.seed))
    data = opened.dataset
    view = keep.fitted(data.problem(data.traits.columns[0], default_model(data)))
    said = f"{opened.about} {preset.prompt}"
    seen = set[str]()
    marked(said, seen)
    body = f"""\
<h1>{escape(preset.title)}</h1>
<p>{escape(opened.about)}</p>
{paragraph(preset.prompt)}
{workbench(view)}
<p><a href="lessons.html#{preset.name}">The question and its answer</a></p>
{frame.words_here(seen)}"""
    return frame.page(preset.title, body, boards(opened, view), here="lessons.html")


def workbench(view: View) -> str:
    """What stands around the boards of a fit."""
    return f"""\
{paragraph(verdict(view, METHOD), "verdict")}
<h2>Which h fits best?</h2>
{place_of_board("profile", "The profile log-likelihood over h, and the search on it")}
<h2>The same fit twice: before and after the rotation</h2>
{place_of_board("sides", "Before and after the rotation")}
<h2>The estimates, ML beside REML</h2>
<div class="wide">{side_by_side.TABLE_STYLE}{side_by_side.estimates_table(view, METHOD)}</div>"""


def boards(opened: Opened, view: View) -> list[Placed]:
    """The boards of a fit."""
    return [*both_boards(view, METHOD, opened.true_h2, *keep.ordered(view.problem))]

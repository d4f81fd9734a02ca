"""The first page: one question, one slider of h, and the workbench of the mice below it."""

from html import escape

from lmm_app.explore.story import story_board, story_of
from lmm_app.fit.view import View
from lmm_app.glossary.marks import marked
from lmm_app.live.hand import start
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.tables_html import inline, paragraph
from lmm_app.site import frame
from lmm_app.site.lessons import METHOD, boards, workbench
from lmm_app.sources.opened import Opened, Sample

COVARIATE = "sex"


def page(source: Sample, opened: Opened, view: View) -> str:
    """The page of the question."""
    column = view.problem.columns.index(COVARIATE)
    story = story_of(view, METHOD, column, source)
    seen = set[str]()
    marked(story.lead, seen)
    body = f"""\
<h1>{inline(story.heading)}</h1>
{paragraph(story.lead)}
{place_of_board("story", "The estimate at every h, and the profile log-likelihood")}
<p class="moves"><a class="next" href="tour-1.html">Why? Take the tour</a></p>
{workbench(view)}
<p class="note">{escape(opened.licence)}</p>
{frame.words_here(seen)}"""
    told = ("story", story_board(view, METHOD, story), start(view.fit(METHOD)))
    return frame.page(story.heading, body, [told, *boards(opened, view)], here="index.html")

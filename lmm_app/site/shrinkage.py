"""“Shrinkage”, about the mice, on a page of its own."""

from html import escape

from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.shrinkage import LEAD, SHRINKAGE, asked_h
from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.live.shrinkage import about, shrinkage_board
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import paragraph, prose
from lmm_app.session import everyone
from lmm_app.session.state import Shown
from lmm_app.site import frame
from lmm_app.site.question import question

NAME = "shrinkage.html"


def card() -> str:
    """What the page of all lessons says of this one."""
    return f"""\
<section class="card" id="shrinkage">
<h2>{escape(SHRINKAGE.title)}</h2>
{paragraph(LEAD)}
<p><a href="{NAME}">Open</a></p>
</section>"""


def pages(scene: Scene, shown: Shown) -> dict[str, str]:
    """The page of the lesson, by the name of its file."""

    def said(guess: Guess) -> tuple[Outcome, str]:
        return asked.outcome(scene, guess), asked.feedback(scene, guess)

    asked, who, seen = SHRINKAGE.question, everyone.everyone(shown), set[str]()
    idea, prompt = SHRINKAGE.idea(scene), f"**Predict.** {asked.prompt(scene)}"
    for words in (idea, prompt, asked.core(scene, None)):
        marked(words, seen)
    form = question(SHRINKAGE.name, prompt, asked.options, asked.right(scene), said)
    body = f"""\
<h1>{escape(SHRINKAGE.title)}</h1>
<div class="step">
<div class="idea">{prose(idea)}</div>
<div class="picture">{place_of_board("before", "Residuals and predictions, by family")}</div>
<div class="question">{form}</div>
</div>
<p class="note">{escape(about(who))}</p>
<details><summary>The formula</summary>{prose(SHRINKAGE.formula(scene))}</details>
<details><summary>In Python</summary><pre><code>{escape(SHRINKAGE.code)}</code></pre></details>
<p><a href="lessons.html">All lessons</a></p>
{frame.words_here(seen)}"""
    boards: list[Placed] = [
        (name, shrinkage_board(who, shown.method, arrows=arrows, commits=False), asked_h(scene))
        for name, arrows in (("before", False), ("after", True))
    ]
    return {NAME: frame.page(SHRINKAGE.title, body, boards, here="lessons.html")}

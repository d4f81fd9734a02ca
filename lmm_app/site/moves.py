"""“What moves h?”, a page for each of its cases."""

from html import escape

from lmm_app.cards import kept
from lmm_app.glossary.marks import marked
from lmm_app.lessons.moves.cases import CASES, LEAD, NOT_MEANT, OPTIONS, TITLE, Case
from lmm_app.lessons.moves.frames import Moves
from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.live.moves import moves_board, start_of
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import paragraph, prose
from lmm_app.site import frame
from lmm_app.site.question import question
from lmm_app.sources.opened import GRYPHON_LICENCE


def pages() -> dict[str, str]:
    """Every case by the name of its file."""
    return {frame.file_of("moves", name): _page(case, kept.moves()) for name, case in CASES.items()}


def _page(case: Case, moves: Moves) -> str:
    def said(guess: Guess) -> tuple[Outcome, str]:
        return case.outcome(moves, guess), case.feedback(moves, guess)

    seen = set[str]()
    for words in (LEAD, case.idea, case.prompt, case.answer(moves)):
        marked(words, seen, but=NOT_MEANT)
    names = list(CASES)
    others = "".join(
        f"<b>{escape(CASES[name].title)}</b>"
        if name == case.name
        else f'<a href="{frame.file_of("moves", name)}">{escape(CASES[name].title)}</a>'
        for name in names
    )
    asked = question(case.name, f"**Predict.** {case.prompt}", OPTIONS, case.right(moves), said)
    body = f"""\
<h1>{escape(TITLE)}</h1>
{paragraph(LEAD)}
<p class="moves">{others}</p>
<div class="step">
<div class="idea">{prose(case.idea)}</div>
<div class="picture">{place_of_board("before", case.title)}</div>
<div class="question">{asked}</div>
</div>
<details><summary>The formula</summary>{prose(case.formula)}</details>
<details><summary>In Python</summary><pre><code>{escape(case.code)}</code></pre></details>
<p><a href="lessons.html">All lessons</a></p>
<p class="note">{escape(GRYPHON_LICENCE)}</p>
{frame.words_here(seen)}"""
    boards: list[Placed] = [
        (
            name,
            moves_board(case, moves, revealed=revealed),
            start_of(case, moves, revealed=revealed),
        )
        for name, revealed in (("before", False), ("after", True))
    ]
    return frame.page(f"{TITLE} {case.title}", body, boards, here="lessons.html")

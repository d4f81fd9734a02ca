"""The lessons that ask about the data at hand, here about the mice: a page of its own for each."""

from html import escape

from lmm_app.glossary.marks import marked
from lmm_app.lessons import beyond, draws, how_many, lineup, race, shrinkage
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Outcome, Step
from lmm_app.live.beyond import beyond_board
from lmm_app.live.beyond import start_of as end_of
from lmm_app.live.draws import draws_board
from lmm_app.live.draws import start_of as first_h
from lmm_app.live.how_many import how_many_board
from lmm_app.live.how_many import start_of as frame_of
from lmm_app.live.lineup import lineup_board
from lmm_app.live.race import race_board, start_of
from lmm_app.live.shrinkage import about, shrinkage_board
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import prose
from lmm_app.session import everyone, keep
from lmm_app.session.state import Shown
from lmm_app.site import frame
from lmm_app.site.question import question
from lmm_app.sources.opened import Lesson
from lmm_data.preparation.design import default_model

AT_ZERO = "Here the data are those of the lesson “The estimate is 0”: 200 sibs in 40 families."


def at_zero() -> Scene:
    """Data whose estimate is 0, by REML: with the mice nothing lies beyond the ends."""
    preset = PRESETS["boundary_zero"]
    data = keep.opened(Lesson(preset.name, preset.seed)).dataset
    view = keep.fitted(data.problem(data.traits.columns[0], default_model(data)))
    return Scene(view, "REML", "sib", "sibs")


def pages(scene: Scene, shown: Shown) -> dict[str, str]:
    """Their pages by the names of their files."""
    who = everyone.everyone(shown)
    arrows: list[Placed] = [
        (name, shrinkage_board(who, shown.method, arrows=seen, commits=False), h)
        for h in (scene.asked_h,)
        for name, seen in (("before", False), ("after", True))
    ]
    ways: list[Placed] = [
        (name, race_board(scene.view, revealed=seen), start_of(race.HALFWAY))
        for name, seen in (("before", False), ("after", True))
    ]
    zero = at_zero()
    ends: list[Placed] = [
        (name, beyond_board(zero, revealed=seen), end_of(zero, revealed=seen))
        for name, seen in (("before", False), ("after", True))
    ]
    plans: list[Placed] = [
        (name, how_many_board(scene.view, revealed=seen), frame_of(how_many.SUPPOSED))
        for name, seen in (("before", False), ("after", True))
    ]
    drawn: list[Placed] = [
        (name, draws_board(scene, revealed=seen), first_h(scene, revealed=seen))
        for name, seen in (("before", False), ("after", True))
    ]
    panels: list[Placed] = [
        (name, lineup_board(scene, revealed=seen), 0.0)
        for name, seen in (("before", False), ("after", True))
    ]
    return {
        frame.file_of(step.name): page_of(step, about_whom, boards, alt, note)
        for step, about_whom, boards, alt, note in (
            (race.RACE, scene, ways, "Where each method stands after every step", ""),
            (beyond.BEYOND, zero, ends, "The profile beyond 0 and 1", AT_ZERO),
            (draws.DRAWS, scene, drawn, "Draws from the model, relatives side by side", ""),
            (lineup.LINEUP, scene, panels, "Twenty panels", ""),
            (
                shrinkage.SHRINKAGE,
                scene,
                arrows,
                "Residuals and predictions, by family",
                about(who),
            ),
            (how_many.HOW_MANY, scene, plans, "Expected standard error and power of designs", ""),
        )
    }


def page_of(
    step: Step, scene: Scene, boards: list[Placed], alt: str, note: str = "", **around: str
) -> str:
    """The page of a step; `around` as `page` takes it, and a `title` other than its own."""
    asked, seen = step.question, set[str]()

    def said(guess: Guess) -> tuple[Outcome, str]:
        return asked.outcome(scene, guess), asked.feedback(scene, guess)

    idea, prompt = step.idea(scene), f"**Predict.** {asked.prompt(scene)}"
    for words in (idea, prompt, asked.core(scene, None)):
        marked(words, seen)
    form = question(step.name, prompt, asked.options_of(scene), asked.right(scene), said)
    title = around.pop("title", step.title)
    below = (note, step.formula(scene), step.code)
    return page(title, idea, form, boards, alt, below, seen, **around)


def page(
    title: str,
    idea: str,
    form: str,
    boards: list[Placed],
    alt: str,
    below: tuple[str, str, str],
    seen: set[str],
    *,
    above: str = "",
    staying: str = "",
) -> str:
    """A lesson on a page of its own.

    Args:
        title, idea: of the lesson, the idea in Markdown.
        form: its question.
        boards: the picture before the answer and after it, which `alt` says in words.
        below: a note under them, the formula in Markdown, and the code.
        seen: words that are used.
        above: HTML over the idea.
        staying: HTML of the places of boards that stay, over the picture.
    """
    note, formula, code = below
    note = f'<p class="note">{escape(note)}</p>\n' if note else ""
    body = f"""\
<h1>{escape(title)}</h1>
{above}<div class="step">
<div class="idea">{prose(idea)}</div>
<div class="picture">{staying}{place_of_board("before", alt)}</div>
<div class="question">{form}</div>
</div>
{note}<details><summary>The formula</summary>{prose(formula)}</details>
<details><summary>In Python</summary><pre><code>{escape(code)}</code></pre></details>
<p><a href="lessons.html">All lessons</a></p>
{frame.words_here(seen)}"""
    return frame.page(title, body, boards, here="lessons.html")

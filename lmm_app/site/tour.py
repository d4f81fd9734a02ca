"""The ten steps of the tour, of the mice, as pages."""

from html import escape

from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Outcome, Step
from lmm_app.lessons.tour import steps_of
from lmm_app.live.hand import start
from lmm_app.live.tour_boards import start_of, tour_board
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import prose
from lmm_app.site import frame
from lmm_app.site.question import question
from lmm_app.tour.kept import stage_of

LAST = (
    '<p>Go on with the <a href="lessons.html">lessons</a>, or see the '
    '<a href="index.html">first page</a> again.</p>'
)


def pages(scene: Scene) -> dict[str, str]:
    """Every step by the name of its file."""
    steps = steps_of(scene)
    return {name_of(place): _page(scene, steps, place) for place in range(len(steps))}


def name_of(place: int) -> str:
    """The file of a step, whose place counts from 0."""
    return f"tour-{place + 1}.html"


def _page(scene: Scene, steps: tuple[Step, ...], place: int) -> str:
    step, seen = steps[place], set[str]()
    asks = step.asks(scene)
    texts = [step.idea(scene), step.question.prompt(scene), step.question.core(scene, None)]
    for words in texts if asks else texts[:1]:
        marked(words, seen)
    boards = [_placed(scene, step, "before", revealed=not asks)]
    after = ""
    if asks:
        boards.append(_placed(scene, step, "after", revealed=True))
        after = question(
            step.name,
            f"**Predict.** {step.question.prompt(scene)}",
            step.question.options_of(scene),
            step.question.right(scene),
            lambda guess: _said(scene, step, guess),
        )
    title = f"{place + 1} · {step.heading(scene)}"
    back = f'<a href="{name_of(place - 1)}">Back</a>' if place else ""
    on = (
        f'<a class="next" href="{name_of(place + 1)}">Next: '
        f"{escape(steps[place + 1].heading(scene))}</a>"
        if place + 1 < len(steps)
        else ""
    )
    body = f"""\
<h1>{escape(title)}</h1>
<p class="note">Step {place + 1} of {len(steps)}</p>
<div class="step">
<div class="idea">{prose(step.idea(scene))}</div>
<div class="picture">{place_of_board("before", step.heading(scene))}</div>
<div class="question">{after}</div>
</div>
{LAST if place + 1 == len(steps) else ""}
<p class="moves">{back}{on}</p>
<details><summary>The formula</summary>{prose(step.formula(scene))}</details>
<details><summary>In Python</summary><pre><code>{escape(step.code)}</code></pre></details>
{frame.words_here(seen)}"""
    return frame.page(title, body, boards, here="tour-1.html")


def _said(scene: Scene, step: Step, guess: Guess) -> tuple[Outcome, str]:
    return step.question.outcome(scene, guess), step.question.feedback(scene, guess)


def _placed(scene: Scene, step: Step, name: str, *, revealed: bool) -> Placed:
    stage = stage_of(scene, revealed=revealed, guess=None, true_h2=None)
    at = start_of(step.name, stage, start(scene.fit))
    return name, tour_board(step.name, stage), at

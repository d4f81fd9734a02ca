"""The questions of a handout, with room to answer, and the answers for its data, as HTML."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.live.tour_boards import tour_board
from lmm_app.live.tour_stage import Stage
from lmm_app.paper.tables_html import inline, paragraph
from lmm_app.sources.sources import Opened
from lmm_core.arrays import Floats, Ints

# Steps of the tour whose question is about a picture that no other figure shows.
PICTURED = ("relatives", "methods")
# What the tour asks of a picture that moves, as it can be asked on paper.
ON_PAPER = {
    "climb": "Without looking at Figure 1: where from 0 to 1 do you expect ℓ(h) to be highest, "
    "and how steep a hill?"
}


def lesson_of(opened: Opened) -> Preset | None:
    """The preset that a dataset is, if it is one."""
    return PRESETS.get(opened.lesson)


def pictures(scene: Scene, order: Ints, cells: Floats) -> dict[str, dict[str, Any]]:
    """The boards that stand beside questions, as they are before a guess."""
    stage = Stage(scene, order, cells, revealed=False, guess=None, true_h2=None)
    return {step.name: tour_board(step.picture, stage) for step in TOUR if step.name in PICTURED}


def asked(opened: Opened, scene: Scene, figure: Callable[[str, str], str]) -> str:
    """Every question, with what it is about and lines to write on."""
    lesson = lesson_of(opened)
    parts = []
    if lesson:
        parts.append(
            f"{_head(1, lesson.title)}\n{_prompt(lesson.prompt, lesson.options)}{_lines(1, 2)}"
            "</section>"
        )
    for step in TOUR:
        place = len(parts) + 1
        picture = figure(step.name, f"question-{place}") if step.name in PICTURED else ""
        options = step.question.options_of(scene)
        prompt = ON_PAPER.get(step.name) or step.question.prompt(scene)
        parts.append(
            f"{_head(place, step.title)}\n{paragraph(step.idea(scene))}\n{picture}"
            f"{_prompt(prompt, options)}{_lines(place, 2 if options else 3)}</section>"
        )
    return (
        '<section class="questions"><h2>Questions</h2>\n'
        '<p class="screen">Predict before you look. Write on paper or here; print the page to '
        "keep what you write.</p>\n" + "\n".join(parts) + "</section>"
    )


def answered(opened: Opened, scene: Scene) -> str:
    """The answers for these data: folded away on a screen, on the last page of paper."""
    lesson = lesson_of(opened)
    answers = [escape(opened.claim)] if lesson else []
    for step in TOUR:
        right = step.question.options_of(scene).get(step.question.right(scene) or "", "")
        said = inline(step.question.feedback(scene, None))
        answers.append(f"<strong>{escape(right)}.</strong> {said}" if right else said)
    listed = "\n".join(f"<li>{answer}</li>" for answer in answers)
    return (
        "<details><summary>Show the answers</summary></details>\n"
        f'<section class="answers"><h2>Answers</h2>\n<p class="note">For these data, by '
        f"{scene.method}.</p>\n<ol>\n{listed}\n</ol></section>"
    )


def _head(place: int, title: str) -> str:
    return f'<section class="question"><h3 id="question-{place}">{place} · {escape(title)}</h3>'


def _prompt(words: str, options: Mapping[str, str]) -> str:
    boxes = "".join(
        f'<li><label><input type="checkbox"> {escape(said)}</label></li>'
        for said in options.values()
    )
    listed = f'<ul class="options">{boxes}</ul>\n' if boxes else ""
    return f'<p class="prompt"><strong>Predict.</strong> {inline(words)}</p>\n{listed}'


def _lines(place: int, rows: int) -> str:
    return f'<textarea rows="{rows}" aria-label="Your answer to question {place}"></textarea>'

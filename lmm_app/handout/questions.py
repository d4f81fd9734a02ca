"""The questions of both sheets, with room to answer; and, for the teacher, the answers; as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lmm_app.handout.stills import Still, answer_still, still
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Step
from lmm_app.lessons.tour import steps_of
from lmm_app.paper.tables_html import inline, paragraph, prose
from lmm_app.sources.opened import Opened

# What the tour asks of a picture that moves, as it can be asked on paper.
ON_PAPER: Mapping[str, str] = {
    "rotation": "Turn the axes by 45°, and the ellipse lies along them. Can another h tilt it "
    "again? Sketch the ellipse at h = 0 and at h = 1 before you choose.",
    "climb": "In which of the four pictures does the band fit the points best? At which h will the "
    "curve be highest?",
    "sure": "The dotted line lies 1.92 below the top. Read it off your drawing: are these data "
    "compatible with h = 0.5?",
    "flat": "How does ℓ change from h = 0 to h = 1?",
}
# Steps whose idea ends with what was found, and those of which all of it is the answer.
ENDS_WITH_THE_RESULT = frozenset({"recap"})
IS_THE_ANSWER = frozenset({"flat"})
# What a step is called where its name would tell.
UNTOLD: Mapping[str, str] = {"flat": "What do these data say about h?"}


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A sheet: of which data, and whether the answers stand on it."""

    opened: Opened
    scene: Scene
    answers: bool


def questions(paper: Paper) -> str:
    """Every question, with what it is about, its picture, and lines to write on or its answer."""
    lesson = lesson_of(paper.opened)
    asked = [step for step in steps_of(paper.scene) if step.asks(paper.scene)]
    parts = [] if lesson is None else [_of_lesson(lesson, paper)]
    parts += [_of_step(step, place, paper) for place, step in enumerate(asked, len(parts) + 1)]
    lead = (
        "Each question is followed by its answer, for these data."
        if paper.answers
        else "Predict first, then see. Write here or on paper; print the page to keep what you "
        "write."
    )
    return (
        '<section class="questions"><h2>Questions</h2>\n'
        f'<p class="note">{lead}</p>\n' + "\n".join(parts) + "</section>"
    )


def lesson_of(opened: Opened) -> Preset | None:
    """The preset that a dataset is, if it is one."""
    return PRESETS.get(opened.lesson)


def _of_lesson(lesson: Preset, paper: Paper) -> str:
    # The title of a lesson may say what it is to teach.
    title = lesson.title if paper.answers else "About these data"
    body = f"{_head(1, title)}\n{_prompt(lesson.prompt, lesson.options, paper, lesson.right)}"
    if not paper.answers:
        return f"{body}{_lines(1, 2)}</section>"
    hints = {lesson.options[code]: words for code, words in lesson.hints.items()}
    return f"{body}{_answer(paper.opened.claim, hints)}</section>"


def _of_step(step: Step, place: int, paper: Paper) -> str:
    scene, question = paper.scene, step.question
    title = step.heading(scene) if paper.answers else UNTOLD.get(step.name, step.heading(scene))
    picture, options = still(step.name, scene), question.options_of(scene)
    right = question.right(scene) if options else None
    prompt = ON_PAPER.get(step.name) or question.prompt(scene)
    start = f"{_head(place, title)}\n{_idea(step, paper)}\n"
    task = f"{_figure(picture, f'question-{place}')}\n{_prompt(prompt, options, paper, right)}"
    if not paper.answers:
        lines = _lines(place, 2 if options else 3)
        return f'{start}<div class="task">{task}{lines}</div></section>'
    hints = {words: question.hint(scene, code) for code, words in options.items() if code != right}
    shown = answer_still(step.name, scene)
    seen = _figure(shown, f"question-{place}") if shown else ""
    formula = f'<div class="symbols"><h4>The formula</h4>\n{prose(step.formula(scene))}</div>'
    return (
        f'{start}<div class="task">{task}</div>{_answer(question.feedback(scene, None), hints)}'
        f"{seen}{formula}</section>"
    )


def _figure(picture: Still, heading: str) -> str:
    return (
        f'<figure aria-labelledby="{heading}"><div class="still">{picture.svg}</div>'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
    )


def _idea(step: Step, paper: Paper) -> str:
    if paper.answers:
        return prose(step.idea(paper.scene))
    if step.name in IS_THE_ANSWER:
        return ""
    paragraphs = step.idea(paper.scene).split("\n\n")
    shown = paragraphs[:-1] if step.name in ENDS_WITH_THE_RESULT else paragraphs
    return prose("\n\n".join(shown))


def _head(place: int, title: str) -> str:
    return f'<section class="question"><h3 id="question-{place}">{place} · {inline(title)}</h3>'


def _prompt(words: str, options: Mapping[str, str], paper: Paper, right: str | None) -> str:
    asked = f'<p class="prompt"><strong>Predict.</strong> {inline(words)}</p>\n'
    if not options:
        return asked
    if paper.answers:
        listed = "".join(
            f"<li><strong>✓ {escape(said)}</strong></li>"
            if code == right
            else f"<li>○ {escape(said)}</li>"
            for code, said in options.items()
        )
    else:
        listed = "".join(
            f'<li><label><input type="checkbox"> {escape(said)}</label></li>'
            for said in options.values()
        )
    return f'{asked}<ul class="options">{listed}</ul>\n'


def _answer(words: str, hints: Mapping[str, str]) -> str:
    said = "".join(
        f"<li>“{escape(option)}”: {inline(hint)}</li>" for option, hint in hints.items() if hint
    )
    wrong = f'<ul class="hints">{said}</ul>\n' if said else ""
    return f'<div class="solution"><h4>Answer</h4>\n{paragraph(words)}\n{wrong}</div>\n'


def _lines(place: int, rows: int) -> str:
    return f'<textarea rows="{rows}" aria-label="Your answer to question {place}"></textarea>'

"""A question as a page asks it: its options, and all that may be said of each."""

from collections.abc import Callable, Mapping
from html import escape

from lmm_app.cards.asking import LISTED
from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.paper.tables_html import inline, prose
from lmm_app.site.frame import answers

# Where h itself is the guess: so many values of it, from 0 to 1.
STEPS = 100


def question(
    name: str,
    prompt: str,
    options: Mapping[str, str],
    right: str | None,
    said: Callable[[Guess], tuple[Outcome, str]],
) -> str:
    """The form of a question.

    Args:
        name: of this one among those of the page.
        prompt: what to do, in Markdown.
        options: code and words of each choice; empty where h is put in place on the picture.
        right: the code of the right one.
        said: the outcome and what is said, in Markdown, of a guess.
    """
    guesses: list[Guess] = [*options] or [step / STEPS for step in range(STEPS + 1)]
    told = [(outcome, prose(words)) for outcome, words in map(said, guesses)]
    outcome, words = said(None)
    known = {
        "right": right,
        "said": dict(zip(options, told, strict=True)) if options else told,
        "none": (outcome, prose(words)),
    }
    chosen = "".join(
        f'<label><input type="radio" name="{name}" value="{escape(code)}"> {inline(text)}'
        '<span class="mark"></span></label>'
        for code, text in options.items()
    )
    beside = ' class="beside"' if len(options) > LISTED else ""
    return f"""\
<form class="predict" data-answers="answers-{name}">
<fieldset{beside}><legend>{inline(prompt)}</legend>{chosen}</fieldset>
<div class="said" tabindex="-1" hidden></div>
<p><button type="submit" disabled>Reveal</button><button type="reset" hidden>Try again</button></p>
</form>
{answers(name, known)}"""

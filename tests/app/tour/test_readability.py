"""The plain layer of the tour is plain: short sentences, and no word that a beginner must look up.

Every word of it is either one that a first-year student brings along, which `plain_words.txt`
lists, or it is explained in Words. A new word is neither until somebody has decided.
"""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median

from lmm_app.glossary.entries import GLOSSARY
from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Simulated
from lmm_app.lessons.tour import TOUR, steps_of
from lmm_core.certainty import Interval
from tests.app.tour.scenes import LESSONS, METHODS, ODD, guesses, lesson, mice, odd

PLAIN = Path(__file__).with_name("plain_words.txt")
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:’[A-Za-z]+)?")
MEDIAN, LONGEST = 16, 28
TERMS = [form for entry in GLOSSARY for form in entry.forms]
# Letters of the model.
SIGNS = set("y x b v k i u n p r e d s".split())
# In place of simulations, whose numbers no word depends on but by these sides.
LIKELY = Simulated(lambda view: 0.01, lambda view, method: Interval(0.0, 0.9, 0.95, "exact", 0.01))
UNLIKELY = Simulated(lambda view: 0.2, lambda view, method: Interval(0.6, 0.9, 0.95, "exact", 0.01))


def scenes():
    for simulated in (LIKELY, UNLIKELY):
        yield from (replace(mice(method), simulated=simulated) for method in METHODS)
        yield from (replace(lesson(*one), simulated=simulated) for one in LESSONS)
    yield from (replace(odd(*one), simulated=LIKELY) for one in ODD)


def plain_texts(scene):
    """Everything that the plain layer says of a dataset, without the names in it."""
    for step in steps_of(scene):
        texts = [step.heading(scene), step.idea(scene)]
        if step.asks(scene):
            texts.append(step.question.prompt(scene))
            texts += step.question.options_of(scene).values()
            texts += [step.question.feedback(scene, guess) for guess in guesses(step, scene)]
        for text in texts:
            for name in (scene.trait, *scene.covariates):
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
            yield text


@cache
def all_texts():
    return {text for scene in scenes() for text in plain_texts(scene)}


def sentences(text):
    parts = re.split(r"(?<=[.?!:])\s+|\n+", text.replace("**", ""))
    return [part for part in parts if WORD.search(part)]


@cache
def words_beyond_the_glossary():
    longest_first = sorted(map(re.escape, TERMS), key=len, reverse=True)
    terms = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
    found = set()
    for text in all_texts():
        found |= {word.lower() for word in WORD.findall(terms.sub(" ", text))}
    return found - SIGNS


def test_the_median_sentence_is_short_and_none_is_long():
    for scene in (mice(), lesson("one_family"), lesson("two_hills")):
        for step in steps_of(scene):
            lengths = [len(one.split()) for one in sentences(step.idea(scene))]
            assert median(lengths) <= MEDIAN, step.name
            assert max(lengths) <= LONGEST, step.name
    every = (len(one.split()) for text in all_texts() for one in sentences(text))
    assert median(every) <= MEDIAN


def test_every_word_is_plain_or_explained():
    plain = set(PLAIN.read_text(encoding="utf-8").split())
    assert words_beyond_the_glossary() - plain == set()


def test_the_list_of_plain_words_holds_none_that_is_not_used():
    plain = PLAIN.read_text(encoding="utf-8").split()
    assert plain == sorted(set(plain))
    assert set(plain) - words_beyond_the_glossary() == set()
    # Nothing of the trade has slipped in among them.
    trade = r"eigen|likeli|homosc|hetero|orthog|determinant|matri|covari|posterior|prior|estimator"
    assert not [word for word in plain if re.search(trade, word)]


def test_terms_are_explained_where_they_first_occur():
    for step in TOUR:
        assert 'class="' in marked(step.idea(mice())), step.name

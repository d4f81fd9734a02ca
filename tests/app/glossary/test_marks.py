"""Words that are explained on pointing: which, once, and nothing else of the text is touched."""

import re

import pytest

from lmm_app.fit.text import literal
from lmm_app.glossary.entries import BY_CODE, GLOSSARY
from lmm_app.glossary.marks import marked

BUTTON = re.compile(
    r'<button type="button" class="word" aria-describedby="word-(\w+)">([^<]*)</button>'
)


GLUED = re.compile(r'<span class="glued">(<button.*?</button>[^<])</span>')


def found(text, **more):
    """Code and words of each mark."""
    return BUTTON.findall(marked(text, **more))


def bare(text, **more):
    """The text with the marks taken out again."""
    return BUTTON.sub(r"\2", GLUED.sub(r"\1", marked(text, **more)))


@pytest.mark.parametrize("after", [",", ".", ";", "?", ")", "”", "’s", ": so", "! So"])
def test_no_line_begins_with_the_sign_behind_a_word(after):
    assert marked(f"a kinship{after} b").endswith(f"</button>{after[0]}</span>{after[1:]} b")


@pytest.mark.parametrize("after", [" b", "]", ":blue[b]", "![b](c)", "**", "*", " (b)", ""])
def test_what_may_be_of_markdown_stays_where_it_is(after):
    assert "glued" not in marked(f"a kinship{after}")


@pytest.mark.parametrize("entry", GLOSSARY, ids=[entry.code for entry in GLOSSARY])
def test_every_form_of_every_entry_is_found(entry):
    for form in entry.forms:
        for text in (f"Say {form} here.", f"(so {form}, or not)"):
            assert found(text) == [(entry.code, form)], text
        if form[0].islower() and len(form) > 1:
            capital = form[0].upper() + form[1:]
            assert found(f"{capital} first.") == [(entry.code, capital)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        # The longest form wins, and a part of it is not marked instead when it was explained.
        ("weighted least squares", ["wls"]),
        ("The log-likelihood, the log-likelihood, a likelihood", ["loglikelihood", "likelihood"]),
        ("the restricted log-likelihood", ["reml"]),
        ("the 95% profile interval and the profile", ["profileinterval", "profile"]),
        # Inflections; words that only contain a word; words that are parts of names.
        (
            "Eigenvectors, weights, residuals and covariates",
            "eigenvector weight residual covariate",
        ),
        ("weighty weighted sibship MLE REMLs traitor", ""),
        ("K_kinship kinship_2 kin-kinship kinship-based x.kinship", ""),
        # Either apostrophe, and a line break inside.
        ("Brent's method", ["brent"]),
        ("Weighted least\nsquares", ["wls"]),
        ("REML’s is higher", ["reml"]),
        # A letter is a word in a sentence and a sign in a formula.
        ("Drag h: how alike", ["h"]),
        ("The best h is 0, and ĥ too", ["h"]),
        ("h = 0.5, 1 − h, v·h, hK, ℓ(h), (h), h\u00a0= 0, h₀, x^h, h²", ""),
        ("Here h nears 1, and ℓ falls", ["h", "loglikelihood"]),
    ],
)
def test_which_words_are_marked(text, marks):
    wanted = marks.split() if isinstance(marks, str) else marks
    assert [code for code, _ in found(text)] == wanted
    assert bare(text) == text


@pytest.mark.parametrize(
    "kept",
    [
        "`kinship`",
        "``kinship ` weights``",
        "```python\nkinship = weights\n```",
        "~~~\nkinship\n~~~",
        "$kinship$",
        "$$\nkinship\n$$",
        "[kinship](https://example.org/kinship)",
        "![kinship](kinship.png)",
        "[kinship][1]",
        "https://example.org/kinship",
        "## kinship",
        ":green-badge[:material/check: kinship]",
        ":material/kinship:",
    ],
)
def test_code_formulas_links_and_headings_stay_as_they_are(kept):
    assert marked(kept) == kept
    assert bare(f"{kept}\n\nkinship") == f"{kept}\n\nkinship"
    assert len(found(f"{kept}\n\nkinship")) == 1


def test_type_stays_bold_small_or_coloured():
    assert bare("**Kinship.** :small[*weights*]") == "**Kinship.** :small[*weights*]"
    assert len(found("**Kinship.** :small[*weights*]")) == 2
    assert marked("**kinship**").startswith("**<button")


def test_each_word_is_explained_once_on_a_page():
    seen = set()
    assert len(found("kinship and kinship", seen=seen)) == 1
    assert seen == {"kinship"}
    assert found("Kinship again, and a covariate", seen=seen) == [("covariate", "covariate")]
    # Without a memory each text stands alone.
    assert len(found("kinship")) == len(found("kinship")) == 1


def test_names_from_files_are_no_words_of_the_method():
    text = f"How much of {literal('weight')} follows kinship? A weight of 1."
    assert [code for code, _ in found(text, names=["weight"])] == ["kinship"]
    assert [code for code, _ in found("body weights and weights", names=["body weights"])] == [
        "weight"
    ]
    assert found("eigenvector weights", but={"weight"}) == [("eigenvector", "eigenvector")]
    assert bare(text, names=["", "weight"]) == text


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</button><b>",
    "<!-- x -->",
    "\\<b>",
    "\\\\<b>",
    "[<b>](x)",
    "[a](<b>)",
    "`x` <b> `y`",
    "`` ` <b> ``",
    "\\` <b> `",
    "`\n<b>`",
    "$a<b>c$",
    "$5 <b> 6$",
    "# <b>",
    ":red-badge[<b>]",
    ":small[<b>",
    "```\n<b>\n",
    "https://x<b>",
    '" onmouseover="alert(1)',
    "a<b",
]
OPENS = re.compile(r"<(?=[A-Za-z/!?])")


@pytest.mark.parametrize("words", HOSTILE)
def test_no_text_becomes_a_tag(words):
    for text in (words, literal(words), f"kinship {literal(words)} weights", f"{words} kinship"):
        left = BUTTON.sub("", marked(text))
        # Only a backslash, which makes it a sign, may stand before what could open a tag.
        for place in (match.start() for match in OPENS.finditer(left)):
            before = left[:place]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1, (text, left)


def test_a_name_that_is_escaped_reads_as_it_was():
    assert marked(literal("a<b> & *c*")) == r"a\<b\> & \*c\*"


def test_marks_point_to_entries_that_the_page_has():
    text = " ".join(form for entry in GLOSSARY for form in entry.forms)
    assert {code for code, _ in found(text)} == set(BY_CODE)

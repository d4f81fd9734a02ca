"""Every sentence with a number is held, and the register notices where one is not."""

import datetime
import re
from dataclasses import replace

import pytest

from tests.claims import pages, register, strings
from tests.claims.controls import controls
from tests.claims.nodes import exists
from tests.claims.numbers import is_said, numbers, value
from tests.claims.register import Convention, Holder, Register
from tests.claims.table import table

HELD = "tests/claims/test_register.py::test_every_claim_is_held"


def test_every_claim_is_held():
    """Run `python -m tests.claims` to see what is not, `--new` for entries to be filled in."""
    assert register.read().problems(register.said()) == []


def test_all_pages_and_the_app_are_read():
    files = {file for files in register.said().values() for file in files}
    assert "README.md" in files
    assert sum(file.startswith("docs/") for file in files) >= 6
    assert sum(file.startswith("lmm_app/") for file in files) > 40
    assert len(register.said()) > 500


def test_tests_that_are_named_are_collected(request):
    """Of the files that this run has collected, none of the tests is left out."""
    options = request.config.option
    if options.keyword or options.markexpr or any("::" in one for one in request.config.args):
        pytest.skip("a part of the tests was chosen")
    items = {item.nodeid.partition("[")[0] for item in request.session.items}
    files = {node.partition("::")[0] for node in items}
    book = register.read()
    named = {node for one in book.claims.values() for node in one.tests}
    named |= {node for one in book.conventions for node in one.holder.tests}
    named = {node.partition("[")[0] for node in named}
    assert {node for node in named - items if node.partition("::")[0] in files} == set()


def test_each_control_is_of_a_test_that_holds_a_claim():
    book = register.read()
    held = {node for text in register.said() for node in book.tests(text)}
    assert {one.test.partition("[")[0] for one in controls()} - held == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,410 mice of 1,940, a fifth, twice", ["1,410", "1,940", "fifth", "twice"]),
        ("h2 of lme4 by R/qtl2 and SHA-256 of cXX.1", []),
        ("½ and −0.32 at h=0.5, 95%", ["½", "0.32", "0.5", "95"]),
        ("one idea, nobody, often", []),
        ("10⁻⁶, x86, 127.0.0.1:8501", ["10", "127.0.0.1", "8501"]),
    ],
)
def test_what_is_a_number(text, found):
    assert [one.group() for one in numbers(text)] == found


def test_a_number_is_what_it_says():
    assert value("1,410") == 1410
    assert value("Fifteen") == 15
    assert is_said("0.76", 0.764)
    assert not is_said("0.76", 0.766)
    assert is_said("half", 0.5)
    assert is_said("third", 1 / 3)
    assert not is_said("15", 16)


PAGE = """# Two heads
A line with 3 things,
and 4 on the next. It ends. None here.

- an item with 5
  that goes on. See e.g. 6 K.

| what | n |
|---|---|
| [seven](docs/8.md) words | a and 9 |

| n | s |
|---|---|
| 1 | 2.0 |
| 3 | 4.0 |

```
code has 10
```
![eleven](11.png "12")
"""


def test_the_claims_of_a_page():
    found = pages.claims(PAGE)
    assert found[:6] == [
        "Two heads",
        "A line with 3 things, and 4 on the next.",
        "an item with 5 that goes on.",
        "See e.g. 6 K.",
        "| [seven] words | a and 9 |",
        "| n | s | and 2 rows of figures, sha256 " + found[5][-12:],
    ]
    assert found[6:] == ["![eleven]"]


def test_a_figure_that_changes_makes_another_claim():
    assert pages.claims(PAGE.replace("4.0", "4.1"))[5] != pages.claims(PAGE)[5]


def test_the_claims_of_a_module():
    source = (
        '"""Not 1 word of documentation."""\n'
        'A = f"{n:.2f} of 20 mice. And {m} more. Only 3 left."\n'
        'B = "p { margin: 4px; }\\n q"\n'
        'C = "key_5"\n'
        'D = "In six words.\\n\\nAnd <b>7</b> more."\n'
    )
    assert strings.claims(source) == [
        "{} of 20 mice.",
        "Only 3 left.",
        "In six words.",
        "And 7 more.",
    ]


def test_the_claims_of_a_script():
    source = (
        "// Not 1 word of a comment: don't.\n"
        "/** Nor 2 `of` these. */\n"
        "const a = `h = ${h.toFixed(2)}: 5 in 100 are expected.`;\n"
        "const b = 'two sibs', c = \"repeat(3, 1fr)\", d = 4;\n"
    )
    assert strings.script_claims(source) == ["h = {}: 5 in 100 are expected.", "two sibs"]


BOOK = Register(
    {"It has 7 parts.": Holder(tests=(HELD,)), "Of 20 mice 8 ran.": Holder(values={"20": "5 * 4"})},
    (Convention(re.compile("of h = 0"), Holder(because="an end")),),
)
SAID = ("It has 7 parts.", "Of 20 mice 8 ran.", "The test of h = 0.")


def test_a_number_that_nothing_holds_is_named():
    assert BOOK.problems(SAID) == ["nothing holds 8 in: Of 20 mice 8 ran."]


def test_a_broken_claim_fails():
    """A number that was changed in a text: the new one is not held, the old one not said."""
    changed = [text.replace("7 parts", "8 parts") for text in SAID]
    assert BOOK.problems(changed)[0] == "nothing holds 8 in: It has 8 parts."
    assert "nowhere said any more: It has 7 parts." in BOOK.problems(changed)


@pytest.mark.parametrize(
    ("holder", "problem"),
    [
        (Holder(), "nothing holds it"),
        (Holder(tests=("tests/claims/test_register.py::test_that_went",)), "there is no test"),
        (Holder(tests=("tests/gone/test_x.py::test_y",)), "there is no test"),
        (Holder(values={"7": "2 * 4"}), "it says 7, but 2 * 4 is 8.0"),
        (Holder(measured={"by": "benchmarks.gone", "on": "a laptop"}), "there is no benchmark"),
        (Holder(measured={"by": "benchmarks.fit", "on": "a laptop"}), "needs its date"),
        (
            Holder(measured={"by": "benchmarks.fit", "date": datetime.date(2026, 1, 1)}),
            "says on what",
        ),
    ],
)
def test_what_holds_nothing_is_said(holder, problem):
    book = replace(BOOK, claims={"It has 7 parts.": holder})
    assert any(problem in one for one in book.problems(["It has 7 parts."]))


def test_a_convention_that_nobody_needs_is_said():
    assert BOOK.problems(SAID[:2])[-1] == "a convention that nobody needs: of h = 0"


def test_a_real_claim_that_is_changed_or_whose_test_goes_is_noticed():
    book, said = register.read(), set(register.said())
    text = next(text for text, one in book.claims.items() if one.tests and "15" in text)
    changed = said - {text} | {text.replace("15", "16")}
    assert len(set(book.problems(changed)) - set(book.problems(said))) == 2
    gone = replace(book.claims[text], tests=("tests/test_layers.py::test_gone",))
    found = replace(book, claims={**book.claims, text: gone}).problems(said)
    assert set(found) - set(book.problems(said)) == {
        f"there is no test tests/test_layers.py::test_gone: {text}"
    }


def test_the_table_has_a_row_for_every_claim_and_its_mistakes():
    rows = table().splitlines()
    assert len(rows) == len(register.said()) + 2
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    (row,) = [one for one in rows if one.startswith("| It is the case h = 0")]
    assert "lmm\\_app/glossary" in row
    assert "an estimate at h = 0 is taken for one beside it" in row


def test_what_is_a_test():
    assert exists(HELD)
    assert exists(HELD + "[a case]")
    assert not exists("tests/claims/register.py::read")
    assert not exists("tests/claims/test_register.py::numbers")

"""One style of marks and words in all that a person reads: the strings of the packages."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.places import ROOT

PACKAGES = ("lmm_core", "lmm_data", "lmm_cli", "lmm_app")
# Rooms of the app, and files of others, that are not held to it yet: take out what is done.
NOT_YET: tuple[str, ...] = ()
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if path.relative_to(ROOT).parts[1] not in NOT_YET
    and path.relative_to(ROOT).as_posix() not in NOT_YET
)
# What is typed as it stands, or is no prose: the file, and a part of the string.
EXCEPTIONS = (
    ("lmm_core/kinship.py", 'repair="clip"'),
    ("lmm_data/checks/kinship_checks.py", 'repair="clip"'),
    ("lmm_core/summary.py", "on the scale of K as given"),
    ("lmm_data/joining.py", "numbers such as 1e+05"),
    ("lmm_cli/options.py", "such as -999"),
    ("lmm_cli/serving/nginx.py", ""),
    ("lmm_cli/serving/server.py", "pip install"),
    ("lmm_cli/serving/settings.py", ""),
    ("lmm_app/data/filing.py", "such as -9"),
    ("lmm_app/lessons/draws.py", "from lmm_core import"),
    ("lmm_app/lessons/lineup.py", "from lmm_core import"),
    ("lmm_app/lessons/tour/methods.py", "from lmm_core import"),
    ("lmm_app/lessons/tour/rotation.py", "from lmm_core import"),
    ("lmm_app/scan/takeaway.py", "import "),
    ("lmm_app/scan/takeaway.py", "scan_markers(G"),
    ("lmm_app/scan/takeaway.py", "scan_loco(G"),
    ("lmm_app/scan/takeaway.py", "for name, scan in"),
    ("lmm_app/handout/student.py", "default-src"),
    ("lmm_app/paper/svg.py", "<svg viewBox="),
    ("lmm_app/live/bundle.py", "export default"),
    ("lmm_app/paper/reproduce.py", "of the page: the largest"),
    ("lmm_app/data/sheet.py", "default-src"),
    ("lmm_app/paper/alone.py", "default-src"),
    ("lmm_app/data/sheet.py", "\nsvg {"),
)
# A place of something that is put in; it counts as a letter.
PUT_IN = "\ue000"
RULES = {
    "straight quotation marks": rf"""(?<![\w{PUT_IN}=])(['"])[^'"\n]+\1(?!\w)""",
    "a straight apostrophe": rf"[\w{PUT_IN}]'[A-Za-z]|s' ",
    "other quotation marks": "[«»]",
    "a hyphen for a minus": r"(?<![\w\-.,/\[])-\d|\w - [\w(]|\(-log",
    "a power of ten as in a program": r"\d[eE][-+]?\d\d",
    "an em dash": "—",
    "words to avoid": r"\b(simply|obviously|of course|general least squares)\b",
}
# Not the function of this name, in lines of code that are shown.
OF_THE_APP = r"(?<!import )\b(eigen-directions?|contrasts?)\b(?!\()"


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def texts(tree: ast.Module) -> Iterator[tuple[int, str, list[str]]]:
    """Line, text and formats of each string but documentation; what is put in is one sign."""
    apart = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", ())
        if isinstance(body, list):
            apart.update(part.value for part in body if is_docstring(part))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart.update(node.values)
            # The format of a number is a string too, as Python has it.
            apart.update(
                value.format_spec for value in node.values if isinstance(value, ast.FormattedValue)
            )
    for node in ast.walk(tree):
        if node in apart:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                value.value if isinstance(value, ast.Constant) else PUT_IN for value in node.values
            )
            formats = [
                ast.unparse(value.format_spec)[2:-1]
                for value in node.values
                if isinstance(value, ast.FormattedValue) and value.format_spec is not None
            ]
            yield node.lineno, text, formats
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value, []


def is_prose(text: str) -> bool:
    """Whether a string has two words beside each other, or a word and what is put in."""
    words = rf"[A-Za-z]{{2,}}[,;:]? [«“‘(]?[A-Za-z]{{2,}}|[a-z]{{2,}} “?{PUT_IN}"
    return bool(re.search(words, text))


def offences(file: str, source: str) -> list[str]:
    """What is against the style in a file, each with its line."""
    found = []
    for line, text, formats in texts(ast.parse(source)):
        # Markdown only in the app: a terminal, a page of HTML and `literal` show the marks.
        marked = re.search(r"`[^`]*`", text)
        if marked and not file.startswith("lmm_app/"):
            found.append(f"{file}:{line}: a mark of Markdown: {marked[0]!r} in {text[:90]!r}")
        if not is_prose(text):
            continue
        if any(file == place and part in text for place, part in EXCEPTIONS):
            continue
        # Code and the tags of HTML are no prose.
        plain = re.sub(r"`[^`]*`|(?s:<style>.*?</style>)|<[^>]*>|\$[^$]*\$", " ", text)
        rules = dict(RULES)
        if file.startswith("lmm_app/"):
            rules["words to avoid in the app"] = OF_THE_APP
        found += [
            f"{file}:{line}: {rule}: {match[0]!r} in {text[:90]!r}"
            for rule, pattern in rules.items()
            if (match := re.search(pattern, plain))
        ]
        found += [
            f"{file}:{line}: a number as in a program: {{:{one}}} in {text[:90]!r}"
            for one in formats
            if re.fullmatch(r"[^%]*[geE]", one)
        ]
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_person_reads_is_in_one_style(package):
    files = [file for file in FILES if file.startswith(f"{package}/")]
    assert [one for file in files for one in offences(file, (ROOT / file).read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("""x = "there is no column 'age'" """, "straight quotation marks"),
        ("""x = 'there is no column "age"' """, "straight quotation marks"),
        ("""x = f"there is no column '{name}'" """, "straight quotation marks"),
        ("""x = "the kinship's diagonal" """, "a straight apostrophe"),
        ("""x = f"by {name}'s own" """, "a straight apostrophe"),
        ("""x = "the individuals' kinship" """, "a straight apostrophe"),
        ("""x = "see «LOCO» there" """, "other quotation marks"),
        ("""x = "taken for -9 here" """, "a hyphen for a minus"),
        ("""x = "divides by n - p here" """, "a hyphen for a minus"),
        ("""x = "as small as 1e-08 is" """, "a power of ten as in a program"),
        ("""x = f"the largest is {y:.3g}" """, "a number as in a program"),
        ("""x = f"the largest is {y:.2e}" """, "a number as in a program"),
        ("""x = "the kinship — a table" """, "an em dash"),
        ("""x = "general least squares does it" """, "words to avoid"),
        ("""x = "It is simply so" """, "words to avoid"),
        ("""x = "a contrast of individuals" """, "words to avoid in the app"),
    ],
)
def test_each_rule_finds_what_it_is_about(line, rule):
    (found,) = offences("lmm_app/shell/x.py", line)
    assert f": {rule}: " in found


def test_marks_of_markdown_are_only_for_the_app():
    line = """x = f"column `{name}`" """
    (found,) = offences("lmm_data/x.py", line)
    assert ": a mark of Markdown: " in found
    assert offences("lmm_app/shell/x.py", line) == []


@pytest.mark.parametrize(
    "line",
    [
        """x = f"there is no column “{name}”, and the trait’s mean is −9 ± 0.5" """,
        """x = f"the mean is {y:.3f}, {share:.0%} of {n:,}" """,
        """def f():
    \"\"\"Documentation may say 'age' and n - p.\"\"\"
""",
        """x = "age='F'" """,
        """x = "run `lmm fit --missing '-9'` for it" """,
        """x = "from 2026-11-28 on, well-known" """,
    ],
)
def test_what_is_in_the_style_is_not_found(line):
    assert offences("lmm_app/shell/x.py", line) == []


def test_rooms_that_are_not_held_yet_are_rooms_and_exceptions_are_there():
    for file, part in EXCEPTIONS:
        assert part.strip() in (ROOT / file).read_text("utf-8"), (file, part)
    for place in NOT_YET:
        assert (ROOT / ("" if "/" in place else "lmm_app") / place).exists(), place
    assert len(FILES) > 150

"""Nothing reads prose back as data: errors are read by their fields, and raised with them."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from tests.places import ROOT

PACKAGES = ("lmm_core", "lmm_data", "lmm_cli", "lmm_app")
FILES = sorted(
    path.relative_to(ROOT).as_posix() for one in PACKAGES for path in (ROOT / one).rglob("*.py")
)
# Methods that cut a text up, or look into it.
CUTS = frozenset(
    "partition rpartition split rsplit splitlines removeprefix removesuffix startswith endswith "
    "find rfind index rindex count".split()
)
# Attributes of errors, findings, readings and the like that are sentences, or parts of one.
PROSE = frozenset(
    "args rule found remedy statement sentence meaning title message problem complaint "
    "about headline note".split()
)
# Variables that hold such a sentence by their name, or one of several.
CALLED = frozenset("note notes message sentence problem complaint remedy headline said".split())


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"))


@cache
def kinds() -> frozenset[str]:
    """The names of LMMError and of all that is derived from it."""
    found = {"LMMError"}
    classes = [
        node for file in FILES for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef)
    ]
    while (
        more := {
            one.name
            for one in classes
            if any(isinstance(base, ast.Name) and base.id in found for base in one.bases)
        }
        - found
    ):
        found |= more
    return frozenset(found)


def functions(tree: ast.AST) -> Iterator[ast.AST]:
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def caught(tree: ast.AST) -> set[str]:
    """Names of errors in a function: those that are caught, and arguments that are errors."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            words = ast.unparse(node.annotation)
            if "Error" in words or "Exception" in words:
                names.add(node.arg)
    return {name for name in names if name}


def is_prose(node: ast.AST, errors: set[str], texts: set[str]) -> bool:
    """Whether an expression is the text of an error, or of another object for readers."""
    match node:
        case ast.Name(id=name):
            return name in texts or name in CALLED
        case ast.Attribute(attr=name):
            return name in PROSE
        case ast.Subscript(value=value):
            return is_prose(value, errors, texts)
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[ast.Name(id=name)]):
            return name in errors
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[ast.Attribute(attr=name)]):
            return name in {"value", "refusal"}
        case ast.JoinedStr(values=values):
            return any(
                isinstance(value, ast.FormattedValue)
                and isinstance(value.value, ast.Name)
                and value.value.id in errors
                for value in values
            )
        case ast.Call(func=ast.Attribute(value=value, attr="lower" | "strip" | "casefold")):
            return is_prose(value, errors, texts)
    return False


def cut_up(tree: ast.AST) -> Iterator[ast.AST]:
    """Where the text of an error, or another sentence, is cut up or looked into."""
    for function in functions(tree):
        errors = caught(function)
        texts = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and is_prose(node.value, errors, set())
            for target in node.targets
            if isinstance(target, ast.Name) and not isinstance(node.value, ast.Name)
        }
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in CUTS:
                    if is_prose(value, errors, texts):
                        yield node
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=args):
                    if any(is_prose(one, errors, texts) for one in args):
                        yield node
                case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
                    inside = ast.Name(id="") if isinstance(right, ast.Name) else right
                    one = isinstance(right, ast.Name) and right.id in texts | CALLED - {"notes"}
                    if one or is_prose(inside, errors, texts):
                        yield node
                case ast.Subscript(value=ast.Call() as value):
                    if is_prose(value, errors, texts):
                        yield node


def found_by(search: Callable[[ast.Module], Iterable[ast.AST]], package: str) -> list[str]:
    """What a search finds in the files of a package, each with its file and line."""
    return [
        f"{file}:{node.lineno}: {ast.unparse(node)}"
        for file in FILES
        if file.startswith(f"{package}/")
        for node in search(tree_of(file))
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_sentence_is_cut_up(package):
    assert not found_by(cut_up, package)


CUT = [
    "try: f()\nexcept E as error: a = str(error).partition('; ')",
    "try: f()\nexcept E as error: a = str(error).removeprefix(f'{name}: ')",
    "try: f()\nexcept E as error:\n    words = str(error)\n    a = words.rpartition('; ')[0]",
    "try: f()\nexcept E as error:\n    if 'no trait' in str(error): pass",
    "try: f()\nexcept E as error: a = re.search('x', str(error))",
    "try: f()\nexcept E as error: a = f'{error}'.split(';')",
    "try: f()\nexcept E as error: a = error.args[0].split(':')",
    "try: f()\nexcept E as error: a = str(error)[:5]",
    "def f(error: DataError): return str(error).split(';')",
    "def f(prepared): return prepared.problem.partition(': ')",
    "def f(finding): return 'log' in finding.remedy",
    "def f(notes): return any('FID' in note for note in notes)",
    "def f(message): return message.rpartition('; ')",
    "def f(opened): return opened.about.startswith('x')",
]
WHOLE = [
    "try: f()\nexcept E as error: a = str(error)",
    "try: f()\nexcept E as error: raise DataError('a', str(error)) from None",
    "def f(error: DataError): return error.remedy or error.statement",
    "def f(text): return text.split(';')",
    "def f(notes, note): return note in notes",
]


@pytest.mark.parametrize("text", CUT)
def test_a_text_that_is_cut_up_is_seen(text):
    assert list(cut_up(ast.parse(text)))


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_that_is_shown_whole_may_be(text):
    assert not list(cut_up(ast.parse(text)))


def unquoted(node: ast.expr) -> str:
    """The literal words of a text, without what stands in quotes; a value is a dot."""
    match node:
        case ast.Constant(value=str(words)):
            pass
        case ast.JoinedStr(values=values):
            words = "".join(one.value if isinstance(one, ast.Constant) else "·" for one in values)
        case _:
            return ""
    return re.sub("“[^”]*”", "", words)


def is_given(node: ast.expr) -> bool:
    """Whether a rule is words, or a rule that was given: never the text of something else."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.Name(id="rule"):
            return True
        case ast.Attribute(attr="rule") | ast.Call(func=ast.Name(id="clause")):
            return True
    return False


def hidden(tree: ast.AST) -> Iterator[ast.Call]:
    """Errors with what was found, or the remedy, inside the rule, or the place before it."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in kinds():
            continue
        parts = dict(zip(("rule", "found", "remedy"), node.args, strict=False))
        parts |= {one.arg: one.value for one in node.keywords if one.arg}
        rule, found = parts.get("rule"), parts.get("found")
        if rule is None or not is_given(rule):
            yield node
        elif any(mark in unquoted(rule) for mark in ("; ", ": ")):
            yield node
        elif found is not None and "remedy" not in parts and "; " in unquoted(found):
            yield node


@pytest.mark.parametrize("package", PACKAGES)
def test_every_error_has_its_parts(package):
    assert not found_by(hidden, package)


HIDDEN = [
    "raise DataError('a; b')",
    "raise DataError('a: b', 'c', 'd')",
    "raise DataError(f'{name}: a must be b', 'c')",
    "raise DataError('a', 'b; c')",
    "raise DataError(str(error))",
    "raise LMMError(prepared.problem)",
    "raise LMMError(found='a')",
    "error = UsageError('a ' + b)",
]
APART = [
    "raise DataError('a', 'b', 'c', where=name)",
    "raise DataError('a', 'b; c', 'd')",
    "raise DataError(\"pairs such as “crosstype: f2” must be there\", 'b')",
    "raise DataError(\"R's data, in R's form\", 'b')",
    "raise DataError(rule, remedy='choose another')",
    "raise UsageError(error.rule, error.found, error.remedy, where=error.where)",
    "raise ValueError('a; b')",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_hidden_part_is_seen(text):
    assert list(hidden(ast.parse(text)))


@pytest.mark.parametrize("text", APART)
def test_parts_that_are_apart_may_be(text):
    assert not list(hidden(ast.parse(text)))

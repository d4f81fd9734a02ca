"""The sentences of the app: strings of its Python and of its scripts, with a number in them.

What is computed and put in is `{}` here, and held by the tests of what computes it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.claims.numbers import numbers
from tests.claims.pages import sentences
from tests.places import ROOT

# Style sheets, scripts, programs to take away and drawings are no sentences.
CODE = re.compile(
    r"^SELECT |\(\?|\bfor \w+, \w+ in |import \w|</?\w+ \w+=|[;{]\s*\n|:\s*[\w#%. ]+;"
    r"|=>|^(?:repeat|translate)\(|^[\w-]+: \d+$|^grid |^[.#&@]|%\{|=\"|\{\{|stroke="
)
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
TAG = re.compile(r"<[^>]*>")
WORD = re.compile(r"[A-Za-z]{2,}")


def app_files() -> list[Path]:
    return sorted((ROOT / "lmm_app").rglob("*.py"))


def script_files() -> list[Path]:
    return sorted((ROOT / "lmm_app").rglob("*.js"))


def claims(source: str) -> list[str]:
    """Every sentence with a number among the strings of a module of Python."""
    return in_words(strings(ast.parse(source)))


def script_claims(source: str) -> list[str]:
    """Every sentence with a number among the strings of a script of the browser's."""
    found = (next(filter(None, one), "") for one in QUOTED.findall(COMMENT.sub("", source)))
    return in_words(re.sub(r"\$\{[^{}]*\}", "{}", text) for text in found)


def in_words(texts: Iterable[str]) -> list[str]:
    """The sentences with a number among some texts."""
    found: list[str] = []
    for text in texts:
        if not CODE.search(text):
            for part in re.split(r"\n\s*\n", TAG.sub("", text)):
                found += [one for one in sentences(part) if is_sentence(one)]
    return list(dict.fromkeys(found))


def is_sentence(text: str) -> bool:
    """Whether it has a number and words to go with it."""
    return bool(numbers(text)) and " " in text and len(WORD.findall(text)) >= 2


def strings(tree: ast.Module) -> Iterator[str]:
    """All strings but documentation, formats and keys; what is put in is `{}`."""
    apart: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            apart.update(one.value for one in body if isinstance(one, ast.Expr))
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            apart.add(node.format_spec)
        if isinstance(node, ast.JoinedStr):
            apart.update(node.values)
    for node in ast.walk(tree):
        if node in apart:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

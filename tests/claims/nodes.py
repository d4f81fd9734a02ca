"""Whether a test that is named as pytest names it is there, by its source alone."""

import ast
import re
from functools import cache

from tests.places import ROOT


@cache
def tests_in(file: str) -> frozenset[str]:
    """The tests of a file, those of a class as `Class::test`; empty if there is no such file."""
    path = ROOT / file
    if not (path.is_file() and path.name.startswith("test_")):
        return frozenset()
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                found.add(prefix + one.name)
    return frozenset(found)


def exists(node: str) -> bool:
    """Whether `file::test`, with the name of a case in brackets or without, is a test."""
    file, _, name = node.partition("::")
    return re.sub(r"\[.*\]$", "", name) in tests_in(file)

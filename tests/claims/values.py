"""What an expression of the register gives: names of this project's modules, and some builtins."""

import importlib
import inspect
import pkgutil
import re
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from tests.places import ROOT

DOTTED = re.compile(r"\b(?:lmm_(?:core|data|cli|app)|tests|benchmarks)(?:\.\w+)*")

GIVEN = {
    "np": np,
    "stats": stats,
    "text": lambda file: (ROOT / file).read_text("utf-8"),
    "default": lambda called, name: inspect.signature(called).parameters[name].default,
    "imported": importlib.import_module,
}


@cache
def evaluate(expression: str) -> float:
    """The number that an expression gives; modules that it names are imported."""
    names: dict[str, Any] = dict(GIVEN)
    for dotted in DOTTED.findall(expression):
        # Imports what of it are modules.
        pkgutil.resolve_name(dotted)
        root = dotted.partition(".")[0]
        names[root] = importlib.import_module(root)
    return float(eval(expression, names))

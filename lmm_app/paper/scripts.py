"""Programs that make the numbers again, in Python and in R, from the files beside them.

They are `reproduce.py` and `reproduce.R` of this folder, each with a title and a method; they hold
no data and, but for that comment, no name from a file: those are read.
"""

from functools import partial
from importlib.resources import files

from lmm_app.fit.view import View
from lmm_app.sources.opened import Opened

# The lines of a program that are the fit's own: its title, and its method.
TITLE = "# TITLE\n"
METHOD = {
    "reproduce.py": ('METHOD = "REML"  # or "ML"\n', 'METHOD = "ML"  # or "REML"\n'),
    "reproduce.R": ('method <- "REML" # or "ML"\n', 'method <- "ML" # or "REML"\n'),
}


def title_of(opened: Opened, view: View, method: str) -> str:
    """What was fitted, in one line: names from a file cannot leave the comment they stand in."""
    words = f"{view.problem.trait} of {opened.dataset.name}, by {method}"
    return "".join(mark if mark.isprintable() else " " for mark in words)


def _program(name: str, opened: Opened, view: View, method: str) -> str:
    by_reml, by_ml = METHOD[name]
    program = (files(__package__) / name).read_text(encoding="utf-8").removeprefix(TITLE)
    if method == "ML":
        program = program.replace(by_reml, by_ml, 1)
    return f"# {title_of(opened, view, method)}\n{program}"


# A Python program, of NumPy alone, that fits the files again and compares it with the page.
reproduce_python = partial(_program, "reproduce.py")
# An R program that does the same in base R, and by R/lmmlite.
reproduce_r = partial(_program, "reproduce.R")

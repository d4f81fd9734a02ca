"""What the board is made of: one script and one style sheet, for the app and for a file; pure."""

import re
from importlib.resources import files

from lmm_app.live import theme

FOLDER = files(__package__)
# In the order in which one needs another.
MODULES = (
    "svg",
    "data",
    "bus",
    "drag",
    "covariance",
    "rotated",
    "profile",
    "search",
    "formula",
    "chart",
    "genome",
    "sampling",
    "still",
    "take",
    "board",
)
SHEETS = ("live.css", "take.css")
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def script() -> str:
    """All modules as one, for a browser that is given no files to import."""
    texts = [(FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def style() -> str:
    """The style sheet, with the colours of the figures."""
    colors = {
        "reml": theme.METHOD_COLOR["REML"],
        "ml": theme.METHOD_COLOR["ML"],
        "points": theme.POINTS,
        "estimate": theme.ESTIMATE,
        "neutral": theme.NEUTRAL,
        "guess": theme.GUESS,
    }
    names = " ".join(f"--{name}: {color};" for name, color in colors.items())
    sheets = [(FOLDER / name).read_text(encoding="utf-8") for name in SHEETS]
    return "\n".join([f".board {{ {names} }}", *sheets])

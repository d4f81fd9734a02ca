"""What the boards are made of: one script and one style sheet, for the app and for a file; pure."""

import json
import re
import zlib
from functools import cache
from hashlib import sha256
from importlib.resources import files

from lmm_app.live import theme
from lmm_app.live.twin import TWIN, twin_source

FOLDER = files(__package__)
SHEETS = ("live.css", "lesson.css", "room.css", "take.css")
_AROUND = re.compile(r"\s*([{};,])\s*")
_IMPORT = re.compile(r"^import .*?/(\w+)\.js\";\n", re.MULTILINE | re.DOTALL)
_WANTED = re.compile(r"^import \{([^}]*)\} from \".*?/(\w+)\.js\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
# Where the script of a page and the places that wait for it meet, each of these by its element;
# `{}` is its version.
_MEETING = "self.lmm_{}"
_INSTALL = """
const meeting = {0};
Object.assign(meeting, {{ take, leave, lends: {{ {1} }} }});
for (const component of meeting.values()) take(component);
meeting.clear();
"""
_STAGE = """
export default async function stage({{ data }}) {{
  const meeting = ({0} ??= new Map());
  if (meeting.run) return;
  meeting.run = async (packed) => {{
    const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const url = URL.createObjectURL(
      new Blob([await new Response(text).text()], {{ type: "text/javascript" }}),
    );
    await import(url);
    URL.revokeObjectURL(url);
  }};
  await meeting.run(data);
}}
"""
# What a script that comes later takes from that of the page, and its panel, which it hands over.
_LATER = """
const {{ {1} }} = {0}.lends;
{2}
panelComes("{3}", {3}Panel);
"""
# Short, because it goes with every place: take the component, or let it wait; at the end, leave.
# A script of one line would be taken for the name of a file.
_FOR_READERS = re.compile(
    r"^[ \t]*//[^\n]*\n|^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]+", re.MULTILINE | re.DOTALL
)
_MOUNT = (
    "export default c=>{{\nconst p=c.parentElement,m={0}??=new Map;"
    "m.take?m.take(c):m.set(p,c);return()=>{{m.delete(p);m.leave?.(p)}}}}"
)


def source(name: str) -> str:
    """The text of a module."""
    if name in TWIN:
        return twin_source(name)
    return (FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8")


def needed(name: str, found: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The modules found so far, and one more after all that it imports."""
    for other in _IMPORT.findall(source(name)):
        if other not in found:
            found = needed(other, found)
    return (*found, name)


# Those of boards in a page of the app and in a file; and of a page alone, where they meet what
# Streamlit sends them.
MODULES = needed("board", needed("data"))
PAGE_MODULES = needed("stage", MODULES)[len(MODULES) :]
# Panels that few pages show, each with modules of its own: a page is sent them when it shows one.
LATER = {
    name: needed(name, MODULES)[len(MODULES) :]
    for name in ("shrink", "triangle", "draws", "lineup", "markers")
}


@cache
def script(panels: tuple[str, ...] = tuple(LATER)) -> str:
    """All modules as one, for a browser that is given no files to import.

    Args:
        panels: of those that come later elsewhere, which are in it.
    """
    later = "".join(
        f'{_together(LATER[name])}\npanelComes("{name}", {name}Panel);\n' for name in panels
    )
    return f"{_together(MODULES)}\n{later}"


@cache
def page_script() -> str:
    """The script of a page of the app, which takes in what the places of the page were given.

    Without what is for readers of the source, a fifth of it: comments that have lines of their
    own, and indentation.
    """
    later = [(FOLDER / name).read_text(encoding="utf-8") for name in ("later.css", "words.css")]
    sheets = {"STYLE": style(), "LATER": "\n".join(later)}
    styles = "".join(
        f"const {name} = {json.dumps(_close(text), ensure_ascii=False)};\n"
        for name, text in sheets.items()
    )
    whole = (
        styles
        + _together((*MODULES, *PAGE_MODULES))
        + _INSTALL.format(_meeting(), ", ".join(_lent()))
    )
    return spare(whole)


def _close(sheet: str) -> str:
    """A style sheet without blanks around the marks that part its rules."""
    return _AROUND.sub(r"\1", sheet)


def spare(text: str) -> str:
    """A script without comments that have lines of their own, and without indentation."""
    return _FOR_READERS.sub("", text)


@cache
def packed_page_script() -> bytes:
    """The same as it is sent: compressed once for everyone, which a socket would do for each."""
    return zlib.compress(page_script().encode(), 9)


@cache
def later_script(name: str) -> bytes:
    """A panel that comes with the board that shows it, compressed: what it has of its own."""
    text = _LATER.format(_meeting(), ", ".join(_lent()), _together(LATER[name]), name)
    return f"!{name}:".encode() + zlib.compress(spare(text).encode(), 9)


def _lent() -> list[str]:
    """What the script of a page lends to those that come later."""
    own = {name for names in LATER.values() for name in names}
    texts = "\n".join(source(name) for name in sorted(own))
    wanted = {
        word.strip()
        for names, origin in _WANTED.findall(texts)
        if origin not in own
        for word in names.split(",")
    }
    return ["panelComes", *sorted(filter(None, wanted))]


def stage_script() -> str:
    """What unpacks the script of a page, and runs it once."""
    return _STAGE.format(_meeting())


def mount_script() -> str:
    """The script of one place on a page, which waits for that of the page."""
    return _MOUNT.format(_meeting())


@cache
def page_style() -> str:
    """The style of what is not a board, as far as it cannot wait for the script."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


def _together(names: tuple[str, ...]) -> str:
    texts = [_EXPORT.sub("", _IMPORT.sub("", source(name))) for name in names]
    return "\n".join(texts)


def _meeting() -> str:
    # A page that outlives an update of the server goes on with the script that it has.
    return _MEETING.format(sha256((script() + style()).encode()).hexdigest()[:8])


@cache
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

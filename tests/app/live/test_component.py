"""What is sent to the browser: one script without anything from outside, and its style sheet."""

import json
import re
import shutil
import subprocess
import tomllib
import zlib

import numpy as np
import pytest

from lmm_app.live import theme
from lmm_app.live.bundle import (
    FOLDER,
    LATER,
    MODULES,
    PAGE_MODULES,
    SHEETS,
    later_script,
    mount_script,
    packed_page_script,
    page_script,
    script,
    source,
    stage_script,
    style,
)
from lmm_app.live.pictures import FORMULAS
from lmm_app.live.search import KINDS
from lmm_app.live.twin import TWIN
from lmm_app.paper import alone
from tests.app_helpers import profile_of, sides_of
from tests.places import ROOT

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
# The modules of a page of the app; a file, as the handout, has all but the last, and those that a
# page is sent with the board that shows them.
PAGE = (*MODULES, *PAGE_MODULES)
BESIDE = tuple(name for names in LATER.values() for name in names)
FILES = {name: source(name) for name in (*PAGE, *BESIDE)}
TOP = re.compile(
    r"^(?:export (?:default )?)?(?:async )?(?:const|let|var|function|class) (\w+)", re.M
)
EXPORTED = re.compile(r"^export (?:async )?(?:const|let|function|class) (\w+)", re.M)
IMPORTED = re.compile(r"^import \{([^}]*)\} from \"(\./|\.\./twin/)(\w+)\.js\";$", re.M)
# What Streamlit gives a component, as documented for its second version of components.
GIVEN = {
    "st-background-color",
    "st-button-radius",
    "st-font",
    "st-heading-color",
    "st-primary-color",
    "st-secondary-background-color",
    "st-text-color",
}


def code(text):
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)


def without_words(text):
    """A script without what stands between quotes."""
    return re.sub(r"\"[^\"\n]*\"", '""', text)


def test_every_module_is_in_the_bundle_once():
    beside = {path.stem for path in (FOLDER / "js").glob("*.js")}
    assert sorted(FILES) == sorted({*beside, *TWIN})
    assert len(set(FILES)) == len((*PAGE, *BESIDE))
    for name, text in FILES.items():
        first = next(line for line in text.splitlines() if line)
        assert script().count(first) == (name not in PAGE_MODULES)
        # What is sent has no comments.
        made = re.search(r"^export ((?:async )?(?:function|const|class) \w+)", text, re.M)[1]
        sent = page_script() if name in PAGE else "\n".join(map(unpacked, LATER))
        assert len(re.findall(rf"^{made}\b", sent, re.M)) == 1, name


def unpacked(name):
    """The script of a panel that comes later, behind its name."""
    mark, packed = later_script(name).split(b":", 1)
    assert mark == f"!{name}".encode()
    return zlib.decompress(packed).decode()


def test_a_panel_that_comes_later_takes_what_the_page_lends_and_hands_itself_over():
    (lent,) = re.findall(r"lends: \{ ([^}]*) \}", page_script())
    for name in LATER:
        text = unpacked(name)
        (taken,) = re.findall(r"^const \{ ([^}]*) \} = self\.lmm_\w+\.lends;$", text, re.M)
        assert taken == lent
        for one in lent.split(", "):
            assert re.search(
                rf"^(?:async )?(?:function|const|let|class) {one}\b", page_script(), re.M
            )
        assert text.rstrip().endswith(f'panelComes("{name}", {name}Panel);')
        assert not re.search(r"^\s*(import|export)\b|\bimport\s*\(", without_words(text), re.M)
        assert not re.search(OUTSIDE, text)
        # Much smaller than the script of a page, which has none of it.
        assert len(later_script(name)) < 6_500
        assert f"{name}Panel" not in page_script()


def test_what_is_sent_to_a_page_has_nothing_for_readers_of_the_source():
    assert not re.search(r"^\s*(//|/\*)|^[ \t]", page_script(), re.M)
    # Nothing else is left out.
    lines = [line.strip() for line in code("\n".join(FILES[name] for name in PAGE)).splitlines()]
    sent = {line.strip() for line in code(page_script()).splitlines()}
    kept = [line.removeprefix("export ") for line in lines if not line.startswith("import ")]
    assert [line for line in kept if line and line not in sent and "export" not in line] == []


@pytest.mark.parametrize("bundle", [script, page_script])
def test_the_bundle_is_one_module_that_asks_for_no_other(bundle):
    text = without_words(code(bundle()))
    assert not re.search(r"^\s*(import|export)\b|\bimport\s*\(|\brequire\s*\(", text, re.M)


def test_each_module_imports_what_an_earlier_one_exports():
    seen = {}
    for name, text in FILES.items():
        statements = re.findall(r"^import\b", text, re.M)
        imports = IMPORTED.findall(text)
        assert len(imports) == len(statements), name
        for names, folder, origin in imports:
            assert origin in seen, (name, origin)
            assert (folder == "../twin/") == (origin in TWIN), (name, origin)
            # The bundle leaves the statement out: what is imported keeps its name.
            wanted = {one.strip() for one in names.split(",") if one.strip()}
            assert wanted <= seen[origin], (name, origin)
            for one in wanted:
                assert re.search(rf"\b{one}\b", text.split(f'/{origin}.js";')[-1]), (name, one)
        assert not re.search(r"^export (default|\{|\*)", text, re.M), name
        seen[name] = set(EXPORTED.findall(text))
        assert seen[name], name


def top_names(text):
    """What a module names at its top, alone or several in brackets."""
    for names in re.findall(r"^(?:const|let) [\[{]([^=]*)[\]}] =", text, re.M):
        yield from re.findall(r"\w+", names)
    yield from TOP.findall(text)


def test_names_at_the_top_of_the_modules_do_not_collide():
    names = [(name, module) for module, text in FILES.items() for name in top_names(text)]
    # Those that the page's script has of its own.
    names += [(name, "page") for name in ("STYLE", "meeting", "component")]
    assert len(names) > 100
    assert len({name for name, _ in names}) == len(names), sorted(names)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node")
def test_the_script_of_a_file_is_one_that_a_browser_can_read(tmp_path):
    # Names that are taken apart, and those of what draws the file itself, are found by this alone.
    file = tmp_path / "script.mjs"
    file.write_text(alone.script(), encoding="utf-8")
    subprocess.run(["node", "--check", file], check=True)


# What would bring something in from elsewhere, or make code or marks of HTML out of a text.
OUTSIDE = (
    r"\beval\b|\bFunction\s*\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|"
    r"\bfetch\b|XMLHttpRequest|WebSocket|importScripts|localStorage|document\.cookie|"
    r"srcdoc|javascript:|\bsetAttribute\(\s*[\"']on"
)


def test_nothing_comes_from_outside_and_no_text_becomes_code():
    links = set(re.findall(r"\bhttps?://[^\s\"'`)]*", page_script() + style()))
    assert links == {"http://www.w3.org/2000/svg"}
    for text in (page_script(), stage_script(), mount_script()):
        assert not re.search(OUTSIDE, text)
    assert not re.search(r"@import|url\(|expression\(", style())


def test_only_the_stage_runs_a_script_and_it_is_the_one_that_was_sent():
    # The one import of a page is of the bytes that Python gave it.
    assert re.findall(r"\bimport\b.*", stage_script()) == ["import(url);"]
    assert stage_script().count("new Blob([packed])") == 1
    assert "meeting.run(data)" in stage_script()
    for text in (mount_script(), page_script()):
        assert not re.search(r"\bimport\s*\(", without_words(code(text)))
    assert zlib.decompress(packed_page_script()).decode() == page_script()
    assert len(packed_page_script()) < 52_000


def test_all_places_of_a_page_meet_under_the_version_of_the_script():
    meetings = [
        re.findall(r"self\.(lmm_[0-9a-f]{8})\b", text)
        for text in (page_script(), stage_script(), mount_script())
    ]
    assert [len(found) for found in meetings] == [1, 1, 1]
    assert len({name for found in meetings for name in found}) == 1
    for text in (stage_script(), mount_script()):
        assert len(re.findall(r"^export default (?:async )?(?:function|c=>)", text, re.M)) == 1
    # No bracket was left that `format` should have filled in.
    for text in (page_script(), stage_script(), mount_script()):
        assert not re.search(r"\{\{|\{0\}", text.replace("Map([{", ""))


def test_the_page_has_every_sheet_of_styles():
    for name in SHEETS:
        assert (FOLDER / name).read_text(encoding="utf-8") in style()
    (line,) = re.findall(r"^const STYLE = (.*);$", page_script(), re.M)
    # All of it but blanks, which are none between words.
    sent = json.loads(line)
    assert "".join(sent.split()) == "".join(style().split())
    assert "container-type: inline-size;--soft: color-mix(in srgb,var(--st-text-color) 78%," in sent


def test_every_variable_of_the_style_sheet_is_defined():
    css, js = style(), script()
    used = set(re.findall(r"var\(\s*--([\w-]+)", css + js))
    defined = set(re.findall(r"(?<![\w-])--([\w-]+)\s*:", css))
    defined |= set(re.findall(r"setProperty\(\s*[\"']--([\w-]+)", js))
    assert {"reml", "ml", "points", "estimate", "neutral", "guess"} <= used
    assert used - defined - GIVEN == set()
    # And none of the page's is made up here, where the page could not change it.
    assert not {name for name in defined if name.startswith("st-")}


def test_the_colours_are_those_of_the_figures():
    css = style()
    for name, color in {
        "reml": theme.METHOD_COLOR["REML"],
        "ml": theme.METHOD_COLOR["ML"],
        "points": theme.POINTS,
        "estimate": theme.ESTIMATE,
        "neutral": theme.NEUTRAL,
        "guess": theme.GUESS,
    }.items():
        assert css.count(f"--{name}: {color};") == 1
    # A curve is told apart by more than its colour.
    assert re.search(r"\.curve\.ML \{[^}]*stroke-dasharray", css)
    assert not re.search(r"\.curve\.REML \{[^}]*stroke-dasharray", css)


def test_every_formula_that_python_names_is_one_that_the_browser_has():
    (known,) = re.findall(r"^const LINES = \{([^}]*)\};", FILES["lines"], re.M)
    assert {entry.split(":")[0].strip() for entry in known.split(",")} == set(FORMULAS)
    for method in ("ML", "REML"):
        assert profile_of("interior", method)["formulas"] == list(FORMULAS)


def test_every_mark_that_is_named_has_its_colour():
    css = style()
    named = set(re.findall(r"\blive\(\"(\w+)\"", FILES["lines"]))
    assert named == {"h", "w", "beta"}
    assert re.search(r"\blive\(method,", FILES["lines"])
    named |= {"ML", "REML"}
    for name in named:
        assert re.search(rf"\.live\.{name}\b", css), name
    for method in ("ML", "REML"):
        for mark in ("look", "curve"):
            assert re.search(rf"\.{mark}\.{method} \{{", css)
    # A step of each kind has an outline of its own, but for the parabola's, which is the rest.
    for kind in set(KINDS) - {"parabolic"}:
        assert f'"{kind}"' in FILES["svg"].split("export function mark")[1]


@pytest.mark.parametrize(
    ("module", "name", "part"),
    [
        ("profile", "profile", lambda: profile_of("two hills", "ML")["profile"]),
        ("profile", "fit", lambda: profile_of("two hills", "ML")["fit"]),
        ("fitted", "fit", lambda: profile_of("two hills", "ML")["fit"]),
        ("lines", "fit", lambda: profile_of("two hills", "ML")["fit"]),
        ("twin", "problem", lambda: profile_of("two hills", "ML")["fit"]["twin"]),
        ("rotated", "points", lambda: sides_of("tiny", "ML", 0)["points"]),
        ("covariance", "part", lambda: sides_of("tiny", "ML", 0)["matrices"][0]),
        ("covariance", "part.matrix", lambda: sides_of("tiny", "ML", 0)["matrices"][0]["matrix"]),
        ("search", "search", lambda: profile_of("two hills", "ML")["search"]),
    ],
)
def test_what_the_script_reads_is_sent(module, name, part):
    text = code(FILES[module])
    name = re.escape(name)
    read = set(re.findall(rf"(?<![\w.])(?:picture\.)?{name}\.(\w+)", text))
    for names in re.findall(rf"const \{{([^}}]*)\}} = (?:picture\.)?{name};", text):
        read |= set(re.findall(r"(\w+)(?: ?:[^,]*)?", names))
    optional = set(re.findall(rf"\b{name}\.(\w+) \?\?", text))
    assert len(read - optional) > 1
    assert read - optional <= set(part()), module


def test_what_is_said_of_a_sum_is_read_out_of_what_is_sent():
    (names,) = re.findall(r"function sumWords\(\{([^}]*)\}", FILES["rotated"])
    sent = sides_of("tiny", "ML", 0)["points"]["directions"]
    assert {name.strip() for name in names.split(",")} == set(sent)


def linear(color):
    """Red, green and blue as light, WCAG 2.2."""
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


# Björn Ottosson 2020, "A perceptual color space for image processing".
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)


def mixed(one, share, other):
    """Light of color-mix(in oklab, one share, other): its last step is linear in the roots."""
    roots = share * np.cbrt(TO_CONES @ linear(one)) + (1 - share) * np.cbrt(
        TO_CONES @ linear(other)
    )
    return np.linalg.solve(TO_CONES, roots**3)


def contrast(one, two):
    low, high = sorted(float(np.dot(light, [0.2126, 0.7152, 0.0722])) for light in (one, two))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_numbers_in_the_colour_of_their_mark_can_be_read(mode):
    page, text = (THEMES[mode][name] for name in ("backgroundColor", "textColor"))
    colors = dict(re.findall(r"--(\w+): (#[0-9a-fA-F]{6});", style()))
    rules = re.findall(
        r"\.live\.\w+ \{ color: color-mix\(in oklab, var\(--(\w+)\) (\d+)%, "
        r"var\(--st-text-color\)\); \}",
        style(),
    )
    assert {name for name, _ in rules} == {"estimate", "points", "reml", "ml"}
    for name, share in rules:
        light = mixed(colors[name], int(share) / 100, text)
        assert contrast(light, linear(page)) >= 4.5, name
    assert contrast(mixed(page, 1.0, text), linear(page)) == pytest.approx(1)

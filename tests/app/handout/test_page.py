"""The handout: one file with every number of a fit, that fetches nothing and runs nothing else."""

import json
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from lmm_app.fit import side_by_side, text, verdict
from lmm_app.fit.view import build_view, covariance_picture, picture_order
from lmm_app.handout import sections
from lmm_app.handout.page import POLICY, handout, handout_name
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.steps import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.live import bundle
from lmm_app.live.hand import h_hand, start
from lmm_app.live.packing import pack_board, unpack_part
from lmm_app.live.pictures import profile_board, sides_board
from lmm_app.live.search import own_search
from lmm_app.paper.tables_html import inline
from lmm_app.session import links
from lmm_app.sources.sources import Lesson, Opened, Sample, Simulation, open_source
from lmm_app.tour import kept as tour_kept
from lmm_core import decompose
from lmm_core.version import versions
from lmm_data.dataset import align
from lmm_data.tables import Table
from tests.app_helpers import K, open_app, pick, picture_of, received
from tests.odd_views import KINDS, view, view_of
from tests.places import ROOT

METHODS = ("ML", "REML")
NAMESPACE = "http://www.w3.org/2000/svg"
BOARDS = ["data-profile", "data-sides", "data-relatives", "data-methods"]
# Elements without an end tag.
VOID = {"meta", "link", "input", "br", "line"}
WILD = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</style></title><!--",
    "a&b|c*d_e`f$g[h](http://x)",
    "雌·é 'ü' \\ ]]>",
)


@dataclass
class Read(HTMLParser):
    """What a browser reads in a page."""

    page: str
    tags: list = field(default_factory=list)
    words: dict = field(default_factory=dict)
    seen: list = field(default_factory=list)
    inside: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.page)
        self.close()
        assert self.inside == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.inside.pop()[0] == tag

    def handle_data(self, data):
        if self.inside:
            tag, attributes = self.inside[-1]
            part = "data-part" if "data-part" in attributes else tag
            place = attributes.get("id", part) if tag == "script" else tag
            self.words.setdefault(place, []).append(data)
            if tag not in ("script", "style"):
                self.seen.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def visible(self):
        return " ".join("".join(self.seen).split())

    @property
    def parts(self):
        """Every packed part, by name."""
        return {unpack_part(part)[0]: part for part in map(b64decode, self.words["data-part"])}

    def board(self, name):
        """What moves of a board, and its picture with all its parts."""
        moving = json.loads(b64decode("".join(self.words[f"data-{name}"])))
        return moving, picture_of(moving, self.parts)


def page_of(opened, shown, method, date=""):
    order = picture_order(shown.problem.K)
    return handout(
        opened, Scene(shown, method), order, covariance_picture(shown.problem.K, order), date
    )


@cache
def tiny():
    return open_source(Sample("tiny12"))


@cache
def preset(name):
    opened = open_source(Lesson(name))
    data = opened.dataset
    return opened, view_of(data.problem(data.traits.columns[0], data.covariates.columns))


@cache
def odd(kind, method):
    return page_of(tiny(), view(kind), method)


def check_form(page):
    """What holds for every handout; returns what is read in it."""
    read = Read(page)
    assert page.startswith("<!doctype html>\n")
    assert read.all("html") == [{"lang": "en"}]
    (policy,) = [meta["content"] for meta in read.all("meta") if "http-equiv" in meta]
    assert policy == POLICY
    # The policy and the letters come before anything that they are about.
    assert [tag for tag, _ in read.tags[:4]] == ["html", "head", "meta", "meta"]
    scripts = read.all("script")
    # Every part comes before the boards that stand on it, and once.
    parts = [script for script in scripts if "data-part" in script]
    assert scripts[: len(parts)] == parts
    assert len(read.parts) == len(parts)
    assert [script["id"] for script in scripts[len(parts) : -1]] == BOARDS
    assert scripts[-1] == {"type": "module"}
    assert {script["type"] for script in scripts[:-1]} == {"application/octet-stream"}
    assert page.replace(NAMESPACE, "").lower().count("http://") == page.count("http://x")
    assert "https:" not in page
    for tag, attributes in read.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert not {"src", "srcset", "action", "data"} & attributes.keys()
        assert attributes.get("href", "data:,") == "data:,"
    assert not re.search(r"@import|url\(", "".join(read.words["style"]))
    assert not {"img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in read.tags}
    check_access(read)
    return read


def check_access(read):
    (title,) = read.words["title"]
    assert len(read.words["h1"]) == 1
    assert title == read.words["h1"][0]
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {figure["aria-labelledby"] for figure in read.all("figure")} <= set(ids)
    assert all(cell.get("scope") in ("col", "row") for cell in read.all("th"))
    for picture in read.all("svg"):
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 40
    assert all(place["aria-label"] for place in read.all("textarea"))
    packed = [place["data-packed"] for place in read.all("div") if "data-packed" in place]
    assert packed == BOARDS


def check_numbers(page, read, shown, method):
    """The numbers are those of the app, from its own functions."""
    assert side_by_side.estimates_table(shown, method) in page
    assert inline(verdict.verdict(shown, method)) in page
    assert inline(text.facts(shown)) in page
    assert escape(text.search_sentence(shown.fit(method))) in page
    for step in shown.fit(method).trace:
        assert f"<td>{step.h2:.6f}</td><td>{text.number(step.loglik, 8)}</td>" in page
    for name in METHODS:
        found = shown.methods[name].interval
        words = "there is none" if found is None else f"{found.lower:.3f} to {found.upper:.3f}."
        assert f"By {name} " + ("it is " if found else "") + words in read.visible
    for name, number in versions().items():
        assert f"{name} {number}" in read.visible


def check_questions(read, scene, first=()):
    """As many questions as answers, all with room to write."""
    asked = [*first, *(step.title for step in TOUR)]
    titles = [f"{place} · {title}" for place, title in enumerate(asked, start=1)]
    assert [title for title in read.words["h3"] if title in titles] == titles
    assert len(read.all("textarea")) == len(asked)
    listed = read.page.split("<h2>Answers</h2>")[1]
    assert listed.count("<li>") == len(asked)
    for step in TOUR:
        said, options = inline(step.question.feedback(scene, None)), step.question.options
        right = [words for code, words in options.items() if step.question.judge(scene, code)]
        assert len(right) == bool(options)
        start = "".join(f"<strong>{escape(words)}.</strong> " for words in right)
        assert f"<li>{start}{said}</li>" in listed


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_has_a_whole_page(kind, method):
    page = odd(kind, method)
    read = check_form(page)
    check_numbers(page, read, view(kind), method)
    check_questions(read, Scene(view(kind), method))
    assert "nan" not in read.visible.lower().split()
    moving, picture = read.board("profile")
    assert picture["method"] == method
    assert moving["at"] == start(view(kind).fit(method))
    assert moving["hand"] == h_hand(view(kind).fit(method))
    assert {read.board(name)[0]["group"] for name in ("profile", "sides", "relatives")} == {"h"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PRESETS)
def test_every_lesson_asks_its_question_and_shows_its_truth(name, method):
    opened, shown = preset(name)
    page = page_of(opened, shown, method)
    read = check_form(page)
    check_numbers(page, read, shown, method)
    check_questions(read, Scene(shown, method), [PRESETS[name].title])
    assert escape(PRESETS[name].prompt) in page
    assert [escape(PRESETS[name].claim) in x for x in page.split("<h2>Answers")] == [False, True]
    assert "seed 1." in read.visible
    assert read.board("profile")[1]["profile"]["true_h"] == opened.true_h2


def test_a_hidden_truth_is_nowhere():
    opened, shown = preset("half_scale")
    assert opened.true_h2 == pytest.approx(0.571, abs=1e-3)
    hidden = opened.without_truth(links.about_hidden(Lesson("half_scale")))
    page = page_of(hidden, shown, "REML")
    read = check_form(page)
    assert hidden.about in read.visible
    assert "0.571" not in read.visible
    pictures = [str(read.board(name.removeprefix("data-"))[1]) for name in BOARDS]
    assert not any("true h =" in place for place in (read.visible, *pictures))
    assert read.board("profile")[1]["profile"]["true_h"] is None
    assert "true h = 0.571" in str(Read(page_of(opened, shown, "REML")).board("profile")[1])
    assert PRESETS["half_scale"].claim not in read.visible
    assert PRESETS["half_scale"].prompt not in read.visible


def test_the_same_fit_gives_the_same_bytes():
    problem = tiny().dataset.problem("weight", ("sex",))
    one, two = (build_view(problem, decompose(problem.K)) for _ in range(2))
    page = page_of(tiny(), one, "REML")
    assert page_of(tiny(), two, "REML") == page
    assert page_of(tiny(), one, "ML") != page
    assert not re.search(r"\b20[2-9]\d-\d\d", page)
    assert "<p>Monday &lt;1&gt;. " in page_of(tiny(), one, "REML", date="Monday <1>")


def wild_view():
    trait, covariate, first, second, third = WILD
    ids = (first, second, third, *"def")
    data = align(
        trait,
        Table("pheno.csv", ids, (trait,), np.array([[1.0, 2.0, 4.0, 3.0, 6.0, 5.0]]).T),
        Table("kinship.csv", ids, ids, np.array(K)),
        Table("covar.csv", ids, (covariate,), np.array([[0.0, 1.0, 0.0, 1.0, 1.0, 0.0]]).T),
    )
    return Opened(data, f"From {'; '.join(WILD)}."), view_of(data.problem(trait, (covariate,)))


@pytest.mark.parametrize("method", METHODS)
def test_names_from_a_file_are_text_wherever_they_stand(method):
    opened, shown = wild_view()
    page = page_of(opened, shown, method)
    read = check_form(page)
    plain = Read(odd("tiny", method))
    assert [tag for tag, _ in read.tags if tag not in ("tr", "th", "td")] == [
        tag for tag, _ in plain.tags if tag not in ("tr", "th", "td")
    ]
    assert read.words["h1"] == [f"{WILD[0]} of {WILD[0]}, by {method}"]
    for name in WILD:
        assert name in read.visible
    assert f"β {WILD[1]}" in read.visible
    sides = read.board("sides")[1]
    assert sides["points"]["directions"]["ids"][:3] == list(WILD[2:])
    assert WILD[1] in sides["fit"]["columns"]
    assert re.fullmatch(r"[\w-]+\.html", handout_name(opened, Scene(shown, method)))


def test_nothing_in_the_script_or_the_style_ends_it():
    assert not re.search(r"</|<!--|<script", bundle.style())
    boot = (ROOT / "lmm_app" / "handout" / "boot.js").read_text(encoding="utf-8")
    for code in (bundle.script(), boot):
        assert not re.search(r"</|<!--|<script|fetch\(|XMLHttp|import\(", code)
    page = odd("tiny", "REML")
    assert bundle.script() in page
    assert boot in page


def test_the_boards_are_those_of_the_app():
    shown = view("tiny")
    order = picture_order(shown.problem.K)
    stage = tour_kept.stage_of(Scene(shown, "REML"), revealed=False, guess=None, true_h2=None)
    np.testing.assert_array_equal(stage.order, order)
    page = handout(tiny(), stage.scene, stage.order, stage.cells)
    assert page == odd("tiny", "REML")
    made = {
        "profile": profile_board(shown, "REML", own_search(shown.reml)),
        "sides": sides_board(shown, "REML", 1, stage.order, stage.cells),
    }
    for name, picture in made.items():
        moving, packed = Read(page).board(name)
        np.testing.assert_equal(
            packed, {"id": moving["picture"], "group": "h", **received(picture)}
        )
        assert pack_board(picture).parts.items() <= Read(page).parts.items()


def test_without_a_script_there_are_still_both_curves():
    for method in METHODS:
        read = Read(odd("tiny", method))
        (still,) = read.page.split("<noscript>")[1].split("</noscript>")[:1]
        assert [name in still for name in ("curve ML", "curve REML")] == [True, True]
        assert f"ĥ = {view('tiny').fit(method).h2:.3f}" in still
        places = [float(x) for x in re.findall(r"[ML](\d+\.\d),(?=\d)", still)]
        assert 60 < min(places) < max(places) < 640


def test_the_glossary_is_short():
    assert len(sections.GLOSSARY) == 8
    assert max(len(words) for _, words in sections.GLOSSARY) < 90


@pytest.mark.parametrize("name", [*WILD, "", "a**b**c", "**", " two  spaces ", "\\*", "5 < 6 & 7"])
def test_a_name_in_a_sentence_stays_what_it_is(name):
    words = inline(f"**{text.literal(name)}** and {text.literal(name)}")
    plain = escape(" ".join(name.split()))
    assert words == f"<strong>{plain}</strong> and {plain}"


def test_a_handout_needs_no_interface():
    code = (
        "import sys, lmm_app.handout.page; "
        "print([m for m in ('streamlit', 'lmm_app.session.keep') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def offered(monkeypatch):
    """The handouts that the page offers: by file name, what makes them."""
    files = {}
    inner = MediaFileManager.add_deferred

    def add(self, make, mimetype, coordinates, file_name=None, **more):
        if mimetype == "text/html":
            files[file_name] = make
        return inner(self, make, mimetype, coordinates, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", add)
    return files


def test_the_sidebar_offers_the_handout_of_what_is_on_the_screen(offered, monkeypatch):
    with monkeypatch.context() as early:
        early.setattr("lmm_app.handout.page.profile_board", None)
        app = open_app(sample="tiny12")
        pick(app, "method", "ML")
    (button,) = [b.proto for b in app.sidebar.get("download_button") if b.proto.label == "Handout"]
    assert button.ignore_rerun
    assert button.deferred_file_id
    names = [f"12-individuals-in-three-families-weight-{method}.html" for method in METHODS[::-1]]
    assert list(offered) == names
    opened = tiny()
    shown = view_of(opened.dataset.problem("weight", ("sex",)))
    for name, method in zip(names, METHODS[::-1], strict=True):
        assert offered[name]() == page_of(opened, shown, method).encode()


def test_a_link_that_hides_the_truth_gives_a_handout_that_does(offered):
    source = Simulation(population="families", n=40, h2=0.35, seed=4)
    open_app(**links.source_words(source, hidden=True))
    (make,) = offered.values()
    read = check_form(make().decode())
    assert links.about_hidden(source) in read.visible
    assert read.board("profile")[1]["profile"]["true_h"] is None
    assert "h = 0.35 " not in read.visible

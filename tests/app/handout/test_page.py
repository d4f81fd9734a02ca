"""The teacher's sheet: every number of a fit and every answer; it fetches nothing."""

import re
import subprocess
import sys
import zlib
from base64 import b64decode
from html import escape

import numpy as np
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from lmm_app.fit import side_by_side, text, verdict
from lmm_app.fit.view import build_view, picture_order
from lmm_app.glossary.entries import GLOSSARY
from lmm_app.handout import sections
from lmm_app.handout.page import handout, handout_name
from lmm_app.handout.student import student_name, student_sheet
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import steps_of
from lmm_app.live import bundle
from lmm_app.live.hand import h_hand, start
from lmm_app.live.packing import pack_board
from lmm_app.live.pictures import profile_board, sides_board
from lmm_app.live.search import own_search
from lmm_app.paper import alone
from lmm_app.paper.alone import policy
from lmm_app.paper.tables_html import inline, prose
from lmm_app.session import sealed
from lmm_app.sources.opened import Simulation
from lmm_app.tour import kept as tour_kept
from lmm_core import decompose
from lmm_core.grid import profile_grid
from lmm_core.version import versions
from tests.app.handout.reading import (
    BOARDS,
    METHODS,
    WILD,
    Read,
    check_form,
    odd,
    page_of,
    preset,
    scene_of,
    tiny,
    wild_view,
)
from tests.app_helpers import open_app, pick, received
from tests.links import hidden_words
from tests.odd_views import KINDS, view, view_of
from tests.places import ROOT


def check_numbers(page, read, shown, method):
    """The numbers are those of the app, from its own functions."""
    fit = shown.fit(method)
    assert side_by_side.estimates_table(shown, method) in page
    assert inline(verdict.verdict(shown, method)) in page
    assert inline(verdict.details(shown, method)) in page
    assert inline(text.facts(shown)) in page
    assert escape(text.search_sentence(fit)) in page
    for step in fit.trace:
        assert f"<td>{step.h2:.6f}</td><td>{text.number(step.loglik, 8)}</td>" in page
    if fit.trace:
        assert f"After a sweep of {len(profile_grid(fit.rotated))} values" in read.visible
    for name in METHODS:
        found = shown.methods[name].interval
        words = "there is none" if found is None else f"{found.lower:.3f} to {found.upper:.3f}."
        assert f"By {name} " + ("it is " if found else "") + words in read.visible
    for name, number in versions().items():
        assert f"{name} {number}" in read.visible


def check_answers(read, scene, first=()):
    """Each question has its answer after it, the right option marked, and the formula."""
    steps = [step for step in steps_of(scene) if step.asks(scene)]
    titles = [*first, *(step.heading(scene) for step in steps)]
    numbered = [f"{place} · {title}" for place, title in enumerate(titles, start=1)]
    assert [title for title in read.words["h3"] if title in numbered] == numbered
    sections_of = read.page.split('<section class="question">')[1:]
    assert len(sections_of) == len(titles)
    for step, section in zip(steps, sections_of[len(first) :], strict=True):
        question = step.question
        options, right = question.options_of(scene), question.right(scene)
        marked = re.findall(r"<li><strong>✓ (.+?)</strong></li>", section)
        assert marked == ([escape(options[right])] if right else [])
        answer = f'<div class="solution"><h4>Answer</h4>\n<p>{inline(question.core(scene, None))}'
        assert answer in section
        assert section.index("Predict.") < section.index(answer)
        for code in options:
            if code != right and question.hint(scene, code):
                assert inline(question.hint(scene, code)) in section
        assert prose(step.formula(scene)) in section
        assert prose(step.idea(scene)) in section
    assert "<textarea" not in read.page


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_has_a_whole_page(kind, method):
    page = odd(kind, method)
    read = check_form(page, policy(), BOARDS)
    check_numbers(page, read, view(kind), method)
    check_answers(read, scene_of(view(kind), method))
    assert "nan" not in read.visible.lower().split()
    moving, picture = read.board("profile")
    assert picture["method"] == method
    assert moving["at"] == start(view(kind).fit(method))
    assert moving["hand"] == h_hand(view(kind).fit(method))
    assert {read.board(name)[0]["group"] for name in ("profile", "sides")} == {"h"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PRESETS)
def test_every_lesson_asks_its_question_and_gives_its_answer(name, method):
    opened, shown = preset(name)
    page = page_of(opened, shown, method)
    read = check_form(page, policy(), BOARDS)
    check_numbers(page, read, shown, method)
    lesson = PRESETS[name]
    check_answers(read, scene_of(shown, method), [lesson.title])
    assert inline(lesson.prompt) in page
    assert f"<p>{inline(opened.claim)}</p>" in page
    assert f"<li><strong>✓ {escape(lesson.options[lesson.right])}</strong></li>" in page
    for hint in lesson.hints.values():
        assert inline(hint) in page
    assert "seed 1." in read.visible
    assert read.board("profile")[1]["profile"]["true_h"] == opened.true_h2


def test_a_hidden_truth_is_nowhere():
    opened, shown = preset("half_scale")
    assert opened.true_h2 == pytest.approx(0.571, abs=1e-3)
    hidden = opened.without_truth(sealed.about(7))
    page = page_of(hidden, shown, "REML")
    read = check_form(page, policy(), BOARDS)
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


@pytest.mark.parametrize("method", METHODS)
def test_names_from_a_file_are_text_wherever_they_stand(method):
    opened, shown = wild_view()
    page = page_of(opened, shown, method)
    read = check_form(page, policy(), BOARDS)
    allowed = {tag for tag, _ in Read(odd("tiny", method)).tags}
    assert {tag for tag, _ in read.tags} <= allowed
    assert read.words["h1"] == [f"{WILD[0]} of {WILD[0]}, by {method}"]
    for name in WILD:
        assert name in read.visible
    assert f"β {WILD[1]}" in read.visible
    sides = read.board("sides")[1]
    assert sides["points"]["directions"]["ids"][:3] == list(WILD[2:])
    assert WILD[1] in sides["fit"]["columns"]
    scene = scene_of(shown, method)
    names = [handout_name(opened, scene), student_name(opened, scene)]
    assert len({*names}) == 2
    assert all(re.fullmatch(r"[\w-]+\.html", name) for name in names)


def test_nothing_in_the_script_or_the_style_ends_it():
    assert not re.search(r"</|<!--|<script", bundle.style())
    read = Read(odd("tiny", "REML"))
    (loader,) = read.words["script"][-1:]
    unpacked = zlib.decompress(b64decode("".join(read.words["script"][:-1]))).decode()
    assert unpacked == alone.script()
    for code in (loader, unpacked):
        assert not re.search(r"</|<!--|<script|fetch\(|XMLHttp|import\(", code)


def test_the_boards_are_those_of_the_app():
    shown = view("tiny")
    order = picture_order(shown.problem.K)
    scene = scene_of(shown, "REML")
    stage = tour_kept.stage_of(scene, revealed=False, guess=None, true_h2=None)
    np.testing.assert_array_equal(stage.order, order)
    page = handout(tiny(), scene, stage.order, stage.cells)
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


def test_words_are_those_of_the_glossary():
    entries = {entry.code: entry for entry in GLOSSARY}
    assert len(sections.WORDS) == len({*sections.WORDS}) == 20
    page = odd("tiny", "REML")
    places = [
        page.index(f"<dt>{escape(entries[code].word)}</dt><dd>{escape(entries[code].meaning)}</dd>")
        for code in sections.WORDS
    ]
    assert places == sorted(places)
    # Both kinds of likelihood are told apart, and a rotated observation is no contrast.
    assert "divides by n − p" in page
    assert "contrast" not in Read(page).visible


@pytest.mark.parametrize("name", [*WILD, "", "a**b**c", "**", " two  spaces ", "\\*", "5 < 6 & 7"])
def test_a_name_in_a_sentence_stays_what_it_is(name):
    words = inline(f"**{text.literal(name)}** and {text.literal(name)}")
    plain = escape(" ".join(name.split()))
    assert words == f"<strong>{plain}</strong> and {plain}"


def test_prose_has_paragraphs_lists_and_code():
    assert prose("One **word**.\n\n1. First, `f(x)`.\n2. Then 3. more.\n\nEnd.") == (
        "<p>One <strong>word</strong>.</p>\n"
        "<ol><li>First, <code>f(x)</code>.</li><li>Then 3. more.</li></ol>\n<p>End.</p>"
    )


def test_a_handout_needs_no_interface():
    code = (
        "import sys, lmm_app.handout.page, lmm_app.handout.student; "
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


def test_the_sidebar_offers_both_sheets_of_what_is_on_the_screen(offered, monkeypatch):
    with monkeypatch.context() as early:
        early.setattr("lmm_app.handout.page.both_boards", None)
        early.setattr("lmm_app.handout.student.questions", None)
        app = open_app(sample="tiny12")
        pick(app, "method", "ML")
    buttons = {b.proto.label: b.proto for b in app.sidebar.get("download_button")}
    for label in ("Handout for students", "Handout with answers"):
        assert buttons[label].ignore_rerun
        assert buttons[label].deferred_file_id
    assert "No answer is in the file" in buttons["Handout for students"].help
    start = "12-individuals-in-three-families-weight"
    kinds = ("questions", "answers")
    assert list(offered) == [f"{start}-{m}-{kind}.html" for m in ("REML", "ML") for kind in kinds]
    opened = tiny()
    shown = view_of(opened.dataset.problem("weight", ("sex",)))
    for method in METHODS:
        scene = scene_of(shown, method)
        made = offered[f"{start}-{method}-questions.html"]()
        assert made == student_sheet(opened, scene).encode()
        with_answers = Read(offered[f"{start}-{method}-answers.html"]().decode())
        check_form(with_answers.page, policy(), BOARDS)
        assert inline(verdict.verdict(shown, method)) in with_answers.page


def test_a_link_that_hides_the_truth_gives_sheets_that_do(offered):
    source = Simulation(population="families", n=40, h2=0.35)
    open_app(**hidden_words(source))
    assert len(offered) == 2
    for name, make in offered.items():
        page = make().decode()
        read = Read(page)
        assert sealed.about(7) in read.visible
        assert "h = 0.35 " not in read.visible
        if name.endswith("answers.html"):
            assert read.board("profile")[1]["profile"]["true_h"] is None

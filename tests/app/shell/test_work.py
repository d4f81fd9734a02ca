"""Work is saved from any page and opened in a session that has never seen it, as it was."""

import ast
import re
from dataclasses import replace

import pytest
import streamlit as st
from streamlit import config

from lmm_app.data.filing import KEPT
from lmm_app.lessons.tour import TOUR
from lmm_app.scan import choose
from lmm_app.session import noted, uploads
from lmm_app.session.saved import LIST, read_work, write_work
from lmm_app.shell import sidebar
from lmm_app.shell.frame import LOST
from lmm_app.sources.opened import Simulation
from tests.app.data.test_page import GOOD
from tests.app.data.test_page import PHENO as TRAITS
from tests.app_helpers import K, drop, good_upload, let_go, open_app, pick, run, said, walk
from tests.links import everything, hidden_words, open_page, query
from tests.places import ROOT
from tests.saved_work import give, opened, opened_on_the_data_page, saved
from tests.uploads import zipped

assert saved

BARE = b"\n".join(b",".join(b"%g" % x for x in row) for row in K)
# What stands for a choice, wherever it was made.
KEYS = ("trait", "covariates", "method", "data", "sample", "preset", "seed", "true_h", "n", "look")


def choices(app):
    state = app.session_state
    return {key: state[key] for key in KEYS if key in state}


def profile(app):
    """The first picture as it is sent, with the h at which it stands."""
    return [board.proto.bytes for board in app.get("bidi_component") if board.key == "profile"]


def alike(one, other):
    """Whether two sessions show the same: choices, verdict, h, address."""
    assert said(one) == said(other)
    assert choices(one) == choices(other)
    assert profile(one) == profile(other)
    return True


def test_an_upload_with_answered_questions_comes_back(saved):
    pheno = b"id,height,batch,note\n" + b"".join(
        b"%c,%d,%d,-9\n" % (97 + k, k * k % 7 + 1, k % 2) for k in range(6)
    )
    app = walk(open_app(), "data")
    drop(app, {"y.csv": pheno, "K.txt": BARE})
    app.checkbox(key="same_order").check()
    run(app)
    pick(app, "decide_missing", ["-9"])
    pick(app, "decide_from_phenotypes", ["batch"])
    walk(app, "")
    assert not app.error
    pick(app, "covariates", ["batch"])
    pick(app, "method", "ML")
    let_go(app, 0.31)
    run(app)
    decided = app.session_state["upload"].choices
    assert (decided.same_order, decided.missing) == (True, ("-9",))

    name, content = saved(app)
    assert re.fullmatch(r"y-height-ML\.lmm\.zip", name)
    other = opened(name, content, data="lesson", preset="two_hills", method="ML")
    assert not other.error
    assert not other.warning
    assert alike(app, other)
    assert other.session_state["upload"].choices == decided
    assert [f.digest for f in other.session_state["upload"].files] == [
        f.digest for f in app.session_state["upload"].files
    ]
    assert other.session_state["h"] == app.session_state["h"] == 0.31
    assert query(other)["h"] == "0.31"
    assert [toast.value for toast in other.toast] == ["Your work is open again, as it was saved."]
    # And the files are at hand where they were dropped.
    walk(other, "data")
    assert other.checkbox(key="same_order").value
    assert [toast.value for toast in other.toast] == []


def test_a_sample_with_choices_comes_back_as_its_link(saved):
    app = open_app(sample="tiny12", look="Residuals")
    pick(app, "covariates", [])
    pick(app, "search", "plain")
    name, content = saved(app)
    assert read_work(name, content).files == ()
    assert len(content) < 2000
    other = opened_on_the_data_page({name: content}, sample="mouse_hs300")
    assert alike(app, other)
    assert other.get_by_key("search").value == "plain"
    assert other.get_by_key("look").value == "Residuals"
    assert query(other)["sample"] == "tiny12"


def test_a_simulation_comes_back_with_what_was_guessed_in_the_tour(saved):
    app = open_page("tour", {"data": "simulate", "population": "families", "n": "40", "seed": "9"})
    pick(app, "true_h", 0.8)
    step = TOUR[0]
    pick(app, f"guess_{step.name}", next(iter(step.question.options)))
    app.get_by_key("reveal").click()
    run(app)
    app.get_by_key("next").click()
    run(app)
    made = app.session_state["noted"].made
    name, content = saved(app)
    work = read_work(name, content)
    assert work.page == "tour"
    guess = next(iter(step.question.options))
    assert work.guesses == made == {f"tour {step.name}": (guess, True)}

    other = opened(name, content)
    assert other.title[0].value == app.title[0].value
    assert other.title[0].value.startswith("2 ·")
    assert choices(other) == choices(app)
    assert other.session_state["true_h"] == 0.8
    other.get_by_key("back").click()
    run(other)
    assert other.session_state["noted"].made == made
    assert not [button for button in other.button if button.label == "Reveal"]
    assert [button for button in other.button if button.label == "Try again"]


def test_a_lesson_comes_back_with_the_guess_of_how_sure(saved):
    app = open_page("sure", {"data": "lesson", "preset": "families", "sample": "tiny12"})
    pick(app, "guess", "wide")
    app.get_by_key("reveal").click()
    run(app)
    walk(app, "")
    name, content = saved(app)
    work = read_work(name, content)
    assert (work.page, work.guesses) == ("explore", {"sure": ("wide", True)})
    other = opened(name, content)
    assert said(other) == said(app)
    walk(other, "sure")
    assert other.get_by_key("guess").value == "wide"
    assert other.get_by_key("again")


def test_what_was_believed_of_a_scan_comes_back(saved):
    app = open_page("scan", {"scan_n": "150", "scan_seed": "4"})
    pick(app, "believed", ["A"])
    app.get_by_key("scan_reveal").click()
    run(app)
    other = opened(*saved(app))
    assert other.session_state["noted"].made == {"scan": ("A", True)}
    assert other.get_by_key("scan_n").value == 150
    assert other.get_by_key("scan_again")


@pytest.mark.parametrize(
    ("sample", "guess", "kept"), [("many_traits", "lower", "lower"), ("mouse_hs300", 2, "2")]
)
def test_what_was_guessed_of_all_traits_comes_back(saved, sample, guess, kept):
    app = open_page("traits", {"sample": sample})
    pick(app, "traits_guess", guess)
    app.get_by_key("traits_reveal").click()
    run(app)
    name, content = saved(app)
    assert read_work(name, content).guesses == {"traits": (kept, True)}
    other = opened(name, content)
    walk(other, "traits")
    assert other.get_by_key("traits_guess").value == guess
    assert other.get_by_key("traits_again")


def test_what_hides_the_truth_hides_it_when_it_is_opened_again(saved):
    asked = hidden_words(Simulation(n=40, h2=0.3))
    app = open_app(**asked)
    name, content = saved(app)
    words = dict(read_work(name, content).words)
    assert words["token"] == query(app)["token"] == asked["token"]
    assert not {"true_h", "seed", "data"} & words.keys()
    other = opened(name, content)
    assert said(other) == said(app)
    assert "The lecturer’s data, student 7." in [text.value for text in other.sidebar.markdown]
    assert query(other)["token"] == asked["token"]


def test_other_files_in_the_same_drop_are_added(saved):
    app = walk(open_app(), "data")
    drop(app, {"y.csv": GOOD["y.csv"], "x.csv": GOOD["x.csv"]})
    work = saved(app)
    other = opened_on_the_data_page(dict([work, ("K.csv", GOOD["K.csv"])]))
    assert [f.name for f in other.session_state["upload"].files] == ["y.csv", "x.csv", "K.csv"]
    assert "Fit weight" in [button.label for button in other.button]
    both = drop(other, {"a.lmm.zip": work[1], "b.lmm.zip": work[1]})
    assert [e.value for e in both.error] == [
        "one saved work is opened at a time: there are “a.lmm.zip”, “b.lmm.zip”; drop one of them"
    ]
    assert len(both.session_state["upload"].files) == 3


def test_a_file_that_is_no_saved_work_leaves_everything_as_it_is(saved):
    app = good_upload()
    pick(app, "method", "ML")
    name, content = saved(app)
    before = said(app), choices(app), [f.name for f in app.session_state["upload"].files]
    for wrong, words in (
        (zipped(GOOD), f"{name}: saved work must have a list of its parts, {LIST}"),
        (content[:-30], f"{name}: saved work must be a whole zip file"),
        (zipped({LIST: b"{}"}), f"{name}: saved work must be of form 1"),
    ):
        give(app, name, wrong)
        # The window is drawn by a run of its own.
        assert app.session_state["drop_work_complaint"].startswith(words)
        assert (said(app), choices(app)) == before[:2]
        assert [f.name for f in app.session_state["upload"].files] == before[2]
    walk(app, "data")
    drop(app, {name: content[:-30], "more.csv": TRAITS})
    assert app.error[0].value.startswith(f"{name}: saved work must be a whole zip file")
    assert [f.name for f in app.session_state["upload"].files] == [*before[2], "more.csv"]


def test_work_of_a_page_that_there_is_not_is_refused(saved):
    work = read_work(*saved(open_app(sample="tiny12")))
    app = give(open_app(), "x.lmm.zip", write_work(replace(work, page="../admin")))
    assert app.session_state["drop_work_complaint"] == (
        "x.lmm.zip: saved work must open a page of this app: it names “../admin”; open it with "
        "the version of the app that saved it"
    )


def test_guesses_and_places_that_no_page_offers_are_left_out(saved):
    work = read_work(*saved(open_app(sample="tiny12")))
    made = {
        "sure": ("huge", True),
        "tour scale": ("mad", True),
        "scan": ("??", True),
        "x": ("", True),
    }
    rest = {"h": "7", "step": "nowhere", "suppose": "nan"}
    content = write_work(
        replace(work, guesses=made, rest=rest, words=(*work.words, ("trait", "none"), ("h", "9")))
    )
    app = opened("x.lmm.zip", content)
    assert not app.error
    for page in ("tour", "sure", "scan", "traits", "data"):
        walk(app, page)
        if page == "sure":
            assert app.get_by_key("guess").value is None


def test_where_the_other_pages_stood_comes_back(saved):
    app = open_page("tour", {"sample": "tiny12"})
    app.get_by_key("next").click()
    run(app)
    walk(app, "")
    let_go(app, 0.314)
    run(app)
    walk(app, "sure")
    app.session_state["suppose"] = 0.7
    run(app)
    work = read_work(*saved(app))
    assert (work.page, dict(work.words)["suppose"]) == ("sure", "0.7")
    walk(app, "data")
    assert read_work(*saved(app)).rest == {"h": "0.314", "step": TOUR[1].name, "suppose": "0.7"}
    other = opened(*saved(app))
    walk(other, "")
    assert query(other)["h"] == "0.314"
    walk(other, "tour")
    assert other.title[0].value.startswith("2 ·")
    walk(other, "sure")
    assert query(other)["suppose"] == "0.7"


def test_an_h_of_another_fit_does_not_come_along(saved):
    app = open_app(sample="tiny12")
    let_go(app, 0.31)
    run(app)
    walk(app, "data")
    pick(app, "method", "ML")
    assert "h" not in read_work(*saved(app)).rest


def test_nothing_is_written_before_it_is_asked_for(monkeypatch):
    monkeypatch.setattr("lmm_app.shell.work.write_work", None)
    app = open_app(sample="tiny12")
    (button,) = [
        b.proto for b in app.sidebar.get("download_button") if b.proto.label == "Save your work"
    ]
    assert button.ignore_rerun
    assert button.deferred_file_id
    assert not button.disabled


def test_work_too_large_to_be_opened_is_not_saved(monkeypatch):
    monkeypatch.setattr("lmm_app.shell.work.fits", lambda files: not files)
    assert not button_of(open_app(sample="tiny12")).disabled
    button = button_of(good_upload())
    assert button.disabled
    assert "could not be opened again" in button.help


def button_of(app):
    return next(
        b.proto for b in app.sidebar.get("download_button") if b.proto.label == "Save your work"
    )


def test_a_link_to_files_says_that_they_are_not_here():
    app = open_app(data="upload", method="ML", trait="height")
    assert [warning.value for warning in app.warning] == [LOST]
    assert [link.proto.label for link in app.main.get("page_link")] == [
        "Give the files, or saved work"
    ]
    walk(app, "data")
    assert [warning.value for warning in app.warning] == [LOST]
    drop(app, GOOD)
    assert not app.warning
    # Who takes the files away knows that they are gone.
    next(b for b in app.button if b.label == "Take all files away").click()
    run(app)
    assert not app.warning


def test_who_asks_for_files_without_having_had_any_is_told_where_to_drop_them():
    app = pick(open_app(), "data", "upload")
    assert not app.warning
    assert app.info[0].value.startswith("Drop your files on the page Data.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1800, "30 minutes"), (600, "10 minutes"), (90, "2 minutes"), (5, "a minute")],
)
def test_how_long_files_are_kept_is_what_the_server_is_told(monkeypatch, seconds, words):
    monkeypatch.setattr(st, "get_option", {"server.disconnectedSessionTTL": seconds}.__getitem__)
    assert uploads.kept_for() == words


def test_the_page_says_where_files_go_and_for_how_long():
    app = walk(open_app(), "data")
    minutes = config.get_option("server.disconnectedSessionTTL") // 60
    assert KEPT.format(minutes=f"{minutes} minutes") in everything(app)
    assert f"at the latest {minutes} minutes after you close this page" in everything(app)


# Where the key stands among the arguments of what binds a widget.
KEY_OF = {"linked.slider": 3, "linked.toggle": 1}


def test_every_value_that_is_bound_to_the_link_is_noted():
    found, listed = set(), []
    for path in (ROOT / "lmm_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                words = {word.arg: word.value for word in node.keywords}
                if "bind" in words and isinstance(words.get("key"), ast.Constant):
                    found.add(words["key"].value)
                place = KEY_OF.get(ast.unparse(node.func))
                if place is not None and isinstance(node.args[place], ast.Constant):
                    found.add(node.args[place].value)
                elif place is not None:
                    listed.append(ast.unparse(node.args[place]))
    # Those whose sliders stand in a table.
    assert sorted(listed) == ["f'scan_{word}'", "word"]
    found |= {*sidebar.SLIDERS, *(f"scan_{word}" for word in choose.SLIDERS)}
    known = {name for names in noted.BOUND.values() for name in names}
    assert len(found) > 12
    assert found <= known | set(noted.RANGES)


def test_a_file_of_data_in_a_zip_is_still_data():
    app = walk(open_app(), "data")
    drop(app, {"all.zip": zipped(GOOD)})
    assert [f.name for f in app.session_state["upload"].files] == ["all.zip"]
    assert "Fit weight" in [button.label for button in app.button]


def test_a_dataset_from_the_shelf_comes_back_as_one(saved):
    app = open_page("data", {"broken": "clones"})
    other = opened(*saved(app))
    assert query(other)["broken"] == "clones"
    assert [b.label for b in other.button if b.key == "shelf_clones"] == ["Opened"]


def test_kinship_files_are_the_same_copy_for_all(saved):
    app = good_upload()
    other = opened(*saved(app))
    for one, two in zip(
        app.session_state["upload"].files, other.session_state["upload"].files, strict=True
    ):
        assert one is two

"""The page QTL scan, driven without a browser."""

import json
import re

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from lmm_app.scan import page as scan
from tests.app_helpers import boards, drop, open_app, pick, run, walk

SMALL = {"sample": "tiny12", "scan_n": "100", "scan_generations": "5", "scan_pairs": "10"}


def open_scan(**link):
    return walk(open_app(**{**SMALL, **link}), "scan")


def press(app, key):
    app.get_by_key(key).click()
    return run(app)


def said(app):
    return [box.value for kind in ("success", "warning", "info") for box in getattr(app, kind)]


def click(app, place):
    """What a browser sends when a marker is clicked."""
    (name,) = [board.proto.id for board in app.get("bidi_component") if board.key == "genome"]
    states = app._tree.get_widget_states()
    events = json.dumps([{"event": "marker", "value": place}])
    key = f"$$STREAMLIT_INTERNAL_KEY_{name}__events"
    states.widgets.append(WidgetState(id=key, json_trigger_value=events))
    app._run(states)
    assert not app.exception
    return app


def test_the_default_teaches_and_the_reveal_tells_the_truth():
    app = walk(open_app(), "scan")
    assert not app.error
    assert set(boards(app)) == {"genome"}
    before = boards(app)["genome"][1]["genome"]
    assert [panel["look"] for panel in before["panels"]] == ["ls"]
    assert len(before["panels"][0]["peaks"]) > 5
    press(app, "scan_reveal")
    shown = boards(app)
    assert set(shown) == {"genome", "quantiles", "closely"}
    after = shown["genome"][1]["genome"]
    assert len(after["panels"]) == 3
    # The axis is the same before and after, and on all three.
    assert after["top"] == before["top"]
    looks = [[peak["look"] for peak in panel["peaks"]] for panel in after["panels"]]
    assert looks[0].count("false") > looks[2].count("false")
    assert looks[2].count("hit") > looks[1].count("hit")
    assert re.match("[0-9]+ of the [0-9]+ peaks (is|are) near a QTL. ", said(app)[0])
    press(app, "scan_again")
    assert set(boards(app)) == {"genome"}


def test_right_and_wrong_guesses_get_what_they_deserve():
    app = open_scan(scan_effect="0.8")
    panel = boards(press(app, "scan_reveal"))["genome"][1]["genome"]["panels"][0]
    good = [p["letter"] for p in panel["peaks"] if p["look"] == "hit"]
    bad = [p["letter"] for p in panel["peaks"] if p["look"] == "false"]
    assert good
    press(app, "scan_again")
    pick(app, "believed", good)
    press(app, "scan_reveal")
    assert app.success[0].value.startswith("Correct. ")
    if bad:
        press(app, "scan_again")
        pick(app, "believed", bad[:1])
        press(app, "scan_reveal")
        assert app.warning[0].value.startswith("Not quite. ")


def test_to_believe_none_is_an_answer_and_excludes_the_letters():
    app = open_scan()
    pick(app, "believed", ["0"])
    assert app.query_params["believed"] == "0"
    pick(app, "believed", ["0", "A"])
    assert app.get_by_key("believed").value == ["A"]
    pick(app, "believed", ["A", "0"])
    assert app.get_by_key("believed").value == ["0"]
    assert boards(app)["genome"][0]["believed"] == []
    press(app, "scan_reveal")
    (words,) = [box.value for box in (*app.success, *app.warning)]
    panel = boards(app)["genome"][1]["genome"]["panels"][0]
    good = {peak["look"] for peak in panel["peaks"] if peak["letter"]} == {"false"}
    assert words.startswith("Correct. You were right" if good else "Not quite. ")


def test_what_has_no_part_in_the_page_is_folded_away_and_stays_in_the_link():
    app = open_app(sample="tiny12", method="ML")
    folds = lambda: [one.label for one in app.sidebar.expander]  # noqa: E731
    assert folds() == []
    walk(app, "scan")
    assert folds() == ["Data of the other pages"]
    lines = [caption.value for caption in app.sidebar.caption]
    assert lines == ["This page has its own data and always uses REML."]
    assert app.get_by_key("sample").value == "tiny12"
    assert app.get_by_key("method").value == "ML"
    pick(app, "scan_of", "open")
    # Its files are what is scanned then, with the trait and the covariates chosen there.
    assert folds() == ["Likelihood of the other pages"]
    assert [one.value for one in app.sidebar.caption] == ["This page always uses REML."]
    walk(app, "")
    assert folds() == []
    assert app.query_params["sample"] == "tiny12"
    assert app.get_by_key("method").value == "ML"


def test_clicks_believe_before_and_look_after():
    app = open_scan()
    moving, picture = boards(app)["genome"]
    peaks = picture["genome"]["panels"][0]["peaks"]
    first = next(peak for peak in peaks if peak["letter"])
    assert moving["believed"] == []
    click(app, first["place"])
    assert boards(app)["genome"][0]["believed"] == [first["place"]]
    click(app, first["place"])
    assert boards(app)["genome"][0]["believed"] == []
    press(app, "scan_reveal")
    click(app, 123)
    assert boards(app)["genome"][0]["marker"] == 123
    assert app.get_by_key("scan_marker").value == 123
    name = picture["genome"]["markers"][123]
    assert any(element.value.startswith(f"**{name}**") for element in app.markdown)


@pytest.mark.parametrize("sent", [None, "x", -1, 10**9, 1.5, True, [1], {"a": 1}])
def test_a_click_may_be_anything(sent):
    app = open_scan(seen="1")
    before = boards(app)["genome"][0]["marker"]
    click(app, sent)
    assert boards(app)["genome"][0]["marker"] == before


def test_a_link_brings_everything_back():
    link = {
        "scan_qtl": "2",
        "scan_effect": "0.8",
        "scan_h": "0.3",
        "scan_seed": "5",
        "scan_held": "null",
        "seen": "1",
        "believed": "A",
        "scan_marker": "D2M3",
        "beside": "lmm",
    }
    app = open_scan(**link)
    assert [app.get_by_key(key).value for key in ("scan_qtl", "scan_seed")] == [2, 5]
    assert app.get_by_key("scan_held").value == "null"
    assert app.get_by_key("beside").value == "lmm"
    moving, picture = boards(app)["genome"]
    assert picture["genome"]["markers"][moving["marker"]] == "D2M3"
    assert len(moving["believed"]) == 1
    assert len(picture["genome"]["panels"]) == 3


def test_a_bad_link_falls_back_and_says_so():
    app = open_scan(
        scan_of="moon", scan_seed="-3", believed="a!", scan_marker="nowhere", seen="1", beside="?"
    )
    assert not app.error
    assert len(app.toast) == 5
    assert app.get_by_key("scan_of").value == "cross"
    assert app.get_by_key("scan_seed").value == 1


def test_another_draw_asks_anew_and_the_same_seed_draws_the_same():
    app = open_scan(seen="1", believed="A")
    first = boards(app)["genome"][1]
    press(app, "scan_redraw")
    assert set(boards(app)) == {"genome"}
    assert boards(app)["genome"][0]["believed"] == []
    assert boards(app)["genome"][1]["id"] != first["id"]
    pick(app, "scan_seed", 1)
    again = boards(press(app, "scan_reveal"))["genome"][1]
    for one, other in zip(first["genome"]["panels"], again["genome"]["panels"], strict=True):
        np.testing.assert_array_equal(one["y"], other["y"])


@pytest.mark.parametrize(
    "odd",
    [
        {"scan_qtl": "0"},
        {"scan_effect": "0.0"},
        {"scan_h": "0.0"},
        {"scan_n": "50", "scan_pairs": "2", "scan_generations": "30"},
        {"scan_n": "50", "scan_pairs": "2", "scan_generations": "2"},
        {"scan_h": "0.95", "scan_effect": "1.0", "scan_qtl": "8"},
    ],
)
def test_odd_settings_are_shown_with_kind_words(odd):
    app = open_scan(**odd, seen="1")
    assert not app.error
    assert {"genome", "quantiles", "closely"} <= set(boards(app))
    facts = next(e.value for e in app.markdown if e.value.startswith("Without any marker"))
    if odd.get("scan_generations") == "30":
        assert "do not vary here and are left out" in facts
    assert not any("nan" in element.value.lower() for element in app.markdown)
    if odd.get("scan_qtl") == "0" or odd.get("scan_effect") == "0.0":
        notes = [panel["note"] for panel in boards(app)["genome"][1]["genome"]["panels"]]
        assert all("No QTL to find" in note for note in notes)


def test_the_open_dataset_without_genotypes_is_no_error():
    app = open_scan(scan_of="open")
    assert said(app) == [scan.NO_GENOTYPES]
    assert not boards(app)
    assert not app.error


def test_uploaded_genotypes_are_scanned():
    rng = np.random.default_rng(4)
    n, m = 40, 30
    counts = rng.integers(0, 3, (n, m))
    app = walk(open_app(), "data")
    drop(app, plink(counts, 2.0 * counts[:, 7] + rng.normal(size=n)))
    walk(app, "scan")
    pick(app, "scan_of", "open")
    assert not app.error
    assert not app.info
    press(app, "scan_reveal")
    picture = boards(app)["genome"][1]["genome"]
    assert len(picture["panels"]) == 3
    assert picture["unit"] == "cM"
    for panel in picture["panels"]:
        assert picture["markers"][int(np.nanargmax(panel["y"]))] == "rs7"
    assert any("confirmed by LOCO" in words for words in said(app))
    assert any("Which are true is not known." in words for words in said(app))


def plink(counts, y):
    """PLINK's three files, of genotypes (n, m) on two chromosomes."""
    n, m = counts.shape
    codes = np.array([3, 2, 0])[counts]
    padded = np.zeros((-(-n // 4) * 4, m), dtype=int)
    padded[:n] = codes
    packed = (padded.reshape(-1, 4, m) << np.array([0, 2, 4, 6])[:, np.newaxis]).sum(axis=1)
    return {
        "mine.bed": b"\x6c\x1b\x01" + packed.T.astype(np.uint8).tobytes(),
        "mine.bim": "".join(
            f"{1 + 2 * j // m} rs{j} {1 + j} {1000 * (j + 1)} A G\n" for j in range(m)
        ).encode(),
        "mine.fam": "".join(f"f{i} i{i} 0 0 1 {y[i]}\n" for i in range(n)).encode(),
    }

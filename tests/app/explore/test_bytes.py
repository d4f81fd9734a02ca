"""How much of Explore is sent to a browser: when it is opened, and when something is chosen.

Streamlit keeps what it wraps these messages in to some ten bytes each, which is not counted here.
"""

import tomllib

import pytest

from tests.app_helpers import boards, let_go, open_app, pick
from tests.places import ROOT
from tests.unpacked import unpack_part

KEPT = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["global"]
KB = 1000
# In bytes of the messages together.
OPENED = {"mouse_hs300": 150 * KB, "mouse_hs1940": 300 * KB}
CHOSEN = 20 * KB


def messages(app):
    """Everything that the page consists of, as it is sent."""
    protos = [getattr(element, "proto", None) for element in app._tree]
    return [proto.SerializeToString() for proto in protos if proto is not None]


def sent(before, after):
    """How many bytes of a run are sent to a browser that has those of the run before."""
    known = {one for one in before if len(one) >= KEPT["minCachedMessageSize"]}
    return sum(len(one) for one in after if one not in known)


@pytest.mark.parametrize("sample", OPENED)
def test_the_page_that_opens_is_small(sample):
    found = messages(open_app(sample=sample))
    assert max(map(len, found)) < 52 * KB
    assert 50 * KB < sum(map(len, found)) <= OPENED[sample]


def test_only_what_a_choice_changes_is_sent_again():
    app = open_app()
    before = messages(app)
    # What is small is sent with every run.
    assert 0 < sent(before, before) < 10 * KB
    for choose in (
        lambda: let_go(app, 0.345, once=True),
        lambda: pick(app, "search", "plain"),
        lambda: pick(app, "column", "intercept"),
        lambda: pick(app, "method", "ML"),
        lambda: let_go(app, 0.6, once=True),
        lambda: pick(app, "search", "other"),
        lambda: pick(app, "search", "own"),
    ):
        choose()
        after = messages(app)
        assert set(after) != set(before)
        assert sent(before, after) <= CHOSEN
        before = after
    # Without the parts that stay, the page would be sent anew.
    assert sent([], before) > 5 * CHOSEN


def parts(app):
    """What is sent beside what moves, by its place."""
    return {
        element.key: element.proto.bytes
        for element in app.get("bidi_component")
        if "-part-" in element.key or element.key == "stage"
    }


def test_h_let_go_changes_no_part():
    app = open_app()
    before = parts(app)
    assert len(before) >= 5
    assert parts(let_go(app, 0.345, once=True)) == before


def test_every_part_of_the_page_that_opens_is_there_once():
    for link in ({}, {"column": "intercept"}, {"sample": "tiny12"}):
        found = list(parts(open_app(**link)).values())
        assert len(set(found)) == len(found)
    # On a projector the sides are alone, and bring the fit themselves.
    alone = open_app(projector="true", picture="sides")
    assert "twin" in boards(alone)["sides"][1]["fit"]


def test_both_methods_stand_on_the_same_parts_but_for_the_search():
    app = open_app()
    before = parts(app)
    after = parts(pick(app, "method", "ML"))
    assert after.keys() == before.keys()
    changed = [unpack_part(after[key])[1] for key in before if after[key] != before[key]]
    # The search with what is marked on the profile, once, and the two pictures that have it.
    assert sum("search" in one for one in changed) == 1
    assert len(changed) == 3

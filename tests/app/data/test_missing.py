"""Numbers that hardly are values: asked about on the page Data, and answered there."""

from tests.app.data.test_page import (
    GOOD,
    Y,
    click,
    dropped,
    everything,
    labels,
    plain,
    table,
    verdict,
)
from tests.app_helpers import run, walk


def test_a_number_that_hardly_is_a_value_is_asked_about():
    values = [-9 if k % 20 == 3 else y for k, y in enumerate(Y)]
    app = dropped({**GOOD, "y.csv": table(values=values)})
    state, reason = verdict(app)
    assert state == "Not usable yet"
    assert reason.startswith("−9 stands 3 times in “weight”, and all else lies from ")
    assert reason.endswith("a value or means “missing”. Choose below.")
    assert {"Take −9 for missing", "−9 is a value"} <= set(labels(app))
    click(app, "−9 is a value")
    assert verdict(app)[0] == "Usable with care"
    assert app.multiselect(key="decide_not_missing").value == ["-9"]
    app.multiselect(key="decide_not_missing").set_value([])
    run(app)
    assert verdict(app)[0] == "Not usable yet"
    click(app, "Take −9 for missing")
    assert "3 of 60 individuals (5%) have no value" in plain(everything(app))
    click(app, "Fit weight")
    assert not app.error


def test_what_one_of_several_traits_asks_is_answered_on_the_page_data():
    """And the option of the command is named on no page."""
    values = [f"{-9 if k % 20 == 3 else y},{y}" for k, y in enumerate(Y)]
    app = dropped({**GOOD, "y.csv": table("id,weight,length", values)})
    (error,) = app.error
    assert error.value.startswith("−9 stands 3 times in “weight”, and all else lies from ")
    assert error.value.endswith(" means “missing”. Choose below.")
    assert "−9 is a value" in labels(app)
    walk(app, "explore")
    (error,) = app.error
    assert "decide it on the page Data" in error.value
    assert "--" not in error.value
    click(walk(app, "data"), "Take −9 for missing")
    assert not app.error

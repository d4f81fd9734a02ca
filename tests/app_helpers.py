"""Driving the app without a browser: opening it, choosing, uploading, reading what it says.

And the boards as a browser receives them, of every kind of fit.
"""

import csv
import io
import json
import re
from functools import cache
from unittest.mock import MagicMock

import numpy as np
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner
from streamlit.util import calc_hash

from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.live.packing import Board, pack_board
from lmm_app.live.pictures import profile_board, sides_board
from lmm_app.live.search import own_search
from tests.odd_views import view
from tests.places import ROOT
from tests.unpacked import unpack_board, unpack_part

# Every run of an app under test looks through all installed packages for components: once will do.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


class _Server(MagicMock):
    """The server that a run under test is told of, whose figures are asked for once for all."""

    stats_mgr = MagicMock()


app_test.MagicMock = _Server


def _until_run(runner: LocalScriptRunner, timeout: float = 3) -> None:
    """Wait for the end of a run, which is not asked for at each millisecond meanwhile."""
    runner._script_thread.join(timeout)
    if not runner.script_stopped():
        runner.request_stop()
        runner.join()
        raise RuntimeError(f"the app ran for more than {timeout} s")


local_script_runner.require_widgets_deltas = _until_run

PHENO = b"id,height,blank\n" + b"".join(b"%c,%d,NA\n" % (97 + k, k * k % 7) for k in range(6))
K = np.kron(np.eye(3), [[1, 0.5], [0.5, 1]])


def kinship_file(K, ids="abcdef") -> bytes:
    rows = [["id", *ids]] + [[label, *row] for label, row in zip(ids, K.tolist(), strict=True)]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def changed(i, j, value):
    other = K.copy()
    other[i, j] = value
    return other


def open_app(**link) -> AppTest:
    """The app as it opens with these query parameters, which raised nothing."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in link.items():
        app.query_params[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def pick(app: AppTest, key, value) -> AppTest:
    app.get_by_key(key).set_value(value)
    return run(app)


def walk(app: AppTest, page: str) -> AppTest:
    """The same session on another page; "" for the first."""
    # AppTest finds pages that are files; one that is a function has the hash of its address.
    app._page_hash = calc_hash(page)
    return run(app)


def leave_projector(app: AppTest) -> AppTest:
    """The app after a click on the button at the foot of a page for a projector."""
    (button,) = [one for one in app.button if one.label == "Leave projector mode"]
    button.click()
    return run(app)


def drop(app: AppTest, files) -> AppTest:
    """Files dropped together on the page Data, where the app is."""
    app.file_uploader[0].set_value([(name, content, "") for name, content in files.items()])
    return run(app)


def upload(app: AppTest, **files) -> AppTest:
    """Files dropped on the page Data, and back to the page where they are fitted.

    Args:
        app: at the first page.
        files: contents by what to call the file, without its ending.
    """
    walk(app, "data")
    drop(app, {f"{name}.csv": content for name, content in files.items()})
    return walk(app, "")


def good_upload() -> AppTest:
    app = upload(open_app(), phenotype=PHENO, kinship=kinship_file(K))
    assert not app.error
    return app


def charts(app):
    return {chart.proto.id.rsplit("-", 1)[-1]: chart.proto for chart in app.get("plotly_chart")}


def boards(app):
    """What each board on the page was sent: what moves, and the picture with all its parts."""
    parts, moving = {}, {}
    for element in app.get("bidi_component"):
        data = element.proto.bytes
        if "-part-" in element.key:
            parts[unpack_part(data)[0]] = data
        elif element.key not in ("stage", "words", "address") and not data.startswith(b"!"):
            moving[element.key] = json.loads(data)
    return {key: (found, picture_of(found, parts)) for key, found in moving.items()}


def picture_of(moving, parts):
    """The picture that is moved, with the parts that it stands on, by name."""
    board = Board(moving["picture"], parts, moving["group"], moving.get("hand"))
    return {"id": moving["picture"], "group": moving["group"], **unpack_board(board)}


def let_go(app: AppTest, value, *, key="profile", once=False) -> AppTest:
    """Run the app as when a board in a browser hands over the h at which it was let go.

    Args:
        app: the app.
        value: what is handed over.
        key: of the board.
        once: as an event, and not as a state that the board keeps.
    """
    (name,) = [board.proto.id for board in app.get("bidi_component") if board.key == key]
    states = app._tree.get_widget_states()
    if once:
        events = json.dumps([{"event": "h", "value": value}])
        name = f"$$STREAMLIT_INTERNAL_KEY_{name}__events"
        states.widgets.append(WidgetState(id=name, json_trigger_value=events))
    else:
        states.widgets.append(WidgetState(id=name, json_value=json.dumps({"h": value})))
    app._run(states)
    assert not app.exception
    return app


def sentence(app) -> str:
    """What is said of both least squares."""
    return next(
        element.value for element in app.markdown if re.search(r"\] At h = ", element.value)
    )


def estimate(app) -> float:
    """The estimate that both least squares are compared at."""
    return float(re.search(r"At h = ĥ = ([0-9.]+)", sentence(app)).group(1))


def received(picture):
    """A picture as the browser makes it out of its bytes."""
    return unpack_board(pack_board(picture))


@cache
def profile_of(kind, method, true_h2=None):
    """The board of the profile of a kind of fit, with its own search."""
    shown = view(kind)
    return received(profile_board(shown, method, own_search(shown.fit(method)), true_h2))


@cache
def sides_of(kind, method, column):
    """The board of the two least squares of a kind of fit."""
    shown = view(kind)
    order = picture_order(shown.problem.K)
    cells = covariance_picture(shown.problem.K, order)
    return received(sides_board(shown, method, column, order, cells))


def texts_in(value):
    """Every text in a picture, wherever it is."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value


def said(app) -> str:
    """The verdict: the sentence in the box."""
    return app.markdown[1].value


def numbers(app):
    """Everything on the screen that depends on the fit."""
    return said(app), app.html[0].value

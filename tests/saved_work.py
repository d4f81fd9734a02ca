"""Saving the work of an app under test, and opening it in another one."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from lmm_app.session.saved import SUFFIX
from tests.app_helpers import drop, open_app, run, walk


@pytest.fixture
def saved(monkeypatch):
    """What saves the work of the app that ran last: gives the name of the file and its bytes."""
    offered = []
    inner = MediaFileManager.add_deferred

    def add(self, make, mimetype, coordinates, file_name=None, **more):
        if str(file_name).endswith(SUFFIX):
            offered.append((file_name, make))
        return inner(self, make, mimetype, coordinates, file_name=file_name, **more)

    def save(app):
        name, make = offered[-1]
        # Asked for when it is pressed, and not before.
        return name, make()

    monkeypatch.setattr(MediaFileManager, "add_deferred", add)
    return save


def give(app, name, content):
    """The app after a file was given to the window that opens saved work."""
    app.get_by_key("open_work").click()
    run(app)
    app.get_by_key("drop_work").set_value([(name, content, "application/zip")])
    return run(app)


def settle(app):
    """The app once the work that was given to it is open: a browser runs it again by itself."""
    # The page is chosen by the app, and not by the test.
    app._page_hash = ""
    return run(app)


def opened(name, content, **link):
    """The work in a session that has never seen it."""
    return settle(give(open_app(**link), name, content))


def opened_on_the_data_page(files, **link):
    """The work dropped among other files where files are dropped."""
    return settle(drop(walk(open_app(**link), "data"), files))

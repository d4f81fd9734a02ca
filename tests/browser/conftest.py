"""A running server and a browser for the tests in this folder."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from benchmarks.browser import chromium
from benchmarks.server import Server as Running
from benchmarks.server import serving
from tests.places import ROOT

# All cases of the lists that are long, rather than a part of each.
THOROUGH = os.environ.get("LMM_THOROUGH") == "1"
REQUIRED = os.environ.get("LMM_REQUIRE_BROWSER") == "1"
CHROMIUM = chromium()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages of one site are drawn by one process, which has compiled the app's code already.
    "--process-per-site",
]


T = TypeVar("T")


def some_of(cases: Iterable[T], one_in: int) -> list[T]:
    """Every so many of the cases, the first among them; all of them if LMM_THOROUGH is 1."""
    return list(cases)[:: 1 if THOROUGH else one_in]


@dataclass(frozen=True)
class Server(Running):
    """A server of the app, and the file that holds its log."""

    log_file: Path

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")


STREAMLIT = [sys.executable, "-m", "streamlit", "run", "app.py"]


def start_server(
    folder: Path,
    command: Sequence[str] = STREAMLIT,
    *,
    cwd: Path = ROOT,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Server]:
    """Run the app on a free port until the generator is closed.

    Args:
        folder: for the log.
        command: that starts it.
        cwd: where it is started.
        environment: with which variables.
    """
    # Two cores serve the browser as well: one thread of linear algebra is enough.
    environment = {**environment, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}
    log_file = folder / "server.log"
    with log_file.open("w") as log, ExitStack() as stack:
        try:
            started = stack.enter_context(serving(command, cwd, environment, log))
        except (RuntimeError, TimeoutError) as error:
            pytest.fail(f"{error}:\n{log_file.read_text(encoding='utf-8', errors='replace')}")
        yield Server(started.url, started.pid, log_file)


def missing(reason: str) -> None:
    if REQUIRED:
        pytest.fail(f"{reason}, and LMM_REQUIRE_BROWSER=1 asks for it", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    if CHROMIUM is None:
        missing("there is no chromium on the PATH")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """The server that all tests share which do not need a fresh one."""
    yield from start_server(tmp_path_factory.mktemp("server"))


TIMEOUT = 40_000
# The boards live in shadow roots, which a query of the document does not enter. Beside them are
# the places of what is sent once, which draw nothing, and the controls at Plotly's pictures.
BOARDS = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .map(host => host.shadowRoot)
    .filter(root => !root || !root.querySelector('i, [data-board=plot]'))
    .map(root => root && root.querySelector('.board'))"""
# Drawn, and standing where it stood in the four pictures before: what is measured is at rest.
DRAWN = f"""(count) => {{
    const boards = ({BOARDS})();
    const drawn = boards.length >= count
        && boards.every(board => board && board.querySelector('svg *, canvas'))
        && !document.querySelector('[data-testid=stSpinner], [data-stale=true]');
    const where = drawn && [...boards, document.querySelector('h1')].map(
        one => one && Math.round(one.getBoundingClientRect().bottom)).join();
    window.rested = drawn && where === window.rests ? window.rested + 1 : 0;
    window.rests = where;
    return window.rested >= 4;
}}"""
# The page has been run to its end.
RAN = "[data-test-script-state=notRunning]"
# Streamlit itself asks in vain for its health under the address of a page.
OF_STREAMLIT = "404"


@pytest.fixture(scope="session")
def context(browser, server):
    """One for the pages of every test, which keeps the app's code once it has loaded it."""
    one = browser.new_context()
    # The process that draws a site ends with its last page.
    one.new_page().goto(f"{server.url}/_stcore/health")
    yield one
    one.close()


@contextmanager
def pages(context, server):
    """Open the app on pages of their own, sessions of their own; all are closed at the end."""
    opened = []

    def open_one(
        path="/", *, width=1400, height=900, scheme="light", boards=2, motion=False, script=""
    ):
        page = context.new_page()
        opened.append(page)
        # A page may be made taller or narrower, and then that is its own affair.
        page.set_viewport_size({"width": width, "height": height})
        # The first page moves h once on its own, unless motion is not wanted.
        page.emulate_media(
            color_scheme=scheme, reduced_motion="no-preference" if motion else "reduce"
        )
        page.set_default_timeout(TIMEOUT)
        page.seen = []
        page.on("request", lambda request: page.seen.append(request.url))
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(m.text) if m.type != "log" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.sent = []
        page.on("websocket", lambda ws: ws.on("framesent", lambda data: page.sent.append(data)))
        page.home = server.url
        if script:
            # It runs before anything of the page does.
            page.add_init_script(script)
        page.goto(server.url + path)
        page.wait_for_function(DRAWN, arg=boards)
        return page

    yield open_one
    for page in opened:
        page.close()


@pytest.fixture
def open_page(context, server):
    """Open the app on a page for one test, on as many as it wants."""
    with pages(context, server) as open_one:
        yield open_one


def complaints(page):
    """What the browser complained of, without what Streamlit is to blame for."""
    return [words for words in page.wrong if OF_STREAMLIT not in words]


def until(page, condition, timeout=TIMEOUT / 1000):
    """Wait until a condition holds that is asked from here."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        page.wait_for_timeout(40)

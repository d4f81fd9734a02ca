"""From opening the page to its three panels on the screen, beside a page with one chart.

    python -m benchmarks.first_picture [RUNS]

The pages are served by Streamlit in the same run and opened in turn by the same headless
Chromium, in a fresh profile each time; the first opening of each warms the server and is not
counted. A page is there when its chart has been drawn; the app, when the profile with its search,
V(h), the weights and the regression have been, and the table of estimates and the comparison of
the two least squares can be read.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import chromium
from benchmarks.server import ROOT, running

ONE_CHART = """
import plotly.graph_objects as go
import streamlit as st

st.title("One chart")
st.plotly_chart(go.Figure(go.Scatter(x=[0, 1, 2], y=[0, 1, 0])))
"""

CHARTS = """
(charts) => [...document.querySelectorAll('.js-plotly-plot')].filter(
    chart => chart.querySelector('.scatterlayer .trace path, .heatmaplayer image')
).length === charts
"""
# Cheap tests first, and none that makes the browser lay the page out: this runs every frame.
PANELS = """
() => {
    const boards = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot && host.shadowRoot.querySelector('.board'));
    const drawn = selector => boards.some(board => board && board.querySelector(selector));
    return drawn('.here line') && drawn('.fitted[x1]') && drawn('.square canvas')
        && document.querySelectorAll('h3').length >= 3
        && document.querySelector('table td') !== null
        && [...document.querySelectorAll('p')].some(
            p => p.textContent.includes('generalised and weighted least squares'));
}
"""


@contextmanager
def served(script: Path, folder: Path = ROOT) -> Iterator[str]:
    with running(script, folder) as server:
        yield server.url


def opening(browser: Browser, url: str, condition: str, argument: object = None) -> float:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_function(condition, arg=argument, timeout=60_000)
    taken = time.perf_counter() - start
    context.close()
    return taken


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        simple = Path(folder) / "one_chart.py"
        simple.write_text(ONE_CHART)
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        with (
            served(ROOT / "app.py") as app,
            served(simple) as chart,
            served(simple, Path(folder)) as plain,
        ):
            rounds = []
            for run in range(runs + 1):
                times = (
                    opening(browser, app, PANELS),
                    opening(browser, chart, CHARTS, 1),
                    opening(browser, plain, CHARTS, 1),
                )
                if run:
                    rounds.append(times)
        browser.close()
    own, peer, default = np.median(rounds, axis=0)
    against, against_default = np.median([[a / b, a / c] for a, b, c in rounds], axis=0)
    print(f"| page | median of {runs} | explore is, median of rounds |")
    print("|---|---|---|")
    print(f"| explore, three panels | {own:.2f} s | |")
    print(f"| one chart, this project's configuration | {peer:.2f} s | {against:.2f} times |")
    print(f"| one chart, Streamlit's own | {default:.2f} s | {against_default:.2f} times |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)

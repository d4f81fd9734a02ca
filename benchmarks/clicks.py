"""From a click to its answer on the screen, for every kind of click, at n = 283.

    python -m benchmarks.clicks [TIMES]

A click is answered when what it asks for can be seen: the words of the other method, the new
agreement of the two least squares, the next step's title. The first round of each is not counted:
it may compute what the server then remembers.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import chromium
from benchmarks.first_picture import PANELS, ROOT, served

Action = tuple[str, Callable[[Page], None], str]

SAID = "() => document.body.innerText.includes({!r})"
BOARD = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].some(
    host => host.shadowRoot.querySelector('.board')?.innerText.includes({!r}))"""


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_text(name, exact=True).first.click()


def button(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def key(name: str) -> Callable[[Page], None]:
    def hit(page: Page) -> None:
        page.locator("input.h").first.focus()
        page.keyboard.press(name)

    return hit


# Pairs of clicks that take each other back, so that they can be repeated.
EXPLORE: list[tuple[Action, Action]] = [
    (
        ("likelihood: ML", press("ML"), SAID.format("by ML. REML gives")),
        ("likelihood: REML", press("REML"), SAID.format("by REML. ML gives")),
    ),
    (
        ("covariate left out", press("sex"), SAID.format("How much of CD8 follows kinship?")),
        ("covariate put back", press("sex"), SAID.format("Do male and female mice differ in CD8?")),
    ),
    (
        ("trait: MCH", press("MCH"), SAID.format("variance in MCH")),
        ("trait: CD8", press("CD8"), SAID.format("variance in CD8")),
    ),
    (
        (
            "h let go at 0 (0.35 s of it: waiting for more keys)",
            key("Home"),
            SAID.format("h = 0.00:"),
        ),
        ("h let go at 1 (the same)", key("End"), SAID.format("h = 1.00:")),
    ),
    (
        ("one search over [0, 1]", press("Once over [0, 1]"), BOARD.format("tried: h = ")),
        ("the fit's own search", press("As in the fit"), BOARD.format("until the slope is zero")),
    ),
]
TOUR: list[tuple[Action, Action]] = [
    (
        ("tour: next", button("Next"), SAID.format("2 · One number, h")),
        ("tour: back", button("Back"), SAID.format("1 · Relatives")),
    ),
    (
        ("tour: reveal", button("Reveal"), SAID.format("The cloud is tilted")),
        (
            "tour: try again",
            button("Try again"),
            "() => !document.body.innerText.includes('The cloud is tilted')",
        ),
    ),
]


def measure(page: Page, action: Action) -> float:
    _, click, answered = action
    start = time.perf_counter()
    click(page)
    page.wait_for_function(answered, timeout=30_000)
    taken = time.perf_counter() - start
    # The next click waits until this one's run is over.
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    page.wait_for_timeout(250)
    return taken


def main(times: int) -> None:
    print(f"| click | median of {times} | slowest |\n|---|---|---|")
    with sync_playwright() as playwright, served(ROOT / "app.py") as url:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        for path, ready, pairs in (
            ("/", PANELS, EXPLORE),
            ("/tour", SAID.format("1 · Relatives"), TOUR),
        ):
            page.goto(url + path)
            page.wait_for_function(ready, timeout=60_000)
            page.wait_for_timeout(1500)
            for pair in pairs:
                taken = np.array(
                    [[measure(page, action) for action in pair] for _ in range(times + 1)]
                )[1:]
                for (name, _, _), column in zip(pair, taken.T, strict=True):
                    print(f"| {name} | {np.median(column):.2f} s | {column.max():.2f} s |")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

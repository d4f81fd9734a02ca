"""How many pictures a second a drag of h shows, and how many messages it sends to the server.

    python -m benchmarks.drag [TIMES]

The slider is moved with every frame of the browser, as a hand would, through 60 values of h; a
picture counts when the marker on the profile has moved and the frame has been painted. All panels
move: the marker, the formulas, V(h), the weights and the regression.
"""

import sys
from collections.abc import Callable

import numpy as np
from playwright.sync_api import WebSocket, sync_playwright

from benchmarks.browser import chromium
from benchmarks.first_picture import PANELS, ROOT, served

SWEEP = """async () => {
    const boards = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot);
    const slider = boards.map(root => root.querySelector('input.h')).find(Boolean);
    const line = boards.map(root => root.querySelector('.here line')).find(Boolean);
    let drawn = 0;
    new MutationObserver(() => drawn++).observe(line, { attributeFilter: ['x1'] });
    const start = performance.now();
    for (let frame = 0; frame < 60; frame++) {
        slider.value = 10 + frame;
        slider.dispatchEvent(new Event('input'));
        await new Promise(requestAnimationFrame);
    }
    return [drawn, drawn / ((performance.now() - start) / 1000)];
}"""
DATASETS = {
    "12 individuals": "/?sample=tiny12",
    "283 mice": "/",
    "1,410 mice": "/?sample=mouse_hs1940",
}


def listener(sent: list[object]) -> Callable[[WebSocket], None]:
    """Collects what a page sends."""
    return lambda socket: socket.on("framesent", lambda message: sent.append(message))


def main(times: int) -> None:
    print(f"| dataset | pictures a second, median of {times} | slowest | messages |")
    print("|---|---|---|---|")
    with sync_playwright() as playwright, served(ROOT / "app.py") as url:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, path in DATASETS.items():
            page = browser.new_page(viewport={"width": 1400, "height": 2400})
            sent: list[object] = []
            page.on("websocket", listener(sent))
            page.goto(url + path)
            page.wait_for_function(PANELS, timeout=120_000)
            page.wait_for_timeout(2000)
            sent.clear()
            rates = []
            for _ in range(times):
                drawn, rate = page.evaluate(SWEEP)
                assert drawn == 60, drawn
                messages = len(sent)
                rates.append(rate)
                # The pause after a sweep is when the server is told.
                page.wait_for_timeout(1500)
                sent.clear()
            print(f"| {name} | {np.median(rates):.0f} | {min(rates):.0f} | {messages} |")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

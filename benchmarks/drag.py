"""How many pictures a second a drag of h shows, how long the slowest take, and what it sends.

    python -m benchmarks.drag [TIMES]

The slider is moved with every frame of the browser, as a hand would, through 120 values of h that
are not those of a grid; a picture counts when the marker on the profile has moved and the frame has
been painted. All panels move: the marker, the formulas, V(h), the weights and the regression. The
time of a frame is from one painting to the next; beside it, what the script itself takes.
"""

import platform
import sys
from collections.abc import Callable
from os import getloadavg
from pathlib import Path

import numpy as np
from playwright.sync_api import WebSocket, sync_playwright

from benchmarks.browser import chromium
from benchmarks.first_picture import PANELS, ROOT, served

SWEEP = """async () => {
    const boards = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot)
        // The question of the page has a slider and a line of its own.
        .filter(root => root?.querySelector('[data-board=profile]'));
    const slider = boards.map(root => root.querySelector('input.h')).find(Boolean);
    const line = boards.map(root => root.querySelector('.here line')).find(Boolean);
    let drawn = 0;
    new MutationObserver(() => drawn++).observe(line, { attributeFilter: ['x1'] });
    const frames = [];
    const own = [];
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < 120; frame++) {
        const start = performance.now();
        slider.value = 0.1 + frame / 150.7;
        slider.dispatchEvent(new Event('input'));
        own.push(performance.now() - start);
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    return [drawn, frames, own];
}"""
DATASETS = {
    "12 individuals": "/?sample=tiny12",
    "283 mice": "/",
    "1,410 mice, of 1,940": "/?sample=mouse_hs1940",
}


def listener(sent: list[object]) -> Callable[[WebSocket], None]:
    """Collects what a page sends."""
    return lambda socket: socket.on("framesent", lambda message: sent.append(message))


def processor() -> str:
    """The name of the processor, where Linux tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.processor()


def main(times: int) -> None:
    print(f"{processor()}; load before the run {getloadavg()[0]:.2f}\n")
    print("| dataset | pictures a second | p95 of a frame, ms | longest | script, ms | messages |")
    print("|---|---|---|---|---|---|")
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
            # Until the one movement of h on load is over.
            page.wait_for_timeout(5000)
            rates, frames, own, messages = [], [], [], 0
            for _ in range(times):
                sent.clear()
                drawn, took, script = page.evaluate(SWEEP)
                assert drawn == 120, drawn
                messages += len(sent)
                rates.append(1000 * drawn / sum(took))
                frames += took
                own += script
                # The pause after a sweep is when the server is told.
                page.wait_for_timeout(1500)
            print(
                f"| {name} | {np.median(rates):.0f} | {np.quantile(frames, 0.95):.1f} "
                f"| {max(frames):.0f} | {np.median(own):.1f} | {messages} |"
            )
            page.close()
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

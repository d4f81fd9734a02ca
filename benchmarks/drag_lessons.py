"""How many pictures a second the lessons show while a hand drags, and what the script takes.

    python -m benchmarks.drag_lessons [LESSON ...]

The lessons with a picture to move, on samples of 12, 283 and 1,940 individuals, their answers
revealed. Its slider goes back and forth with every frame of the browser; a picture counts when the
board has changed and the frame has been painted. Where a sample has no such lesson, that is said.
"""

import sys
from os import getloadavg

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import chromium
from benchmarks.drag import DATASETS, processor
from benchmarks.first_picture import ROOT, served

PATIENCE = 120_000
# What has a slider; of the other lessons nothing is drawn anew while a hand moves.
MOVED = ("race", "beyond", "draws", "shrinkage", "how_many", "moves", "peak", "components")
# Ready, or with nothing to ask: then there is nothing to drag either.
READY = """() => [...document.querySelectorAll('[data-testid=stMain] button')].some(
    one => /^(Reveal|Try again)$/.test(one.textContent.trim()))
    || /nothing is asked|no race|cannot tell h at all/.test(document.body.textContent)"""
SLIDERS = """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .some(host => host.shadowRoot?.querySelector('input[type=range]'))"""
SWEEP = """async () => {
    const root = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot)
        .find(one => one?.querySelector('input[type=range]'));
    const slider = root.querySelector('input[type=range]');
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const step = slider.step === 'any' ? 0 : Number(slider.step || 1);
    let changed = false;
    new MutationObserver(() => { changed = true; }).observe(
        root, { attributes: true, childList: true, characterData: true, subtree: true });
    let drawn = 0;
    const frames = [];
    const own = [];
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < 120; frame++) {
        // A triangle wave that never ends where it was; steps are kept where there are some.
        const wave = Math.abs(((0.37 + frame / 60.3) % 2) - 1);
        const value = low + (high - low) * (0.02 + 0.96 * wave);
        const start = performance.now();
        slider.value = step ? low + (Math.round((value - low) / step)) * step : value;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        own.push(performance.now() - start);
        const now = await new Promise(requestAnimationFrame);
        await Promise.resolve();
        frames.push(now - before);
        before = now;
        drawn += changed ? 1 : 0;
        changed = false;
    }
    return [drawn, frames, own];
}"""


def measured(page: Page, url: str) -> str:
    """The cells of a row."""
    page.goto(url)
    page.wait_for_function(READY, timeout=PATIENCE)
    reveal = page.get_by_role("button", name="Reveal", exact=True)
    if not reveal.count():
        return "nothing is asked of these data | | | "
    reveal.first.click()
    page.get_by_role("button", name="Try again").first.wait_for(timeout=PATIENCE)
    page.wait_for_function(SLIDERS, timeout=PATIENCE)
    page.wait_for_timeout(3000)
    drawn, frames, own = page.evaluate(SWEEP)
    return (
        f"{1000 * len(frames) / sum(frames):.0f} | {drawn} of {len(frames)} "
        f"| {np.quantile(frames, 0.95):.1f} | {np.median(own):.1f}, {max(own):.1f}"
    )


def main(names: list[str]) -> None:
    print(f"{processor()}; load before the run {getloadavg()[0]:.2f}\n")
    print("| lesson | dataset | pictures a second | changed | p95 of a frame, ms | script, ms |")
    print("|---|---|---|---|---|---|")
    with sync_playwright() as playwright, served(ROOT / "app.py") as url:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for lesson in names or MOVED:
            for name, path in DATASETS.items():
                context = browser.new_context(
                    viewport={"width": 1400, "height": 2000}, reduced_motion="reduce"
                )
                address = f"{url}/lessons{path.removeprefix('/') or '?'}&card={lesson}"
                print(
                    f"| {lesson} | {name} | {measured(context.new_page(), address)} |", flush=True
                )
                context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

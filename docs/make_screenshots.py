"""Take the screenshots of the running app, in headless Chromium.

python -m docs.make_screenshots [NAME ...]
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.browser import chromium
from benchmarks.first_picture import ROOT, served

SHOTS = {
    "explore": ("/", 1400, "light"),
    "explore-dark": ("/?data=lesson&preset=two_hills", 1400, "dark"),
    "tour-band": ("/tour?step=weights&seen=1&guess=right", 1400, "light"),
    "tour-brent": ("/tour?step=brent&seen=1&guess=few", 1400, "dark"),
    "projector": ("/tour?step=rotation&seen=1&projector=true", 1280, "light"),
    "rotation": ("/?sample=tiny12&look=The+rotation", 1400, "light"),
    "two": ("/two", 1400, "light"),
    "sure": ("/sure?seen=1&guess=middle&suppose=0.64", 1400, "light"),
    "traits": ("/traits?sample=many_traits&seen=1&picked=3", 1400, "light"),
    "data-broken": ("/data?broken=clones", 1400, "dark"),
    "scan": ("/scan?seen=1&believed=BD", 1400, "light"),
    "lessons": ("/lessons", 1400, "dark"),
}
SETTLED = """() => !document.querySelector(
        '[data-testid=stSpinner], [data-testid=stSkeleton], [data-testid=stProgress], '
        + '[data-stale=true]'
    ) && document.querySelector('h1') !== null
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(
        host => !host.offsetParent || host.querySelector('svg.main-svg'))
    && [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot?.querySelector('.board'))
        .every(board => !board || board.querySelector('svg *, canvas'))"""


def main(names: list[str]) -> None:
    with served(ROOT / "app.py") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
        )
        for name in names or SHOTS:
            path, width, scheme = SHOTS[name]
            size = {"width": width, "height": 720 if "projector" in path else 1000}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(url + path)
            page.wait_for_timeout(3000)
            if path.startswith("/scan"):
                page.locator("[data-board=genome]").wait_for(timeout=120_000)
            page.wait_for_function(SETTLED, timeout=60_000)
            page.wait_for_timeout(1500)
            if path.startswith("/lessons"):
                # Some cards with their answers.
                for _ in range(1 if "card" in path else 3):
                    page.get_by_role("button", name="Reveal", exact=True).first.click()
                    page.wait_for_timeout(1500)
            if "brent" in path:
                for _ in range(4):
                    page.locator(".stepper .next").first.click()
            # A taller window may show what was not drawn before.
            for _ in range(0 if "projector" in path else 2):
                height = page.evaluate(
                    "document.querySelector('[data-testid=stMain]').scrollHeight"
                )
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(1200)
                page.wait_for_function(SETTLED, timeout=60_000)
            page.screenshot(path=Path(__file__).parent / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

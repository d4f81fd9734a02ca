"""Take the README's screenshots of the running app, in headless Chromium.

python -m docs.make_screenshots
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.first_picture import PANELS, ROOT, served

SHOTS = {
    "explore": ("/", 1400, "light"),
    "explore-dark": ("/", 1400, "dark"),
    "families-390": ("/?data=simulate&population=families&true_h=0.5", 390, "light"),
}


def main() -> None:
    with served(ROOT / "app.py") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (path, width, scheme) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
            page.goto(url + path)
            page.wait_for_function(PANELS, timeout=60_000)
            height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(2000)
            page.screenshot(path=Path(__file__).parent / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()

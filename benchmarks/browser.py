"""The browser that is driven: Debian's Chromium, the one without a window where it is installed."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def chromium() -> str | None:
    """Path of the program, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)

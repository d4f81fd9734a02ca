"""The files that a browser fetches from the server: at every visit, and at its first."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.server import running

# A browser has so many connections to one server.
CONNECTIONS = 6


async def fetch(url: str, paths: Sequence[str]) -> None:
    """Fetch files of a server one after another through each of a browser's connections."""
    waiting = list(reversed(paths))
    await asyncio.gather(*(_one_connection(url, waiting) for _ in paths[:CONNECTIONS]))


async def _one_connection(url: str, waiting: list[str]) -> None:
    host = url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    while waiting:
        path = waiting.pop()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        if " 200 " not in status:
            raise OSError(f"{path}: {status}")
        (length,) = (line.split(":")[1] for line in lines if line.lower().startswith("content-le"))
        await reader.readexactly(int(length))
    writer.close()
    await writer.wait_closed()


def files_of_a_first_visit(checkout: Path) -> list[str]:
    """What Chromium fetches from a server that it does not know, but for the page itself."""
    # Here, so that a load without first visits needs no browser.
    from playwright.sync_api import sync_playwright

    from benchmarks.browser import chromium

    with running(checkout / "app.py", checkout) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        asked: list[str] = []
        page.on("response", lambda got: asked.append(got.url) if got.status == 200 else None)
        page.goto(server.url, wait_until="networkidle")
        browser.close()
        return [url.removeprefix(server.url) for url in asked if f"{server.url}/static/" in url]

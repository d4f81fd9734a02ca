"""The files that a browser fetches from the server: at every visit, and at its first."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.server import running

# A browser has so many connections to one server.
CONNECTIONS = 6


async def fetch(url: str, paths: Sequence[str], cookies: dict[str, str]) -> None:
    """Fetch files of a server: the first, then the others over a browser's connections.

    Args:
        url: of the server.
        paths: of the files; the first is the page, which names the others.
        cookies: that the browser has for the server, and keeps.
    """
    await _one_connection(url, [paths[0]], cookies)
    waiting = list(reversed(paths[1:]))
    await asyncio.gather(*(_one_connection(url, waiting, cookies) for _ in paths[1:][:CONNECTIONS]))


def sent(cookies: dict[str, str]) -> dict[str, str]:
    """The header that carries cookies, if there are any."""
    return (
        {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if cookies
        else {}
    )


async def _one_connection(url: str, waiting: list[str], cookies: dict[str, str]) -> None:
    host = url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    while waiting:
        path = waiting.pop()
        headers = {"Host": host, **sent(cookies)}
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {words}" for name, words in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        if " 200 " not in status:
            raise OSError(f"{path}: {status}")
        for line in lines:
            name, _, words = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, value = words.partition(";")[0].partition("=")
                cookies[cookie] = value
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

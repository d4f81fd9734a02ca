"""A dress rehearsal: the plan for 50 minutes, with a class in its room and one projector.

    python -m benchmarks.rehearsal [--pace P] [--students N] [--from M] [--until M]
                                   [--processes N] [--threads N] [--pictures FOLDER]

A lecturer in Chromium prepares a class in three clicks, shows every screen of the plan at its
minute, presses a clicker's key on each, and opens the room when the plan comes to it. The students
come by the room's link at times of their own, guess, drag h a few times, hand in, and ask for the
true h; one of them has a telephone, in Chromium too, the others speak Streamlit's protocol
(`benchmarks/student.py`). Half of the estimates come after they are shown, so that they are seen
to fall. `--pace 10` lets ten minutes of talking and thinking pass in one; what anyone waits for the
server is real. All share the cores with the server. `--pictures` keeps what the projector, in light
and dark, and the telephone showed at each station.
"""

import argparse
import asyncio
import os
import random
import re
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from benchmarks.attendant import Attendant
from benchmarks.browser import chromium
from benchmarks.load import between
from benchmarks.rehearsed import BOTH, Camera, Clock, Seen, report
from benchmarks.server import ROOT, serving
from lmm_app.lecturer.plan import PLAN, addresses
from lmm_app.room.place import VARIABLE

LESSON = "Simulated families, with an h of your own"
# The one screen of the plan that no clicker moves.
FIRST = "The first page"
PROJECTOR = {"width": 1280, "height": 720}
TELEPHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
# Of the plan, in minutes: when the guesses and the estimates are shown, and the picture is kept.
COMES, GUESSED, REVEALED, KEPT = 36.0, 38.5, 41.0, 43.5
# In minutes: until all have come, have guessed, and have handed in.
COME_BY, GUESS_BY, HAND_IN_FROM, HAND_IN_BY = 1.2, 2.3, 39.5, 42.5
# A screen is there when its boards are and nothing is on its way.
DRAWN = """() => document.querySelector('.st-key-leave_projector')
    && !document.querySelector('[data-testid=stSpinner], [data-stale=true]')
    && [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot?.querySelector('.board'))
        .every(board => !board || board.querySelector('svg *, canvas'))"""
# What a press of the clicker changes.
SHOWN = """() => document.querySelector('[data-testid=stMain]').innerText
    + [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
        .map(host => host.shadowRoot?.querySelector('.board')?.innerText ?? '').join()"""
# Every 40 ms: how many dots there are, and what the foot says of the class.
WATCH = """() => {
    globalThis.seen = [];
    const look = () => {
        let dots = 0;
        for (const host of document.querySelectorAll('[data-testid=stBidiComponentIsolated]'))
            dots += host.shadowRoot?.querySelectorAll('.intervals > g').length ?? 0;
        const foot = document.querySelector('.st-key-foot')?.innerText ?? '';
        const last = globalThis.seen.at(-1);
        if (last?.[1] === dots && last?.[2] === foot) return;
        globalThis.seen.push([Date.now() / 1000, dots, foot]);
    };
    setInterval(look, 40);
}"""


class Rehearsal:
    """One class.

    Args:
        browser: of the lecturer, the projector and the telephone.
        url: of the server.
        options: as they were asked for.
    """

    def __init__(self, browser: Browser, url: str, options: argparse.Namespace) -> None:
        self.url, self.options, self._browser = url, options, browser
        self.seen, self.camera = Seen(), Camera(options.pictures)
        self.clock = Clock(options.pace, options.begin)

    async def run(self) -> None:
        """The whole of it, or the minutes that were asked for."""
        desk = await self.page(PROJECTOR, "desk")
        board, code = await self.prepare(desk)
        # What is prepared before the hour takes none of its minutes.
        self.clock.start()
        screen = await self.page(PROJECTOR, "screen")
        for part in PLAN:
            begins, ends = map(float, part.minutes.split("–"))
            if ends <= self.options.begin or begins >= self.options.until:
                continue
            if part.links:
                await self.clock.until(COMES)
                await self.room(desk, board, code)
                continue
            screens = addresses(part, f"{self.url}/")
            for place, (title, address) in enumerate(screens):
                each = (ends - begins) / len(screens)
                await self.clock.until(begins + place * each)
                await self.show(screen, title, address, begins + (place + 0.6) * each)
        await self.clock.until(min(50.0, self.options.until))

    async def page(self, size: dict[str, int], name: str) -> Page:
        """A page in a browser of its own, whose complaints are noted with its name."""
        context = await self._browser.new_context(viewport={**size})  # type: ignore[arg-type]
        page = await context.new_page()
        self.heed(page, name)
        return page

    def heed(self, page: Page, name: str) -> None:
        """Note what a page complains of."""
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.seen.errors.append(f"{name}: {error}"))
        page.on(
            "console",
            # Streamlit asks in vain for its health under the address of a page.
            lambda said: (
                self.seen.errors.append(f"{name}: {said.text}")
                if said.type == "error" and "404" not in said.text
                else None
            ),
        )

    async def prepare(self, desk: Page) -> tuple[Page, str]:
        """The three clicks: the projector's page of the room, and its code."""
        button = desk.get_by_role("button", name="Open a room")

        async def opens() -> None:
            await desk.goto(f"{self.url}/lecturer")
            await button.wait_for()

        await self.seen.time("the page for lecturers opens", opens)
        await self.camera.take(desk, "lecturer")
        await desk.get_by_text(LESSON, exact=True).click()
        link = desk.get_by_role("link", name="Open the projector")

        async def room_opens() -> None:
            await button.click()
            await desk.get_by_text(re.compile("^Room .* is open")).wait_for()

        await self.seen.time("a room is opened", room_opens)
        async with desk.expect_popup() as coming:
            await link.click()
        board = await coming.value
        self.heed(board, "projector")
        await board.locator("img.qr").wait_for()
        await self.camera.take(desk, "lecturer with a room")
        return board, re.findall(r"code=(\w{6})", board.url)[0]

    async def show(self, screen: Page, title: str, address: str, reveal: float) -> None:
        """One screen of the plan, and at its minute a press of the clicker, or h dragged."""

        async def opens() -> None:
            await screen.goto(address)
            await screen.wait_for_function(DRAWN)

        await self.seen.time("a screen of the plan opens", opens)
        await asyncio.sleep(1.5)
        await self.camera.take(screen, title, BOTH)
        await self.clock.until(reveal)
        before = await screen.evaluate(SHOWN)

        async def answers() -> None:
            if title == FIRST:
                await drag(screen)
            else:
                await screen.keyboard.press("PageDown")
            await screen.wait_for_function(f"before => ({SHOWN})() !== before", arg=before)

        what = "h is dragged on the projector" if title == FIRST else "the clicker is answered"
        try:
            await self.seen.time(what, answers)
        except PlaywrightError as error:
            self.seen.errors.append(f"{title}: {what}, but it does nothing: {error}")
        await screen.wait_for_function(DRAWN)
        await asyncio.sleep(1.5)
        await self.camera.take(screen, f"{title} revealed", BOTH)

    async def room(self, desk: Page, board: Page, code: str) -> None:
        """The class in its room, from the QR picture to the file that is kept."""
        await board.bring_to_front()
        await board.evaluate(WATCH)
        await self.camera.take(board, "room", BOTH)
        # Those who come to the desk in place of the projector.
        await desk.get_by_role("link", name="The room on this screen").click()
        students = [
            asyncio.create_task(self.attend(seed, code))
            for seed in range(self.options.students - 1)
        ]
        students.append(asyncio.create_task(self.telephone(code)))
        await self.clock.until(GUESSED)
        await self.press(board, "the guesses are shown", "guesses, from")
        await asyncio.sleep(4)
        await self.camera.take(board, "guesses", BOTH)
        await self.camera.take(desk, "desk with guesses")
        await self.clock.until(REVEALED)
        await self.press(board, "the estimates are shown", "the true h")
        await asyncio.sleep(1.2)
        await self.camera.take(board, "estimates falling", BOTH)
        await asyncio.gather(*students)
        await self.clock.until(KEPT)
        await self.camera.take(board, "estimates", BOTH)
        await self.camera.take(desk, "desk with estimates")
        await self.keep(desk)
        self.seen.notice(await board.evaluate("seen"))

    async def press(self, board: Page, what: str, words: str) -> None:
        """The clicker's key, until these words stand on the projector."""

        async def answers() -> None:
            await board.keyboard.press("PageDown")
            await board.locator(".st-key-line").get_by_text(words).wait_for()

        await self.seen.time(what, answers)

    async def keep(self, desk: Page) -> None:
        """Keep the picture of the class, look at it, and close the room."""

        async def kept() -> None:
            async with desk.expect_download() as waiting:
                await desk.get_by_role("button", name="Keep the picture").click()
            download = await waiting.value
            await download.save_as(file)

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "class.html"
            await self.seen.time("the picture is kept", kept)
            page = await self.page(PROJECTOR, "class.html")
            await page.goto(file.as_uri())
            await page.wait_for_function("() => document.documentElement.dataset.drawn === 'yes'")
            await self.camera.take(page, "class html", BOTH)
            await page.close()
        await desk.get_by_role("button", name="Close the room").click()
        await desk.get_by_role("button", name="Close it and delete all").click()
        await desk.get_by_text("the lecturer has closed it").wait_for()

    async def attend(self, seed: int, code: str) -> None:
        """One student, from coming in to the true h."""
        rng = random.Random(seed)
        student, seen, clock = Attendant(self.url, seed, code), self.seen, self.clock
        hand_in = rng.uniform(HAND_IN_FROM, HAND_IN_BY)
        try:
            await clock.until(COMES + rng.uniform(0.0, COME_BY))
            await seen.time("a student comes in", student.join)
            await clock.until(COMES + rng.uniform(COME_BY, GUESS_BY))
            # Who comes too late for the guesses is not asked.
            if student.asked:
                seen.hand_in("guess")
                await seen.time("a guess is handed in", student.hand_in_guess)
            drags = rng.randint(1, 4)
            for drag in range(drags):
                await clock.until(GUESSED + (hand_in - GUESSED) * (drag + 1) / (drags + 1))
                await seen.time("h is let go", student.let_go)
            await clock.until(hand_in)
            seen.hand_in("estimate")
            await seen.time("an estimate is handed in", student.hand_in_estimate)
            await clock.until(HAND_IN_BY + rng.uniform(0.0, 0.5))
            # Who hands in later is told at once.
            if student.waits:
                await seen.time("the true h is looked at", student.look)
        # One who fails must not end the class; why is printed.
        except Exception as error:
            seen.errors.append(f"student: {type(error).__name__}: {error}")
        await student.leave()

    async def telephone(self, code: str) -> None:
        """A student with a telephone."""
        page, seen = await self.page(TELEPHONE, "telephone"), self.seen
        await self.clock.until(COMES + 0.2)
        guess = page.get_by_role("button", name="Hand in my guess")

        async def comes() -> None:
            await page.goto(f"{self.url}/room?code={code}")
            await guess.wait_for()

        async def guesses() -> None:
            seen.hand_in("guess")
            await guess.click()
            await page.get_by_role("button", name="Hand in my estimate").wait_for()

        async def hands_in() -> None:
            seen.hand_in("estimate")
            await page.get_by_role("button", name="Hand in my estimate").click()
            await page.get_by_text("Your estimate is in").wait_for()

        async def looks() -> None:
            await page.get_by_role("button", name="Has the true h been shown?").click()
            await page.get_by_text("The true h is").wait_for()

        for minute, what, act, station in (
            (COMES + 0.2, "a telephone comes in", comes, "telephone guess"),
            (COMES + 1.3, "a telephone guesses", guesses, "telephone estimate"),
            (HAND_IN_FROM, "a telephone hands in", hands_in, "telephone handed in"),
            (HAND_IN_BY, "a telephone looks", looks, "telephone true h"),
        ):
            await self.clock.until(minute)
            await seen.time(what, act)
            await asyncio.sleep(1)
            await self.camera.take(page, station, BOTH)


async def drag(screen: Page) -> None:
    """Drag h to the middle of its scale."""
    box = await screen.locator("input.h").bounding_box()
    assert box is not None
    await screen.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    await screen.mouse.down()
    await screen.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=20)
    await screen.mouse.up()


async def rehearse(url: str, options: argparse.Namespace) -> Seen:
    """Hold the class on a server."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        rehearsal = Rehearsal(browser, url, options)
        # What stops the rehearsal is reported with what was seen until then.
        try:
            await rehearsal.run()
        except Exception as error:
            rehearsal.seen.errors.append(f"the rehearsal stopped: {error}")
        await browser.close()
        return rehearsal.seen


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pace", type=between(1, 12), default=1, help="minutes of the plan in one")
    parser.add_argument("--students", type=between(2, 300), default=60)
    parser.add_argument("--from", dest="begin", type=float, default=0.0, help="minute of the plan")
    parser.add_argument("--until", type=float, default=50.0, help="minute of the plan")
    parser.add_argument("--processes", type=between(1, 64), default=1)
    parser.add_argument("--threads", type=between(1, 64), default=1, help="of linear algebra")
    parser.add_argument("--pictures", type=Path, help="where to keep what was seen")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    command = [sys.executable, "-m", "lmm_cli", "app", "--processes", str(options.processes)]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        environment = {
            **os.environ,
            VARIABLE: str(Path(folder) / "rooms"),
            "OPENBLAS_NUM_THREADS": str(options.threads),
        }
        with serving(command, ROOT, environment, log) as server:
            seen = asyncio.run(rehearse(server.url, options))
            log.seek(0)
            seen.errors += [f"server: {line}" for line in log if "Traceback" in line]
            report(seen, server, (before, os.getloadavg()[0]), options)


if __name__ == "__main__":
    main()

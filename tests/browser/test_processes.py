"""Several processes behind nginx: a student stays with one, and loses nothing when it dies."""

import os
import re
import signal
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from lmm_app.room import visit
from lmm_app.room.rooms import Tally
from lmm_app.sources.opened import Simulation
from lmm_cli.command import UsageError
from lmm_cli.serving.nginx import COOKIE
from lmm_cli.serving.places import find_nginx
from tests.app.data.test_page import GOOD
from tests.browser.conftest import TIMEOUT, missing, start_server, until
from tests.browser.test_browser import query, verdict, wait_for
from tests.browser.test_data import drop
from tests.browser.test_saved import save

pytestmark = pytest.mark.browser

# A run of a page sends more messages than this, a socket that opens fewer.
RUN = 5
SLIDER = "input[type=range].h"
# What is uploaded takes seconds at so many bytes a second.
SLOWLY = 30_000
LARGER = {**GOOD, "notes.txt": b"what the mice were fed\n" * 5000}


def words_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")


class Processes:
    """The server, and which of its processes has which name."""

    def __init__(self, server):
        self.server = server
        # nginx writes its words as one.
        (folder,) = re.findall(r" -p (\S+)", " ".join(map(str, map(words_of, server.pids))))
        self.folder = Path(folder)
        told = (self.folder / "nginx.conf").read_text()
        self.ports = {name: port for port, name in re.findall(rf':(\d+)\$" "{COOKIE}=(p\d);', told)}
        self._deaths = 0

    def pid(self, name):
        wanted = f"--server.port={self.ports[name]}"
        (pid,) = [pid for pid in self.server.pages if wanted in words_of(pid)]
        return pid

    def kill(self, name):
        os.kill(self.pid(name), signal.SIGKILL)
        self._deaths += 1

    def all_are_back(self):
        return self.server.log().count("is back") == self._deaths


@pytest.fixture(scope="module")
def processes(browser, tmp_path_factory):
    """Two of them; when they have ended, nothing of them is left."""
    try:
        find_nginx()
    except UsageError as error:
        missing(str(error))
    command = [sys.executable, "-m", "lmm_cli", "app", "--no-browser", "--processes", "2"]
    running = start_server(tmp_path_factory.mktemp("processes"), command)
    found = Processes(next(running))
    yield found
    started = found.server.pids
    running.close()
    assert len(started) == 5
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []
    assert not found.folder.exists()
    told = found.server.log().splitlines()
    assert [line for line in told if re.search(r"Traceback|Warning|ERROR|lmm: nginx", line)] == []


class Student:
    """A browser that knows nothing of the others."""

    def __init__(self, context, url):
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(TIMEOUT)
        self.refused = []
        # Messages through each socket.
        self.heard = []
        self.page.on("websocket", self._listen)
        self.page.on("response", lambda got: self._hear(got.status, got.url))
        self.page.goto(url)

    def _hear(self, status, url):
        # Streamlit itself asks in vain for its health under the address of a page.
        if status >= 400 and "_stcore/h" not in url:
            self.refused.append(url)

    def _listen(self, socket):
        place = len(self.heard)
        self.heard.append(0)

        def count(message):
            self.heard[place] += 1

        socket.on("framereceived", count)

    def comes_back(self):
        """Wait until another process has run the page to its end."""
        until(self.page, lambda: len(self.heard) > 1 and self.heard[-1] > RUN)
        self.page.locator("[data-test-script-state=notRunning]").wait_for()

    @property
    def process(self):
        """The name of the one that the student is with."""
        (name,) = [one["value"] for one in self.context.cookies() if one["name"] == COOKIE]
        return name

    def takes_the_handout(self):
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Handout for students").click()
        assert "<svg" in download.value.path().read_text(encoding="utf-8")

    def fits(self, files):
        drop(self.page, files)
        # The sample that stands there until the files have come can be fitted too.
        self.page.get_by_text("Loaded: y.csv").wait_for()
        self.page.get_by_role("button", name="Fit weight").wait_for()

    def is_well(self):
        assert self.page.get_by_test_id("stException").count() == 0
        assert self.page.get_by_test_id("stAlertContentError").count() == 0


@pytest.fixture
def student(browser, processes):
    """Open a page of the server in a browser of its own."""
    contexts = []

    def open_one(path):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 900}))
        return Student(contexts[-1], processes.server.url + path)

    yield open_one
    for context in contexts:
        context.close()


def test_each_student_stays_with_one(processes, student):
    first = student("/?sample=tiny12")
    first.takes_the_handout()
    second = student("/data?sample=tiny12")
    # They come from one address with one kind of browser.
    other, process = first.process, second.process
    assert process != other
    second.fits(GOOD)
    second.takes_the_handout()
    second.page.reload()
    first.takes_the_handout()
    second.page.get_by_role("button", name="Handout for students").wait_for()
    assert (first.process, second.process) == (other, process)
    for one in (first, second):
        assert one.refused == []
        one.is_well()


def test_one_dies_during_an_upload(processes, student):
    one = student("/data?sample=tiny12&method=ML")
    page = one.page
    page.get_by_role("button", name="Handout for students").wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    link, process = query(page), one.process
    browser = one.context.new_cdp_session(page)
    browser.send("Network.enable")
    network = {"offline": False, "latency": 0, "downloadThroughput": -1}
    browser.send("Network.emulateNetworkConditions", {**network, "uploadThroughput": SLOWLY})
    with page.expect_request("**/_stcore/upload_file/**"):
        drop(page, LARGER)
    processes.kill(process)
    browser.send("Network.emulateNetworkConditions", {**network, "uploadThroughput": -1})
    one.comes_back()
    one.takes_the_handout()
    assert query(page) == link
    one.fits(GOOD)
    one.is_well()
    until(page, processes.all_are_back)


def test_one_dies_while_h_is_dragged(processes, student):
    one = student("/?sample=tiny12&method=ML&h=0.5")
    page = one.page
    slider = page.locator(SLIDER).first
    slider.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    link, process = query(page), one.process
    slider.focus()
    for moves in range(6):
        page.keyboard.press("ArrowRight")
        if moves == 2:
            processes.kill(process)
    one.comes_back()
    one.takes_the_handout()
    # How far h had come by then is a matter of luck.
    assert {**query(page), "h": ""} == {**link, "h": ""}
    before = float(query(page)["h"])
    slider.wait_for()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    until(page, lambda: float(query(page)["h"]) > before)
    one.is_well()
    until(page, processes.all_are_back)


def test_work_that_was_saved_with_one_is_opened_with_the_other(processes, student, tmp_path):
    first = student("/data?sample=tiny12")
    first.fits(GOOD)
    first.page.get_by_role("button", name="Fit weight").click()
    wait_for(first.page, r"^ĥ = .* by REML")
    file, said = save(first.page, tmp_path), verdict(first.page)
    second = student("/?sample=mouse_hs300")
    assert second.process != first.process
    second.page.get_by_role("button", name="Open saved work").click()
    second.page.get_by_role("dialog").locator("input[type=file]").set_input_files(file)
    wait_for(second.page, "Your work is open again, as it was saved")
    assert verdict(second.page) == said
    for one in (first, second):
        one.is_well()


def test_a_room_is_one_for_all_processes_and_outlives_one(processes, student):
    store = visit.store()
    room, key = store.open(Simulation("families", 60, 0.35))
    first, second = (student(f"/room?code={room.code}") for _ in range(2))
    assert first.process != second.process
    press = ("Hand in my guess", "Hand in my estimate")
    for one in (first, second):
        one.page.get_by_role("button", name=press[0]).click()
        one.page.get_by_role("button", name=press[1]).wait_for()
    lecturer = student(f"/room?code={room.code}&key={key}&projector=true")
    lecturer.page.get_by_text("2 students are in, with 2 guesses and no estimates.").wait_for()
    first.page.get_by_role("button", name=press[1]).click()
    lecturer.page.get_by_text("2 guesses and 1 estimate.").wait_for()
    processes.kill(second.process)
    second.comes_back()
    second.page.get_by_role("button", name=press[1]).click()
    lecturer.page.get_by_text("2 guesses and 2 estimates.").wait_for()
    assert Tally.of(store.seats(room.code)) == Tally(2, 2, 2)
    for one in (first, second, lecturer):
        one.is_well()
    store.close(room.code, key)
    until(lecturer.page, processes.all_are_back)


def test_what_runs_the_page_is_refused_and_the_files_are_small(processes):
    url = processes.server.url
    for path in ("script-health-check", "metrics"):
        with pytest.raises(HTTPError, match="403"):
            urllib.request.urlopen(f"{url}/_stcore/{path}")
    page = urllib.request.urlopen(url).read().decode()
    script = re.search(r'static/js/[^"]+\.js', page)[0]
    asking = urllib.request.Request(f"{url}/{script}", headers={"Accept-Encoding": "gzip"})
    answer = urllib.request.urlopen(asking)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "application/javascript"

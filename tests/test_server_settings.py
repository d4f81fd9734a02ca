"""What spares a class the server's time holds for `streamlit run app.py` and for `lmm app`."""

import json
import os
import subprocess
import sys

import pytest
from streamlit import config
from streamlit.watcher.path_watcher import NoOpPathWatcher, get_default_path_watcher_class

from benchmarks.server import running
from benchmarks.student import Student
from lmm_cli.serving.server import server_command
from tests.browser.conftest import THOROUGH
from tests.places import ROOT
from tests.sessions import alone

SPARING = {
    # After a run no one waits for a walk over all objects.
    "runner.postScriptGC": False,
    # Nor for a look through all modules, on the thread that serves everyone.
    "server.fileWatcherType": "none",
    # It costs twice the processor.
    "server.enableWebsocketCompression": False,
    # A class that closes its laptops for half an hour finds its work again.
    "server.disconnectedSessionTTL": 1800,
}
# The ordinary command up to the start of the server, in place of which it says what holds.
COMMAND = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap, cli
names = sys.argv.pop().split(",")
bootstrap.run = lambda *_: print(json.dumps({name: config.get_option(name) for name in names}))
cli.main(prog_name="streamlit")
"""


def settings(folder, *arguments):
    """The options that hold for `streamlit run` with these arguments, started in a folder."""
    # Settings of whoever runs the tests are not what is tested.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    found = subprocess.run(
        [sys.executable, "-c", COMMAND, "run", *arguments, ",".join(SPARING)],
        cwd=folder,
        env={**kept, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(found.stdout.splitlines()[-1])


def test_the_command_spares_the_class():
    assert settings(ROOT, "app.py") == SPARING


def test_from_another_folder_too(tmp_path):
    assert settings(tmp_path, str(ROOT / "app.py")) == SPARING


def test_lmm_app_spares_the_class(tmp_path):
    command = server_command(8600, headless=True)
    arguments = command[command.index("run") + 1 :]
    assert settings(tmp_path, *arguments) == SPARING


def test_who_writes_code_can_have_it_watched():
    watched = settings(ROOT, "app.py", "--server.fileWatcherType", "auto")
    assert watched == SPARING | {"server.fileWatcherType": "auto"}


def test_no_file_is_watched():
    assert config.get_option("server.fileWatcherType") == "none"
    assert get_default_path_watcher_class() is NoOpPathWatcher


# The ordinary command, which tells of what the settings are there to spare.
TELLING = """
import gc
from streamlit.watcher import local_sources_watcher as watcher
from streamlit.web import cli

def telling(what, function):
    def told(*arguments):
        print(what, flush=True)
        return function(*arguments)
    return told

gc.collect = telling("FULL COLLECTION", gc.collect)
watcher.get_module_paths = telling("MODULE LOOKED AT", watcher.get_module_paths)
cli.main(prog_name="streamlit")
"""


async def lesson(url, *, whole):
    """A student opens the page, clicks, loses the network, comes back, and clicks."""
    student = Student(url, seed=1)
    await student.open()
    if whole:
        await student.let_go()
        await student.come_back()
        await student.other_likelihood()
    await student.leave()


@pytest.mark.parametrize(
    ("options", "told"),
    # What is seen where it is not spared costs a third of a minute: one of the two, or both.
    [
        ([], set()),
        (["--runner.postScriptGC=true"], {"FULL COLLECTION"}),
        *([(["--server.fileWatcherType=poll"], {"MODULE LOOKED AT"})] if THOROUGH else []),
    ],
)
def test_no_run_makes_others_wait(tmp_path, options, told):
    log = tmp_path / "log"
    with (
        log.open("w") as file,
        running(
            ROOT / "app.py", program=["-c", TELLING], options=options, threads=1, log=file
        ) as server,
    ):
        alone(lesson(server.url, whole=not told))
    lines = set(log.read_text().splitlines())
    assert lines & {"FULL COLLECTION", "MODULE LOOKED AT"} == told

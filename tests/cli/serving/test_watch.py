"""A server that dies or hangs is started again, and at the end none is left."""

import os
import signal
import sys
import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from lmm_cli.serving import health, watch
from lmm_cli.serving.places import free_ports
from lmm_cli.serving.watch import Kept

# A server that says it is well, and writes its number and what it was asked into a file.
SERVER = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
port, log = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
print("start", os.getpid(), file=log)
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        if "script" in self.path:
            print("warmed", os.getpid(), file=log)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(watch, "HUNG_AFTER", 0.5)
    monkeypatch.setattr(watch, "BEAT", 0.05)
    monkeypatch.setattr(watch, "ANSWER", 0.2)
    monkeypatch.setattr(watch, "PAUSE", 0.1)
    monkeypatch.setattr(watch, "FAREWELL", 2.0)


@contextmanager
def kept(command, port):
    said, ending = [], Event()
    url = f"http://127.0.0.1:{port}"
    server = Kept("process 1", command, {**os.environ}, health.address(url), said.append, ending)
    thread = Thread(target=server.keep)
    thread.start()
    try:
        yield server, said
    finally:
        ending.set()
        thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def one(tmp_path):
    """A server that is kept, what was said of it, and the lines that it wrote."""
    (port,) = free_ports(1)
    log = tmp_path / "log"
    log.touch()
    command = [sys.executable, "-c", SERVER, str(port), str(log)]

    def lines(kind):
        return [int(line.split()[1]) for line in log.read_text().splitlines() if kind in line]

    with kept(command, port) as (server, said):
        assert server.ready.wait(10)
        yield lines, said
    assert not any(alive(pid) for pid in lines("start"))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_it_is_warm_when_it_is_ready(one):
    lines, said = one
    assert lines("warmed") == lines("start")
    assert said == []


def test_one_that_dies_is_started_again_and_warmed(one):
    lines, said = one
    os.kill(lines("start")[0], signal.SIGKILL)
    wait_until(lambda: len(lines("warmed")) == 2)
    wait_until(lambda: len(said) == 2)
    assert said == ["process 1 ended by signal 9; it is started again.", "process 1 is back."]
    assert len(set(lines("start"))) == 2


def test_one_that_hangs_is_ended_and_started_again(one):
    lines, said = one
    first = lines("start")[0]
    os.kill(first, signal.SIGSTOP)
    wait_until(lambda: len(lines("warmed")) == 2)
    assert said[0] == "process 1 has not answered for 0 s; it is started again."
    assert not alive(first)


def test_one_that_is_slow_for_a_moment_is_left_alone(one):
    lines, said = one
    (first,) = lines("start")
    os.kill(first, signal.SIGSTOP)
    time.sleep(0.3)
    os.kill(first, signal.SIGCONT)
    time.sleep(0.5)
    assert lines("start") == [first]
    assert said == []


def test_one_that_never_comes_up_ends_all_with_its_code():
    (port,) = free_ports(1)
    with kept([sys.executable, "-c", "raise SystemExit(7)"], port) as (server, said):
        assert server.ending.wait(10)
    assert server.code == 7
    assert said == ["process 1 ended with exit code 7 before it had answered."]


def test_one_that_will_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "FAREWELL", 0.2)
    mark = tmp_path / "deaf"
    deaf = f"""
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({str(mark)!r}).touch()
time.sleep(60)
"""
    process = watch.start([sys.executable, "-c", deaf])
    wait_until(mark.exists)
    watch.stop(process)
    assert process.returncode == -signal.SIGKILL

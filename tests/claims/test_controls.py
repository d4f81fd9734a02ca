"""Each mistake on purpose is seen by the test of a claim, which passes without it.

All of them run once, in a process of its own: `python -m tests.claims.controls`.
"""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from tests.claims.controls import Control, controls
from tests.places import ROOT

# What an assertion raises, and a `pytest.raises` that was not met.
SEEN = {"AssertionError", "Failed"}


@cache
def outcomes():
    """What became of each control, and last of all tests without any."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.claims.controls"],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in made.stdout.splitlines()]


def test_there_are_more_than_twenty_and_all_are_different():
    assert len({(one.file, one.old, one.new) for one in controls()}) == len(controls()) > 20


@pytest.mark.parametrize("index", range(len(controls())), ids=[one.says for one in controls()])
def test_a_mistake_is_seen(index):
    found = outcomes()[index]
    assert found["code"] == pytest.ExitCode.TESTS_FAILED, found["printed"]
    assert set(found["raised"]) <= SEEN, found["printed"]


def test_without_a_mistake_all_pass():
    assert len(outcomes()) == len(controls()) + 1
    assert outcomes()[-1]["code"] == pytest.ExitCode.OK, outcomes()[-1]["printed"]


@pytest.mark.parametrize("control", controls(), ids=[one.says for one in controls()])
def test_the_line_of_a_mistake_is_there(control):
    assert control.wrong() != (ROOT / control.file).read_text("utf-8")


def test_a_line_that_has_gone_is_said():
    control = Control("it is wrong", "lmm_core/fit.py", "no such line", "", "")
    with pytest.raises(ValueError, match="say anew how “it is wrong”"):
        control.wrong()

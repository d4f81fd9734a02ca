"""The mice are GPL-3.0-or-later, and whatever ships them says so; what is ours does not."""

import json
import zipfile
from io import BytesIO

import numpy as np
import pytest

from lmm_app.fit.view import build_view
from lmm_app.handout.page import handout
from lmm_app.lessons.steps import Scene
from lmm_app.paper.archive import archive
from lmm_app.paper.results import results
from lmm_app.sources.opened import SAMPLES, Lesson, Sample, open_source
from lmm_core import decompose
from tests.places import SAMPLES as FOLDER

SPDX = "GPL-3.0-or-later"


def fitted(source):
    opened = open_source(source)
    dataset = opened.dataset
    problem = dataset.problem(dataset.traits.columns[0], ())
    return opened, build_view(problem, decompose(problem.K))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_of_mice_has_the_licence(name):
    licence = open_source(Sample(name)).licence
    assert (SPDX in licence) == (name not in ("tiny12", "gryphons"))
    assert ("CC-BY-4.0" in licence) == (name == "gryphons")


def test_what_is_taken_away_of_the_gryphons_gives_credit():
    opened, shown = fitted(Sample("gryphons"))
    with zipfile.ZipFile(BytesIO(archive(opened, shown, "REML"))) as packed:
        readme = packed.read("README.txt").decode()
        assert "Wilson et al. 2010" in readme
        assert "CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/" in readme
        assert "COPYING" not in packed.namelist()


def test_what_is_taken_away_of_the_mice_says_so():
    opened, shown = fitted(Sample("mouse_hs300"))
    with zipfile.ZipFile(BytesIO(archive(opened, shown, "REML"))) as packed:
        assert SPDX in packed.read("README.txt").decode()
        assert packed.read("COPYING") == (FOLDER / "GPL-3.0.txt").read_bytes()
    assert SPDX in json.loads(results(opened, shown, "REML"))["data"]["licence"]
    n = shown.problem.n
    assert SPDX in handout(opened, Scene(shown, "REML"), np.arange(n), shown.problem.K)


def test_what_is_made_up_has_no_licence_of_the_mice():
    opened, shown = fitted(Lesson("unrelated", 1))
    with zipfile.ZipFile(BytesIO(archive(opened, shown, "REML"))) as packed:
        assert SPDX not in packed.read("README.txt").decode()
        assert "COPYING" not in packed.namelist()
    assert json.loads(results(opened, shown, "REML"))["data"]["licence"] is None

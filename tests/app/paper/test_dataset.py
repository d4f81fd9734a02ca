"""A simulated dataset to keep: files that are the dataset, and nothing of its truth."""

import io
import zipfile

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from lmm_app.paper.archive import dataset_archive
from lmm_app.sources.opened import Lesson, Sample, Simulation, open_source
from lmm_data.preparation.preparing import prepare
from tests.app_helpers import open_app
from tests.links import hidden_words

LOOK = "Take away"


@pytest.fixture
def offered(monkeypatch):
    """What makes each file that the page offers, by the file's name."""
    files = {}
    inner = MediaFileManager.add_deferred

    def add(self, make, mimetype, coordinates, file_name=None, **more):
        files[file_name] = make
        return inner(self, make, mimetype, coordinates, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", add)
    return files


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def assert_same(one, two):
    assert one.ids == two.ids
    assert one.kinship_fingerprint == two.kinship_fingerprint
    for a, b in ((one.traits, two.traits), (one.covariates, two.covariates)):
        assert a.columns == b.columns
        assert a.values.tobytes() == b.values.tobytes()


@pytest.mark.parametrize(
    "source", [Simulation("families", n=24, seed=4), Lesson("two_hills"), Sample("tiny12")]
)
def test_the_archive_is_the_dataset_whether_unpacked_or_not(source):
    data = open_source(source).dataset
    content = dataset_archive(data)
    files = members(content)
    assert set(files) - {"covar.csv"} == {"pheno.csv", "kinship.csv"}
    assert_same(data, prepare(files).dataset)
    assert_same(data, prepare({"dataset.zip": content}).dataset)
    assert dataset_archive(data) == content


def test_a_simulation_can_be_had_as_files(offered):
    app = open_app(data="simulate", population="families", n="20", seed="7", look=LOOK)
    assert app.get_by_key("look").value == LOOK
    data = open_source(Simulation("families", n=20, seed=7)).dataset
    assert_same(data, prepare(members(offered["dataset-seed-7.zip"]())).dataset)


def test_a_hidden_truth_is_not_in_the_files_or_their_name(offered):
    open_app(**hidden_words(Simulation(n=40, h2=0.37)), look=LOOK)
    files = members(offered["dataset-student-7.zip"]())
    assert set(files) == {"pheno.csv", "kinship.csv", "covar.csv"}


def test_what_came_as_files_is_not_offered_again(offered):
    open_app(sample="tiny12", look=LOOK)
    assert not [name for name in offered if name.startswith("dataset")]

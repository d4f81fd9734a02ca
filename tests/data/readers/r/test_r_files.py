"""Files that R wrote: what is in them, by its own numbers, and what is no data."""

import gzip
import lzma

import numpy as np
import pytest

from lmm_data.readers import content as content_of
from lmm_data.readers.containers import ObjectOf
from lmm_data.readers.corrections import Correction
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.r import matrices, parsing
from lmm_data.readers.r.compact import as_text
from lmm_data.readers.rqtl2.founderprob import founder_probabilities
from lmm_data.readers.rqtl2.genoprob import probability_kinship
from lmm_data.readers.sorting import sort_files
from tests.places import WRITTEN
from tests.r_bytes import HEAD, HOSTILE, NIL, ints, listed, matrix, text, workspace
from tests.rqtl2_files import F2

FILES = {path.name: path.read_bytes() for path in (WRITTEN / "r").iterdir()}
IDS = tuple(f"m{k}" for k in range(1, 7))


def outcomes(name, content=None):
    return read_sorted(sort_files({name: FILES[name] if content is None else content}))


def only(name, content=None):
    (outcome,) = outcomes(name, content)
    return outcome


FRAME = {
    "weight": ("20.5", "21.25", "NA", "19", "23.75", "100000"),
    "count": ("1", "NA", "3", "4", "5", "6"),
    "sex": ("f", "m", "NA", "m", "f", "f"),
    "size": ("S", "L", "M", "S", "L", "M"),
    "born": (*("2024-02-28", "2024-02-29"), *(f"2024-03-0{k}" for k in range(1, 5))),
    "seen": tuple(f"2024-03-01 12:30:0{k}" for k in range(6)),
    "live": ("TRUE", "FALSE", "NA", "TRUE", "TRUE", "FALSE"),
    "name": ("a,b", 'q"q', "NA", "Zoë", "", "#x"),
}


@pytest.mark.parametrize(
    "name", [*(n for n in FILES if n.startswith("frame") and "ascii" not in n), "tibble.rds"]
)
def test_a_data_frame_however_it_is_saved(name):
    outcome = only(name)
    table = outcome.reading.table
    assert outcome.ids == IDS
    assert dict(zip(table.columns, table.entries, strict=True)) == FRAME
    assert outcome.format.startswith("a tibble of R" if "tibble" in name else "a data frame of R")


def test_objects_of_a_workspace_are_files_and_what_is_no_data_is_none():
    for name in ("workspace.RData", "workspace.rda"):
        pheno, kinship = outcomes(name)
        assert (pheno.name, kinship.name) == (f"{name}/pheno", f"{name}/K")
        assert pheno.unpacked
        assert kinship.reading.kinship.ids == IDS


def test_one_object_can_be_named():
    workspace = FILES["workspace.RData"]
    named = only("w.RData/K", ObjectOf(workspace, "K"))
    assert (named.name, named.unpacked) == ("w.RData/K", False)
    assert named.reading.kinship.ids == IDS
    assert "choose from “pheno”, “K”" in only("w.RData/x", ObjectOf(workspace, "x")).error


def test_row_names_that_count_are_no_ids():
    outcome = only("numbered.rds")
    assert outcome.ids == tuple(str(100000 + k) for k in range(1, 7))
    assert outcome.reading.table.columns == ("weight",)


def test_whole_numbers_as_names_are_written_out():
    assert only("deferred.rds").ids[-1] == "100000"


MATRICES = ["dgCMatrix", "dsCMatrix", "dsTMatrix", "ddiMatrix", "dsyMatrix", "dspMatrix"]


@pytest.mark.parametrize("kind", MATRICES)
def test_matrices_of_the_package_matrix(kind):
    kinship = only(f"{kind}.rds").reading.kinship
    right = only("K.rds").reading.kinship.values
    if kind == "ddiMatrix":
        right = np.eye(6)
    elif "C" in kind or "T" in kind:
        right = np.eye(6)
        right[0, 1] = right[1, 0] = 0.5
    np.testing.assert_array_equal(kinship.values, right)
    assert kinship.ids == (None if kind == "ddiMatrix" else IDS)


def test_pcrelate_is_doubled_and_has_its_diagonal():
    outcome = only("pcrelate.rds")
    right = only("K.rds").reading.kinship.values
    np.testing.assert_allclose(outcome.reading.kinship.values, right, atol=1e-15)
    assert "it is doubled" in outcome.reading.notes[0]


def test_a_cross_of_r_is_that_of_its_files():
    one, other = only("cross2.rds").reading, read_sorted(sort_files(F2))[0].reading
    np.testing.assert_array_equal(one.kinship.values, other.kinship.values)
    assert one.kinship.scale == other.kinship.scale == 2.0
    np.testing.assert_array_equal(one.genotypes.counts, other.genotypes.counts)
    np.testing.assert_array_equal(one.table.numbers().values, other.table.numbers().values)
    assert one.covariates.entries == other.covariates.entries


def test_a_cross_of_many_founders_keeps_them_and_their_generations():
    reading = only("outbred.rds").reading
    # The rules by which make.R filled it.
    i, a, k = np.arange(5)[:, np.newaxis], np.arange(8)[:, np.newaxis], np.arange(6)
    codes, founders = (i * k + i + k) % 4, 1 + 2 * ((a // (1 + k % 3) + k) % 2)
    made = [
        founder_probabilities(
            codes[:, place],
            9.0 * k[place],
            "do",
            founders[:, place],
            [(4,), (4,), (7,), (7,), (4,)],
            is_x=is_x,
            female=[True, False, True, False, True],
            step_cm=1.0,
            error_prob=0.002,
        )
        for place, is_x in ((slice(3), False), (slice(3, 6), True))
    ]
    np.testing.assert_allclose(reading.kinship.values, probability_kinship(made), atol=1e-14)
    assert reading.kinship.scale == 2.0


def test_a_list_by_chromosome_is_read_if_it_is_without_each():
    reading = only("loco.rds").reading
    assert [name for name, _ in reading.loco] == ["1", "2", "X"]
    assert "without the chromosome" in reading.notes[0]
    assert {kinship.scale for _, kinship in reading.loco} == {2.0}
    assert "of each chromosome alone" in only("each.rds").error


REFUSED = {
    "frame_ascii.rds": "text (ascii = TRUE)",
    "probabilities.rds": "saveRDS(calc_kinship(probs)",
    "lm.rds": "of class “lm”",
    "sequence.rds": "a vector without names",
    "dist.rds": "distances are no kinship",
    "array.rds": "an array of 3 dimensions",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_data_is_named(name):
    assert REFUSED[name] in only(name).error


def test_a_cross_of_rqtl_is_named_with_the_way_on():
    marks = matrix(np.eye(2), ("a", "b"))
    cross = listed({"geno": marks, "pheno": marks}, "f2", "cross")
    outcome = only("mice.RData", workspace({"hyper": cross}))
    assert "a cross of R/qtl must be written by R/qtl itself" in outcome.error
    assert "write it by write.cross in the format csv, and give that file" in outcome.error
    assert only("mice.rds", HEAD + cross).error.startswith("mice.rds: a cross of R/qtl")


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_lies_is_refused(kind):
    content, words = HOSTILE[kind]
    outcome = only("x.rds", content)
    assert words in outcome.error
    assert outcome.error.startswith("x.rds: ")


def test_what_fills_a_memory_is_refused(monkeypatch):
    monkeypatch.setattr(content_of, "HARMLESS", 1 << 20)
    monkeypatch.setattr(parsing, "HARMLESS", 1 << 20)
    bomb = HEAD + ints(14, 1 << 18) + bytes(1 << 21)
    for packed in (gzip.compress(bomb, 1), lzma.compress(bomb, preset=0)):
        assert "may unpack to 200 times its size" in only("x.rds", packed).error
    monkeypatch.setattr(parsing, "MOST_OBJECTS", 50)
    words = HEAD + ints(16, 60) + b"".join(text(b"%d" % k) for k in range(60))
    assert "may hold 50 objects" in only("x.rds", words).error
    monkeypatch.setattr(parsing, "MOST_ENTRIES", 50)
    assert "may hold 50 entries" in only("x.rds", HEAD + ints(19, 60) + NIL * 60).error


def test_damaged_packing_is_said():
    for name in ("frame.rds", "frame_xz.rds"):
        assert "damaged or cut off" in only(name, FILES[name][:-40]).error


def test_numbers_as_r_writes_them_in_words():
    right = {1e5: "1e+05", 123456.0: "123456", 0.1 + 0.2: "0.3", 1 / 3: "0.333333333333333"}
    right |= {-1e-5: "-1e-05", 1e15: "1e+15", 0.0001: "1e-04", 0.0: "0"}
    assert {number: as_text(number) for number in right} == right


def test_the_limits_are_those_of_the_documentation():
    assert (parsing.MOST_BYTES, parsing.MOST_OBJECTS) == (320 << 20, 300_000)
    assert matrices.MOST_CELLS == 6000**2


@pytest.mark.parametrize("name", ["frame.rds", "workspace.RData/pheno"])
def test_an_entry_of_a_data_frame_can_be_corrected(name):
    file = name.partition("/")[0]
    right = Correction(name, 3, 2, "weight of m2", "21.25", "22.5")
    found = read_sorted(sort_files({file: FILES[file]}, [right]))[0]
    assert found.reading.table.column("weight")[1] == "22.5"
    wrong = right._replace(was="21")
    found = read_sorted(sort_files({file: FILES[file]}, [wrong]))[0]
    assert "was “21” and is “21.25”" in found.error

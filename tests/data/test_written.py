"""What is written is read back: the same dataset, bit for bit, whatever its names and numbers."""

import csv
import io
import json

import numpy as np
import pytest

from lmm_data.dataset import align
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.readers.text.delimited import read_delimited
from lmm_data.tables import Table
from lmm_data.written import csv_text, dataset_files, numbers_csv, strict_json

# Ids as people and programs give them.
IDS = {
    "plain": ("m1", "m2", "m3", "m4"),
    "numbers": ("1", "2", "3", "4"),
    "leading zeros": ("001", "1", "0010", "10"),
    "like formulas": ("=1+2", "-5", "+x", "@x"),
    "punctuation": ("a,b", 'say "hi"', "c;d", "it's"),
    "other scripts": ("Zoë", "雌", "мышь", "ñ"),
    "spaces": ("mouse 1", "mouse 2", "mouse 3", "mouse 4"),
    "R’s names": ("V1", "V2", "V3", "V4"),
    "words": ("NA", "id", "nan", "-"),
    "decimals": ("1.5", "2.5", "3.5", "1e3"),
    "comments": ("#1", "#2", "a#", "#"),
}


def dataset(ids, *, traits=("weight", "length"), covariates=("sex", "age"), seed=1):
    rng = np.random.default_rng(seed)
    n = len(ids)
    Z = rng.standard_normal((n, 2 * n))
    y = rng.standard_normal((n, len(traits))) * 10.0 ** rng.integers(-300, 300, (n, len(traits)))
    y[0, 0], y[1, 0], y[2, 0] = -0.0, 5e-324, 0.1 + 0.2
    y[-1, -1] = np.nan
    X = rng.standard_normal((n, len(covariates))) / 3
    if covariates:
        X[:, 0] = np.arange(n) % 2
        X[0, -1] = np.nan
    return align(
        "made",
        Table("y", ids, traits, y),
        Table("K", ids, ids, Z @ Z.T / 3),
        Table("X", ids, covariates, X) if covariates else None,
    )


def assert_same(one, two):
    assert one.ids == two.ids
    assert one.kinship_fingerprint == two.kinship_fingerprint
    assert one.kinship.tobytes() == two.kinship.tobytes()
    for a, b in ((one.traits, two.traits), (one.covariates, two.covariates)):
        assert a.columns == b.columns
        assert a.values.tobytes() == b.values.tobytes()


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_the_plain_readers_give_the_same_dataset(ids):
    made = dataset(ids)
    files = dataset_files(made)
    assert list(files) == ["pheno.csv", "kinship.csv", "covar.csv"]
    covariates = read_table(files["covar.csv"])
    back = align(
        "b", read_table(files["pheno.csv"]), read_kinship(files["kinship.csv"]), covariates
    )
    assert_same(made, back)


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_the_readers_of_any_dialect_give_the_same_dataset(ids):
    made = dataset(ids)
    files = dataset_files(made)
    K = read_kinship_text(files["kinship.csv"]).kinship
    back = align(
        "back",
        read_delimited(files["pheno.csv"]).table.numbers(),
        Table("kinship.csv", K.ids, K.ids, K.values),
        read_delimited(files["covar.csv"]).table.numbers(),
    )
    assert_same(made, back)


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
@pytest.mark.parametrize("covariates", [("sex", "age"), ()], ids=["with", "without"])
def test_prepared_from_the_files_alone_it_is_the_same_dataset(ids, covariates):
    made = dataset(ids, covariates=covariates)
    prepared = prepare(dataset_files(made))
    assert prepared.problem == ""
    assert_same(made, prepared.dataset)


def test_without_covariates_there_is_no_file_of_them():
    assert list(dataset_files(dataset(IDS["plain"], covariates=()))) == ["pheno.csv", "kinship.csv"]


@pytest.mark.parametrize("name", ["=1+2", "-5", "a,b", "id", "1", "two words", "Zoë", "#1", "NA"])
def test_columns_keep_their_names(name):
    made = dataset(IDS["plain"], traits=(name, "other"), covariates=(name,))
    assert_same(made, prepare(dataset_files(made)).dataset)


def test_a_thousand_random_numbers_keep_their_last_bit():
    bits = np.random.default_rng(5).integers(0, 2**63, 2000, dtype=np.uint64)
    values = bits.view(np.float64)
    values = values[np.isfinite(values)][:1000, np.newaxis]
    ids = tuple(f"i{k}" for k in range(1000))
    text = numbers_csv(ids, ("x",), values).encode()
    assert read_table(text).values.tobytes() == values.tobytes()
    assert read_delimited(text).table.numbers().values.tobytes() == values.tobytes()


def test_spreadsheets_compute_nothing():
    text = csv_text(["id", "=cmd"], [("@x", 1.5), ("-5", np.nan), ("a", -2.0)])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["id", "\t=cmd"], ["\t@x", "1.5"], ["\t-5", "NA"], ["a", "-2.0"]]


def test_json_has_its_own_types_alone():
    value = {
        "a": np.array([1.0, np.nan]),
        "b": (np.float64(2.5), float("-inf"), np.int64(3), np.bool_(True)),
        "c": [{"d": None, "e": "x"}],
    }
    text = json.dumps(strict_json(value), allow_nan=False)
    expected = {"a": [1.0, None], "b": [2.5, None, 3, True], "c": [{"d": None, "e": "x"}]}
    assert json.loads(text) == expected

import io
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.kinship.numpy_files import read_numpy
from tests.reading import called

K = np.array([[1.0, 0.25, 0.5], [0.25, 1.0, 0.0], [0.5, 0.0, 1.25]])


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz(save=np.savez, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def header(text, version=1, payload=b""):
    size = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode() + payload


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4", "<f2"])
def test_every_float_in_every_order(dtype, order):
    made = read_numpy(called("K.npy", npy(np.array(K, dtype=dtype, order=order))))
    np.testing.assert_array_equal(made.kinship.values, K)
    assert not made.kinship.values.flags.writeable
    assert made.format.startswith("npy, float")
    assert made.notes == (
        "K.npy is read without ids: they must come from another file, in the same order",
    )


def test_fortran_order_is_not_transposed():
    odd = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    assert read_numpy(npy(odd)).kinship.values.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("dtype", ["i1", "u1", "<i2", ">u2", "<i4", ">i8", "<u8", "?"])
def test_whole_numbers(dtype):
    made = read_numpy(npy(np.eye(3, dtype=dtype)))
    np.testing.assert_array_equal(made.kinship.values, np.eye(3))


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format(version):
    file = io.BytesIO()
    np.lib.format.write_array(file, K, version=version)
    np.testing.assert_array_equal(read_numpy(file.getvalue()).kinship.values, K)


@pytest.mark.filterwarnings("ignore:Reading `.npy`:UserWarning")
def test_what_other_writers_put_into_the_header():
    payload = K.tobytes()
    for text in (
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 3L)}",
        "{'descr':'<f8','fortran_order':False,'shape':(3,3),}\n",
        "{'descr': '=f8', 'fortran_order': False, 'shape': (3, 3, ), }   \n",
    ):
        made = read_numpy(header(text, payload=payload))
        np.testing.assert_array_equal(made.kinship.values, K)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("label", ["K", "k", "kinship", "Kinship", "grm", "GRM"])
@pytest.mark.parametrize("ids", ["ids", "samples"])
def test_npz(save, label, ids):
    names = np.array(["a", "001", "Ä 3"])
    other = np.zeros((2, 2))
    made = read_numpy(called("mice.npz", npz(save, **{label: K, ids: names, "pcs": other})))
    assert made.kinship.ids == ("a", "001", "Ä 3")
    assert made.notes == ()
    np.testing.assert_array_equal(made.kinship.values, K)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (np.array([1, 2, 30]), ("1", "2", "30")),
        (np.array([b"a", b"bc", b"d"]), ("a", "bc", "d")),
        (np.array(["a ", "b", "c"], dtype=">U4"), ("a", "b", "c")),
    ],
)
def test_ids_of_other_types(ids, expected):
    assert read_numpy(npz(K=K, ids=ids)).kinship.ids == expected


def test_the_only_square_is_taken():
    made = read_numpy(called("x.npz", npz(relatedness=K, pcs=np.zeros((3, 2)), ids=np.arange(3))))
    assert made.notes == ("the array “relatedness” of x.npz is taken for the kinship",)
    assert made.kinship.ids == ("0", "1", "2")


def test_missing_entries_are_noted():
    made = read_numpy(npy(np.array([[1.0, np.nan], [0.0, 1.0]])))
    assert np.isnan(made.kinship.values[0, 1])
    assert made.notes[0] == (
        "1 of the 4 entries of the array are missing, the first that of row 1, column 2"
    )


SHAPE = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"^K: the file must begin as NumPy’s arrays do: it begins with nothing; save the"),
        (b"1,2\n", r"it begins with 31 2c 32 0a; save the matrix with np\.save or np\.savez$"),
        (npy(K)[:20], r"must begin as NumPy’s arrays do: it begins with 93 4e 55 4d"),
        (pickle.dumps(K), r"^K: the file must begin as NumPy’s arrays do: it begins with 80 04"),
        (
            npy(K)[:-1],
            r"^K: the array must be as long as it declares: \(3, 3\) of 8 bytes each are 72 bytes, "
            r"and 71 follow; fetch or save it again$",
        ),
        (npy(K) * 2, r"are 72 bytes, and 272 follow"),
        (
            header(SHAPE % "11586, 11586"),
            r"\(11586, 11586\) of 8 bytes each are 1,073,883,168 byte",
        ),
        (
            header(SHAPE % "4294967296, 4294967296"),
            r"are 147,573,952,589,676,412,928 bytes, and 0 fol",
        ),
        (
            header(SHAPE % "-3, -3", payload=K.tobytes()),
            r"^K: the file must begin as NumPy’s arrays do: .* “.*'shape': \(-3, -3\)",
        ),
        (header(SHAPE % ("9" * 5000)), r"begin as NumPy’s arrays do: .* 'shape': \(9+”; save the"),
        (
            header(SHAPE % "3.0, 3.0", payload=K.tobytes()),
            r"must begin as .* 'shape': \(3\.0, 3\.0\)",
        ),
        (header(SHAPE % "1,1,1" + " " * 20_000), r"must begin as NumPy’s arrays do"),
        (header("__import__('os').system('true')"), r"must begin as NumPy’s arrays do"),
        (header("{'descr': " + " " * 9900), r"must begin as NumPy’s arrays do"),
        (header("{'descr':" + " ," * 4900), r"must begin as NumPy’s arrays do"),
        (header(SHAPE[:-4] % "3, 3" + ")" + " " * 9800), r"must begin as NumPy’s arrays do"),
        (header("-" * 9000 + "1"), r"must begin as NumPy’s arrays do"),
        (header("[" * 4500 + "]" * 4500), r"must begin as NumPy’s arrays do"),
        (header("(" * 9000), r"must begin as NumPy’s arrays do"),
        (header(SHAPE % "3, 3", 4, K.tobytes()), r"must begin as NumPy’s arrays do"),
        (
            npy(np.array([[None]]), allow_pickle=True),
            r"^K: the array must hold plain numbers: its type is “\|O”, and records and Python "
            r"objects are never loaded; save it with K\.astype\(float\)$",
        ),
        (npy(np.zeros((2, 2), [("a", "f8")])), r"its type is \[\(“a”, “<f8”\)\], and records"),
        (npy(np.zeros((2, 2), "V8")), r"its type is “\|V8”, and records"),
        (
            npy(K.astype(complex)),
            r"^K: a kinship must be real numbers of at most 8 bytes: the array holds complex "
            r"numbers; save it with K\.astype\(float\)$",
        ),
        (npy(K.astype("<f8").astype("g")), r"at most 8 bytes: the array holds the type f16; save"),
        (npy(np.array([["a"]])), r"the array holds text"),
        (npy(np.zeros((2, 2), "M8[s]")), r"must hold plain numbers: its type is “<M8\[s\]”"),
        (
            npy(K[:2]),
            r"^K: a kinship must be square: the array has the shape \(2, 3\); save the matrix of "
            r"individuals by individuals alone$",
        ),
        (npy(K[0]), r"has the shape \(3,\)"),
        (npy(K[None]), r"has the shape \(1, 3, 3\)"),
        (npy(np.float64(1)), r"has the shape \(\)"),
        (npy(np.zeros((0, 0))), r"has the shape \(0, 0\)"),
        (npy(np.array([[1, np.inf], [0, 1]])), r"must be finite: row 1, column 2 is inf; make the"),
        (
            npz(pcs=K[:2], y=K[0]),
            r"^K: one array must be the kinship, called K, kinship or grm: there is “pcs”, “y”; "
            r"save it with np\.savez\(file, K=K, ids=ids\)$",
        ),
        (npz(K=K, grm=K), r"called K, kinship or grm: there is “K”, “grm”"),
        (npz(one=K, two=K), r"called K, kinship or grm: there is “one”, “two”"),
        (npz(K=K[:2]), r"^K, array “K”: a kinship must be square"),
        (
            npz(K=K, ids=np.array(["a", "b"])),
            r"^K, array “ids”: the ids must be text, one for each of the 3 individuals: the array "
            r"holds text in the shape \(2,\); save them as np\.array\(ids, dtype=str\)$",
        ),
        (npz(K=K, ids=np.zeros(3)), r"the array holds the type f8 in the shape \(3,\)"),
        (
            npz(K=K, ids=np.array(["a", 1, None], dtype=object)),
            r"^K, array “ids”: the array must hold",
        ),
        (
            npz(K=K, ids=np.array(["a", "b", "a"])),
            r"^K, array “ids”: each individual must have its own id: "
            r"“a” more than once; rename or leave out$",
        ),
        (npz(K=K, ids=np.array([b"\xff", b"b", b"a"])), r"the ids must be text: byte 0 of one is"),
        (npz(K=K, ids=np.array(["", "b", "a"])), r"must have its own id: “” is empty; rename"),
        (npz(K=K)[:-30], r"^K: the file must be a zip archive: .*; pack the files as \.zip"),
        (b"PK\x03\x04", r"^K: the file must be a zip archive: File is not a zip file"),
    ],
)
def test_refuses(data, message):
    with pytest.raises(DataError, match=message):
        read_numpy(called("K", data))


def test_code_points_that_do_not_exist_are_refused():
    raw = header("{'descr': '<U1', 'fortran_order': False, 'shape': (3,), }", payload=b"\xff" * 12)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("K.npy", npy(K))
        archive.writestr("ids.npy", raw)
    with pytest.raises(DataError, match=r"^the array, array “ids”: the ids must be text"):
        read_numpy(file.getvalue())


def test_ids_of_a_type_that_does_not_exist_are_refused():
    raw = header("{'descr': '<i3', 'fortran_order': False, 'shape': (3,), }", payload=bytes(9))
    file = io.BytesIO(npz(K=K))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("ids.npy", raw)
    with pytest.raises(DataError, match=r"array “ids”: the file must begin as .* “{'descr': '<i3'"):
        read_numpy(file.getvalue())


def test_nothing_is_unpickled():
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was loaded",))

    trapped = np.array([[Trap()]], dtype=object)
    for data in (npy(trapped, allow_pickle=True), npz(K=trapped), npz(K=K, ids=trapped[0])):
        with pytest.raises(DataError, match="never loaded"):
            read_numpy(data)


@pytest.mark.parametrize("shape", ["11000, 11000", "100000000, 100000000", "1, 121000000"])
def test_no_memory_is_taken_for_what_is_only_declared(shape):
    data = header(SHAPE % shape, payload=bytes(72))
    tracemalloc.start()
    with pytest.raises(DataError, match="and 72 follow"):
        read_numpy(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_small_numbers_that_would_grow_beyond_the_cap(monkeypatch):
    monkeypatch.setattr("lmm_data.readers.genotypes.plink_tables.MAX_BYTES", 8 * 99 * 99)
    with pytest.raises(DataError, match=r"^the array: an array of at most 0 MB is made of a file"):
        read_numpy(npy(np.zeros((100, 100), dtype="i1")))

"""Kinships in the files of other systems."""

import io
import struct

import numpy as np

from tests.bad_inputs import (
    IDS,
    Case,
    K,
    N,
    kinship,
    toy,
    toy_pheno,
)
from tests.places import FORMATS


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def declared(shape, dtype="<f8"):
    """An array's header with hardly anything below it."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(64)


BINARIES = {
    "a GRM cut off": Case(
        {**toy_pheno(), **toy("toy.grm.id"), "toy.grm.bin": toy("toy.grm.bin")["toy.grm.bin"][:-4]},
        refused={
            "toy": "toy.grm.bin: a GRM of n individuals must have n(n + 1)/2 entries: "
            "n = 13 makes 364 bytes, there are 360; use the GRM and the file "
            "of ids of one run"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a GRM and its counts exchanged": Case(
        {
            **toy_pheno(),
            **toy("toy.grm.id"),
            "toy.grm.bin": toy("toy.grm.N.bin")["toy.grm.N.bin"],
        },
        refused={
            "toy": "toy.grm.bin: relationships must be around 0 and 1: these are "
            "whole numbers from 151, as the numbers of markers in a .grm.N.bin "
            "are; use the .grm.bin"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "counts of another GRM": Case(
        {
            **toy_pheno(),
            **toy("toy.grm.id", "toy.grm.bin"),
            "toy.grm.N.bin": toy("gap.grm.N.bin")["gap.grm.N.bin"],
        },
        refused={
            "toy": "toy.grm.N.bin: there must be as many numbers of markers as "
            "entries of toy.grm.bin, 364 bytes: it has 40; use the files of "
            "one run"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a GRM without its ids": Case(
        {**toy_pheno(), **toy("toy.grm.bin")},
        notes=(
            "toy.grm.bin is read without ids: they must come from another file, in the same order",
            "a binary GRM is toy.grm.bin and toy.grm.id: toy.grm.id is missing; add it",
        ),
        problem="individuals must have ids, because files are joined by id: there "
        "are none in toy.grm.bin; put them into the first column, or, if "
        "its rows are in the same order as those of pheno.csv, say so",
        codes=("ids_by_position", "kinship_indefinite", "phenotype_small"),
    ),
    "the ids of a GRM alone": Case(
        {**toy_pheno(), **toy("toy.grm.id")},
        refused={
            "toy.grm.id": "a binary GRM is toy.grm.bin and toy.grm.id: toy.grm.bin is "
            "missing; add it"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a GRM": Case(
        {**toy_pheno(), **toy("toy.grm.bin", "toy.grm.id", "toy.grm.N.bin")},
        codes=("kinship_indefinite", "phenotype_small"),
    ),
    "KING’s coefficients": Case(
        {
            **toy_pheno(),
            **toy("toy.king.id"),
            "toy.king": (FORMATS / "toy.square.king").read_bytes(),
        },
        notes=(
            "KING’s numbers are coefficients of kinship, half of a "
            "relationship: doubled, they are one",
            "KING estimates each pair by itself: the coefficient is negative "
            "for 43 of 78 pairs, and the matrix need not be positive "
            "semi-definite",
        ),
        codes=("phenotype_small",),
    ),
    "an array": Case(
        kinship(npy(K), "K.npy"),
        notes=("K.npy is read without ids: they must come from another file, in the same order",),
        problem="individuals must have ids, because files are joined by id: there "
        "are none in K.npy; put them into the first column, or, if its "
        "rows are in the same order as those of pheno.csv, say so",
        codes=("ids_by_position",),
    ),
    "an array with ids": Case(kinship(npz(K=K, ids=np.array(IDS)), "K.npz"), same=True),
    "an array of columns": Case(
        kinship(npz(K=np.asfortranarray(K), ids=np.array(IDS)), "K.npz"), same=True
    ),
    "an array of objects": Case(
        kinship(npy(K.astype(object), allow_pickle=True), "K.npy"),
        refused={
            "K.npy": "K.npy: the array must hold plain numbers: its type is “|O”, and "
            "records and Python objects are never loaded; save it with "
            "K.astype(float)"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array of complex numbers": Case(
        kinship(npy(K.astype(complex)), "K.npy"),
        refused={
            "K.npy": "K.npy: a kinship must be real numbers of at most 8 bytes: the "
            "array holds complex numbers; save it with K.astype(float)"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array that is not square": Case(
        kinship(npy(K[:, :9]), "K.npy"),
        refused={
            "K.npy": "K.npy: a kinship must be square: the array has the shape (60, 9); "
            "save the matrix of individuals by individuals alone"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array of one line": Case(
        kinship(npy(K.ravel()), "K.npy"),
        refused={
            "K.npy": "K.npy: a kinship must be square: the array has the shape (3600,); "
            "save the matrix of individuals by individuals alone"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array cut off": Case(
        kinship(npy(K)[:-8], "K.npy"),
        refused={
            "K.npy": "K.npy: the array must be as long as it declares: (60, 60) of 8 "
            "bytes each are 28,800 bytes, and 28,792 follow; fetch or save it "
            "again"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array said to have a gigabyte": Case(
        kinship(declared("(11585, 11585)"), "K.npy"),
        refused={
            "K.npy": "K.npy: the array must be as long as it declares: (11585, 11585) "
            "of 8 bytes each are 1,073,697,800 bytes, and 64 follow; fetch or "
            "save it again"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array said to have 10^35 bytes": Case(
        kinship(declared(f"({10**17}, {10**17})"), "K.npy"),
        refused={
            "K.npy": "K.npy: the array must be as long as it declares: "
            "(100000000000000000, 100000000000000000) of 8 bytes each are "
            "80,000,000,000,000,000,000,000,000,000,000,000 bytes, and 64 "
            "follow; fetch or save it again"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "several arrays": Case(
        kinship(npz(first=K, second=K), "K.npz"),
        refused={
            "K.npz": "K.npz: one array must be the kinship, called K, kinship or grm: "
            "there is “first”, “second”; save it with np.savez(file, K=K, "
            "ids=ids)"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an array with ids twice": Case(
        kinship(npz(K=K, ids=np.array([IDS[0]] * N)), "K.npz"),
        refused={
            "K.npz": "K.npz, array “ids”: each individual must have its own id: “m01” "
            "more than once; rename or leave out"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
}

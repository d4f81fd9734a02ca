"""Damaged files of other systems: a reading or a DataError, and no memory to speak of.

`LMM_FUZZ=50 pytest tests/data/readers/test_systems_fuzz.py` tries fifty times as many.
"""

import io
import tracemalloc
import zlib

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.dispatch import READERS
from lmm_data.readers.genotypes.gemma import (
    read_bimbam_annotation,
    read_bimbam_table,
    read_gemma_kinship,
)
from lmm_data.readers.genotypes.plink import read_plink_files
from lmm_data.readers.genotypes.plink_tables import read_plink_table
from lmm_data.readers.kinship.gcta import read_grm_bin, read_grm_gz
from lmm_data.readers.kinship.numpy_files import read_numpy
from lmm_data.readers.kinship.pair_tables import read_kin0
from lmm_data.readers.kinship.plink2 import (
    read_king,
    read_king_bin,
    read_rel,
    read_rel_bin,
)
from lmm_data.readers.reading import Reading
from tests.damage import TIMES, damaged
from tests.places import FORMATS

CASES = 400 * TIMES
# The files have some kilobytes; a count or a size that is believed would take more.
MEMORY = 16 << 20

K = np.eye(5)
IDS = np.array(["a", "b", "c", "d", "e"])


def saved(save, *arrays, **named):
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def real(*names):
    return [(FORMATS / name).read_bytes() for name in names]


TARGETS = {
    "grm.bin": (read_grm_bin, real("toy.grm.bin", "toy.grm.id", "toy.grm.N.bin")),
    "grm.bin alone": (read_grm_bin, real("gap.grm.bin")),
    "grm.gz": (read_grm_gz, real("toy.grm.gz", "toy.grm.id")),
    "grm": (read_grm_gz, real("toy.plink2.grm", "toy.plink2.grm.id")),
    "grm alone": (read_grm_gz, real("toy.plink2.grm")),
    "rel": (read_rel, real("toy.square.rel", "toy.rel.id")),
    "rel triangle": (read_rel, real("toy.triangle.rel")),
    "rel.gz": (read_rel, real("toy.rel.gz", "toy.rel.id")),
    "rel.bin": (read_rel_bin, real("toy.square.rel.bin", "toy.rel.id")),
    "king": (read_king, real("toy.triangle.king", "toy.king.id")),
    "king.bin": (read_king_bin, real("toy.triangle.king.bin", "toy.king.id")),
    "kin0": (read_kin0, real("toy.kin0")),
    "cXX": (read_gemma_kinship, real("toy.cXX.txt")),
    "bimbam": (READERS["bimbam"].read, real("toy.geno.txt.gz", "toy.anno.txt")),
    "bimbam plain": (READERS["bimbam"].read, [b"s1, A, G, 0, 1, NA, 2\ns2, A, G, 0.5, 1, 1, 2\n"]),
    "bimbam table": (read_bimbam_table, real("toy.gemma.txt")),
    "annotation": (read_bimbam_annotation, real("toy.anno.txt")),
    "pheno": (read_plink_table, real("toy.pheno.txt")),
    "cov": (read_plink_table, real("toy.plink2.cov")),
    "bed": (read_plink_files, real("toy.bed", "toy.bim", "toy.glucose.fam")),
    "npy": (read_numpy, [saved(np.save, K)]),
    "npy >f4": (read_numpy, [saved(np.save, np.asfortranarray(K, dtype=">f4"))]),
    "npz": (read_numpy, [saved(np.savez, K=K, ids=IDS)]),
    "npz deflated": (read_numpy, [saved(np.savez_compressed, relatedness=K, ids=IDS)]),
}


def message(read, files) -> str | None:
    """What the reader says if it refuses, or None if it reads; anything else is a failure."""
    try:
        assert isinstance(read(*files), Reading)
    except DataError as error:
        return str(error)
    return None


@pytest.mark.parametrize("target", TARGETS)
def test_only_a_reading_or_a_data_error(target):
    read, files = TARGETS[target]
    assert message(read, files) is None
    rng = np.random.default_rng(zlib.crc32(target.encode()))
    tracemalloc.start()
    try:
        for _ in range(max(1, CASES // len(TARGETS))):
            hit = int(rng.integers(len(files)))
            broken = [damaged(data, rng) if k == hit else data for k, data in enumerate(files)]
            said = message(read, broken)
            # zipfile quotes what it finds, however long.
            assert said is None or 20 < len(said) < 700 or "archive is damaged" in said
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("target", TARGETS)
def test_files_in_the_wrong_place(target):
    """The first file of every reader given to every other one, as its first and as its second."""
    read, files = TARGETS[target]
    for _, (other, *_) in TARGETS.values():
        message(read, [other, *files[1:]])
        if len(files) > 1:
            message(read, [files[0], other, *files[2:]])

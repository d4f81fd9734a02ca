"""The same genotypes as plink1.9, plink2, bcftools and R write them: one matrix, one fit."""

from pathlib import Path

import numpy as np
import pytest

from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from tests.bad_inputs import toy

FOLDER = Path(__file__).parents[3] / "reference" / "genotypes"
READ = {
    "toy.plink1.vcf.gz": "VCF, copies of the ALT allele from GT",
    "toy.families.vcf.gz": "VCF, copies of the ALT allele from GT",
    "toy.plink2.vcf.gz": "VCF, copies of the ALT allele from GT",
    "toy.bcftools.vcf.gz": "VCF, copies of the ALT allele from GT",
    "toy.ds.vcf.gz": "VCF, copies of the ALT allele from DS",
    "toy.raw": "PLINK’s .raw, counts of the allele after _ in each column’s name",
    "toy.ad.raw": "PLINK’s .raw, counts of the allele after _ in each column’s name",
    "toy.alt.raw": "PLINK’s .raw, counts of the allele after _ in each column’s name",
    "toy.plink2.raw": "PLINK’s .raw, counts of the allele after _ in each column’s name",
    "toy.plink2.ad.raw": "PLINK’s .raw, counts of the allele after _ in each column’s name",
    "toy.traw": "PLINK’s .traw, counts of the allele in COUNTED",
    "toy.plink2.traw": "PLINK’s .traw, counts of the allele in COUNTED",
    "toy.ped toy.map": "PLINK’s .ped and .map, counts of the rarer allele",
    "toy.12.ped toy.12.map": "PLINK’s .ped and .map, counts of the rarer allele",
    "toy.compound.ped toy.compound.map": "PLINK’s .ped and .map, counts of the rarer allele",
    "toy.tped toy.tfam": "PLINK’s .tped and .tfam, counts of the rarer allele",
    "toy.hmp.txt": "HapMap’s genotypes, counts of the rarer allele",
    "toy.single.hmp.txt": "HapMap’s genotypes, counts of the rarer allele",
    "toy.counts.csv": "genotypes in text, a row an individual, counts of an allele",
    "toy.counts.markers.txt": "genotypes in text, a row a marker, counts of an allele",
    "toy.signed.txt": "genotypes in text, a row an individual, counts of an allele",
    "toy.pairs.csv": "genotypes in text, a row an individual, copies of G",
    "toy.single.txt": "genotypes in text, a row an individual, copies of G",
    "toy.slashed.markers.txt": "genotypes in text, a row a marker, copies of G",
}
FAMILIES = ("toy.families.vcf.gz", "toy.traw", "toy.plink2.traw")
BED = toy("toy.bed", "toy.bim", "toy.fam")
PHENO = {"pheno.csv": toy("toy.pheno.txt")["toy.pheno.txt"]}


def contents(names):
    return {name: (FOLDER / name).read_bytes() for name in names.split()}


def prepared(files, **choices):
    made = prepare({**PHENO, **files}, Choices(**choices))
    made.require_dataset()
    return made


def genotypes_of(made):
    return next(
        o.reading.genotypes for o in made.outcomes if o.reading and o.reading.genotypes is not None
    )


TRUTH = prepared(BED)
TABLE = genotypes_of(TRUTH)
VARIES = np.nanstd(TABLE.dosages(), axis=0) > 0


@pytest.mark.parametrize("names", READ)
def test_one_matrix_and_one_fit(names):
    files = contents(names)
    made = prepared(files, spelling="front" if names in FAMILIES else "")
    outcome = next(o for o in made.outcomes if o.group.files[0] == names.split()[0])
    assert outcome.format == READ[names]
    table = genotypes_of(made)
    ids = tuple(label.split("_")[-1] for label in table.ids)
    assert ids == TABLE.ids
    # VCF has no ALT allele where nothing varies, and such a line is no variant.
    at = [TABLE.markers.index(marker) for marker in table.markers]
    there = VARIES if "VCF" in outcome.format else np.ones(TABLE.m, dtype=bool)
    np.testing.assert_array_equal(at, np.flatnonzero(there))
    counts, truth = table.dosages(), TABLE.dosages()[:, at]
    assert table.counts.dtype == np.int8
    same = np.array([_same(a, b) for a, b in zip(counts.T, truth.T, strict=True)])
    other = np.array([_same(2 - a, b) for a, b in zip(counts.T, truth.T, strict=True)])
    assert (same | other).all()
    if table.allele1 and ".12." not in names:
        # The allele that is counted is the one that it is said to be.
        agrees = np.array(table.allele1) == np.array(TABLE.allele1)[at]
        sure = VARIES[at] & (same != other)
        assert (agrees == same)[sure].all()
    np.testing.assert_allclose(made.dataset.kinship, TRUTH.dataset.kinship, rtol=1e-12, atol=1e-13)
    if set(table.chromosome) != {"0"}:
        assert table.chromosome == tuple(np.array(TABLE.chromosome)[at])
        np.testing.assert_array_equal(table.position, TABLE.position[at])


def _same(one, two):
    return np.array_equal(one, two, equal_nan=True)


def test_one_allele_counts_as_two_copies():
    names = ("sex.bed", "sex.bim", "sex.fam", "sex.vcf")
    files = {name: (FOLDER / name).read_bytes() for name in names}
    bed, vcf = read_sorted(sort_files(files))
    counts, truth = vcf.reading.genotypes.dosages(), bed.reading.genotypes.dosages()
    assert vcf.reading.genotypes.chromosome == ("1", "1", "X", "Y", "MT")
    for j in range(5):
        assert _same(counts[:, j], truth[:, j]) or _same(2 - counts[:, j], truth[:, j])
    assert any("count as two copies of it, as in PLINK" in note for note in vcf.reading.notes)


REFUSED = {
    "toy.bcf": "bcftools view -O z -o toy.vcf.gz toy.bcf",
    "toy.bgen": "plink2 --bgen toy.bgen ref-first --export A-transpose --out toy",
    "toy.pgen": "plink2 --pfile toy --export A-transpose --out toy",
    "toy.pvar": "plink2 --pfile X --export A-transpose --out X",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_named_with_its_command(name):
    (outcome,) = read_sorted(sort_files(contents(name)))
    assert outcome.reading is None
    assert REFUSED[name] in outcome.error

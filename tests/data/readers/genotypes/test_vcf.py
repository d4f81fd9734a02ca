"""VCF: every kind of call and line, and what is refused."""

import gzip

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes import collected, lines
from lmm_data.readers.genotypes.vcf import read_vcf

HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
NAN = np.nan


def vcf(*rows, ids="a b c"):
    """A VCF of variants, each a word of ALT alleles, FORMAT and entries."""
    text = HEAD + "\t".join(ids.split()) + "\n"
    for k, row in enumerate(rows):
        place, alts, fields, *entries = row.split()
        chromosome, _, passed = place.partition("/")
        text += "\t".join([chromosome, str(10 * k + 5), f"v{k}", "A", alts, ".", passed or "PASS"])
        text += "\t".join(["", ".", fields, *entries]) + "\n"
    return text.encode()


def counts(*rows, **options):
    return read_vcf(vcf(*rows), **options).genotypes.dosages().T


def bgzipped(content, size=97):
    """As bgzip packs, in many members."""
    return b"".join(
        gzip.compress(content[k : k + size], mtime=0) for k in range(0, len(content), size)
    )


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("GT 0/0 0/1 1/1", (0, 1, 2)),
        ("GT 0|0 1|0 1|1", (0, 1, 2)),
        ("GT ./. .|1 0/.", (NAN, NAN, NAN)),
        ("GT 0 1 .", (0, 2, NAN)),
        ("GT 0/1 1 .", (1, 2, NAN)),
        ("GT:DP 0/1:7 ./. 1:3", (1, NAN, 2)),
        ("GT:DP:AD 1|1:7:3,4 .:.:. 0/1:3:0,0", (2, NAN, 1)),
        ("GT:DS 0/1:0.9 ./.:. 0/1:.", (0.9, NAN, 1)),
        ("DS 0 1.25 .", (0, 1.25, NAN)),
        ("DS:GT 0.1:0|0 0.9:1 2:1|1", (0.1, 1.8, 2)),
        ("GP 1,0,0 0.1,0.2,0.7 .", (0, 1.6, NAN)),
        ("GT:GP 0/0:0.5,0.5,0 0/1:0,1,0 1/1:0,0,1", (0, 1, 2)),
        ("DP:GT 5:0/1 6:1/1 7:0/0", (1, 2, 0)),
    ],
)
def test_what_an_entry_counts(entries, expected):
    (found,) = counts(f"1 G {entries}")
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_calls_may_be_read_beside_dosages():
    row = "1 G GT:DS 0/1:0.9 0/0:0.2 1/1:1.8"
    np.testing.assert_array_equal(counts(row, calls=True), [[1, 0, 2]])
    made = read_vcf(vcf(row))
    assert made.format == "VCF, copies of the ALT allele from DS"
    calls = read_vcf(vcf(row), calls=True)
    assert calls.format == "VCF, copies of the ALT allele from GT"
    assert calls.genotypes.counts.dtype == np.int8


def test_each_alternative_is_a_marker():
    made = read_vcf(vcf("1 G,T GT 0/1 1/2 2/2", "1 G,*,<NON_REF> GT 0/1 2/3 1/1"))
    table = made.genotypes
    assert table.markers == ("v0:G", "v0:T", "v1:G")
    assert table.allele1 == ("G", "T", "G")
    np.testing.assert_array_equal(table.dosages().T, [[1, 1, 0], [0, 1, 2], [1, 0, 2]])
    assert made.notes == (
        "2 variants of the genotypes with several ALT alleles: each of these is a marker, "
        "“v0”, “v1”",
    )


def test_structural_variants_count_as_any_other():
    table = read_vcf(vcf("chr2 <DEL> GT 0/1 1/1 0/0", "X G]17:1] GT 0 1/1 0/0")).genotypes
    np.testing.assert_array_equal(table.dosages().T, [[1, 2, 0], [0, 2, 0]])
    assert table.chromosome == ("chr2", "X")
    assert table.allele1 == ("<DEL>", "G]17:1]")


def test_what_was_met_is_said():
    made = read_vcf(
        vcf("1/q10 G GT 0/0 0/1 1/1", "1 . GT 0/0 0/0 0/0", "X C GT 0 1 0/1", "X C GT 0 0/0 1")
    )
    assert made.notes == (
        "1 variant of the genotypes did not pass a filter and is kept, “v0”: to leave them out, "
        "bcftools view -f PASS,.",
        "1 line of the genotypes without a variant is left out",
        "calls of one allele, on chromosome “X” of the genotypes, count as two copies of it, as "
        "in PLINK",
    )
    text = vcf("1 G GT 0/0 0/1 1/1").replace(b"\tv0\t", b"\t.\t")
    again = read_vcf(text + text.splitlines()[-1] + b"\n")
    assert again.genotypes.markers == ("1:5", "1:5")
    assert "1 variant of the genotypes stand there a second time, and count again" in again.notes


@pytest.mark.parametrize(
    "pack", [gzip.compress, bgzipped, lambda text: text.replace(b"\n", b"\r\n")]
)
def test_however_it_is_packed(pack, monkeypatch):
    monkeypatch.setattr(lines, "PIECE", 64)
    text = vcf(*("1 G GT 0/0 0/1 1/1", "2 G GT:DP 0/1:1 ./.:0 1/1:22") * 40)
    made = read_vcf(pack(text)).genotypes
    np.testing.assert_array_equal(made.dosages(), read_vcf(text).genotypes.dosages())
    assert made.m == 80


def test_many_at_once_are_as_one_by_one():
    rng = np.random.default_rng(7)
    calls = np.array(["0/0", "0|1", "1/1", "./.", ".", "1", "0"])
    rows = [
        f"1 G GT{more} " + " ".join(f"{c}{more and ':9'}" for c in rng.choice(calls, 3))
        for more in ("", ":DP")
        for _ in range(60)
    ]
    together = counts(*rows)
    np.testing.assert_array_equal(together, [counts(row)[0] for row in rows])


REFUSED = {
    "1 G GT 0/0 0/1": "line 3 has 11 columns",
    "1 G GT 0/0 0/1 1/1 0/0": "line 3 has 13 columns",
    "1 G GT 0/0 0/1 0/2": "has 1 ALT allele and a call of allele 2",
    "1 G GT 0/0 0/1 0/0/1": "a call must be of one or two alleles",
    "1 G GT 0/0 0/1 x": "a call must be numbers of alleles",
    "1 G GT 0/0 0/1 0-1": "a call must be numbers of alleles",
    "1 G DS 0 1 2.4": "a dosage must be from 0 to 2",
    "1 G DS 0 1 nan": "a dosage must be from 0 to 2",
    "1 G DS 0 1 1,2": "DS must have a number for each ALT allele",
    "1 G GP 0,1,0 0,1,0 0,1,1": "the probabilities GP must sum to 1",
    "1 G PL 0,1,2 0,3,4 0,5,6": "genotypes must be given as calls (GT)",
}


@pytest.mark.parametrize("row", REFUSED)
def test_what_cannot_be_read_stops(row):
    with pytest.raises(DataError, match="line 3") as caught:
        read_vcf(vcf(row))
    assert REFUSED[row] in str(caught.value)


def test_hostile_files_are_refused(monkeypatch):
    with pytest.raises(DataError, match="there are none"):
        read_vcf(
            b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tG\t.\t.\t.\n"
        )
    with pytest.raises(DataError, match="a variant may have 100 ALT alleles"):
        read_vcf(vcf(f"1 {','.join(['G'] * 3000)} GT 0/0 0/1 1/1"))
    monkeypatch.setattr("lmm_data.readers.genotypes.vcf.MAX_SAMPLES", 2)
    with pytest.raises(DataError, match="the header names 3"):
        read_vcf(vcf("1 G GT 0/0 0/1 1/1"))
    monkeypatch.undo()
    monkeypatch.setattr(lines, "PIECE", 1 << 10)
    monkeypatch.setattr(lines, "MAX_LINE", 1 << 12)
    with pytest.raises(DataError, match="one has more"):
        read_vcf(gzip.compress(vcf("1 G GT 0/0 0/1 1/1") + b"0" * (1 << 16)))
    monkeypatch.setattr(collected, "MAX_COUNTS", 100)
    with pytest.raises(DataError, match="leave out individuals or markers"):
        read_vcf(vcf(*["1 G GT 0/0 0/1 1/1"] * 50))
    monkeypatch.setattr(lines, "HARMLESS", 1 << 11)
    with pytest.raises(DataError, match="may unpack to 200 times its size"):
        read_vcf(gzip.compress(b"##\n" * 40000))
    monkeypatch.setattr(lines, "MAX_UNPACKED", 1 << 11)
    with pytest.raises(DataError, match="unpacked"):
        read_vcf(gzip.compress(b"##\n" * 4000))


def test_a_file_cut_off_is_damaged():
    whole = gzip.compress(vcf(*["1 G GT 0/0 0/1 1/1"] * 50))
    with pytest.raises(DataError, match="damaged or cut off"):
        read_vcf(whole[:-20])


def test_the_room_is_what_the_documentation_says():
    assert collected.MAX_COUNTS == 256 << 20
    table, fractions = (
        read_vcf(vcf(f"1 G DS 0 1 {last}")).genotypes.counts.itemsize for last in ("2", "0.5")
    )
    assert (table, fractions) == (1, 4)

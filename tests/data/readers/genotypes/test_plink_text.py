"""PLINK's genotypes as text, and HapMap's: what is read beside the genotypes, and what stops."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.hapmap import read_hapmap
from lmm_data.readers.genotypes.plink_text import read_ped, read_tped
from lmm_data.readers.genotypes.recoded import read_raw, read_traw

PED = b"F a 0 0 1 2.5 A A A G 0 0\nF b 0 0 2 -9 A G G G T T\nG c 0 0 0 1.5 A G A 0 T C\n"
MAP = b"1 m1 0.5 100\nX m2 0 200\n0 m3 0 0\n"
NAN = np.nan
HAPMAP = (
    "rs#\talleles\tchrom\tpos\tstrand\tassembly#\tcenter\tprotLSID\tassayLSID\tpanelLSID\tQCcode"
    "\ta\tb\tc\n"
)
ABOUT = "+\tNA\tNA\tNA\tNA\tNA\tNA"


def test_ped_with_its_phenotypes_and_sex():
    made = read_ped(PED, MAP)
    np.testing.assert_array_equal(made.genotypes.dosages(), [[0, 1, NAN], [1, 0, 0], [1, NAN, 1]])
    table = made.genotypes
    assert (table.allele1, table.allele0) == (("G", "A", "C"), ("A", "G", "T"))
    assert (table.chromosome, table.markers) == (("1", "X", "0"), ("m1", "m2", "m3"))
    np.testing.assert_array_equal(table.position, [100, 200, NAN])
    assert made.table.entries == (("2.5", "-9", "1.5"),)
    assert "-9" in made.table.missing
    assert made.covariates.entries == (("1", "0", "NA"),)


def test_a_negative_position_leaves_a_marker_out_as_in_plink():
    made = read_ped(PED, MAP.replace(b"200", b"-200"))
    assert made.genotypes.markers == ("m1", "m3")
    assert any("1 marker of the map with a negative position" in note for note in made.notes)


def test_tped_is_the_same():
    tped = b"1 m1 0.5 100 A A A G A G\nX m2 0 200 A G G G A 0\n0 m3 0 0 0 0 T T T C\n"
    tfam = b"".join(b" ".join(line.split()[:6]) + b"\n" for line in PED.splitlines())
    one, other = read_ped(PED, MAP), read_tped(tped, tfam)
    np.testing.assert_array_equal(one.genotypes.dosages(), other.genotypes.dosages())
    assert one.genotypes.allele1 == other.genotypes.allele1
    assert one.table.entries == other.table.entries


def test_additive_columns_of_ad_are_used_alone():
    raw = b"FID IID PAT MAT SEX PHENOTYPE r_1_A r_1_HET r2_G(/T)\n"
    raw += b"1 a 0 0 1 3 0 0 NA\n1 b 0 0 2 4 1 1 1.5\n"
    made = read_raw(raw)
    assert (made.genotypes.markers, made.genotypes.allele1) == (("r_1", "r2"), ("A", "G"))
    assert made.genotypes.allele0 == ("NA", "T")
    np.testing.assert_array_equal(made.genotypes.dosages(), [[0, NAN], [1, 1.5]])
    assert "the columns “r_1_HET” of the genotypes are not used" in made.notes


def test_families_before_the_ids_of_traw():
    traw = b"CHR\tSNP\t(C)M\tPOS\tCOUNTED\tALT\t0_a\tb_b\n1\tm\t0\t5\tA\tG\t0\t2\n"
    made = read_traw(traw)
    assert [c.ids for c in made.candidates] == [("0_a", "b_b"), ("a", "b")]
    assert made.genotypes.position_cm.tolist() == pytest.approx([NAN], nan_ok=True)


def test_hapmap_with_an_insertion_and_three_alleles():
    rows = [f"m1\tA/G\t1\t5\t{ABOUT}\tA\tR\tN", f"m2\t+/-\t2\t7\t{ABOUT}\t++\t0\t-"]
    rows += [f"m3\tA/C/G\t2\t9\t{ABOUT}\tAA\tCC\tGG", f"m4\tC/T\t3\t1\t{ABOUT}\tCT\tNN\tTT"]
    made = read_hapmap((HAPMAP + "\n".join(rows)).encode())
    assert made.genotypes.markers == ("m1", "m2", "m4")
    np.testing.assert_array_equal(made.genotypes.dosages().T, [[0, 1, NAN], [0, 1, 2], [1, NAN, 0]])
    assert made.notes == ("1 marker of the genotypes with more than two alleles is left out: “m3”",)


REFUSED = {
    "ped, a column too few": (
        read_ped,
        (PED.replace(b" T C", b" T"), MAP),
        "line 3 has 11 columns",
    ),
    "ped, other markers": (read_ped, (PED, MAP + b"1 m4 0 5\n"), "two alleles for each of the 4"),
    "map, no number": (read_ped, (PED, MAP.replace(b"200", b"two")), "line 2 has “two”"),
    "map, of other columns": (read_ped, (PED, b"1 m 0 5 A G\n"), "a map must have the columns"),
    "ped, not one allele a letter": (read_ped, (b"F a 0 0 1 2 AAA\n", b"1 m 0 5\n"), "“AAA”"),
    "raw, another header": (read_raw, (b"FID IID y\n1 a 2\n",), "it is FID IID y"),
    "raw, a word": (
        read_raw,
        (b"FID IID PAT MAT SEX PHENOTYPE m_A\n1 a 0 0 1 3 x\n",),
        "line 2 has “x”",
    ),
    "raw, three copies": (
        read_raw,
        (b"FID IID PAT MAT SEX PHENOTYPE m_A\n1 a 0 0 1 3 3\n",),
        "counts must be from 0 to 2",
    ),
    "raw, nobody": (read_raw, (b"FID IID PAT MAT SEX PHENOTYPE m_A\n",), "followed by lines"),
    "traw, cut off": (
        read_traw,
        (b"CHR SNP (C)M POS COUNTED ALT a b\n1 m 0 5 A G 1\n",),
        "line 2 has 7",
    ),
    "hapmap, another header": (read_hapmap, (b"rs# alleles chrom pos\n",), "the header must be"),
    "hapmap, a word": (
        read_hapmap,
        ((HAPMAP + f"m1\tA/G\t1\t5\t{ABOUT}\tA\tcat\tN\n").encode(),),
        "there is “cat”",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_stops(name):
    read, files, words = REFUSED[name]
    with pytest.raises(DataError) as caught:
        read(*files)
    assert words in str(caught.value)

"""Tables whose header says what each column is: TASSEL's, Oxford's and PLINK 2's."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.recognition import recognise
from lmm_data.readers.text.declared import read_psam, read_sample, read_tassel_traits
from tests.places import FORMATS
from tests.uploads import square

NEW = b"<Phenotype>\ntaxa\tdata\tcovariate\tfactor\nTaxa\tw\tq\tloc\n"
OLD = b"<Trait>\tw\tx\na\t7.5\t-999\nb\t5\t1\n"
SAMPLE = b"ID_1 ID_2 missing sex q w\n0 0 0 D C P\nF a 0 1 .5 2.5\nF b 0 2 .25 NA\n"
PSAM = (
    b"#FID\tIID\tPAT\tMAT\tSEX\tw\tcc\nF\ta\t0\t0\t1\t-9\t1\n"
    b"F\tb\t0\t0\t2\t3\t0\nF\tc\t0\t0\t0\t4\t2\n"
)


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("y.txt", NEW + b"a\t1\t.5\tN\n", "tassel-phenotypes"),
        ("y.txt", OLD, "tassel-phenotypes"),
        ("y.txt", b"<Covariate>\n<Trait>\tq\na\t.5\nb\t.25\n", "tassel-phenotypes"),
        ("y.sample", SAMPLE, "sample"),
        ("y.txt", SAMPLE, "sample"),
        ("y.psam", PSAM, "psam"),
        ("y.psam", b"#IID\tSEX\na\t1\nb\t2\n", "psam"),
        # These only look alike.
        ("k.txt", b"id1 id2 r\na a 1\nb a 0.5\nb b 1\n", "kinship"),
        ("y.csv", b"id,w\nD,1\nC,2\n", "table"),
    ],
)
def test_they_are_recognised(name, content, reader):
    found = recognise(name, content)
    assert found.reader == reader
    assert reader in ("kinship", "table") or found.why == "its header says so"


def test_a_factor_of_numbers_is_a_category():
    rows = b"".join(b"%c\t%d.5\t.%d\t%d\n" % (97 + k, k * k, k, k % 3) for k in range(4))
    dataset = prepare({"y.txt": NEW + rows, "K.csv": square()}).require_dataset()
    assert dataset.traits.columns == ("w",)
    assert dataset.covariates.columns == ("q", "loc=1", "loc=2")
    assert dataset.terms.covariates == ("q", "loc=1", "loc=2")


def test_the_older_form_has_its_own_code_for_missing():
    table = read_tassel_traits(OLD).table
    np.testing.assert_array_equal(table.parsed("x"), [np.nan, 1])
    assert "−999 is missing, as the format has it" in read_tassel_traits(OLD).notes
    several = read_tassel_traits(
        b"<Trait>\tw\tw\n<Header name=env>\tA\tB\na\t1\t2\nb\t3\t4\n"
    ).table
    assert several.columns == ("w_A", "w_B")


def test_all_covariates_that_oxford_declares():
    reading = read_sample(SAMPLE)
    assert (reading.table.ids, reading.table.columns) == (("a", "b"), ("w",))
    assert reading.covariates.columns == ("sex", "q")
    assert reading.covariates.categories == {"sex"}


def test_plinks_codes():
    reading = read_psam(PSAM)
    np.testing.assert_array_equal(reading.table.parsed("w"), [np.nan, 3, 4])
    np.testing.assert_array_equal(reading.table.parsed("cc"), [1, np.nan, 2])
    np.testing.assert_array_equal(reading.covariates.parsed("sex"), [1, 0, np.nan])


@pytest.mark.parametrize(("read", "ending"), [(read_psam, "psam"), (read_sample, "sample")])
def test_as_plink_writes_them(read, ending):
    written = (FORMATS / f"toy.glucose.{ending}").read_bytes()
    fam = [line.split() for line in (FORMATS / "toy.glucose.fam").read_text().splitlines()]
    table = read(written).table
    assert len(table.ids) == len(fam)
    right = [np.nan if row[5] == "-9" else float(row[5]) for row in fam]
    np.testing.assert_allclose(table.parsed(table.columns[0]), right, rtol=1e-6)


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        (
            read_tassel_traits,
            NEW.replace(b"factor", b"colour") + b"a\t1\t1\t1\n",
            "it says “colour”",
        ),
        (read_tassel_traits, NEW + b"a\t1\t1\n", "row 1, “a”, has 3, and there are 4 names"),
        (read_tassel_traits, NEW, "there are 4 names, 4 kinds and 0 rows"),
        (read_sample, SAMPLE.replace(b".25 NA", b".25"), "row 2, “F”, has 5"),
        (read_psam, b"#SID SEX\na 1\nb 2\n", "must have a column IID"),
    ],
)
def test_what_cannot_be_is_refused(read, content, said):
    with pytest.raises(DataError, match=said):
        read(content)

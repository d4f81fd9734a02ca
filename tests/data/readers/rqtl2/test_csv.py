"""R/qtl's own csv, csvr and csvs: the same cross as in R/qtl2's form."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.recognition import recognise
from lmm_data.readers.rqtl2.cross import read_rqtl2
from lmm_data.readers.rqtl2.csv import read_rqtl_csv
from tests.rqtl2_files import F2

CODES = {"SS": "A", "SB": "H", "BB": "B", "S-": "D", "B-": "C", "-": "-", "NA": "NA"}


def table(name):
    lines = [line for line in F2[name].decode().splitlines() if not line.startswith("#")]
    return [line.split(",") for line in lines]


def rows():
    """The cross of tests/reference/rqtl2/f2 as R/qtl's write.cross lays it out."""
    genotypes = {row[0]: row[1:] for row in table("cross_geno.csv")}
    traits = {row[0]: row[1:] for row in table("cross_pheno.csv")}
    people = {row[0]: row[1:] for row in table("cross_covar.csv")}
    places = {row[0]: row[1:] for row in table("cross_gmap.csv")}
    markers = genotypes.pop("id")
    made = [["id", *traits["id"], "sex", "pgm", *markers]]
    made += [[""] * 5 + [places[m][k] for m in markers] for k in (0, 1)]
    for label, codes in genotypes.items():
        sex, direction = people[label][0].lower(), {"SxB": "0", "BxS": "1"}[people[label][1]]
        values = traits.get(label, ["NA", "NA"])
        made.append([label, *values, sex, direction, *(CODES[code] for code in codes)])
    return made


def csv(made):
    return "".join(",".join(row) + "\n" for row in made).encode()


CROSS = rows()
TRUTH = read_rqtl2(F2, "cross.zip")
FORMS = {
    "csv": csv(CROSS),
    "csvr": csv([list(column) for column in zip(*CROSS, strict=True)]),
    "csv quoted": csv([[f'"{entry}"' for entry in row] for row in CROSS]),
    "csv of spreadsheets": csv(CROSS).replace(b",", b";"),
}


def same_cross(reading):
    np.testing.assert_array_equal(reading.genotypes.counts, TRUTH.genotypes.counts)
    assert reading.genotypes.markers == TRUTH.genotypes.markers
    assert reading.genotypes.chromosome == TRUTH.genotypes.chromosome
    np.testing.assert_array_equal(reading.genotypes.position_cm, TRUTH.genotypes.position_cm)
    np.testing.assert_allclose(reading.kinship.values, TRUTH.kinship.values, rtol=1e-12)
    assert reading.kinship.scale == TRUTH.kinship.scale == 2.0


@pytest.mark.parametrize("form", FORMS)
def test_the_same_cross_as_in_the_form_of_rqtl2(form):
    assert recognise("cross.csv", FORMS[form]).reader == "rqtl-csv"
    reading = read_rqtl_csv(FORMS[form])
    assert reading.format == f"R/qtl’s {'csvr' if form == 'csvr' else 'csv'}: an intercross (f2)"
    same_cross(reading)
    assert reading.table.columns == ("weight", "glucose", "sex", "pgm")


def test_csvs_are_two_files_joined_by_id():
    genotypes = csv([[row[0], *row[5:]] for row in CROSS])
    traits = csv([row[:5] for k, row in enumerate(CROSS) if k not in (1, 2)])
    made = prepare({"gen.csv": genotypes, "phe.csv": traits})
    assert made.require_dataset().traits.columns[:2] == ("weight", "glucose")
    whole = prepare({"cross.csv": FORMS["csv"]}).require_dataset()
    assert whole.traits.columns[:2] == ("weight", "glucose")
    # The X depends on the sex and the direction, which the file of genotypes has not.
    (reading,) = [o.reading for o in made.outcomes if o.group.name == "gen.csv"]
    assert "“X” is left out of the kinship" in " ".join(reading.notes)


def test_the_cross_is_told_by_its_genotypes():
    def of(*letters):
        body = [[str(k), *letters[k : k + 2]] for k in range(len(letters) - 1)]
        return read_rqtl_csv(csv([["y", "m1", "m2"], ["", "1", "1"], ["", "0", "9"], *body]))

    assert "a backcross (bc)" in of("A", "H", "A", "H", "-", "A").format
    assert "an intercross (f2)" in of("A", "H", "B", "H", "A").format
    lines = of("A", "B", "A", "A", "B", "B")
    assert "lines of two parents" in lines.format
    assert "does not say how lines were bred" in " ".join(lines.notes)
    np.testing.assert_array_equal(lines.genotypes.counts[0], [0, 2])


def test_markers_that_do_not_vary_do_not_count():
    """h depends on the scale of K: as of other genotypes they are left out."""
    made = [["id", "y", "a", "b", "c"], ["", "", "1", "1", "2"]]
    made += [[f"m{k}", str(k), "AB"[k % 2], "A", "AAB"[k % 3]] for k in range(6)]
    reading = read_rqtl_csv(csv(made))
    counts = np.array([[2 * (row[j] == "B") for j in (2, 4)] for row in made[2:]], dtype=float)
    centred = counts - counts.mean(axis=0)
    np.testing.assert_allclose(reading.kinship.values, centred @ centred.T / 2)
    assert "allele counts at 2 markers" in " ".join(reading.notes)


def test_without_a_map_the_kinship_is_of_counts():
    reading = read_rqtl_csv(csv([row for k, row in enumerate(CROSS) if k != 2]))
    assert "they need a genetic map" in " ".join(reading.notes)


REFUSED = {
    "a code of its own": (
        csv([*CROSS[:23], [*CROSS[23][:9], "SS", *CROSS[23][10:]], *CROSS[24:]]),
        "genotypes must be A, H, B, D, C",
    ),
    "another length": (FORMS["csv"] + b"x,1,2\n", "as many entries as the first"),
    "no chromosomes": (csv([CROSS[0], *CROSS[3:]]), "the second line must hold chromosomes"),
    "nobody": (csv([*CROSS[:3]]), "the second line must hold chromosomes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_stops(name):
    content, words = REFUSED[name]
    with pytest.raises(DataError, match=words):
        read_rqtl_csv(content)

"""Genotypes whose individuals and markers are both called by numbers are a question."""

import numpy as np

from lmm_data.preparation.preparing import prepare

IDS = [str(k + 1) for k in range(20)]
COUNTS = np.random.default_rng(4).integers(0, 3, (20, 30))
PHENO = ("id,w\n" + "".join(f"{label},{k * 7 % 13}.5\n" for k, label in enumerate(IDS))).encode()


def genotypes(names):
    lines = [",".join(["", *names])]
    lines += [",".join([label, *map(str, row)]) for label, row in zip(IDS, COUNTS, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def test_numbers_on_both_sides_are_asked_about():
    made = prepare({"p.csv": PHENO, "g.csv": genotypes([str(j + 1) for j in range(30)])})
    assert made.dataset is None
    assert made.problem == (
        "g.csv: it must be certain whether the rows of genotypes are individuals or markers: 20 "
        "names of one side and 20 of the other are ids of other files; call the markers "
        "otherwise, such as m1 for 1, or leave g.csv out"
    )


def test_with_other_names_of_markers_it_is_certain():
    made = prepare({"p.csv": PHENO, "g.csv": genotypes([f"m{j + 1}" for j in range(30)])})
    assert made.require_dataset().ids == tuple(IDS)


def test_a_header_of_numbers_that_might_be_genotypes_is_a_header():
    """11, 12, 21 and 22 are genotypes in PLINK's numbers too; of a header all differ."""
    ids = [f"{a}{b}" for a in range(1, 5) for b in range(1, 5)]
    letters = np.array(["AA", "AG", "GG"])[COUNTS[:16].T]
    lines = ["\t".join(["", *ids])]
    lines += ["\t".join([f"rs{j}", *row]) for j, row in enumerate(letters)]
    pheno = (
        "id,w\n" + "".join(f"{label},{k * 7 % 13}.5\n" for k, label in enumerate(ids))
    ).encode()
    made = prepare({"p.csv": pheno, "g.txt": ("\n".join(lines) + "\n").encode()})
    assert made.require_dataset().ids == tuple(ids)

import json
import re

import numpy as np
import pytest

from lmm_core.kinship import centered_kinship
from lmm_data.readers.reading import missing_met
from lmm_data.readers.rqtl2 import kinship
from lmm_data.readers.rqtl2.cross import read_rqtl2
from lmm_data.readers.rqtl2.genoprob import genotype_probabilities, probability_kinship
from tests.rqtl2_files import F2, REFERENCE, RISIB, SMALL, changed, control, transposed

GOLDEN = json.loads((REFERENCE / "rqtl_probabilities.json").read_text())["f2_kinship"]


def test_an_intercross():
    made = read_rqtl2(F2, "cross.zip")
    assert (made.name, made.kind) == ("cross.zip", "genotypes")
    assert made.format == "R/qtl2: an intercross (f2)"
    genotypes = made.genotypes
    assert genotypes.ids == tuple(f"{k:03d}" for k in range(1, 25))
    assert genotypes.markers == tuple(
        f"D{c}M{k}" for c, m in (("1", 5), ("2", 4), ("X", 3)) for k in range(1, m + 1)
    )
    assert genotypes.chromosome == ("1",) * 5 + ("2",) * 4 + ("X",) * 3
    np.testing.assert_array_equal(genotypes.position_cm[:6], [0, 12.4, 30, 47.6, 71.3, 3])
    np.testing.assert_allclose(genotypes.position[:2], [4.1e6, 30.2e6])
    assert genotypes.counts.dtype == np.int8
    # 001 is SS,S-,SB,SB,SS: what is SS or SB has no count.
    np.testing.assert_array_equal(genotypes.dosages(["001"])[0, :5], [0, np.nan, 1, 1, 0])
    assert made.table.ids == genotypes.ids[::-1]
    assert made.table.columns == ("weight", "glucose")
    assert made.covariates.columns == ("sex", "direction", "batch")
    assert set(made.covariates.column("sex")) == {"F", "M"}
    met = {*missing_met(made.table), *missing_met(made.covariates)}
    assert met == {("-", 1), ("NA", 1)}
    assert made.table.missing == {"", "-", "NA"}
    assert made.kinship.scale == 2
    assert made.kinship.ids == genotypes.ids
    assert made.notes == (
        "24 individuals at 12 markers on 3 chromosomes, 12.2% of the genotypes missing; the "
        "counts are of allele B.",
        "The kinship is R/qtl2’s, the mean over genotype probabilities at 191 positions (the "
        "markers and a grid of 1 cM; error probability 0.002). It is on the scale of a "
        "coefficient of kinship: R/qtl2 doubles it before it fits.",
    )


def test_kinship_agrees_with_rqtl():
    made = read_rqtl2(F2, "cross.zip").kinship
    assert made.ids == tuple(GOLDEN["ids"])
    # The file has twelve decimals.
    np.testing.assert_allclose(made.values, GOLDEN["values"], atol=1e-12)


def test_lines_in_json_transposed_a_file_for_each_chromosome():
    made = read_rqtl2(RISIB, "lines")
    assert made.format == "R/qtl2: recombinant inbred lines made by sib-mating (risib)"
    assert made.genotypes.ids == tuple(f"L{k}" for k in range(1, 11))
    assert made.genotypes.markers == ("M1.1", "M1.2", "M1.3", "MX.1", "MX.2")
    np.testing.assert_array_equal(made.genotypes.dosages(["L1", "L2"])[0], [0, np.nan, 0, 0, 2])
    assert made.table.columns == ("height", "colour")
    assert made.table.column("height")[:2] == ("56.5", "55.8")
    assert made.covariates is None
    assert made.notes[1] == (
        "Genotypes taken for missing, as R/qtl2 does, because “genotypes” in the control file does "
        "not explain them: 3, 6.0% of all, coded “H”."
    )
    codes = np.array(
        [[0, 1, 2][int(d) // 2 + 1 if d == d else 0] for d in made.genotypes.dosages().ravel()]
    )
    codes = codes.reshape(10, 5)
    reverse = np.arange(10) >= 7
    by_hand = probability_kinship(
        genotype_probabilities(
            codes[:, place],
            made.genotypes.position_cm[place],
            "risib",
            is_x=is_x,
            reverse=reverse,
            step_cm=1.0,
            error_prob=0.002,
        )
        for place, is_x in ((slice(3), False), (slice(3, 5), True))
    )
    np.testing.assert_array_equal(made.kinship.values, by_hand)


DRESSES = {
    "zip with a folder": {f"my cross/{name}": data for name, data in F2.items()}
    | {"__MACOSX/my cross/._cross.yaml": b"\0"},
    "yml": {name.replace(".yaml", ".yml"): data for name, data in F2.items()},
    "picked one by one": changed(F2, ("cross.yaml", b"geno: cross", b"geno: data/cross")),
    "windows": changed(
        {name: data.replace(b"\n", b"\r\n") for name, data in F2.items()},
        ("cross.yaml", b"geno: ", b"geno: .\\"),
    ),
    "byte order mark": {name: b"\xef\xbb\xbf" + data for name, data in F2.items()},
    "quoted": changed(
        F2,
        ("cross_geno.csv", b"SS", b'"SS"'),
        ("cross.yaml", b"  SS: 1", b"  'SS': \"1\""),
    ),
    "spaces": changed(F2, ("cross_geno.csv", b",", b" , "), ("cross_covar.csv", b",", b", ")),
    "comments": changed(F2, ("cross_geno.csv", b"id,D1M1", b"# nrow 24\n#\n# ncol 13\nid,D1M1")),
    "another comment": changed(
        F2,
        ("cross_gmap.csv", b"#", b"//"),
        ("cross.yaml", b"x_chr", b"comment.char: //\nx_chr"),
    ),
    "semicolons": changed(
        {n: d if n == "cross.yaml" else d.replace(b",", b";") for n, d in F2.items()},
        ("cross.yaml", b"x_chr", b"sep: ;\nx_chr"),
    ),
    "tabs": changed(
        {n: d if n == "cross.yaml" else d.replace(b",", b"\t") for n, d in F2.items()},
        ("cross.yaml", b"x_chr", b'sep: "\\t"\nx_chr'),
    ),
    "transposed": {
        name: transposed(data)
        if name != "cross.yaml"
        else data
        + b"".join(
            f"{key}_transposed: yes\n".encode()
            for key in ("geno", "gmap", "pmap", "pheno", "covar")
        )
        for name, data in F2.items()
    },
    "rows in another order": {
        **F2,
        "cross_covar.csv": b"\n".join(
            [
                F2["cross_covar.csv"].split(b"\n")[0],
                *F2["cross_covar.csv"].strip().split(b"\n")[:0:-1],
            ]
        ),
    },
    "maps by chromosome": changed(
        {
            **F2,
            "map1.csv": b"\n".join(
                [
                    line
                    for line in F2["cross_gmap.csv"].split(b"\n")
                    if b",1," in line or b"chr" in line
                ]
            ),
            "map2.csv": b"\n".join(
                [
                    line
                    for line in F2["cross_gmap.csv"].split(b"\n")
                    if b",2," in line or b",X," in line or b"chr" in line
                ]
            ),
        },
        ("cross.yaml", b"gmap: cross_gmap.csv", b"gmap: [map1.csv, map2.csv]"),
    ),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress_of_the_same_cross(dress):
    plain, made = read_rqtl2(F2, "x"), read_rqtl2(DRESSES[dress], "x")
    assert made.genotypes.ids == plain.genotypes.ids
    assert made.genotypes.markers == plain.genotypes.markers
    np.testing.assert_array_equal(made.genotypes.counts, plain.genotypes.counts)
    np.testing.assert_array_equal(made.genotypes.position, plain.genotypes.position)
    np.testing.assert_array_equal(made.kinship.values, plain.kinship.values)
    assert made.table.ids == plain.table.ids
    assert made.table.entries == plain.table.entries
    if dress != "rows in another order":
        assert made.covariates.entries == plain.covariates.entries
    assert made.notes == plain.notes


@pytest.mark.parametrize(
    ("crosstype", "codes", "counts"),
    [
        ("f2", "A H B D C NA", [0, 1, 2, np.nan, np.nan, np.nan]),
        ("bc", "A H A NA", [0, 1, 0, np.nan]),
        ("dh", "1 2 NA", [0, 2, np.nan]),
        ("riself", "1 2 NA", [0, 2, np.nan]),
        ("risib", "1 2 NA", [0, 2, np.nan]),
        ("haploid", "1 2 NA", [0, 1, np.nan]),
        ("do", "1 2 3 NA", [0, 1, 2, np.nan]),
        ("genail38", "1 2 3 NA", [0, 1, 2, np.nan]),
    ],
)
def test_counts_of_the_second_allele(crosstype, codes, counts):
    genotypes = {k: int(k) for k in "123"} if "1" in codes else None
    given = control(crosstype=crosstype, genotypes=genotypes)
    rows = enumerate(codes.split(), start=1)
    given["g.csv"] = b"id,a,b\n" + "".join(f"{k},{code},NA\n" for k, code in rows).encode()
    np.testing.assert_array_equal(read_rqtl2(given, "x").genotypes.dosages()[:, 0], counts)


def test_x_of_a_backcross():
    given = control(x_chr="1", covar="v.csv", sex={"covar": "s", "0": "Female", "1": "male"}) | {
        "v.csv": b"id,s\n1,0\n2,1\n3,0\n"
    }
    given["g.csv"] = b"id,a,b\n1,A,H\n2,B,A\n3,A,A\n"
    made = read_rqtl2(given, "x")
    np.testing.assert_array_equal(made.genotypes.counts, [[0, 1], [2, 0], [0, 0]])
    assert made.kinship.values[0, 1] == 0
    assert "left out" not in "".join(made.notes)


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            changed(F2, ("cross_covar.csv", b"005,", b"905,")),
            "Chromosome “X” is left out of the kinship: the sex of “005” is not known.",
        ),
        (
            changed(F2, ("cross.yaml", b"  M: male", b"  Male: male")),
            "Chromosome “X” is left out of the kinship: the sex of “002”, “005”, “008” and "
            "13 more is not known.",
        ),
        (
            changed(F2, ("cross.yaml", b"BxS: 1", b"BxS: 2")),
            "Chromosome “X” is left out of the kinship: the direction of the cross that “019”, "
            "“023” came from is not known.",
        ),
        (
            changed(RISIB, ("lines.json", b'"cross_info"', b'"comments"')),
            "Chromosome “X” is left out of the kinship: the direction of the cross that “L1”, "
            "“L2”, “L3” and 7 more came from is not known.",
        ),
    ],
)
def test_x_is_left_out_of_the_kinship_where_it_cannot_be_known(files, note):
    made = read_rqtl2(files, "x")
    assert note in made.notes
    # The kinship is as if the X was not there.
    gmap = "gmap.csv" if "gmap.csv" in files else "cross_gmap.csv"
    lines = files[gmap].split(b"\n")
    on_x = re.compile(b".*[,;]X[,;]|# nrow")
    without = {**files, gmap: b"\n".join(line for line in lines if not on_x.match(line))}
    autosomes = read_rqtl2(without, "x")
    np.testing.assert_array_equal(made.kinship.values, autosomes.kinship.values)
    assert "X" in made.genotypes.chromosome
    assert "X" not in autosomes.genotypes.chromosome


def test_sons_of_an_intercross_need_no_direction():
    sons = changed(
        F2,
        ("cross_covar.csv", b",F,", b",M,"),
        ("cross.yaml", b"cross_info", b"comments"),
    )
    assert "left out" not in "".join(read_rqtl2(sons, "x").notes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"crosstype": "ail3"},
            "they need the genotypes of 3 founders, “founder_geno”, which has none",
        ),
        (
            {"crosstype": "do"},
            "they need the genotypes of 8 founders, “founder_geno”, which has none",
        ),
        ({"gmap": None, "pmap": "m.csv"}, "they need a genetic map, “gmap”"),
    ],
)
def test_kinship_from_counts_where_probabilities_cannot_be_had(changes, reason):
    made = read_rqtl2(control(**changes), "x")
    assert made.kinship.scale == 1
    np.testing.assert_array_equal(made.kinship.values, centered_kinship(made.genotypes.dosages()))
    assert made.notes[-1] == (
        "The kinship is another than R/qtl2’s: that of the centred allele counts at 2 markers, and "
        f"not of genotype probabilities, because {reason}."
    )


def test_no_kinship_without_anything_that_varies():
    given = control(crosstype="do", x_chr="1")
    made = read_rqtl2(given, "x")
    assert made.kinship is None
    assert made.notes[-1] == "No kinship is computed: no marker outside chromosome X varies."
    on_x = read_rqtl2(control(x_chr="1"), "x")
    assert on_x.kinship is None
    assert on_x.notes[-1] == (
        "No kinship is computed: there is chromosome X only, and the sex of “1”, “2”, “3” is not "
        "known."
    )


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            changed(SMALL, ("g.csv", b"1,A,H", b"1,A,?")),
            "Genotypes taken for missing, as R/qtl2 does, because “genotypes” in the control file "
            "does not explain them: 1, 16.7% of all, coded “?”.",
        ),
        (
            changed(SMALL, ("g.csv", b"1,A,H", b"1,A,B")),
            "Genotypes taken for missing, as R/qtl2 does, because they cannot be in a backcross: "
            "1, 16.7% of all.",
        ),
        (
            changed(SMALL, ("m.csv", b"b,1,25", b"b,1,unknown\nc,1,3")),
            "Markers left out, as R/qtl2 does, because they are not in the genotypes and in each "
            "map with a position: “b”, “c”.",
        ),
        (
            changed(SMALL, ("p.csv", b"3,NA", b"4,1\n5,2")),
            "Individuals in the genotypes and not in p.csv: “3”.",
        ),
        (
            changed(SMALL, ("p.csv", b"3,NA", b"4,1\n5,2")),
            "Individuals in p.csv and not genotyped: “4”, “5”.",
        ),
        (control(x_chr="Y"), "“x_chr” in c.json names “Y”, but the chromosomes are “1”."),
        (control(geno_transpose=True), "c.json holds what is not used here: “geno_transpose”."),
        (control(founder_geno="f.csv"), "Not read: f.csv, the founders’ genotypes."),
        (control(phenocovar="f.csv"), "Not read: f.csv, what describes the phenotypes."),
        (
            {**SMALL, "d.json": b"{}"},
            "c.yaml is the control file; “d.json” is not read.",
        ),
        (
            changed(SMALL, ("p.csv", b"3,NA", b"3,-999")),
            "−999 stands once in “y” and no other value is negative: if it means missing, say so",
        ),
    ],
)
def test_notes(files, note):
    assert note in read_rqtl2(files, "x").notes


def test_a_note_on_what_a_table_lacks_is_none_on_what_it_has():
    assert read_rqtl2(SMALL, "x").notes == (
        "3 individuals at 2 markers on 1 chromosome, 16.7% of the genotypes missing; the counts "
        "are of the second allele.",
        "The kinship is R/qtl2’s, the mean over genotype probabilities at 21 positions (the "
        "markers and a grid of 1 cM; error probability 0.002). It is on the scale of a "
        "coefficient of kinship: R/qtl2 doubles it before it fits.",
    )


def test_step_and_error_are_said(monkeypatch):
    monkeypatch.setattr(kinship, "STEP_CM", 0.0)
    monkeypatch.setattr(kinship, "ERROR_PROB", 0.01)
    made = read_rqtl2(SMALL, "x")
    assert "at 2 positions (the markers; error probability 0.01)" in made.notes[-1]


def test_phenotypes_in_several_files_are_joined_by_id():
    given = control(pheno=["p.csv", "q.csv"]) | {"q.csv": b"id,z\n3,7\n4,8\n"}
    table = read_rqtl2(given, "x").table
    assert table.ids == ("1", "2", "3", "4")
    assert table.columns == ("y", "z")
    assert table.entries == (("0.5", "1.5", "NA", ""), ("", "", "7", "8"))
    assert "" in table.missing


def test_no_phenotypes_are_needed():
    assert read_rqtl2(control(pheno=None), "x").table is None

"""Maps beside genotypes that do not say where their markers lie: read, counted, compared."""

import numpy as np
import pytest

from lmm_data.preparation.preparing import prepare
from lmm_data.readers.genotypes.marker_places import Place, read_places
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from tests.bad_inputs import toy
from tests.cli_helpers import Shell
from tests.data.readers.genotypes.test_programs import FOLDER, contents, genotypes_of

BED = toy("toy.bed", "toy.bim", "toy.fam")
RAW = (
    b"FID IID PAT MAT SEX PHENOTYPE rs1_A rs_2_C rs3_T\n"
    b"a a 0 0 1 1.5 0 1 2\nb b 0 0 2 2.5 1 1 0\nc c 0 0 1 0.5 2 0 1\nd d 0 0 2 3.5 0 2 1\n"
)
MAPS = {
    ".map": b"1\trs1\t0\t100\n1\trs_2\t0\t200\nX\trs3\t0\t50\n",
    ".map of three columns": b"1 rs1 100\n1 rs_2 200\nX rs3 50\n",
    ".bim": b"1 rs1 0 100 A G\n1 rs_2 0 200 G C\nX rs3 0 50 T A\n",
    "an annotation": b"rs1,100,1\nrs_2,200,1\nrs3,50,X\n",
    "a table": b"marker,chr,pos\nrs3,X,50\nrs1,chr1,100\nrs_2,chr1,200\n",
    "a table of R": b",chr,snp_id,mbp\n1,1,rs1,0.0001\n2,1,rs_2,0.0002\n3,X,rs3,0.00005\n",
    "a table of statgenGWAS": b",SNP.names,Chromosome,Position,allele1\n1,rs1,1,100,A\n"
    b"2,rs_2,1,200,A\n3,rs3,X,50,G\n",
    "a table in megabases": b"Chr;Mb;SNP\n1;0.0001;rs1\n1;0.0002;rs_2\nX;5e-05;rs3\n",
}


def read(files):
    made = prepare(files)
    return made, genotypes_of(made)


@pytest.mark.parametrize("turned", [False, True], ids=["map last", "map first"])
@pytest.mark.parametrize("kind", MAPS)
def test_a_map_beside_raw_is_told_by_what_is_in_it(kind, turned):
    pair = {"study.raw": RAW, f"where{kind[:4] if kind[0] == '.' else '.txt'}": MAPS[kind]}
    made, found = read(dict(reversed(pair.items())) if turned else pair)
    assert [c.removeprefix("chr") for c in found.chromosome] == ["1", "1", "X"]
    np.testing.assert_array_equal(found.position, [100, 200, 50])
    assert found.allele0 == (("G", "G", "A") if kind == ".bim" else ())
    (outcome,) = made.outcomes
    assert any("says where 3 of the 3 markers lie" in note for note in outcome.reading.notes)
    assert not any("says nothing" in note for note in outcome.reading.notes)


BIMBAM = b"rs1, A, G, 0, 1, 2, 0\nrs_2, G, C, 1, 1, 0, 2\nrs3, T, A, 2, 0, 1, 1\n"


@pytest.mark.parametrize("name", ["where.txt", "study.csv", "snps.anno.txt"])
@pytest.mark.parametrize("kind", MAPS)
def test_a_map_beside_bimbams_genotypes_is_told_by_what_is_in_it(kind, name):
    if kind[0] == ".":
        name = f"study{kind[:4]}"
    (outcome,) = prepare({"a.geno.txt": BIMBAM, name: MAPS[kind]}).outcomes
    found = outcome.reading.genotypes
    assert outcome.group.files == ("a.geno.txt", name)
    assert [c.removeprefix("chr") for c in found.chromosome] == ["1", "1", "X"]
    np.testing.assert_array_equal(found.position, [100, 200, 50])
    # Two cohorts of the same markers: the map belongs to the one that is called alike.
    both = prepare(
        {"z.geno.txt": BIMBAM, "a.geno.txt": BIMBAM, "a.anno.txt": MAPS["an annotation"]}
    )
    assert [one.group.files for one in both.outcomes] == [
        ("z.geno.txt",),
        ("a.geno.txt", "a.anno.txt"),
    ]


def test_measurements_of_individuals_are_no_map_of_bimbams_markers():
    pheno = b"a1 12 30\na2 15 31\na3 11 29\na4 14 33\n"
    groups = [o.group.files for o in prepare({"a.geno.txt": BIMBAM, "y.txt": pheno}).outcomes]
    assert groups == [("a.geno.txt",), ("y.txt",)]


def test_plinks_own_files_give_what_its_bed_gives():
    bed = genotypes_of(prepare(BED))
    for name in ("toy.raw", "toy.ad.raw", "toy.plink2.raw", "toy.counts.csv"):
        for place in ({"toy.bim": BED["toy.bim"]}, contents("toy.map")):
            found = read({**contents(name), **place})[1]
            assert found.chromosome == bed.chromosome, name
            np.testing.assert_array_equal(found.position, bed.position)


def test_columns_of_a_table_may_have_plinks_allele():
    names = [f"rs{k}_A" for k in range(1, 16)]
    lines = [f"{'abcd'[i]},{','.join(str((i * k + k) % 3) for k in range(15))}" for i in range(4)]
    table = "\n".join([f"id,{','.join(names)}", *lines]).encode()
    places = "".join(f"1 rs{k} 0 {100 * k}\n" for k in range(1, 16)).encode()
    found = read({"x.csv": table, "x.map": places})[1]
    np.testing.assert_array_equal(found.position, 100.0 * np.arange(1, 16))


def test_markers_of_one_file_only_are_counted():
    (outcome,) = read_sorted(
        sort_files({"s.raw": RAW, "s.map": b"1 rs1 0 100\n2 rs9 0 7\n2 rs8 0 9\n"})
    )
    notes = outcome.reading.notes
    assert "s.map says where 1 of the 3 markers lie" in notes
    assert "not in s.map, so that nobody says where they lie: 2 markers, “rs_2”, “rs3”" in notes
    assert "only in s.map, and without a genotype: 2 markers, “rs9”, “rs8”" in notes
    assert outcome.reading.genotypes.chromosome == ("1", "0", "0")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"s.map": b"1 q1 0 100\n1 q2 0 200\n"}, "none is in both: it has “q1”, “q2”"),
        (
            {"s.map": MAPS[".map"], "other.csv": MAPS["a table"].replace(b"200", b"201")},
            "“rs_2” is at 1:200, and in that file at chr1:201",
        ),
        (
            {"s.map": MAPS[".map"] + b"2 rs1 0 100\n"},
            "“rs1” is at 1:100, and in line 4 at 2:100",
        ),
        ({"w.csv": b"marker,chr,pos\nrs1,1,10.5\nrs3,1,20\n"}, "call the column cM or Mb"),
        ({"w.csv": b"marker,chr,pos\nrs1,1,far\nrs3,1,20\n"}, "line 2 has “far”"),
        ({"w.csv": b"marker,chr,pos\nrs1,1\nrs3,1,20\n"}, "every line must be a marker"),
    ],
)
def test_what_cannot_be_a_map_of_these_markers_stops(files, words):
    made = prepare({"s.raw": RAW, **files})
    assert words in made.problem


def test_two_maps_that_agree_are_both_used():
    other = b"marker,chr,cM\nrs1,1,1.5\nrs_2,1,2.5\n"
    found = read({"s.raw": RAW, "s.map": MAPS[".map"], "cm.csv": other})[1]
    np.testing.assert_array_equal(found.position, [100, 200, 50])
    np.testing.assert_array_equal(found.position_cm, [1.5, 2.5, np.nan])


def test_places_of_a_table_are_compared_with_its_map():
    calls = ",".join("0121022011020121")
    rows = "".join(f"rs{k},1,{k}00,{calls[2 * k :]},{calls[: 2 * k - 1]}\n" for k in range(1, 9))
    table = f"marker,chr,pos,{','.join('abcdefghijklmnop')}\n{rows}".encode()
    alone = read_sorted(sort_files({"x.csv": table}))[0].reading.genotypes
    assert alone.position[1] == 200
    (outcome,) = read_sorted(sort_files({"x.csv": table, "x.map": b"1 rs2 0 250\n1 rs3 0 300\n"}))
    assert "“rs2” is at 1:200, and in that file at 1:250" in outcome.error


def test_a_table_of_traits_is_no_map():
    pheno = b"id,pen,day,weight\na,1,3,10\nb,1,4,12\nc,2,3,11\nd,2,5,19\n"
    made = prepare({"s.raw": RAW, "y.csv": pheno})
    assert made.roles == {"s.raw": "genotypes", "y.csv": "phenotypes"}


def test_unknown_places_stay_unknown():
    found, others = read_places(b"0 rs1 0 0\n1 rs2 0 -5\n1 rs3 2.5 0\n1 rs4 0 7\n", {"rs1", "rs2"})
    assert others == ["rs3", "rs4"]
    assert np.isnan([found["rs1"].position, found["rs1"].centimorgans, found["rs2"].position]).all()
    assert found["rs1"].agrees(Place("7", 100.0, 2.0))


def test_individuals_with_numbers_are_no_markers():
    # Tables of genotypes have individuals on one side, and these have numbers beside them.
    table = "\n".join(f"{'abcd'[i]}," + ",".join("0121022011020"[i:] + "1" * i) for i in range(4))
    head = ",".join(["id", *(f"rs{k}" for k in range(13))])
    for bare in (b"a 1 3 10\nb 1 4 12\nc 2 3 11\nd 2 5 19\n", b"1 a 12\n1 b 11\n2 c 9\n2 d 5\n"):
        made = prepare({"x.csv": f"{head}\n{table}\n".encode(), "y.txt": bare})
        assert made.roles == {"x.csv": "genotypes", "y.txt": "phenotypes"}
    fam = b"a a 0 0 1 1\nb b 0 0 2 2\nc c 0 0 1 2\nd d 0 0 2 1\n"
    groups = sort_files({"s.raw": RAW, "s.fam": fam}).groups
    assert [one.files for one in groups] == [("s.raw",), ("s.fam",)]


def test_a_scan_of_raw_with_its_map_is_that_of_the_bed(tmp_path, capsys):
    lmm = Shell(capsys)
    for name, content in BED.items():
        (tmp_path / name).write_bytes(content)
    ids = [line.split()[1] for line in BED["toy.fam"].decode().splitlines()]
    rows = [f"{one},{20 + 0.37 * (7 * k % 13)}" for k, one in enumerate(ids)]
    (tmp_path / "y.csv").write_text("\n".join(["id,weight", *rows]), encoding="utf-8")
    found = []
    for k, geno in enumerate(([tmp_path / "toy.bed"], [FOLDER / "toy.raw", FOLDER / "toy.map"])):
        out = tmp_path / f"{k}.csv"
        ran = lmm("scan", "--pheno", tmp_path / "y.csv", "--loco", "--geno", *geno, "--out", out)
        assert ran.code == 0, ran.err
        found.append([line.split(",") for line in out.read_text("utf-8").splitlines()])
    head = found[0][0]
    same = [
        j for j, name in enumerate(head) if name in ("marker", "chromosome", "position", "p_wald")
    ]
    assert len(found[0]) > 5
    for bed, raw in zip(*found, strict=True):
        assert [bed[j][:9] for j in same] == [raw[j][:9] for j in same]

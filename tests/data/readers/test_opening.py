"""Files of any kind, order and number, read side by side."""

import gzip
import json

import numpy as np
import pytest

from lmm_data.readers import opening
from lmm_data.readers.dispatch import READERS
from lmm_data.readers.opening import alternatives
from lmm_data.readers.reading import missing_met
from lmm_data.readers.recognition import recognise
from tests.places import FORMATS
from tests.reading import called, read_files
from tests.rqtl2_files import SMALL, control
from tests.uploads import toy, zipped

PHENO = b"id,weight,sex\na,1.5,M\nb,2.5,F\nc,-9,M\n"
KINSHIP = b"id,a,b,c\na,1,0,0\nb,0,1,0\nc,0,0,1\n"


def only(files, **options):
    (outcome,) = read_files(files, **options)
    return outcome


def test_one_bad_file_hides_no_other():
    files = {"bad.csv": b"id,x\na,1,2\n", "pheno.csv": PHENO, "a.pdf": b"%PDF-1.7", "e.txt": b""}
    outcomes = {outcome.group.name: outcome for outcome in read_files(files)}
    assert list(outcomes) == list(files)
    assert outcomes["pheno.csv"].reading.table.ids == ("a", "b", "c")
    assert "every line must have as many entries" in outcomes["bad.csv"].error
    assert outcomes["a.pdf"].error == (
        "a.pdf cannot be read: a PDF document; export the table as CSV"
    )
    assert outcomes["e.txt"].error == (
        "e.txt cannot be read: the file must hold text: it is empty; check that it was saved"
    )
    assert only({"e.txt": b"# nothing\n"}).error == (
        "e.txt cannot be read: an empty file; check that it is the file that was meant"
    )


def test_an_outcome_is_a_reading_or_an_error():
    for outcome in read_files({**toy("bed", "kin0", "pheno.txt", "whole.rel.bin"), "x": b"\0"}):
        assert (outcome.reading is None) == bool(outcome.error)
        assert outcome.format
        assert outcome.why


def test_any_order_gives_the_same():
    files = {**toy("bed", "bim", "fam", "grm.bin", "grm.id", "pheno.txt"), "K.csv": KINSHIP}
    for order in (files, dict(reversed(files.items()))):
        outcomes = {outcome.group.files: outcome for outcome in read_files(order)}
        assert set(outcomes) == {
            ("toy.bed", "toy.bim", "toy.fam"),
            ("toy.grm.bin", "toy.grm.id"),
            ("toy.pheno.txt",),
            ("K.csv",),
        }
        assert all(outcome.reading for outcome in outcomes.values())


def test_groups_of_one_name_are_called_by_their_first_file():
    outcomes = read_files(toy("bed", "bim", "fam", "grm.bin", "grm.id"))
    assert [outcome.group.name for outcome in outcomes] == ["toy.bed", "toy.grm.bin"]
    assert only(toy("bed", "bim", "fam")).group.name == "toy"


@pytest.mark.parametrize(
    ("names", "n"),
    [
        (("bed", "bim", "fam"), 13),
        (("grm.bin", "grm.id", "grm.N.bin"), 13),
        (("grm.N.bin", "grm.bin"), None),
        (("grm.gz", "grm.id"), 13),
        (("rel.gz", "rel.id"), 13),
        (("geno.txt.gz", "anno.txt"), 13),
        (("kin0",), 13),
        (("square.king",), None),
        (("cXX.txt",), None),
    ],
)
def test_every_argument_of_a_reader_gets_its_file(names, n):
    outcome = only(toy(*names))
    assert not outcome.error
    reading = outcome.reading
    ids = reading.kinship.ids if reading.kinship else reading.genotypes.ids
    assert (ids and len(ids)) == n


def test_binary_relationships_are_read_with_their_ids():
    files = {
        "t.rel.bin": toy("square.rel.bin")["toy.square.rel.bin"],
        "t.rel.id": toy("rel.id")["toy.rel.id"],
    }
    whole = only(files).reading.kinship
    text = only({"s.rel": toy("square.rel")["toy.square.rel"]}).reading.kinship
    assert whole.ids is not None
    np.testing.assert_allclose(whole.values, text.values, atol=1e-5)


def test_missing_partners_are_named():
    (outcome,) = read_files(toy("bed", "fam"))
    assert "toy.bim is missing; add it" in outcome.error
    (outcome,) = read_files(toy("grm.id"))
    assert "toy.grm.bin is missing; add it" in outcome.error
    # Numbers alone can be read, and it is said whose ids are not there.
    (outcome,) = read_files(toy("grm.bin"))
    assert outcome.reading.kinship.ids is None
    assert any("toy.grm.id is missing" in note for note in outcome.reading.notes)


def test_annotations_go_with_their_genotypes():
    geno, anno = toy("geno.txt.gz", "anno.txt").values()
    other = b"zz9,5,7\n"
    files = {"a.anno.txt": other, "b.anno.txt": anno, "b.geno.txt.gz": geno, "p.csv": PHENO}
    groups = [outcome.group.files for outcome in read_files(files)]
    assert groups == [("a.anno.txt",), ("b.geno.txt.gz", "b.anno.txt"), ("p.csv",)]
    placed = read_files(files)[1].reading.genotypes
    assert set(placed.chromosome) != {"0"}


def test_a_fam_file_alone_holds_phenotypes():
    outcome = only({"x.fam": b"F a 0 0 1 1.5\nF b 0 0 2 -9\nF c 0 0 1 0.5\n"})
    reading = outcome.reading
    assert reading.kind == "table"
    assert reading.table.column("pheno1") == ("1.5", "-9", "0.5")
    assert reading.covariates.column("sex") == ("1", "0", "1")
    coded = only({"x.fam": b"F a 0 0 1 1.5\nF b 0 0 2 -9\nF c 0 0 1 0.5\n"}, missing=("-9",))
    assert np.isnan(coded.reading.table.parsed("pheno1")[1])
    none = only({"x.fam": b"F a 0 0 1 -9\nF b 0 0 2 -9\n"})
    assert none.error == "x.fam has no phenotypes: each is −9 or NA; add a file of phenotypes"


def test_a_zip_stands_for_the_files_in_it():
    files = {"all.zip": zipped({"d/K.csv": KINSHIP, "d/pheno.csv": PHENO, "d/x.pdf": b"%PDF-1"})}
    outcomes = read_files({**files, "pheno.csv": PHENO})
    assert [outcome.group.name for outcome in outcomes] == [
        "K.csv",
        "all.zip/pheno.csv",
        "x.pdf",
        "pheno.csv",
    ]
    assert [bool(outcome.error) for outcome in outcomes] == [False, False, True, False]


def test_a_damaged_zip_is_one_error():
    whole = zipped({"K.csv": KINSHIP, "pheno.csv": PHENO})
    outcomes = read_files({"cut.zip": whole[:-30], "pheno.csv": PHENO})
    assert "cut.zip" in outcomes[0].error
    assert outcomes[1].reading
    # The content of one member is changed: the others are read.
    spoilt = whole.replace(b"1.5", b"9.5")
    outcomes = {outcome.group.name: outcome for outcome in read_files({"all.zip": spoilt})}
    assert outcomes["K.csv"].reading
    assert "pheno.csv" in outcomes["pheno.csv"].error


@pytest.mark.parametrize("files", [SMALL, control()])
def test_a_cross_is_read_from_a_zip_and_from_its_files(files):
    packed = only({"c.zip": zipped(files)}).reading
    loose = only(files).reading
    np.testing.assert_array_equal(packed.kinship.values, loose.kinship.values)
    assert packed.table.column("y") == loose.table.column("y")
    assert {outcome.group.name for outcome in read_files({**files, "K.csv": KINSHIP})} == {
        next(name for name in files if name[:2] == "c."),
        "K.csv",
    }


def test_a_cross_lacking_a_file_says_which():
    files = {name: content for name, content in SMALL.items() if name != "g.csv"}
    assert "names the file “g.csv”, which is not there" in only(files).error
    broken = {"c.json": json.dumps({"crosstype": ["bc"]}).encode()}
    assert "“crosstype” must be one entry" in only(broken).error


def test_missing_codes_hold_for_every_reader():
    assert np.isnan(only({"p.csv": PHENO}, missing=("-9",)).reading.table.parsed("weight")[2])
    assert only({"p.csv": PHENO}).reading.table.parsed("weight")[2] == -9
    files = {name: content.replace(b"1.5", b"-9.0") for name, content in SMALL.items()}
    reading = only(files, missing=("-9",)).reading
    assert np.isnan(reading.table.parsed("y")[1])
    assert ("-9.0", 1) in missing_met(reading.table)


@pytest.mark.parametrize(
    "files",
    [
        {"p.csv": b"id,w,u\na,-9,1\nb,2.5,1\nc,3.5,2\nd,1.5,3\n"},
        {name: content.replace(b"1.5", b"-9") for name, content in SMALL.items()},
    ],
)
def test_a_code_that_is_known_is_not_suspected(files):
    assert any("−9 stands" in note for note in only(files).reading.notes)
    assert not any("−9 stands" in note for note in only(files, missing=("-9",)).reading.notes)


def test_another_code_is_suspected_still():
    files = {"p.csv": b"id,w,u\na,-9,1\nb,2.5,-999\nc,3.5,2\nd,1.5,3\n"}
    notes = only(files, missing=("-9",)).reading.notes
    assert [note.split(" ")[0] for note in notes if "stands" in note] == ["−999"]


def test_another_reader_can_be_chosen():
    square = b"1 .5 .1\n.5 1 .2\n.1 .2 1\n"
    outcome = only({"K.txt": square})
    assert outcome.reading.kind == "kinship"
    codes = dict(alternatives(outcome))
    assert set(codes) == {code for code, reader in READERS.items() if reader.text}
    table = only({"K.txt": square}, readers={"K.txt": "table ids=0"})
    assert table.reading.kind == "table"
    assert table.group.reader == "table ids=0"
    named = only({"p.txt": b"1 5\n2 6\n"}, readers={"p.txt": "table ids=1"})
    assert named.reading.table.ids == ("1", "2")


def test_every_alternative_can_be_tried_on_any_text():
    for name, content in {"K.txt": b"1 .5\n.5 1\n", "p.csv": PHENO, "t.kin0": b"x\ty\n"}.items():
        for code, words in alternatives(only({name: content})):
            outcome = only({name: content}, readers={name: code})
            assert (outcome.reading is None) == bool(outcome.error), code
            assert words


def test_what_is_no_single_text_has_no_alternatives():
    assert alternatives(only(toy("bed", "bim", "fam"))) == ()
    assert alternatives(only({"a.pdf": b"%PDF-1.7"})) == ()


def test_an_unknown_reader_is_an_error_of_that_file():
    outcomes = read_files({"p.csv": PHENO, "K.csv": KINSHIP}, readers={"p.csv": "os.system"})
    assert "there is no reader “os.system”: choose from" in outcomes[0].error
    assert outcomes[1].reading


def test_every_reader_that_is_recognised_is_there():
    named = {recognise(path.name, path.read_bytes()).reader for path in FORMATS.iterdir()}
    assert named - {None, "rqtl2", "archive"} <= set(READERS)
    assert len(named) > 8


def test_a_file_that_does_not_fit_into_memory_hides_no_other(monkeypatch):
    def full(group, *others):
        if group.name == "K.csv":
            raise MemoryError
        return READERS["table"].read(called(group.name, PHENO))

    monkeypatch.setattr(opening, "read_group", full)
    outcomes = read_files({"K.csv": KINSHIP, "p.csv": PHENO})
    assert outcomes[0].error.startswith("K.csv must fit into memory: it does not")
    assert outcomes[1].reading


def test_progress_ascends_to_the_end():
    seen = []
    files = {"K.txt": b"1 .5\n.5 1\n", "p.csv.gz": gzip.compress(PHENO), "e": b""}
    read_files(files, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 3


def test_a_refusal_has_its_parts_whatever_the_name_holds():
    name = "a; b: c.txt"
    refusal = only({name: b""}).refusal
    assert (refusal.rule, refusal.found, refusal.remedy) == (
        f"{name} cannot be read",
        "the file must hold text: it is empty",
        "check that it was saved",
    )
    refusal = only({name: b"id,w\na,1\nb,1,2\n"}).refusal
    assert refusal.where == name
    assert refusal.rule.startswith("every line must have as many entries")
    assert refusal.__traceback__ is None
    alone = only({"toy.bim": toy("bim")["toy.bim"]}).refusal
    assert alone.found == "toy.bed and toy.fam are missing"
    assert alone.remedy == "add them"

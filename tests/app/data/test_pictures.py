"""The diagnosis as words, pictures and a page to print: what is said and drawn is so."""

import io
import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from lmm_app.data import preview, words
from lmm_app.data.figure import picture_figure
from lmm_app.data.gallery import illustrate
from lmm_app.data.kinship_pictures import eigenvalue_picture, entries_picture, kinship_picture
from lmm_app.data.material import Material
from lmm_app.data.sheet import sheet, sheet_name
from lmm_app.data.trait_pictures import (
    missing_picture,
    moved_picture,
    relatives_picture,
    rows_picture,
    values_picture,
)
from lmm_app.lessons.broken import BROKEN
from lmm_app.live import theme
from lmm_app.paper.picture import Axis, Marks, Picture, names_of, png
from lmm_app.paper.picture_svg import picture_svg
from lmm_app.sources.opened import Sample, open_source
from lmm_core import fit_lmm
from lmm_core.errors import DataError
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.checks import Finding, Report, check_dataset
from lmm_data.checks.distribution import skewness
from lmm_data.joining import JoinReport, JoinRow, NearMiss
from lmm_data.preparation.preparing import prepare
from tests.aligned import check_aligned
from tests.reading import read_files

EVIL = "<script>alert(1)</script> $x$ **b**"


def family(n=40, seed=3, h2=0.9, size=4):
    made = full_sib_families(n // size, size)
    y = simulate_phenotype(made.K, h2, rng=np.random.default_rng(seed)).y
    return made.ids, np.asarray(made.K), y.copy()


def finding(code="kinship_clones", severity="warning", **fields):
    given = {
        "where": "K.csv",
        "title": "A title",
        "found": "Found.",
        "meaning": "Meaning.",
        "remedy": "Remedy.",
    }
    return Finding(code, severity, **{**given, **fields})


@pytest.fixture(scope="module")
def mice():
    dataset = open_source(Sample("mouse_hs300")).dataset
    report = check_aligned(dataset)
    material = Material.of_dataset(dataset)
    return material, report, illustrate(material, report)


def test_tiles_are_blue_above_zero_vermillion_below_and_sharp():
    cells = np.array([[1.0, 0.0, -1.0], [5.0, np.nan, -0.5]])
    image = Image.open(io.BytesIO(png(cells))).convert("RGB")
    assert image.size == (3 * 160, 2 * 240)
    at = [[image.getpixel((160 * j + 3, 240 * i + 200)) for j in range(3)] for i in range(2)]
    blue, red, grey = map(theme.rgb, (theme.BLUE, theme.VERMILLION, theme.PAPER_GREY))
    assert at[0] == [blue, grey, red]
    assert at[1][:2] == [blue, grey]
    half = [(a + b) / 2 for a, b in zip(red, grey, strict=True)]
    np.testing.assert_allclose(at[1][2], half, atol=0.6)


def test_a_pair_is_marked_where_its_tiles_are():
    ids, K, _ = family(12)
    shuffled = np.random.default_rng(1).permutation(12)
    K, ids = K[np.ix_(shuffled, shuffled)].copy(), [ids[i] for i in shuffled]
    K[2, 7] = K[7, 2] = 0.97
    order = np.argsort(shuffled)
    shown = kinship_picture(K, order, ids, [(2, 7, "two = seven")])
    (marks,) = shown.marks
    assert marks.labels == ("two = seven",) * 2
    for x, y in zip(marks.x, marks.y, strict=True):
        assert K[np.ix_(order, order)][int(y), int(x)] == 0.97
    # Once above the diagonal, once below it.
    assert {x > y for x, y in zip(marks.x, marks.y, strict=True)} == {True, False}
    assert [words for _, words in shown.y.ticks] == [ids[i] for i in order]
    assert "from 0 to 0.970" in shown.words
    assert "Marked: two = seven." in shown.words


def test_the_least_entry_is_one_that_is_there():
    """All are related: 0 is between no two of them."""
    K = 0.6 * np.eye(3) + 0.4
    K[0, 1] = K[1, 0] = 0.45
    shown = kinship_picture(K, np.arange(3), ["a", "b", "c"], [])
    assert "off the diagonal from 0.400 to 0.450, on it 1.00" in shown.words
    assert (
        "Kinship of pairs: from 0.400 to 0.450. Hatched, of each individual with itself: all 1.00;"
        in (entries_picture(K).words)
    )


def test_a_file_keeps_its_name_where_a_sentence_begins_with_it():
    problem = DataError("a trait must be numbers", where="pheno.csv")
    headline = words.headline("not usable", None, None, problem)
    assert headline.reason == "A trait must be numbers (pheno.csv)."
    problem = DataError("a trait must be numbers", "it is a picture", where="pheno.csv")
    headline = words.headline("not usable", None, None, problem)
    assert headline.reason == "pheno.csv: it is a picture. A trait must be numbers."


def test_in_a_large_matrix_a_mark_stands_in_the_averaged_tile():
    K = np.eye(1000)
    shown = kinship_picture(K, np.arange(1000), [f"i{i}" for i in range(1000)], [(0, 999, "a")])
    assert shown.cells.shape == (200, 200)
    (marks,) = shown.marks
    np.testing.assert_allclose(sorted(marks.x), [-0.4, 199.4])


def test_every_entry_of_the_kinship_is_counted_once():
    _, K, _ = family(40)
    pairs, own = entries_picture(K).bars
    assert (pairs.counts.sum(), own.counts.sum()) == (780, 40)
    # 60 pairs of sibs in ten families, and everybody has 1 with himself.
    assert pairs.counts[(pairs.edges[:-1] <= 0.5) & (pairs.edges[1:] > 0.5)].sum() == 60
    np.testing.assert_allclose(10**pairs.heights - 1, pairs.counts)


def test_eigenvalues_below_zero_are_marked_and_counted():
    values = np.array([0.0, 3.0, -0.2, 1.0, -0.5])
    shown = eigenvalue_picture(values)
    plain, odd = shown.marks
    assert plain.y.tolist() == [3.0, 1.0, 0.0]
    assert odd.y.tolist() == [-0.2, -0.5]
    assert odd.suspect
    assert odd.labels == ("", "λ = −0.500")
    assert "5 eigenvalues, from 3.00 down to −0.500; 1 of them zero. 2 below zero" in shown.words
    assert not any(marks.suspect for marks in eigenvalue_picture(np.array([1.0, 2.0])).marks)


def test_of_numbers_that_are_all_the_same_no_range_is_told():
    ids = list("abcd")
    assert eigenvalue_picture(np.ones(4)).words == "4 eigenvalues, all 1.00."
    assert (
        "off the diagonal all 0, on it 1.00"
        in kinship_picture(np.eye(4), np.arange(4), ids, []).words
    )
    assert entries_picture(np.eye(4)).words.startswith(
        "Kinship of pairs: all 0. Hatched, of each individual with itself: all 1.00;"
    )
    assert values_picture("w", np.full(4, 7.0), ids).words == "4 values of w, all 7.000."


def test_values_are_counted_and_the_odd_ones_named():
    y = np.array([1.0, 2.0, 2.0, 3.0, np.nan, 30.0])
    shown = values_picture("w", y, list("abcdef"), odd=["f", "e"])
    assert shown.bars[0].counts.sum() == 5
    (marks,) = shown.marks
    assert (marks.x.tolist(), marks.labels) == ([30.0], ("f",))
    assert f"skewness {skewness(y[~np.isnan(y)]):.2g}" in shown.words
    assert "Marked: f (30.00)." in shown.words
    assert values_picture("w", np.full(4, 2.0), list("abcd")).bars[0].counts.tolist() == [4]


@pytest.mark.parametrize("step", [1, -2])
def test_values_that_slipped_fit_best_when_moved_back(step):
    _, K, y = family(100, size=5)
    slipped = np.roll(y, -step)[:, np.newaxis]
    shown = moved_picture(slipped, K, 0, len(y) - 1)
    assert [float(marks.x[0]) for marks in shown.marks if marks.suspect] == [step]
    way = "down by 1 row" if step > 0 else "up by 2 rows"
    assert f"fit the kinship best moved {way}, by " in shown.words
    (best,), gain = [marks.y for marks in shown.marks if marks.suspect], shown.marks[0].y
    fits = [fit_lmm(values, None, K).loglik for values in (y, slipped[:, 0])]
    assert best[0] == pytest.approx(fits[0] - fits[1], abs=0.02)
    assert gain[shown.marks[0].x == 0] == [0.0]
    # In part of the file only that part is moved.
    part = y.copy()
    part[20:60] = np.roll(y[20:60], -step)
    shown = moved_picture(part[:, np.newaxis], K, 20, 59)
    assert [float(marks.x[0]) for marks in shown.marks if marks.suspect] == [step]
    assert "best as they are" in moved_picture(y[:, np.newaxis], K, 0, len(y) - 1).words


def test_a_value_stands_beside_the_mean_of_its_relatives():
    ids, K, y = family(12)
    y[0] = np.nan
    shown = relatives_picture("w", y, K, ids, [ids[5]])
    plain, odd = shown.marks
    assert odd.labels == (ids[5],)
    assert odd.y[0] == y[5]
    others = [i for i in range(4, 8) if i != 5]
    assert odd.x[0] == pytest.approx(y[others].mean())
    assert plain.y.size == 10
    assert relatives_picture("w", y, np.eye(12), ids, []) is None


def test_rows_are_in_the_order_of_the_file():
    shown = rows_picture("w", np.array([1.0, np.nan, 3.0, 2.0]), list("abcd"))
    assert shown.marks[0].x.tolist() == [1, 3, 4]
    assert "1 of 2 steps go up" in shown.words


def test_gaps_are_tiles_of_the_columns_that_have_any():
    gaps = np.array([[True, False, False], [False, False, True], [False, False, True]])
    shown = missing_picture(["a", "b", "c"], gaps, np.array([2, 0, 1]))
    assert [words for _, words in shown.y.ticks] == ["c", "a"]
    assert (-shown.cells).tolist() == [[1, 0, 1], [0, 1, 0]]
    assert "Of 3 individuals, 2 lack c, 1 lack a; 0 have everything." in shown.words
    assert missing_picture(["a"], np.zeros((3, 1), bool), np.arange(3)) is None


def test_names_on_a_picture_do_not_lie_on_each_other():
    x, y = np.array([0.5, 0.52, 0.9]), np.array([0.5, 0.51, 0.9])
    axis = Axis("", 0.0, 1.0)
    marks = Marks(x, y, ("a", "b", "c"), suspect=True)
    names = names_of(Picture("p", "", "", axis, axis, marks=(marks,)))
    assert [(name.label, name.right) for name in names] == [("a", True), ("c", False)]
    assert not names_of(Picture("p", "", "", axis, axis, marks=(Marks(x, y, ("a", "b", "c")),)))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("indefinite", {"kinship_indefinite": ["eigenvalues"]}),
        ("clones", {"kinship_clones": ["kinship"], "labels_clones_differ": []}),
        ("shift", {"labels_shift": ["moved"]}),
        ("swap", {"labels_swap": ["relatives:trait"]}),
        ("half_scale", {"kinship_half_scale": ["entries"]}),
        ("minus_nine", {"phenotype_code": ["values:weight"]}),
        ("skewed", {"phenotype_skewed": ["values:insulin", "after:insulin"]}),
        ("zeros", {"ids_unmatched": []}),
    ],
)
def test_what_is_broken_is_seen_in_a_picture(name, seen):
    prepared = prepare(BROKEN[name].files())
    material = Material.of_prepared(prepared)
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
    shown = illustrate(material, report)
    found = {
        one.code: [picture.name for picture in pictures]
        for one, pictures in shown.findings
        if one.severity != "note" or one.transform
    }
    for code, pictures in seen.items():
        assert [re.sub(r"relatives:.*", "relatives:trait", one) for one in found[code]] == pictures
    every = [picture.name for _, pictures in shown.findings for picture in pictures]
    every += [picture.name for picture in shown.others]
    assert len(set(every)) == len(every)
    assert {"kinship", "entries", "eigenvalues"} <= set(every)


def test_the_swapped_and_the_clones_are_marked():
    for name, code in (("swap", "labels_swap"), ("clones", "kinship_clones")):
        prepared = prepare(BROKEN[name].files())
        report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
        (one,) = report.of(code)
        shown = illustrate(Material.of_prepared(prepared), report)
        every = [picture for _, some in shown.findings for picture in some] + list(shown.others)
        kinship = next(picture for picture in every if picture.name == "kinship")
        assert all(label in kinship.marks[0].labels[0] for label in one.ids)


def test_every_picture_is_drawn_on_the_screen_and_on_paper(mice):
    _, _, shown = mice
    every = [picture for _, some in shown.findings for picture in some] + list(shown.others)
    assert {picture.name for picture in every} >= {"kinship", "entries", "values:CD8", "missing"}
    for picture in every:
        assert picture.words.endswith(".")
        assert len(picture.words) >= 40
        figure = picture_figure(picture)
        assert figure.layout.xaxis.range == (picture.x.low, picture.x.high)
        assert (len(figure.layout.images) == 1) == (picture.cells is not None)
        assert sum(trace.type == "bar" for trace in figure.data) == len(picture.bars)
        drawn = ElementTree.fromstring(picture_svg(picture))
        assert drawn.get("aria-label") == picture.words
        bars = sum(int(np.count_nonzero(bars.heights)) for bars in picture.bars)
        suspects = sum(marks.x.size for marks in picture.marks if marks.suspect)
        assert len(drawn.findall("rect")) == 1 + bars + suspects
        points = sum(marks.x.size for marks in picture.marks if not marks.suspect)
        assert len(drawn.findall("circle")) == points


def test_the_trait_on_the_screen_has_its_picture_first(mice):
    material, report, shown = mice
    first = [one.name for one in shown.others if one.name.startswith("values:")]
    assert first == ["values:CD8", "values:MCH"]
    other = illustrate(material, report, "MCH").others
    assert [one.name for one in other if "values:" in one.name] == first[::-1]


def test_the_headline_says_the_verdict_and_what_it_rests_on(mice):
    material, report, _ = mice
    said = words.headline(report.verdict, report, material.dataset, None)
    assert said.verdict == "Usable with care"
    assert said.sentence == (
        "Usable with care: 297 individuals, 2 traits, 1 covariate, and 2 things to check first: "
        "clones, or one sample twice; clones that differ in sex."
    )
    fine = words.headline("fit for use", Report("fit for use", ()), material.dataset, None)
    assert fine.sentence.startswith("Ready to fit: 297 individuals")
    bad = Report("not usable", (finding(severity="error"),))
    because = words.headline("not usable", bad, None, None)
    assert because.sentence == "Not usable yet: a title. Found."
    assert (because.verdict, because.reason) == ("Not usable yet", "A title. Found.")
    assert words.headline("not usable", None, None, None).sentence == "Not usable yet."
    # Why there is no dataset comes before what else was found.
    problem = words.headline("not usable", bad, None, DataError("K.csv is empty"))
    assert problem.sentence == "Not usable yet: K.csv is empty."
    several = Report("usable with care", tuple(finding(title=f"Thing {k}") for k in range(5)))
    said = words.headline("usable with care", several, material.dataset, None)
    assert said.sentence.endswith("5 things to check first: thing 0; thing 1; thing 2; and 2 more.")


def test_names_from_files_are_shown_as_they_are():
    one = finding(title=EVIL, where=EVIL, found=EVIL, ids=[EVIL] * 5)
    for text in (words.finding_words(one), words.everyone(one)):
        assert not re.search(r"(?<!\\)[<$]", text)
        assert "**b**" not in text
    join = JoinReport(
        rows=(JoinRow(EVIL, 3, (EVIL,)),),
        near_misses=(NearMiss(EVIL, EVIL, EVIL, EVIL, "case"),),
        spelling="",
        gained=0,
    )
    assert "<script" not in words.join_table(join)
    assert unescape(words.join_table(join)).count(EVIL) == 2
    assert not re.search(r"(?<!\\)[<$]", words.near_misses(join))
    (read,) = read_files({f"{EVIL}.csv": f"id,{EVIL}\na,{EVIL}\nb,2\n".encode()})
    ((_, table),) = preview.tables(read.reading)
    assert "<script" not in table
    assert unescape(table).count("alert(1)") == 2
    assert not re.search(r"(?<!\\)[<$]", words.file_words(read))


def test_a_file_is_told_by_what_it_is_and_what_it_holds():
    files = {
        "y.csv": b"id,w,s\na,1,m\nb,2,f\nc,NA,m\n",
        "K.csv": b"id,a,b\na,1,0.5\nb,0.5,1\n",
        "x.pdf": b"%PDF-1.4",
    }
    table, kinship, other = read_files(files)
    assert words.shape_words(table) == "3 rows, 2 columns"
    assert words.shape_words(kinship) == "2 × 2"
    assert words.shape_words(other) == ""
    assert words.file_words(table).startswith("Recognised as comma-separated text, ")
    assert words.file_words(other).startswith("**Cannot be read.**")
    ((said, shown),) = preview.tables(table.reading)
    assert said == "All of it."
    assert shown.count("<small>numbers</small>") == shown.count("<small>text</small>") == 1
    ((_, shown),) = preview.tables(kinship.reading)
    assert shown.count("0.500000") == 2


def test_the_page_to_print_holds_everything_and_runs_nothing(mice):
    material, report, shown = mice
    said = words.headline(report.verdict, report, material.dataset, None).sentence
    page = sheet("mice", said, shown, about="About.", files=[("a.csv", "1 kB", "text")])
    assert page.startswith("<!doctype html>")
    assert said in page
    for one, pictures in shown.findings:
        for text in (one.title, one.found, one.meaning, one.remedy):
            assert text in unescape(page)
        assert all(picture.words in unescape(page) for picture in pictures)
    (clones,) = report.of("kinship_clones")
    assert all(label in page for label in clones.ids)
    assert page.count("<figure>") == 6
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert sheet("mice", said, shown) == sheet("mice", said, shown)


def test_the_page_to_print_shows_names_as_they_are():
    one = finding(title=EVIL, where=EVIL, found=EVIL, ids=[EVIL] * 5)
    axis = Axis(EVIL, 0.0, 1.0, ((0.5, EVIL),))
    marks = (Marks(np.array([0.5]), np.array([0.5]), (EVIL,), suspect=True),)
    picture = Picture("p", EVIL, f"{EVIL}.", axis, axis, marks=marks)
    shown = illustrate(Material(None, None, None, None), Report("usable with care", (one,)))
    assert shown.others == ()
    page = sheet(
        EVIL,
        EVIL,
        type(shown)(((one, (picture,)),), (picture,)),
        about=EVIL,
        files=[(EVIL, EVIL, EVIL)],
        notes=[EVIL],
        join=JoinReport((JoinRow(EVIL, 1, (EVIL,)),), (), "", 0),
    )
    assert "<script" not in page
    assert all(re.fullmatch(r"diagnosis-[a-z0-9-]+\.html", sheet_name(n)) for n in (EVIL, "<b>"))
    layout = picture_figure(picture).layout
    assert "<script" not in layout.xaxis.title.text + layout.annotations[0].text

"""What is said and drawn of scans is what was found; what is taken away is what was drawn."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from lmm_app.scan import words
from lmm_app.scan.boards import genome_board, marker_board, quantile_board
from lmm_app.scan.marker import look_at
from lmm_app.scan.peaks import LETTERS, Peak, Tally, tally
from lmm_app.scan.scans import Scans, kinship_of, run_loco, run_plain
from lmm_app.scan.sources import CrossSettings, simulate_study
from lmm_app.scan.takeaway import COLUMNS, file_name, marker_rows, script, table
from lmm_core import decompose
from tests.app_helpers import received, texts_in

SETTINGS = CrossSettings(n=120, generations=6, pairs=12, qtl=3, effect=0.8)


def quiet(share):
    pass


@pytest.fixture(scope="module")
def scans():
    study = simulate_study(SETTINGS)
    by, effective = run_plain(study, decompose(kinship_of(study)), "refit", quiet)
    return Scans(study, "refit", {**by, "loco": run_loco(study, "refit", quiet)}, effective)


@pytest.fixture(scope="module")
def found(scans):
    return {name: tally(scans.study, one) for name, one in scans.by.items()}


def peaks(*qtl):
    return {letter: Peak(k, 9.0 - k, near) for k, (letter, near) in enumerate(zip("ABCD", qtl))}  # noqa: B905


def made_up(study, scans, *qtl):
    ls = Tally(tuple(peaks(*qtl).values()), (1,), ())
    return {"ls": ls, "loco": Tally((ls.peaks[0],), (1,), ())}


def test_the_letters_go_along_the_genome_and_are_those_of_the_highest(scans, found):
    many = Tally(tuple(Peak(50 - k, 99.0 - k, None) for k in range(14)), (), ())
    offered = words.offered(many)
    assert list(offered) == list(LETTERS)
    assert [peak.place for peak in offered.values()] == sorted(50 - k for k in range(10))
    for letter, peak in words.offered(found["ls"]).items():
        label = words.peak_label(scans.study, letter, peak)
        assert label == (
            f"{letter} · chr {scans.study.chromosome[peak.place]}, "
            f"{scans.study.position[peak.place]:.1f} cM"
        )


@pytest.mark.parametrize(
    ("believed", "outcome", "said"),
    [
        ("A", "right", "A is near a QTL; you were right to doubt B"),
        ("B", "wrong", "B is not; you doubted A, which is near a QTL"),
        ("AB", "wrong", "A is near a QTL; B is not"),
        ("", "none", "Of 2 peaks, 1 is near a QTL"),
    ],
)
def test_feedback_depends_on_the_guess(scans, believed, outcome, said):
    offered = peaks(7, None)
    tallies = made_up(scans.study, scans, 7, None)
    assert words.outcome(offered, believed, scans.study, None) == outcome
    feedback = words.feedback(offered, list(believed), scans, tallies)
    assert feedback.startswith(said)
    assert "1 false peak of least squares, 0 of the scan «LOCO mixed model»" in feedback


def test_without_a_truth_the_mixed_model_judges(scans):
    real = replace(scans, study=replace(scans.study, true_qtl=None, true_h2=None))
    offered, tallies = peaks(None, None), made_up(real.study, real, None, None)
    # The second lies 2 cM beside the first, which LOCO has.
    assert words.credible(offered, real.study, tallies["loco"]) == {"A", "B"}
    assert words.credible(offered, real.study, Tally((), (), ())) == set()
    assert words.outcome(offered, "AB", real.study, tallies["loco"]) == "right"
    feedback = words.feedback(offered, ["A"], real, tallies)
    assert "confirmed by the scan «LOCO mixed model»" in feedback
    assert "Least squares has 2 peaks, LOCO mixed model 1" in feedback
    assert "true" not in words.definition(real.study)


def test_no_peak_and_one_peak_have_words_of_their_own(scans):
    assert "finds no peak" in words.prompt({}, 0)
    assert "Would you have believed this peak?" in words.prompt(peaks(None), 1)
    assert "of the 2 highest of 49 peaks" in words.prompt(peaks(None, None), 49)
    assert "which of these peaks" in words.prompt(peaks(None, None), 2)
    empty = Tally((), (), ())
    feedback = words.feedback({}, [], scans, {"ls": empty, "lmm": empty})
    assert "nothing to believe" in feedback
    assert "no false peak" in feedback
    assert words.outcome({}, [], scans.study, None) == "none"


def test_a_tally_counts(scans):
    ls, study = scans.by["ls"], scans.study
    some = Tally((Peak(1, 9.0, 2), Peak(300, 8.0, None)), (2,), (400, 500))
    assert words.tally_sentence(ls, some, study) == "1 of 3 QTL found, 2 missed; 1 false peak."
    none = Tally((Peak(1, 9.0, None), Peak(300, 8.0, None)), (), ())
    assert words.tally_sentence(ls, none, study) == "No QTL to find; 2 false peaks."


def test_facts_and_thresholds_are_computed(scans):
    assert f"ĥ = {scans.by['lmm'].h2['']:.2f}" in words.facts(scans)
    assert f"made with {SETTINGS.h2:g}" in words.facts(scans)
    fixed = int((np.ptp(scans.study.counts, axis=0) == 0).sum())
    assert scans.tested == scans.study.m - fixed
    assert ("left out" in words.facts(scans)) == bool(fixed)
    said = words.thresholds(scans)
    assert f"{np.log10(scans.tested / 0.05):.2f}" in said
    assert f"{scans.effective.total:,.0f} independent" in said
    cut = scans.by["ls"].cut
    assert f"{cut.value:.2f} ({cut.lower:.2f} to" in words.threshold(scans.by["ls"])
    for one in scans.by.values():
        assert f"{one.title} {one.lambda_gc:.2f}" in words.inflation(scans)


def test_before_the_reveal_nothing_tells_the_truth(scans, found):
    offered = words.offered(found["ls"])
    board = received(genome_board(scans, found, revealed=False, offered=offered))
    (panel,) = board["genome"]["panels"]
    assert board["genome"]["truth"] == panel["found"] == []
    assert {peak["look"] for peak in panel["peaks"]} <= {"open"}
    assert not any("QTL" in text or "false" in text for text in texts_in(board))


def test_the_board_draws_what_was_found_on_the_same_axes(scans, found):
    offered = words.offered(found["ls"])
    board = received(genome_board(scans, found, revealed=True, offered=offered))["genome"]
    assert [panel["look"] for panel in board["panels"]] == ["ls", "lmm", "loco"]
    for panel in board["panels"]:
        one = scans.by[panel["look"]]
        np.testing.assert_array_equal(panel["y"], one.height)
        assert board["top"] > np.nanmax(panel["y"])
        assert panel["cut"]["value"] == one.cut.value
        looks = {peak["place"]: peak["look"] for peak in panel["peaks"]}
        expected = {p.place: "hit" if p.qtl is not None else "false" for p in found[one.name].peaks}
        assert looks == expected
        assert words.tally_sentence(one, found[one.name], scans.study) in panel["alt"]
        assert f"threshold {one.cut.value:.2f}" in panel["alt"]
    assert [t["place"] for t in board["truth"]] == [q.place for q in scans.study.true_qtl]
    assert {p["letter"] for p in board["panels"][0]["peaks"]} >= set(offered)


def test_the_quantiles_are_all_tests_in_order(scans):
    charts = received(quantile_board(scans))["charts"]
    for chart, one in zip(charts, scans.by.values(), strict=True):
        dots = chart["series"][1]
        finite = one.height[np.isfinite(one.height)]
        np.testing.assert_array_equal(dots["y"], np.sort(finite))
        assert (np.diff(dots["x"]) > 0).all()
        assert dots["x"][-1] == pytest.approx(np.log10(2 * finite.size))
        assert f"λ_GC is {one.lambda_gc:.2f}" in chart["alt"]
        assert (chart["x"], chart["y"]) == (charts[0]["x"], charts[0]["y"])


def test_a_marker_is_drawn_with_its_means_and_both_estimates(scans):
    study, place = scans.study, scans.study.true_qtl[0].place
    look = look_at(study, decompose(kinship_of(study)), place, tested=True)
    strip, profile = received(marker_board(study, look))["charts"]
    someone, means = strip["series"]
    assert sorted(someone["y"]) == sorted(look.y)
    assert set(np.round(someone["x"] - 1.0)) == set(study.counts[:, place])
    assert means["y"].tolist() == [group.mean for group in look.groups]
    assert [line["at"] for line in profile["lines"]] == [look.null_h2, look.own_h2]
    said = words.marker_sentence(study, look, scans.by["lmm"])
    assert f"{look.own_h2:.3f}, without it {look.null_h2:.3f}" in said
    assert ("takes none" in said) == (look.own_h2 - look.null_h2 >= -0.005)


def test_a_marker_that_does_not_vary_says_so(scans):
    study = replace(scans.study, counts=scans.study.counts.copy())
    study.counts[:, 5] = 2
    by, effective = run_plain(study, decompose(kinship_of(study)), "null", quiet)
    fixed = Scans(study, "null", by, effective)
    look = look_at(study, decompose(kinship_of(study)), 5, tested=False)
    assert "is not tested: monomorphic" in words.marker_sentence(study, look, by["lmm"])
    assert len(received(marker_board(study, look))["charts"][1]["series"]) == 1
    assert f"{study.m - fixed.tested} marker" in words.facts(fixed)
    assert marker_rows(fixed, 5)[0]["status"] == "monomorphic"


def test_the_table_is_what_is_drawn_to_the_last_digit(scans):
    rows = list(csv.DictReader(io.StringIO(table(scans))))
    assert [row["marker"] for row in rows] == list(scans.study.markers)
    assert [float(row["position (cM)"]) for row in rows] == scans.study.position.tolist()
    for name, one in scans.by.items():
        for column in (*COLUMNS, "lod"):
            source = one if column == "lod" else one.tests
            for row, value in zip(rows, getattr(source, column).tolist(), strict=True):
                cell = row[f"{name}_{column}"]
                if isinstance(value, str):
                    assert cell == value
                elif np.isnan(value):
                    assert cell == "NA"
                else:
                    assert float(cell) == value
    assert file_name(scans.study) == "scan-simulated-cross-trait.csv"


def test_the_program_makes_the_same_scans(scans, capsys):
    exec(compile(script(scans, SETTINGS), "scan.py", "exec"), {})
    for line, one in zip(capsys.readouterr().out.splitlines(), scans.by.values(), strict=True):
        name, marker, chromosome, height, cut = line.split()
        top = int(np.nanargmax(one.height))
        assert (name, marker, chromosome) == (
            one.name,
            scans.study.markers[top],
            scans.study.chromosome[top],
        )
        assert float(height) == pytest.approx(one.height[top], rel=1e-7)
        assert float(cut) == pytest.approx(one.cut.value, rel=1e-7)


def test_the_programs_for_other_data_compile_and_name_them(scans):
    mice = replace(scans.study, key="mice:MCH", trait="MCH", kind="centered")
    program = script(replace(scans, study=mice), None)
    compile(program, "scan.py", "exec")
    assert "phenotypes.values[:, 5]" in program
    assert "centered_kinship(G)" in program
    files = replace(scans.study, trait='we"ird\n', kinship=np.eye(2))
    program = script(replace(scans, study=files), None)
    compile(program, "scan.py", "exec")
    assert "problem.K" in program

"""What is said and drawn of scans is what was found; what is taken away is what was drawn."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from lmm_app.fit.text import plus_minus
from lmm_app.genome.sources import CrossSettings, simulate_study
from lmm_app.genome.study import kinship_of
from lmm_app.scan import believed, words
from lmm_app.scan.boards import genome_board, marker_board, quantile_board
from lmm_app.scan.marker import look_at
from lmm_app.scan.peaks import Peak, Tally, tally
from lmm_app.scan.scans import Scanned, Scans, run_loco, run_plain
from lmm_app.scan.takeaway import COLUMNS, file_name, marker_rows, script, table
from lmm_core import decompose, fit_lmm, interval_h2
from lmm_core.errors import in_digits
from lmm_core.summary import h_words
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


def test_a_tally_counts(scans):
    study = scans.study
    some = Tally((Peak(1, 2), Peak(300, None)), (2,), (400, 500))
    assert words.tally_sentence(some, study) == "1 of 3 QTL found, 1 false peak."
    none = Tally((Peak(1, None), Peak(300, None)), (), ())
    assert words.tally_sentence(none, study) == "No QTL to find, 2 false peaks."
    real = replace(study, true_qtl=None)
    assert words.tally_sentence(some, real) == "2 peaks above the threshold."


def test_facts_and_thresholds_are_computed(scans):
    null = fit_lmm(scans.study.y, scans.study.X, kinship_of(scans.study))
    low, high = map(h_words, interval_h2(null))
    said = words.facts(scans)
    assert said.startswith(
        f"Without any marker, ĥ = {h_words(null.h2)} ({low} to {high}) by REML. The data were "
        f"simulated with h = {SETTINGS.h2:g} for everything but the QTL."
    )
    real = replace(scans, study=replace(scans.study, true_qtl=None, true_h2=None))
    assert "simulated" not in words.facts(real)
    fixed = int((np.ptp(scans.study.counts, axis=0) == 0).sum())
    assert scans.tested == scans.study.m - fixed
    assert ("left out" in said) == bool(fixed)
    said = words.thresholds(scans)
    assert f"for {scans.tested:,} tests: {np.log10(scans.tested / 0.05):.2f}." in said
    assert f"{scans.effective.total:,.0f} independent" in said
    assert f"It is from {scans.study.permutations:,} permutations" in said
    cut = scans.by["ls"].cut
    assert f"{cut.value:.2f} ({cut.lower:.2f} to" in words.threshold(scans.by["ls"])


def test_without_an_estimate_none_is_said(scans):
    by = {**scans.by, "lmm": replace(scans.by["lmm"], null=None)}
    assert words.facts(replace(scans, by=by)).startswith(
        "Without any marker, there is no estimate of h by REML."
    )


def with_lambdas(scans, **wanted):
    """The same scans, whose λ are these."""

    class Known(Scanned):
        lambda_gc = property(lambda self: wanted[self.name])

    by = {
        name: Known(one.name, one.tests, one.threshold, one.null)
        for name, one in scans.by.items()
        if name in wanted
    }
    return replace(scans, by=by)


@pytest.mark.parametrize(
    ("wanted", "said", "unsaid"),
    [
        (
            {"ls": 5.32, "lmm": 0.74, "loco": 1.64},
            ["takes what relatives share", "mixed model’s is below 1", "LOCO’s is above 1 too."],
            ["not inflated", "so do the scans"],
        ),
        (
            {"ls": 1.05, "lmm": 0.95, "loco": 1.02},
            ["Ordinary regression is not inflated here: there is little to correct."],
            ["takes what", "below 1", "above 1"],
        ),
        (
            {"ls": 1.0, "lmm": 0.5, "loco": 1.3},
            ["not inflated", "mixed model’s is below 1", "LOCO’s is above 1. A QTL"],
            ["too."],
        ),
        (
            {"ls": 1.4, "lmm": 1.5},
            ["that relatives share genes does not explain them"],
            ["takes what", "LOCO", "not inflated"],
        ),
    ],
)
def test_each_lambda_has_the_sentence_that_is_true_of_it(scans, wanted, said, unsaid):
    found = words.inflation(with_lambdas(scans, **wanted))
    names = {"ls": "ordinary regression", "lmm": "mixed model", "loco": "LOCO"}
    for name, value in wanted.items():
        assert f"{names[name]} {value:.2f}" in found
    assert [part for part in said if part not in found] == []
    assert [part for part in unsaid if part in found] == []


def test_a_kinship_that_came_with_the_data_holds_no_marker(scans):
    low = with_lambdas(scans, ls=5.0, lmm=0.7)
    assert "competes with itself" in words.inflation(low)
    given = replace(low, study=replace(low.study, kinship=np.eye(2)))
    assert "competes with itself" not in words.inflation(given)


def test_before_the_reveal_nothing_tells_the_truth(scans, found):
    offered = believed.offered(found["ls"])
    board = received(genome_board(scans, found, revealed=False, offered=offered))
    (panel,) = board["genome"]["panels"]
    assert board["genome"]["truth"] == panel["found"] == []
    assert {peak["look"] for peak in panel["peaks"]} <= {"open"}
    assert not any("QTL" in text or "false" in text for text in texts_in(board))


def test_the_board_draws_what_was_found_on_the_same_axes(scans, found):
    offered = believed.offered(found["ls"])
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
        assert words.tally_sentence(found[one.name], scans.study) in panel["alt"]
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
        assert f"λ is {one.lambda_gc:.2f}" in chart["alt"]
        assert (chart["x"], chart["y"]) == (charts[0]["x"], charts[0]["y"])


def test_a_marker_is_drawn_with_its_means_and_both_estimates(scans):
    study, place = scans.study, scans.study.true_qtl[0].place
    look = look_at(study, decompose(kinship_of(study)), place, tested=True)
    strip, profile = received(marker_board(study, look))["charts"]
    someone, means = strip["series"]
    assert sorted(someone["y"]) == sorted(look.y)
    assert set(np.round(someone["x"] - 1.0)) == set(study.counts[:, place])
    assert means["y"].tolist() == [group.mean for group in look.groups]
    assert [line["at"] for line in profile["lines"]] == [look.without.h2, look.with_it.h2]
    said = words.marker_sentence(study, look, scans.by["lmm"])
    assert f"({study.where(place)}), by the mixed model: " in said
    K, y = kinship_of(study), study.y
    with_it = fit_lmm(y, np.column_stack([study.X, study.counts[:, place]]), K)
    without = fit_lmm(y, study.X, K)
    for fit, start in ((with_it, "With the marker ĥ = "), (without, "without it ")):
        low, high = map(h_words, interval_h2(fit))
        assert f"{start}{h_words(fit.h2)} ({low} to {high})" in said
    assert said.endswith(words.change(with_it.h2 - without.h2))
    tests = scans.by["lmm"].tests
    assert plus_minus(float(tests.beta[place]), float(tests.se_beta[place])) in said


def test_what_a_marker_does_to_h_is_said_by_its_direction():
    assert words.change(0.004) == words.change(-0.009) == "Adding it hardly changes h."
    assert words.change(-0.05) == "It explains part of what followed kinship."
    assert words.change(0.05) == "With it, h is higher."


def test_a_marker_that_does_not_vary_says_so(scans):
    study = replace(scans.study, counts=scans.study.counts.copy())
    study.counts[:, 5] = 2
    by, effective = run_plain(study, decompose(kinship_of(study)), "null", quiet)
    fixed = Scans(study, "null", by, effective)
    look = look_at(study, decompose(kinship_of(study)), 5, tested=False)
    assert "is not tested: monomorphic" in words.marker_sentence(study, look, by["lmm"])
    assert len(received(marker_board(study, look))["charts"][1]["series"]) == 1
    assert f"{study.m - fixed.tested} marker" in words.facts(fixed)
    assert marker_rows(fixed, 5)[0]["where h is"] == "monomorphic"
    assert marker_rows(fixed, 5)[0]["p"] == "–"


def test_the_numbers_of_a_marker_stand_beside_each_other(scans):
    place = scans.study.true_qtl[0].place
    rows = marker_rows(scans, place)
    assert [row["scan"] for row in rows] == [one.title for one in scans.by.values()]
    for row, one in zip(rows, scans.by.values(), strict=True):
        assert row["p"] == in_digits(float(one.tests.p_wald[place]), 2)
        assert row["h"] == one.tests.h2[place]
    assert rows[0]["where h is"] == "fixed"
    assert rows[1]["where h is"] in ("between 0 and 1", "at 0", "at 1")
    far = scans.by["ls"].tests
    tiny = replace(far, log_p_wald=np.full_like(far.log_p_wald, -800.0))
    by = {**scans.by, "ls": replace(scans.by["ls"], tests=tiny)}
    # No float64 is as small, and 0 would be wrong.
    assert marker_rows(replace(scans, by=by), place)[0]["p"] == "< 10⁻³⁰⁰"


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

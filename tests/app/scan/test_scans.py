"""The scans are lmm_core's, each peak is one by its definition, and a marker's look is its fit."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.genome.sources import CrossSettings, simulate_study
from lmm_app.genome.study import Qtl, kinship_of
from lmm_app.scan.marker import look_at
from lmm_app.scan.peaks import peak_places, tally
from lmm_app.scan.scans import (
    LEVEL,
    PERMUTATION_SEED,
    Scans,
    run_loco,
    run_plain,
)
from lmm_core import decompose, fit_lmm, scan_markers
from lmm_core.errors import KinshipError
from lmm_core.scan import loco_threshold, permutation_threshold, scan_loco
from lmm_core.scan.loco import kinship_without

SMALL = CrossSettings(n=80, generations=5, pairs=10)


def quiet(share):
    assert 0.0 <= share <= 1.0


def scans_of(study, held="refit"):
    by, effective = run_plain(study, decompose(kinship_of(study)), held, quiet)
    return Scans(study, held, {**by, "loco": run_loco(study, held, quiet)}, effective)


@pytest.fixture(scope="module")
def study():
    return replace(simulate_study(SMALL), permutations=99)


@pytest.fixture(scope="module")
def scans(study):
    return scans_of(study)


@pytest.mark.parametrize("held", ["refit", "null"])
def test_each_scan_is_that_of_the_package(study, held):
    G, y, X = study.counts.astype(float), study.y, study.X
    found = scans_of(study, held)
    eigen = decompose(kinship_of(study))
    direct = {
        "ls": scan_markers(G, y, X, eigen, h2=0.0),
        "lmm": scan_markers(G, y, X, eigen, h2=held),
        "loco": scan_loco(G, y, X, study.chromosome, kind=study.kind, h2=held),
    }
    for name, scan in direct.items():
        np.testing.assert_allclose(found.by[name].height, scan.neg_log10_p, rtol=1e-8)
        np.testing.assert_allclose(found.by[name].tests.h2, scan.h2, atol=1e-8)
    assert found.null.h2 == direct["lmm"].null.h2
    settings = {"permutations": 99, "alphas": (LEVEL,)}
    for name, h2 in (("ls", 0.0), ("lmm", "null")):
        rng = np.random.default_rng(PERMUTATION_SEED)
        cut = permutation_threshold(G, y, X, eigen, rng=rng, h2=h2, **settings)
        assert found.by[name].cut == cut.neg_log10_p[0]
    rng = np.random.default_rng(PERMUTATION_SEED)
    cut = loco_threshold(G, y, X, study.chromosome, rng=rng, kind=study.kind, **settings)
    assert found.by["loco"].cut.value == pytest.approx(cut.neg_log10_p[0].value, rel=1e-8)


def test_large_studies_give_the_same_without_holding_all_kinships(study, scans, monkeypatch):
    monkeypatch.setattr("lmm_app.scan.scans.HELD_ELEMENTS", 0)
    again = run_loco(study, "refit", quiet)
    np.testing.assert_allclose(again.height, scans.by["loco"].height, rtol=1e-8)
    assert again.cut.value == pytest.approx(scans.by["loco"].cut.value, rel=1e-8)


def test_the_lod_score_is_that_of_two_regressions(study, scans):
    np.testing.assert_allclose(scans.by["ls"].lod, scans.by["ls"].tests.lod, rtol=1e-8)
    place = int(np.argmax(scans.by["lmm"].height))
    held = float(scans.by["lmm"].tests.h2[place])
    eigen = decompose(kinship_of(study))
    at = scan_markers(study.counts[:, [place]].astype(float), study.y, study.X, eigen, h2=held)
    assert scans.by["lmm"].lod[place] == pytest.approx(at.lod[0], rel=1e-6)


def test_one_chromosome_has_no_loco(study):
    on = study.chromosome == "1"
    alone = replace(
        study,
        counts=study.counts[:, on],
        markers=tuple(np.array(study.markers)[on]),
        chromosome=study.chromosome[on],
        position=study.position[on],
    )
    with pytest.raises(KinshipError, match="there must be two"):
        run_loco(alone, "refit", quiet)


def obvious_peaks(study, height, cut):
    """The definition, marker by marker."""
    found = []
    for j in range(study.m):
        near = [
            k
            for k in range(study.m)
            if study.chromosome[k] == study.chromosome[j]
            and abs(study.position[k] - study.position[j]) <= 20.0
        ]
        before = [height[k] for k in near if k < j]
        if height[j] > cut and height[j] >= np.nanmax(height[near]):
            found += [j] if height[j] not in before else []
    return sorted(found, key=lambda j: -height[j])


def test_peaks_are_what_the_definition_says(study):
    rng = np.random.default_rng(11)
    for _ in range(3):
        height = rng.exponential(1.0, study.m).round(1)
        assert set(peak_places(study, height, 2.5)) == set(obvious_peaks(study, height, 2.5))
    height = np.zeros(study.m)
    assert peak_places(study, height, 0.5) == []
    height[[3, 4, 13, 15]] = [2.0, 2.0, 3.0, np.nan]
    # 13 is 20 cM from 3 and hides it, and 18 cM from 4.
    assert peak_places(study, height, 0.5) == [13]


def test_a_peak_is_true_within_ten_cm_of_a_qtl_and_no_further(study, scans):
    one = scans.by["ls"]
    height = np.zeros(study.m)
    first = np.flatnonzero(study.chromosome == "2")
    height[first[10]] = 50.0
    flat = replace(one, tests=replace(one.tests, log_p_wald=-height * np.log(10.0)))

    def with_qtl(place, effect=0.5):
        return tally(replace(study, true_qtl=(Qtl(int(place), effect),)), flat)

    near, far = with_qtl(first[15]), with_qtl(first[16])
    assert (len(near.peaks) - len(near.false), near.found, near.missed) == (1, (first[15],), ())
    assert (len(far.peaks), len(far.false), far.found) == (1, 1, ())
    assert far.missed == (first[16],)
    elsewhere = with_qtl(np.flatnonzero(study.chromosome == "3")[10])
    assert len(elsewhere.false) == 1
    # What has no effect is no QTL: neither found nor missed.
    none = with_qtl(first[15], 0.0)
    assert (len(none.false), none.found, none.missed) == (1, (), ())


def test_a_look_at_a_marker_is_its_fit(study, scans):
    place = int(np.argmax(scans.by["lmm"].height))
    eigen = decompose(kinship_of(study))
    look = look_at(study, eigen, place, tested=True)
    assert look.with_it.h2 == pytest.approx(float(scans.by["lmm"].tests.h2[place]), abs=1e-7)
    assert look.without.h2 == scans.null.h2
    assert look.own[np.isfinite(look.own)].max() <= 1e-9
    assert look.own.max() > -0.1
    dosage = study.counts[:, place]
    for group in look.groups:
        values = study.y[dosage == group.count]
        assert group.n == values.size
        assert group.mean == pytest.approx(values.mean())
        assert group.se == pytest.approx(values.std(ddof=1) / np.sqrt(values.size))
    beside = decompose(
        kinship_without(
            study.counts, study.chromosome, str(study.chromosome[place]), kind=study.kind
        )
    )
    look = look_at(study, beside, place, tested=True)
    assert look.with_it.h2 == pytest.approx(float(scans.by["loco"].tests.h2[place]), abs=1e-6)
    X = np.column_stack([study.X, dosage])
    assert look.with_it.h2 == pytest.approx(fit_lmm(study.y, X, beside).h2, abs=1e-9)


def test_covariates_are_taken_out_of_the_picture_of_a_marker(study):
    sex = np.arange(study.n) % 2.0
    changed = replace(
        study,
        y=study.y + 5.0 * sex,
        X=np.column_stack([np.ones(study.n), sex]),
    )
    look = look_at(changed, decompose(kinship_of(study)), 0, tested=True)
    assert look.y[sex == 1].mean() == pytest.approx(look.y[sex == 0].mean())
    assert look.y.mean() == pytest.approx(changed.y.mean())


def test_what_the_page_says_of_scans_of_relatives_holds_over_draws():
    """Least squares is inflated and errs; the mixed model is deflated against LOCO."""
    false, inflated, competes = [], [], []
    for seed in (1, 2, 3):
        study = replace(simulate_study(CrossSettings(seed=seed)), permutations=199)
        scans = scans_of(study, "null")
        false.append([len(tally(study, scans.by[name]).false) for name in ("ls", "loco")])
        inflated.append(scans.by["ls"].lambda_gc > 1.5)
        competes.append(scans.by["lmm"].lambda_gc < scans.by["loco"].lambda_gc)
    assert all(inflated)
    assert all(competes)
    assert np.sum(false, axis=0)[0] >= 5 > np.sum(false, axis=0)[1]

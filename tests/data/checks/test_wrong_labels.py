"""How many labels are wrong in all: the interval holds the truth, or it is said that none can."""

import numpy as np
import pytest

from lmm_core import decompose, fit_rotated, rotate
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.checks.sexes import Sexes
from lmm_data.checks.wrong_labels import check_wrong, count_by_sex, count_wrong

K = full_sib_families(24, 5).K
EIGEN = decompose(K)
N = len(K)


def fits(rng, traits=6, h2=0.8, wrong=0, noise=None, left_out=0.0):
    source = np.arange(N)
    if wrong:
        moved = rng.choice(N, wrong, replace=False)
        source[moved] = np.roll(moved, 1)
    sex = rng.random(N) < 0.5
    columns = []
    for _ in range(traits):
        y = simulate_phenotype(EIGEN, h2, rng=rng).y + left_out * sex
        if noise == "heavy":
            y = y + 0.7 * rng.standard_t(4, N)
        columns.append(y[source])
    return [fit_rotated(rotate(EIGEN, y, np.ones((N, 1)))) for y in columns]


@pytest.mark.parametrize(
    "how",
    [{}, {"noise": "heavy"}, {"left_out": 2.0}, {"wrong": 12}],
    ids=["clean", "heavy tails", "a covariate left out", "a tenth wrong"],
)
def test_the_interval_holds_the_truth_and_clean_labels_are_not_suspected(how):
    rng = np.random.default_rng(5)
    held = []
    for _ in range(6):
        found = count_wrong(fits(rng, **how), rng)
        held.append(found.low <= how.get("wrong", 0) <= found.high)
        if not how.get("wrong"):
            (finding,) = check_wrong(found, "p")
            assert finding.severity == "note"
    assert sum(held) >= 5


def test_one_trait_of_low_h_cannot_tell():
    found = count_wrong(fits(np.random.default_rng(2), 1, 0.2), np.random.default_rng(0))
    (finding,) = check_wrong(found, "p")
    assert finding.title == "How many labels are wrong cannot be told"
    assert count_wrong(fits(np.random.default_rng(3), 1, 0.0)[:0], np.random.default_rng(0)) is None
    (finding,) = check_wrong(None, "p")
    assert "cannot be told" in finding.title


def test_by_sex_half_of_the_wrong_labels_are_seen():
    wrong = tuple(f"i{i}" for i in range(20))
    found = count_by_sex(Sexes(wrong, 400, 0.5, None))
    assert found.estimate == pytest.approx(40)
    assert found.low < 40 < found.high
    (finding,) = check_wrong(found, "geno", by_sex=True)
    assert "about 40 labels are wrong" in finding.found
    none = count_by_sex(Sexes((), 400, 0.5, None))
    assert (none.estimate, none.low) == (0.0, 0.0)
    assert 5 < none.high < 10

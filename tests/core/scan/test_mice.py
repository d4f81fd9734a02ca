"""The scan of the real mice, against the rows that GEMMA prints for them."""

import json

import numpy as np
import pytest

from lmm_core import decompose, scan_markers
from lmm_core.many.shared import share
from lmm_core.scan.block import block_tests
from lmm_core.scan.genome import scan_model
from lmm_core.scan.loco import kinship_without
from tests import real_mice
from tests.places import ROOT

GEMMA = json.loads((ROOT / "tests" / "reference" / "scan_mice.json").read_text())


@pytest.fixture(scope="module")
def mice():
    found = real_mice.cd8()
    return found.G, found.y, decompose(found.K), found.markers, found.chromosome


def rounding(printed):
    """Half a unit in the last digit of a number as it was printed."""
    digits, _, exponent = printed.partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def test_rows_have_the_digits_that_gemma_prints(mice):
    """At GEMMA's λ every digit; ours is within 1e-5 of it, where the likelihood is no lower."""
    G, y, eigen, markers, chromosome = mice
    rows = [dict(zip(GEMMA["columns"], row, strict=True)) for row in GEMMA["rows"]]
    assert len(rows) >= 12
    shared = share(eigen, None)
    refitted = scan_model(shared, y)
    for row in rows:
        place = int(np.flatnonzero(markers == row["rs"])[0])
        assert chromosome[place] == row["chr"]
        genotypes = G[:, [place]]
        best = block_tests(refitted, genotypes)
        printed = float(row["l_remle"])
        assert best.h2[0] / (1.0 - best.h2[0]) == pytest.approx(printed, rel=1e-5)

        ratios = printed, printed + rounding(row["l_remle"])
        held, nearby = (
            block_tests(scan_model(shared, y, h2=ratio / (1.0 + ratio)), genotypes)
            for ratio in ratios
        )
        assert held.loglik[0] <= best.loglik[0] + 1e-9
        for name, column in (
            ("af", "mean"),
            ("beta", "beta"),
            ("se", "se_beta"),
            ("logl_H1_of_lmm1", "loglik"),
            ("p_wald", "p_wald"),
        ):
            value, other = (getattr(tests, column)[0] for tests in (held, nearby))
            if name == "af":
                value, other = 0.5 * value, 0.5 * other
            allowed = 1.01 * rounding(row[name]) + abs(value - other)
            assert abs(value - float(row[name])) <= allowed, (row["rs"], name)


def test_the_published_marker(mice):
    """The first row of GEMMA's own demonstration."""
    G, y, eigen, markers, _ = mice
    scan = scan_markers(G[:, :1], y, None, eigen)
    assert markers[0] == "rs3683945"
    assert scan.beta[0] == pytest.approx(-7.788665e-02, abs=6e-9)
    assert scan.se_beta[0] == pytest.approx(6.193502e-02, abs=6e-9)
    assert scan.h2[0] / (1.0 - scan.h2[0]) == pytest.approx(4.317993, abs=2e-6)
    assert scan.p_wald[0] == pytest.approx(2.087616e-01, abs=6e-8)


def test_the_peak_is_on_chromosome_17(mice):
    """A quarter of the markers, all of chromosome 17's among them."""
    G, y, eigen, _, chromosome = mice
    some = (np.arange(G.shape[1]) % 8 == 0) | (chromosome == "17")
    scan = scan_markers(G[:, some], y, None, eigen)
    best = int(np.argmax(scan.neg_log10_p))
    assert chromosome[some][best] == "17"
    assert scan.neg_log10_p[best] == pytest.approx(16.64, abs=0.005)
    elsewhere = scan.neg_log10_p[chromosome[some] != "17"]
    assert elsewhere.max() < 8.0


def test_the_peak_falls_twice(mice):
    """Without kinship, with all of it, and with the marker's own chromosome left out."""
    G, y, eigen, markers, chromosome = mice
    marker = G[:, markers == "rs3665150"]
    others = decompose(kinship_without(G, chromosome, "17"))
    scans = [
        scan_markers(marker, y, None, K, h2=h2)
        for K, h2 in ((eigen, 0.0), (eigen, "null"), (others, "null"))
    ]
    lods = [0.5 * y.size * np.log10(1.0 + scan.f[0] / scan.df) for scan in scans]
    assert [f"{lod:.2f}" for lod in lods] == ["53.79", "11.46", "27.23"]

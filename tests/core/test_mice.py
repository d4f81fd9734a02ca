"""The real mice, against what GEMMA publishes for them."""

from pathlib import Path

import pytest

from lmm_core import DataError, LMMFit, fit_lmm
from lmm_core.conventions import gemma_pve
from lmm_data.readers.genotypes.dosages import read_dosages
from lmm_data.readers.genotypes.plink import read_plink
from tests import real_mice
from tests.places import SAMPLES


@pytest.fixture(scope="module")
def fits() -> dict[str, LMMFit]:
    """By both methods."""
    mice = real_mice.cd8()
    assert mice.G.shape == (1_410, 10_768)
    reml = fit_lmm(mice.y, None, mice.K)
    return {"REML": reml, "ML": fit_lmm(mice.y, None, reml.eigen, reml=False)}


def test_reml_reproduces_gemma_to_the_digits_it_prints(fits: dict[str, LMMFit]) -> None:
    """The log of `gemma -lmm` in GEMMA's documentation of its example mouse_hs1940."""
    fit = fits["REML"]
    assert fit.n == 1410
    scale = fit.eigen.mean_diagonal
    ratio = scale * fit.sigma2_g / fit.sigma2_e
    # Half a unit in the last digit printed, and a tenth more for GEMMA's own optimiser.
    assert ratio / (ratio + 1.0) == pytest.approx(0.608801, abs=6e-7)
    assert fit.sigma2_g == pytest.approx(1.47657, abs=6e-6)
    assert fit.sigma2_e == pytest.approx(0.341097, abs=6e-7)
    assert fit.loglik == pytest.approx(-1584.34, abs=0.005)
    assert fit.status == "interior"


def test_ml_reproduces_gemma_short_of_its_own_unbounded_limit(fits: dict[str, LMMFit]) -> None:
    """GEMMA stops at λ = 1e5, so it reports the interior maximum; so do we, and say why."""
    fit = fits["ML"]
    assert fit.loglik == pytest.approx(-1584.72, abs=0.005)
    assert fit.status == "unbounded"
    assert "without bound" in fit.message


def test_pve_and_its_error_are_the_published_ones(fits: dict[str, LMMFit]) -> None:
    pve = gemma_pve(fits["REML"])
    # Half a unit in the last digit printed, and a tenth more for GEMMA's own optimiser.
    assert pve.pve == pytest.approx(0.608801, abs=6e-7)
    assert pve.se == pytest.approx(0.032774, abs=6e-7)


def test_dosages_are_refused_where_they_do_not_fit(tmp_path: Path) -> None:
    genotypes, _ = read_plink(SAMPLES / "mouse_hs1940")
    file = tmp_path / "dosages.csv"
    file.write_text("marker,id,dosage\nrs3683945,nobody,0.5\n")
    with pytest.raises(DataError, match="line 2 is “rs3683945,nobody,"):
        read_dosages(file, genotypes)
    file.write_text("snp,id,dosage\n")
    with pytest.raises(DataError, match="need the columns marker, id, dosage"):
        read_dosages(file, genotypes)

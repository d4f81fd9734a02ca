"""Genotypes in the forms in which people pass them on, beside phenotypes in plain CSV."""

from collections.abc import Callable

import numpy as np

from tests.dialects import letters, marker_files
from tests.dialects.common import covariates, phenotypes, put_table
from tests.dialects.draft import Draft
from tests.dialects.markers import Markers
from tests.dialects.text import Style

_WRITE: dict[str, tuple[int, Callable[[Draft, Markers], None]]] = {
    "VCF": (110, marker_files.vcf),
    ".raw": (60, marker_files.raw),
    ".traw": (50, marker_files.traw),
    ".ped": (70, marker_files.ped),
    ".tped": (50, marker_files.tped),
    ".bed": (50, marker_files.bed),
    "BIMBAM": (40, marker_files.bimbam),
    "HapMap": (60, letters.hapmap),
    "a table of counts": (120, letters.counts),
    "a table of letters": (120, letters.pairs),
    "a table of parents": (40, letters.parents),
}
GENOTYPES = {form: count for form, (count, _) in _WRITE.items()}
"""How many cases there are of each form."""


def genotypes(form: str, d: Draft) -> None:
    """One of `GENOTYPES`, of individuals in an order of their own, and now and then covariates."""
    d.people({"words": 0.55, "integers": 0.15, "padded": 0.15, "counting": 0.08, "signs": 0.07})
    d.positions = form == "BIMBAM"
    if d.positions:
        d.shuffled = False
    _plainly(d)
    phenotypes(d)
    d.relate("counts")
    put_table(d, "phenotypes", d.pheno, Style(), "column", "id", ("pheno.csv",))
    sheet = covariates(d, {"": 0.7, "file": 0.3})
    if sheet is not None:
        put_table(d, "covariates", sheet, Style(), "column", "id", ("covar.csv",))
    markers = _markers(d, form)
    _WRITE[form][1](d, markers)
    # Whose genotypes are not known is not in the fit; of all others K is of these counts.
    d.K = markers.kinship()


def _plainly(d: Draft) -> None:
    """Ids that are spelled alike; the same order is said where it is meant."""
    d.other_labels = d.labels
    d.expect = "fit"
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = ["--same-order"] if d.positions else []


def _markers(d: Draft, form: str) -> Markers:
    counts = d.study.counts[d.relatives].astype(float)
    if d.chance(0.45, "missing genotypes"):
        counts[d.rng.random(counts.shape) < 0.04] = np.nan
    if d.chance(0.08, "a marker that does not vary"):
        counts[:, 5] = 2.0
    if d.chance(0.04, "a marker of which nothing is known"):
        counts[:, 7] = np.nan
    m = counts.shape[1]
    chromosome = [str(1 + 3 * j // m) for j in range(m)]
    if form in ("VCF", ".traw", ".ped", ".tped", ".bed", "HapMap") and d.chance(
        0.2, "markers on X"
    ):
        chromosome[-6:] = ["X"] * 6
    names = [f"rs{j}" for j in range(m)]
    if form.startswith("a table") and d.chance(0.1, "markers called by numbers", "either"):
        names = [str(j + 1) for j in range(m)]
    return Markers(d.ids(d.relatives), counts, names, chromosome, [100 * j + 7 for j in range(m)])

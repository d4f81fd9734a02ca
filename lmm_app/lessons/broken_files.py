"""Datasets broken on purpose: one recipe each, from a random generator to the files; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lmm_core import centered_kinship, standardized_kinship
from lmm_core.arrays import Floats, Ints
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, unrelated
from lmm_data.dataset import Dataset, align
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.samples import sample_folder
from lmm_data.tables import Table
from lmm_data.written import csv_text, dataset_files

SAMPLE = sample_folder() / "mouse_hs300"
# The kinship of the sample takes these for the same mouse; one of each pair is left out, so that
# nothing is wrong but what is done here.
TWICE = ("A084286286", "A084286071", "A084280274")


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A dataset before anything is wrong with it, and the files in which something is."""

    sound: Dataset
    files: dict[str, bytes]


def indefinite(rng: np.random.Generator) -> Made:
    """Each entry computed from other markers, so that they do not go together."""
    data = mice(rng)
    noise = np.triu(rng.normal(0.0, 0.02, data.kinship.shape), 1)
    return with_kinship(data, data.kinship + noise + noise.T)


def clones(rng: np.random.Generator) -> Made:
    """One mouse with the genotypes of another, who is of another family and sex."""
    data = mice(rng)
    sex = data.covariates.column("sex")
    one = 20
    other = int(np.flatnonzero((data.kinship[one] < 0.05) & (sex != sex[one]))[0])
    source = np.arange(data.n)
    source[other] = one
    return with_kinship(data, data.kinship[np.ix_(source, source)])


def swapped(rng: np.random.Generator) -> Made:
    """The phenotypes of two mice exchanged: the one of most genetic value, and of least."""
    data = mice(rng)
    trait = simulate_phenotype(data.kinship, 0.9, rng=rng)
    sound = with_values(data, trait.y)
    y = trait.y.copy()
    pair = [int(trait.genetic.argmax()), int(trait.genetic.argmin())]
    y[pair] = y[pair[::-1]]
    return Made(sound, dataset_files(with_values(data, y)))


def shifted(rng: np.random.Generator) -> Made:
    """The first cell of a column deleted, and all others moved up."""
    data = mice(rng)
    y = data.traits.column("CD8")
    sound = with_values(data, y)
    return Made(sound, dataset_files(with_values(data, np.append(y[1:], np.nan))))


def half_scale(rng: np.random.Generator) -> Made:
    """Coefficients of kinship: one half with oneself, one quarter with a full sib."""
    families = full_sib_families(40, 5)
    y = simulate_phenotype(families.K, 0.6, rng=rng).y
    data = dataset(families.ids, families.K, 20.0 + 3.0 * y)
    return with_kinship(data, 0.5 * data.kinship)


def nobody_related(rng: np.random.Generator) -> Made:
    """Unrelated people: nothing but the noise of the markers stands off the diagonal."""
    people = unrelated(150, markers=4000, rng=rng)
    K = standardized_kinship(people.genotypes, people.frequency)
    y = simulate_phenotype(K, 0.5, rng=rng).y
    data = dataset(people.ids, K, 170.0 + 8.0 * y)
    return Made(data, dataset_files(data))


def centred(rng: np.random.Generator) -> Made:
    """Kinship from centred genotypes: each row sums to zero."""
    cross = advanced_intercross(120, 10, 30, spacing_cm=2.0, rng=rng)
    K = centered_kinship(cross.genotypes)
    K = K / np.diagonal(K).mean()
    data = dataset(cross.ids, K, 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y)
    return Made(data, dataset_files(data))


def without_zeros(rng: np.random.Generator) -> Made:
    """Ids that a spreadsheet took for numbers."""
    data = intercross(rng)
    return _with_ids(data, [label.lstrip("0") for label in data.ids])


def with_families(rng: np.random.Generator) -> Made:
    """Ids as FID_IID in one file, as IID alone in the other."""
    data = intercross(rng)
    return _with_ids(data, [f"F{1 + k // 6}_{label}" for k, label in enumerate(data.ids)])


def minus_nine(rng: np.random.Generator) -> Made:
    """Ten values missing, written as -9."""
    data = intercross(rng)
    y = data.traits.column("weight").copy()
    y[rng.choice(data.n, 10, replace=False)] = np.nan
    sound = with_values(data, y, "weight")
    coded = with_values(data, np.nan_to_num(y, nan=-9.0), "weight")
    return Made(sound, dataset_files(coded))


def bad_cell(rng: np.random.Generator) -> Made:
    """Sex as 0 and 1, and in one cell a doubt."""
    data = intercross(rng)
    sex = data.covariates.column("sex").copy()
    doubtful = int(rng.integers(data.n))
    sex[doubtful] = np.nan
    sound = replace(data, covariates=replace(data.covariates, values=sex[:, np.newaxis]))
    written = ["m?" if np.isnan(x) else f"{x:.0f}" for x in sex]
    rows = list(zip(data.ids, written, strict=True))
    return Made(
        sound, {**dataset_files(sound), "covar.csv": csv_text(("id", "sex"), rows).encode()}
    )


def skewed(rng: np.random.Generator) -> Made:
    """A concentration: its logarithm is what is normal."""
    data = intercross(rng)
    z = (data.traits.column("weight") - 20.0) / 3.0
    sound = with_values(data, z, "insulin")
    return Made(sound, dataset_files(with_values(data, np.exp(z), "insulin")))


def no_ids(rng: np.random.Generator) -> Made:
    """Kinship as GEMMA writes it: numbers alone, in the order of the phenotypes."""
    data = intercross(rng)
    rows = ["\t".join(map(repr, row)) for row in data.kinship.tolist()]
    files = dataset_files(data)
    del files["kinship.csv"]
    return Made(data, {**files, "result.cXX.txt": ("\n".join(rows) + "\n").encode()})


def batches(rng: np.random.Generator) -> Made:
    """The last third measured on another day, on which all values are higher."""
    data = intercross(rng)
    y = data.traits.column("weight")
    later = np.arange(data.n) >= 2 * data.n // 3
    return Made(data, dataset_files(with_values(data, y + 3.0 * y.std() * later, "weight")))


def corrected(rng: np.random.Generator) -> Made:
    """What a regression on sex left, with sex beside it once more."""
    data = intercross(rng)
    y, sex = data.traits.column("weight"), data.covariates.column("sex")
    means = np.where(sex == 1.0, y[sex == 1.0].mean(), y[sex == 0.0].mean())
    return Made(data, dataset_files(with_values(data, np.round(y - means, 6), "weight")))


@cache
def _sample() -> Dataset:
    kinship = read_kinship(SAMPLE / "kinship.csv")
    keep = [label for label in kinship.ids if label not in TWICE]
    return align(
        "mice",
        read_table(SAMPLE / "pheno.csv").select(keep),
        kinship,
        read_table(SAMPLE / "covar.csv"),
    )


def mice(rng: np.random.Generator) -> Dataset:
    """The mice of the sample, whom nobody draws."""
    return _sample()


def intercross(rng: np.random.Generator) -> Dataset:
    """An advanced intercross with sex, its ids of four digits."""
    n = 120
    cross = advanced_intercross(n, 10, 30, spacing_cm=2.0, rng=rng)
    K = standardized_kinship(cross.genotypes, 0.5)
    sex = (rng.random(n) < 0.5).astype(np.float64)
    y = 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y + 1.5 * sex
    ids = tuple(f"{label:04d}" for label in range(1, n + 1))
    return dataset(ids, K, y, sex)


def sib_genotypes(rng: np.random.Generator, parents: NDArray[np.int8]) -> tuple[Floats, Ints]:
    """Four sibs of each pair of parents, and the number of each one's family.

    Args:
        rng: what each inherits, marker by marker.
        parents: allele counts, shape (2f, m), pair by pair.
    """
    family = np.repeat(np.arange(len(parents) // 2), 4)
    gametes = [
        rng.random((len(family), parents.shape[1])) < parents[k::2][family] / 2.0 for k in (0, 1)
    ]
    return gametes[0].astype(np.float64) + gametes[1], family


def sib_ids(family: Ints) -> list[str]:
    """Ids by family and number."""
    return [f"{label + 1:02d}_{k % 4 + 1}" for k, label in enumerate(family)]


def dataset(ids: Sequence[str], K: Floats, y: Floats, sex: Floats | None = None) -> Dataset:
    labels = tuple(ids)
    covariates = None if sex is None else Table("covar.csv", labels, ("sex",), sex[:, np.newaxis])
    return align(
        "data",
        Table("pheno.csv", labels, ("weight",), y[:, np.newaxis]),
        Table("kinship.csv", labels, labels, K),
        covariates,
    )


def with_kinship(data: Dataset, K: Floats) -> Made:
    """The dataset, and its files with another kinship."""
    files = dataset_files(data)
    files["kinship.csv"] = csv_text(
        ("id", *data.ids), [(label, *row) for label, row in zip(data.ids, K.tolist(), strict=True)]
    ).encode()
    return Made(data, files)


def rewritten(
    data: Dataset, name: str, ids: Sequence[str], columns: Mapping[str, Sequence[object]]
) -> dict[str, bytes]:
    """The files of a dataset, with a table of these columns in place of one of them."""
    rows = zip(ids, *columns.values(), strict=True)
    return {**dataset_files(data), name: csv_text(("id", *columns), list(rows)).encode()}


def with_values(data: Dataset, y: Floats, trait: str = "trait") -> Dataset:
    """The dataset with one trait, of these values."""
    kinship = Table("kinship.csv", data.ids, data.ids, data.kinship)
    traits = Table("pheno.csv", data.ids, (trait,), y[:, np.newaxis])
    return align(data.name, traits, kinship, data.covariates)


def _with_ids(data: Dataset, ids: Sequence[str]) -> Made:
    """The dataset, and its files with other ids for the phenotypes and the covariates."""
    files = dataset_files(data)
    for name, table in (("pheno.csv", data.traits), ("covar.csv", data.covariates)):
        rows = [(label, *row) for label, row in zip(ids, table.values.tolist(), strict=True)]
        files[name] = csv_text(("id", *table.columns), rows).encode()
    return Made(data, files)


Recipe = Callable[[np.random.Generator], Made]

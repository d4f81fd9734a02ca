"""Genotypes that are broken on purpose, as files from which the kinship is computed; pure data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_app.lessons.broken_entry import Broken
from lmm_app.lessons.broken_files import Made, dataset, sib_genotypes, sib_ids
from lmm_core import standardized_kinship
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.dataset import Dataset
from lmm_data.written import dataset_files

Calls = NDArray[np.int8]
_WRITTEN = {0: "0/0", 1: "0/1", 2: "1/1", -1: "./."}


@dataclass(frozen=True, slots=True, eq=False)
class _Typed:
    """Mice with sex and genotypes, shape (n, m), and the chromosome of each marker."""

    data: Dataset
    calls: Calls
    chromosome: tuple[str, ...]

    def files(self, calls: Calls) -> dict[str, bytes]:
        """The files, with genotypes in place of a kinship."""
        header = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")
        lines = ["##fileformat=VCFv4.2", "\t".join((*header, *self.data.ids))]
        for j, label in enumerate(self.chromosome):
            place = (label, str(1000 * (j + 1)), f"m{j + 1}", "A", "G", ".", "PASS", ".", "GT")
            lines.append("\t".join((*place, *(_WRITTEN[int(x)] for x in calls[:, j]))))
        files = dataset_files(self.data)
        del files["kinship.csv"]
        return {**files, "genotypes.vcf": ("\n".join(lines) + "\n").encode()}


def poor_sample(rng: np.random.Generator) -> Made:
    """Most genotypes of one sample failed, and some markers in most samples."""
    mice = _mice(rng)
    calls = mice.calls.copy()
    calls[17, rng.random(calls.shape[1]) < 0.6] = -1
    bad = rng.choice(calls.shape[1], 5, replace=False)
    calls[np.ix_(rng.random(len(calls)) < 0.5, bad)] = -1
    return Made(mice.data, mice.files(calls))


def typed_twice(rng: np.random.Generator) -> Made:
    """One sample typed under the id of another as well."""
    mice = _mice(rng)
    calls = mice.calls.copy()
    same = np.flatnonzero(mice.data.covariates.column("sex") == 1.0)
    calls[same[40]] = calls[same[10]]
    return Made(mice.data, mice.files(calls))


def parent(rng: np.random.Generator) -> Made:
    """The parents beside their offspring."""
    parents = rng.binomial(2, 0.5, (40, 500)).astype(np.int8)
    offspring, family = sib_genotypes(rng, parents)
    calls = np.concatenate([parents, offspring.astype(np.int8)])
    K = standardized_kinship(calls)
    y = 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y
    ids = [*(f"{1 + k // 2:02d}_{'MF'[k % 2]}" for k in range(40)), *sib_ids(family)]
    typed = _Typed(dataset(ids, K, y), calls, tuple(str(1 + j // 50) for j in range(500)))
    return Made(typed.data, typed.files(calls))


def mixed(rng: np.random.Generator) -> Made:
    """Different samples in one tube."""
    mice = _mice(rng)
    calls = mice.calls.copy()
    females = np.flatnonzero(mice.data.covariates.column("sex") == 0.0)
    tube = calls[females[[10, 25, 40]]]
    calls[females[10]] = np.where((tube == tube[0]).all(axis=0) & (tube[0] != 1), tube[0], 1)
    return Made(mice.data, mice.files(calls))


def sexes(rng: np.random.Generator) -> Made:
    """Labels of some males exchanged with those of females."""
    mice = _mice(rng)
    calls = mice.calls.copy()
    sex = mice.data.covariates.column("sex")
    males, females = np.flatnonzero(sex == 1.0)[:3], np.flatnonzero(sex == 0.0)[:3]
    moved = np.concatenate([males, females])
    calls[moved] = calls[np.concatenate([females, males])]
    return Made(mice.data, mice.files(calls))


def selective(rng: np.random.Generator) -> Made:
    """Only the lightest and the heaviest typed at every marker."""
    mice = _mice(rng)
    y = mice.data.traits.column("weight")
    middle = np.abs(y - np.median(y)) < np.quantile(np.abs(y - np.median(y)), 0.3)
    calls = mice.calls.copy()
    calls[np.ix_(middle, np.arange(calls.shape[1]) % 3 > 0)] = -1
    return Made(mice.data, mice.files(calls))


def _mice(rng: np.random.Generator) -> _Typed:
    """An advanced intercross with sex and an X chromosome."""
    n, on_x = 120, 40
    cross = advanced_intercross(n, 10, 30, spacing_cm=5.0, rng=rng)
    autosomes = cross.genotypes.astype(np.int8)
    sex = (rng.random(n) < 0.5).astype(np.float64)
    X = (rng.random((n, on_x, 2)) < 0.5).astype(np.int8)
    X[sex == 1.0, :, 1] = X[sex == 1.0, :, 0]
    K = standardized_kinship(autosomes, 0.5)
    y = 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y
    data = dataset([f"M{k + 1}" for k in range(n)], K, y, sex)
    chromosome = (*(str(c) for c in cross.chromosome), *("X" for _ in range(on_x)))
    return _Typed(
        data, np.concatenate([autosomes, X.sum(axis=2, dtype=np.int8)], axis=1), chromosome
    )


SHELF = (
    Broken(
        name="poor_sample",
        title="A sample that failed",
        lesson="Where most genotypes of a sample are missing, its kinship is that of the average "
        "mouse, and what is left of it is less sure.",
        codes=("genotype_call_rate",),
        notes=("genotype_markers",),
        recipe=poor_sample,
        remedy="Type the sample again, or leave it out.",
    ),
    Broken(
        name="typed_twice",
        title="The same genotypes under another id",
        lesson="Genotypes tell a sample that was typed again from a close relative, as the "
        "kinship alone often cannot.",
        codes=("kinship_clones",),
        recipe=typed_twice,
        remedy="Find out whose sample it is; until then a click on the page leaves both out.",
    ),
    Broken(
        name="parents",
        title="Parents among their offspring",
        lesson="A parent and its offspring share an allele at every marker: no mistake, if the "
        "pedigree says so too.",
        codes=(),
        notes=("genotype_parents",),
        verdict="fit for use",
        recipe=parent,
        remedy="Nothing needs doing if the pedigree says the same.",
    ),
    Broken(
        name="mixed_sample",
        title="Different samples in one tube",
        lesson="A mixture looks heterozygous wherever the mice in it differ, far more often than "
        "any mouse is.",
        codes=("genotype_heterozygosity",),
        recipe=mixed,
        remedy="Leave the sample out: no click can part the mixture.",
    ),
    Broken(
        name="sexes",
        title="Sexes that X contradicts",
        lesson="A male has no heterozygous marker on X: where X says another sex than the record, "
        "most often the label is wrong.",
        codes=("genotype_sex",),
        notes=("labels_wrong",),
        recipe=sexes,
        remedy="Look each up in the record; as many again may be exchanged within a sex.",
    ),
    Broken(
        name="selective",
        title="Only the extremes typed",
        lesson="Those in the middle have few genotypes, so that their kinship says little: a "
        "design, and no failure.",
        codes=(),
        notes=("genotype_few",),
        verdict="fit for use",
        recipe=selective,
        remedy="Nothing needs doing if it was meant so.",
    ),
)
"""Those whose genotypes are broken."""

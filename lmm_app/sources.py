"""Where a dataset comes from: a sample, a preset, a simulation, or uploaded files; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.lessons.presets import PRESETS
from lmm_core import LMMError, centered_kinship, standardized_kinship
from lmm_core.cross import advanced_intercross
from lmm_core.dataset import Dataset, align
from lmm_core.kinship import minor_allele_frequency
from lmm_core.readers.csv import read_kinship, read_table
from lmm_core.readers.dosages import read_dosages
from lmm_core.readers.plink import read_plink
from lmm_core.simulate import full_sib_families, simulate_phenotype, unrelated
from lmm_core.tables import Table

SAMPLE_FOLDER = Path(__file__).parent.parent / "sample_data"
MAX_INDIVIDUALS = 3000
LAST_SEED = 999_999
# What the settings of a simulation may be, by their names in links.
RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "true_h": (0.0, 1.0),
        "n": (20, 800),
        "generations": (2, 30),
        "pairs": (5, 100),
        "family_size": (2, 20),
        "qtl": (0, 5),
        "sex": (0.0, 2.0),
    }
)

Population: TypeAlias = Literal["intercross", "families", "unrelated"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A dataset, what to say of it, and, for a simulation, the h it was made with."""

    dataset: Dataset
    about: str
    true_h2: float | None = None

    def without_truth(self, about: str) -> "Opened":
        """The same data for those who are not to see the true h: nor may `about` tell it."""
        return replace(self, about=about, true_h2=None)


@dataclass(frozen=True, slots=True)
class Sample:
    """A dataset that comes with the program, by its name in `SAMPLES`."""

    name: str

    @property
    def key(self) -> str:
        return f"sample:{self.name}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A preset by its name in `PRESETS`, and a seed, None for the preset's own."""

    name: str
    seed: int | None = None

    @property
    def key(self) -> str:
        return f"lesson:{self.name}:{self.seed}"


@dataclass(frozen=True, slots=True)
class Simulation:
    """The settings of a simulated dataset; the same settings give the same dataset.

    Attributes:
        population: kind of individuals.
        n: how many; families are of `family_size`, the last one of what is left.
        h2: the true h, on the scale of the kinship that comes with the data.
        sex_effect: difference between the sexes, in standard deviations of the rest.
        qtl: number of QTL, each worth 0.3 standard deviations an allele.
        generations, pairs: of the advanced intercross.
        seed: of the one random generator.
    """

    population: Population = "intercross"
    n: int = 300
    h2: float = 0.5
    sex_effect: float = 0.5
    qtl: int = 0
    generations: int = 10
    pairs: int = 30
    family_size: int = 6
    seed: int = 1

    @property
    def key(self) -> str:
        return f"simulation:{self}"


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """An uploaded file: its name, where its bytes can be read, and their SHA-256."""

    name: str
    stream: BytesIO
    digest: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "File":
        return cls(name, BytesIO(content), sha256(content).hexdigest())

    def read(self) -> bytes:
        return self.stream.getvalue()


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """The files of one dataset."""

    phenotypes: File
    kinship: File
    covariates: File | None = None

    @property
    def key(self) -> str:
        files = [file for file in (self.phenotypes, self.kinship, self.covariates) if file]
        return "upload:" + ":".join(f"{file.digest}/{file.name}" for file in files)


Source: TypeAlias = Sample | Lesson | Simulation | Upload


def open_source(source: Source) -> Opened:
    """The dataset of a source.

    Raises:
        LMMError: a file or a setting is not what it must be.
    """
    match source:
        case Sample(name):
            if name not in SAMPLES:
                raise LMMError(f"there is no sample '{name}': choose from {', '.join(SAMPLES)}")
            return SAMPLES[name].open()
        case Lesson(name, seed):
            if name not in PRESETS:
                raise LMMError(f"there is no preset '{name}': choose from {', '.join(PRESETS)}")
            preset = PRESETS[name]
            made = preset.make(seed)
            return Opened(made.dataset, preset.about(seed), made.true_h2)
        case Simulation():
            return _simulate(source)
        case Upload():
            return _read_upload(source)


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """What the list of samples says of one, and how it is opened."""

    title: str
    open: Callable[[], Opened]


def _open_folder(folder: str, name: str, about: str) -> Opened:
    path = SAMPLE_FOLDER / folder
    covariates = path / "covar.csv"
    return Opened(
        align(
            name,
            read_table(path / "pheno.csv"),
            read_kinship(path / "kinship.csv"),
            read_table(covariates) if covariates.exists() else None,
        ),
        about,
    )


def _open_mice() -> Opened:
    return _open_folder(
        "mouse_hs300",
        "297 heterogeneous-stock mice",
        "Real mice of eight mixed founder strains (Valdar et al. 2006). CD8 is a share of "
        "immune cells, MCH the haemoglobin in a red blood cell, both as published after "
        "normalising. Kinship from 12,226 SNPs.",
    )


def _open_all_mice() -> Opened:
    genotypes, phenotypes = read_plink(SAMPLE_FOLDER / "mouse_hs1940")
    genotypes = read_dosages(SAMPLE_FOLDER / "mouse_hs1940.dosages.csv.gz", genotypes)
    traits = Table(
        "mouse_hs1940.fam", phenotypes.ids, ("CD8", "MCH"), phenotypes.values[:, [0, 5]].copy()
    )
    dosages = genotypes.dosages()
    # The markers that GEMMA takes for CD8, so that its published estimates can be compared.
    measured = ~np.isnan(traits.column("CD8"))
    K = centered_kinship(dosages[:, minor_allele_frequency(dosages[measured]) >= 0.01])
    return Opened(
        align("all 1,940 mice", traits, Table("kinship", genotypes.ids, genotypes.ids, K)),
        "All the heterogeneous-stock mice of Valdar et al. 2006, from PLINK's binary files; "
        "centred kinship from the 10,768 SNPs that are not rare.",
    )


def _open_tiny() -> Opened:
    return _open_folder(
        "tiny12",
        "12 individuals in three families",
        "Three families of four full sibs: small enough to see every number.",
    )


SAMPLES: Mapping[str, SampleEntry] = MappingProxyType(
    {
        "mouse_hs300": SampleEntry("297 heterogeneous-stock mice", _open_mice),
        "tiny12": SampleEntry("12 individuals in three families", _open_tiny),
        "mouse_hs1940": SampleEntry("All 1,940 mice (takes seconds)", _open_all_mice),
    }
)


def _simulate(settings: Simulation) -> Opened:
    if settings.n > MAX_INDIVIDUALS:
        raise LMMError(_too_many(settings.n))
    rng = np.random.default_rng(settings.seed)
    genotypes = None
    if settings.population == "families":
        full, left = divmod(settings.n, settings.family_size)
        sizes = [settings.family_size] * full + ([left] if left else [])
        families = full_sib_families(len(sizes), sizes)
        ids, K, what = families.ids, families.K, f"{len(sizes)} families of full sibs"
    elif settings.population == "unrelated":
        people = unrelated(rng, settings.n, markers=2 * settings.n + 500)
        ids, genotypes, what = people.ids, people.genotypes, "Unrelated individuals"
        K = standardized_kinship(genotypes, people.frequency)
    else:
        cross = advanced_intercross(
            rng, settings.n, settings.generations, settings.pairs, spacing_cm=2.0
        )
        ids, genotypes = cross.ids, cross.genotypes
        K = standardized_kinship(genotypes, 0.5)
        what = f"Generation F{settings.generations} of an advanced intercross"
    sex = rng.integers(0, 2, settings.n).astype(np.float64)
    qtl = effects = None
    if genotypes is not None and settings.qtl:
        places = rng.choice(genotypes.shape[1], settings.qtl, replace=False)
        qtl, effects = genotypes[:, places].astype(np.float64), np.full(settings.qtl, 0.3)
    trait = simulate_phenotype(
        rng,
        K,
        settings.h2,
        X=np.column_stack([np.ones(settings.n), sex]),
        beta=[10.0, settings.sex_effect],
        qtl=qtl,
        qtl_effects=effects,
    )
    dataset = align(
        "simulated data",
        Table("simulated phenotype", ids, ("trait",), trait.y[:, np.newaxis]),
        Table("simulated kinship", ids, ids, K),
        Table("simulated covariates", ids, ("sex",), sex[:, np.newaxis]),
    )
    about = f"{what}, simulated with h = {settings.h2:g} and seed {settings.seed}."
    return Opened(dataset, about, settings.h2)


def _read_upload(upload: Upload) -> Opened:
    covariates = upload.covariates
    dataset = align(
        upload.phenotypes.name,
        read_table(upload.phenotypes.read(), upload.phenotypes.name),
        read_kinship(upload.kinship.read(), upload.kinship.name),
        read_table(covariates.read(), covariates.name) if covariates else None,
    )
    if dataset.n > MAX_INDIVIDUALS:
        raise LMMError(_too_many(dataset.n))
    return Opened(dataset, _who_was_matched(dataset))


def _who_was_matched(dataset: Dataset) -> str:
    who = dataset.alignment
    words = f"{len(who.matched)} individuals matched by id."
    for ids, where in (
        (who.only_in_kinship, "only in the kinship"),
        (who.only_in_phenotype, "only in the phenotype file"),
        (who.only_in_covariates, "only in the covariate file"),
        ([label for label, _ in who.lacking], "missing from one file"),
    ):
        if ids:
            words += f" Left out, {where}: {', '.join(ids[:3])}{' …' if len(ids) > 3 else ''}"
            words += f" ({len(ids)})."
    return words


def _too_many(n: int) -> str:
    return (
        f"at most {MAX_INDIVIDUALS:,} individuals fit on a shared server: these are {n:,}; "
        "fit_lmm in the package lmm_core has no such limit"
    )

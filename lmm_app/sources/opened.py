"""Where a dataset comes from: a sample, a preset, a simulation, or uploaded files; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.lessons.presets import PRESETS
from lmm_app.sources.many_traits import simulate_many
from lmm_core import LMMError, centered_kinship
from lmm_core.errors import in_digits
from lmm_core.genotypes import Subset, minor_allele_frequency
from lmm_core.progress import Progress
from lmm_core.scales import kinship_scale_factor
from lmm_data.dataset import Dataset, align
from lmm_data.populations import Settings, simulate_dataset
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.groups import groups_of
from lmm_data.preparation.preparing import Prepared, prepare
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.records import records_words
from lmm_data.samples import read_gryphons, read_mice, sample_folder
from lmm_data.tables import Table

# The same is said in their folder, with the licence's text.
MICE_LICENCE = (
    "The mice are passed on under the GNU General Public License, version 3 or later "
    "(GPL-3.0-or-later), as in GEMMA, from whose example they come; without any warranty."
)
GRYPHON_LICENCE = (
    "The gryphons are simulated data of the Wild Animal Model tutorial (Wilson et al. 2010, "
    "Journal of Animal Ecology 79:13; Martin, Wilson and others), passed on unchanged under the "
    "licence CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/; without any warranty."
)
MAX_INDIVIDUALS = 3000
# What the names of samples begin with that stand on the shelf of published answers.
ON_THE_SHELF = "published-"
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
    """A dataset, what to say of it, and, for a simulation, the h it was made with.

    And, where each trait was made with an h of its own, that of each; and the lesson that it
    teaches, a name of `PRESETS`, if it does and may say so, with its claim, which is not said
    before its question has been asked. A licence is of the data, in a sentence, where they are not
    the user's own or made up. Entries that were corrected by hand are told in clauses. Groups
    are who belongs together, by columns of the files that may be a second kinship: the label of
    each individual by its id.
    """

    dataset: Dataset
    about: str
    true_h2: float | None = None
    true_h2_of_traits: tuple[float, ...] | None = None
    lesson: str = ""
    licence: str = ""
    claim: str = ""
    corrected: tuple[str, ...] = ()
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def without_truth(self, about: str) -> "Opened":
        """The same data for those who are not to see the true h: nor may `about` tell it."""
        return replace(self, about=about, true_h2=None, true_h2_of_traits=None, lesson="", claim="")


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
class Simulation(Settings):
    """The settings of a simulated dataset."""

    @property
    def key(self) -> str:
        return f"simulation:{self}"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class File:
    """An uploaded file: its name, its bytes, and their SHA-256."""

    name: str
    content: bytes = field(repr=False)
    digest: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "File":
        return cls(name, content, sha256(content).hexdigest())


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """Files of one dataset, in the order in which they came, and what was decided about them."""

    files: tuple[File, ...]
    choices: Choices = Choices()  # noqa: RUF009

    @property
    def key(self) -> str:
        files = ":".join(f"{file.digest}/{file.name}" for file in self.files)
        return f"upload:{files}:{self.choices}"

    @property
    def as_read(self) -> "Upload":
        """The files with what was decided on their roles and on how they are read, alone."""
        decided = self.choices
        kept = Choices(
            roles=decided.roles,
            readers=decided.readers,
            missing=decided.missing,
            decimal=decided.decimal,
            ids=decided.ids,
            corrections=decided.corrections,
        )
        return self if kept == decided else replace(self, choices=kept)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(file.content) for file in self.files)


Source: TypeAlias = Sample | Lesson | Simulation | Upload


def open_source(source: Source) -> Opened:
    """The dataset of a source.

    Raises:
        LMMError: a file or a setting is not what it must be.
    """
    match source:
        case Sample(name):
            entry = sample_entry(name)
            if entry is None:
                raise LMMError(
                    f"there is no sample “{name}”", remedy=f"choose from {', '.join(SAMPLES)}"
                )
            return entry.open()
        case Lesson(name, seed):
            if name not in PRESETS:
                raise LMMError(
                    f"there is no preset “{name}”", remedy=f"choose from {', '.join(PRESETS)}"
                )
            preset = PRESETS[name]
            made = preset.make(seed)
            return Opened(
                made.dataset,
                preset.about(seed),
                made.true_h2,
                lesson=name,
                claim=preset.told(seed),
            )
        case Simulation():
            return _simulate(source)
        case Upload():
            return opened_from(read_upload(source))


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """What the list of samples says of one, and how it is opened."""

    title: str
    open: Callable[[], Opened]


def _open_folder(folder: str, name: str, about: str, licence: str = "") -> Opened:
    path = sample_folder() / folder
    covariates = path / "covar.csv"
    return Opened(
        align(
            name,
            read_table(path / "pheno.csv"),
            read_kinship(path / "kinship.csv"),
            read_table(covariates) if covariates.exists() else None,
        ),
        about,
        licence=licence,
    )


def _in_folder(folder: str, title: str, about: str, licence: str = "") -> SampleEntry:
    return SampleEntry(title, lambda: _open_folder(folder, title, about, licence))


def _open_all_mice() -> Opened:
    genotypes, phenotypes = read_mice()
    traits = Table(
        "mouse_hs1940.fam", phenotypes.ids, ("CD8", "MCH"), phenotypes.values[:, [0, 5]].copy()
    )
    # The markers that GEMMA takes for CD8, so that its published estimates can be compared.
    measured = ~np.isnan(traits.column("CD8"))
    common = np.flatnonzero(minor_allele_frequency(genotypes.counts[measured]) >= 0.01)
    K = centered_kinship(Subset(genotypes, common))
    K = K * kinship_scale_factor(K, "mean_diagonal")
    return Opened(
        align("all 1,940 mice", traits, Table("kinship", genotypes.ids, genotypes.ids, K)),
        "All the heterogeneous-stock mice of Valdar et al. 2006, from PLINK’s binary files; "
        "centred kinship from the 10,768 SNPs that are not rare, with a mean diagonal of 1.",
        licence=MICE_LICENCE,
    )


def _open_gryphons() -> Opened:
    measured, A = read_gryphons()
    # Their codes are 1 and 2, and the tutorial takes the difference between the two.
    sex = Table("gryphon.csv", measured.ids, ("sex",), measured.design(["sex"])[:, 1:] - 1.0)
    traits = Table(
        "gryphon.csv",
        measured.ids,
        ("bwt", "tarsus"),
        np.column_stack([measured.column("bwt"), measured.column("tarsus")]),
    )
    return Opened(
        align("1,084 gryphons", traits, A, sex),
        "Simulated birds of prey with the bodies of lions: bwt is birth weight and tarsus the "
        "length of a bone. Kinship is A of a pedigree of 1,309. With sex in the model h rises "
        "though the genetic variance falls, because the residual variance falls more.",
        licence=GRYPHON_LICENCE,
        groups={name: _labels(measured, name) for name in ("mother", "byear")},
    )


def _labels(table: Table, column: str) -> Mapping[str, str]:
    pairs = zip(table.ids, table.column(column), strict=True)
    return {one: str(int(value)) for one, value in pairs if not np.isnan(value)}


def _open_many() -> Opened:
    mice = _open_folder("mouse_hs300", "the mice", "").dataset
    traits, true_h2 = simulate_many(mice)
    zero = true_h2.count(0.0)
    return Opened(
        replace(mice, name=f"{len(true_h2)} simulated traits of 297 mice", traits=traits),
        f"Real kinship of the mice, and {len(true_h2)} traits made up as if of gene expression, "
        f"each with an h of its own: it is 0 for {zero}.",
        true_h2_of_traits=true_h2,
        licence=MICE_LICENCE,
    )


SAMPLES: Mapping[str, SampleEntry] = MappingProxyType(
    {
        "mouse_hs300": _in_folder(
            "mouse_hs300",
            "297 heterogeneous-stock mice",
            "Real mice of eight mixed founder strains (Valdar et al. 2006). CD8 is a share of "
            "immune cells, MCH the haemoglobin in a red blood cell, both as published after "
            "normalising. Kinship from 10,996 SNPs, with a mean diagonal of 1.",
            MICE_LICENCE,
        ),
        "tiny12": _in_folder(
            "tiny12",
            "12 individuals in three families",
            "Three families of four full sibs: small enough to see every number.",
        ),
        "gryphons": SampleEntry("1,084 gryphons of a pedigree", _open_gryphons),
        "many_traits": SampleEntry("200 simulated traits of the mice", _open_many),
        "mouse_hs1940": SampleEntry("All 1,940 mice (takes seconds)", _open_all_mice),
    }
)


def sample_entry(name: str) -> SampleEntry | None:
    """A sample by its name: of the list, or of the shelf of published answers."""
    if not name.startswith(ON_THE_SHELF):
        return SAMPLES.get(name)
    # The shelf is read when something of it is asked for: the first page does not wait for it.
    from lmm_app.sources.published import shelved

    return entry.sample if (entry := shelved().get(name)) else None


def _simulate(settings: Simulation) -> Opened:
    if settings.n > MAX_INDIVIDUALS:
        raise _too_many(settings.n)
    made = simulate_dataset(settings)
    about = f"{made.what}, simulated with h = {in_digits(settings.h2, 6)} and seed {settings.seed}."
    return Opened(made.dataset, about, settings.h2)


def read_upload(upload: Upload, progress: Progress | None = None) -> Prepared:
    """What becomes of the files of an upload, with progress."""
    files = {file.name: file.content for file in upload.files}
    return prepare(files, upload.choices, progress=progress)


def problem_with(prepared: Prepared) -> LMMError | None:
    """Why files cannot be shown as a dataset here, None if they can."""
    if prepared.dataset is None:
        return prepared.refusal
    dataset = prepared.dataset
    if dataset.of is not None and dataset.n > MAX_INDIVIDUALS:
        return LMMError(
            f"at most {MAX_INDIVIDUALS:,} records fit on a shared server",
            f"these are {records_words(dataset.n, len(dataset.individuals))}",
            "“lmm fit” and fit_lmm take any number",
        )
    return _too_many(dataset.n) if dataset.n > MAX_INDIVIDUALS else None


def opened_from(prepared: Prepared) -> Opened:
    """The dataset of an upload.

    Raises:
        LMMError: there is none, or it is too large for a server.
    """
    dataset = prepared.require_dataset()
    if problem := problem_with(prepared):
        raise problem
    done = "".join(f" {note}" for note in prepared.notes)
    return Opened(
        dataset,
        f"{_who_was_matched(dataset)}{done}",
        corrected=tuple(one.words for one in prepared.corrections),
        groups=groups_in(prepared),
    )


def groups_in(prepared: Prepared) -> dict[str, dict[str, str]]:
    """Who belongs together, by the columns of the files that say so."""
    terms = prepared.dataset.terms if prepared.dataset is not None else None
    tables = (prepared.phenotypes, prepared.covariates)
    return groups_of(tables) if terms is None else groups_of(tables, terms.spread)


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


def _too_many(n: int) -> LMMError:
    return LMMError(
        f"at most {MAX_INDIVIDUALS:,} individuals fit on a shared server",
        f"these are {n:,}",
        "fit_lmm in the package lmm_core has no such limit",
    )

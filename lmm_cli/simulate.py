"""The command simulate: a dataset of a known truth, as files."""

import shlex
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import PROGRAM, Answer, Command, UsageError, writing
from lmm_cli.console import Console
from lmm_cli.options import number_or_nan
from lmm_core.errors import LMMError, in_digits

if TYPE_CHECKING:
    from lmm_data.populations import Settings, Simulated

TRUTH = "truth.json"


def add_options(parser: ArgumentParser) -> None:
    """What the command takes."""
    from lmm_data.populations import POPULATIONS, Settings

    default = Settings()
    who = parser.add_argument_group("the individuals")
    who.add_argument(
        "--population",
        choices=POPULATIONS,
        default=default.population,
        help="an advanced intercross of two inbred strains, families of full sibs, unrelated "
        "individuals, or subpopulations that drifted apart (default: %(default)s)",
    )
    truth = parser.add_argument_group("the truth")
    for group, option, name, kind, words in (
        (who, "--n", "n", int, "how many"),
        (who, "--generations", "generations", int, "of the intercross, 2 for an F2"),
        (who, "--pairs", "pairs", int, "that breed in each generation of the intercross"),
        (who, "--family-size", "family_size", int, "full sibs in a family"),
        (who, "--groups", "groups", int, "number of subpopulations"),
        (who, "--fst", "fst", float, "F_ST, how far the subpopulations drifted apart"),
        (truth, "--h", "h2", _share, "how strongly the trait follows kinship, from 0 to 1"),
        (
            truth,
            "--effect",
            "sex_effect",
            _finite,
            "of the covariate, sex, in standard deviations of the rest",
        ),
        (truth, "--qtl", "qtl", int, "number of QTL, each worth 0.3 standard deviations an allele"),
        (parser, "--seed", "seed", int, "the same seed and settings give the same files"),
    ):
        group.add_argument(
            option,
            dest=name,
            type=kind,
            default=getattr(default, name),
            help=f"{words} (default: %(default)s)",
        )
    parser.add_argument(
        "--out",
        dest="folder",
        type=Path,
        required=True,
        metavar="FOLDER",
        help=f"where pheno.csv, kinship.csv, covar.csv and {TRUTH} go; it is made if need be",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files of these names that are there"
    )


def run(options: Namespace, console: Console) -> Answer:
    """Simulate, and write the files."""
    from lmm_data.populations import Settings, simulate_dataset
    from lmm_data.written import dataset_files

    settings = Settings(**{field.name: getattr(options, field.name) for field in fields(Settings)})
    folder: Path = options.folder
    _require_free(folder, options.overwrite)
    tell = console.stage("simulating")
    try:
        made = simulate_dataset(settings)
    except LMMError as error:
        raise UsageError(error.rule, error.found, error.remedy, where=error.where) from None
    tell(0.5)
    files = dataset_files(made.dataset)
    files[TRUTH] = _truth(settings, made).encode()
    tell(0.8)
    with writing("the files cannot be written", "choose another folder", folder):
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
    tell(1.0)
    paths = shlex.join(str(folder / name) for name in files if name != TRUTH)
    return Answer(
        f"{made.what}: {settings.n:,} individuals, h = {in_digits(settings.h2, 6)}, "
        f"seed {settings.seed}.\n"
        f"Written to {folder}: {', '.join(files)}.\n"
        f"Fit it:  {PROGRAM} fit {paths}\n"
    )


def _share(text: str) -> float:
    value = _finite(text)
    if not 0.0 <= value <= 1.0:
        raise ArgumentTypeError(f"it must lie between 0 and 1: it is {text}; 0.5 is half")
    return value


def _finite(text: str) -> float:
    value = number_or_nan(text)
    if not abs(value) < float("inf"):
        raise ArgumentTypeError(f"it must be a number: it is “{text}”; write 0.5, for example")
    return value


def _require_free(folder: Path, overwrite: bool) -> None:
    names = ("pheno.csv", "kinship.csv", "covar.csv", TRUTH)
    there = [name for name in names if (folder / name).exists()]
    if there and not overwrite:
        raise UsageError(
            "files must not be lost",
            f"{', '.join(there)} {'is' * (len(there) == 1)}{'are' * (len(there) > 1)} there "
            "already",
            "choose another folder, or say --overwrite",
            where=str(folder),
        )


def _truth(settings: "Settings", made: "Simulated") -> str:
    from lmm_cli.documents import as_json
    from lmm_core.version import versions

    trait = made.trait
    return as_json(
        {
            "model": "y = Xβ + qtl + u + e, var(u) = sigma2_g K, var(e) = sigma2_e I",
            "about": made.what,
            "settings": {field.name: getattr(settings, field.name) for field in fields(settings)},
            "h2": trait.h2,
            "sigma2": trait.sigma2,
            "sigma2_g": trait.sigma2 * trait.h2,
            "sigma2_e": trait.sigma2 * (1.0 - trait.h2),
            "beta": dict(
                zip(("intercept", *made.dataset.covariates.columns), made.beta, strict=True)
            ),
            "qtl": [{"marker": marker, "effect": effect} for marker, effect in made.qtl],
            "ids": made.dataset.ids,
            "qtl_values": trait.qtl,
            "genetic_values": trait.genetic,
            "residuals": trait.residual,
            "versions": versions(),
        }
    )


COMMAND = Command(
    name="simulate",
    summary="write a dataset whose true h is known",
    description=(
        "Simulates individuals, their kinship, a covariate and a trait with the h and the effect "
        "that you choose, and writes pheno.csv, kinship.csv, covar.csv, and the truth in "
        f"{TRUTH}. h is on the scale of kinship.csv."
    ),
    examples=(
        f"{PROGRAM} simulate --population families --n 200 --h 0.6 --seed 7 --out simulated",
        f"{PROGRAM} simulate --population intercross --qtl 2 --out simulated_intercross",
    ),
    add_options=add_options,
    run=run,
)

"""From the options to a dataset, and to the trait and the covariates that are to be fitted."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import UsageError
from lmm_cli.console import Console
from lmm_cli.files import Opened, open_files
from lmm_cli.options import ROLES, choices_of
from lmm_core.errors import some
from lmm_data.tables import Table

if TYPE_CHECKING:
    from lmm_data.dataset import Dataset
    from lmm_data.preparation.preparing import Prepared, Role


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted.

    Attributes:
        trait: its name.
        others: traits that might be fitted instead.
        covariates: columns of X after the intercept.
        unused: covariates that are there and not in the model.
    """

    trait: str
    others: tuple[str, ...]
    covariates: tuple[str, ...]
    unused: tuple[str, ...]


def load(options: Namespace, console: Console) -> "tuple[Opened, Prepared]":
    """The files that were named, and the dataset in them or why there is none.

    Raises:
        UsageError: no file, one that cannot be opened, or one that is named twice.
    """
    from lmm_data.preparation.preparing import assemble, prepare

    named = [(role, path) for role, option in ROLES.items() for path in _given(options, option)]
    paths = [*options.files, *(path for _, path in named)]
    if not paths:
        raise UsageError(
            "a phenotype file and a kinship must be named",
            "no file is",
            "name them after the command, and '--help' shows how",
        )
    twice = [str(path) for path in dict.fromkeys(paths) if paths.count(path) > 1]
    if twice:
        raise UsageError(
            "each file must be named once", f"{some(twice)} more than once", "name it once"
        )
    opened = open_files(paths)
    choices = replace(choices_of(options), roles=_roles(opened, named))
    prepared = prepare(opened.content, choices, name="data", progress=console.stage("reading"))
    traits = prepared.phenotypes.columns if prepared.phenotypes else ()
    there = prepared.covariates.columns if prepared.covariates else ()
    borrowed = tuple(c for c in options.use or () if c in traits and c not in there)
    if borrowed:
        choices = replace(choices, from_phenotypes=borrowed)
        prepared = assemble(prepared.outcomes, choices, name="data")
    return opened, prepared


def choose_model(dataset: "Dataset", options: Namespace) -> Model:
    """The trait and the covariates that were asked for, or those that offer themselves.

    Raises:
        UsageError: a name that is not there.
    """
    from lmm_data.checks import choose_covariates

    traits, table = dataset.traits.columns, dataset.covariates
    for name, there, what in (
        *(((options.trait, traits, "trait"),) if options.trait is not None else ()),
        *((name, table.columns, "covariate") for name in options.use or ()),
    ):
        if name not in there:
            rule = f"there is no {what} '{name}'"
            if not there:
                raise UsageError(rule, "there are none")
            raise UsageError(rule, remedy=f"choose from {some(there, 40)}")
    if options.use is not None:
        covariates = tuple(dict.fromkeys(options.use))
    else:
        # What is a trait too must be asked for.
        places = [j for j, column in enumerate(table.columns) if column not in traits]
        columns = tuple(table.columns[j] for j in places)
        offered = Table(table.name, table.ids, columns, table.values[:, places])
        covariates = choose_covariates(offered, None)
    trait = options.trait or _first_usable(dataset, covariates, options.transform or ())
    if trait in covariates:
        raise UsageError(
            "a trait cannot explain itself",
            f"'{trait}' is the trait and a covariate",
            "leave it out of --use, or choose another --trait",
        )
    return Model(
        trait,
        tuple(other for other in traits if other != trait),
        covariates,
        tuple(c for c in table.columns if c not in covariates and c != trait),
    )


def _first_usable(
    dataset: "Dataset", covariates: Sequence[str], transforms: Sequence[tuple[str, str]]
) -> str:
    """The first trait that can be fitted and is no covariate; one that was made before others."""
    from lmm_data.checks import check_phenotype
    from lmm_data.checks.finding import any_error

    made = [f"{how}({trait})" for trait, how in transforms]
    every = [t for t in dict.fromkeys([*made, *dataset.traits.columns]) if t not in covariates]
    for trait in every:
        values = dataset.traits.column(trait)
        found = check_phenotype(trait, values, dataset.ids, columns=1 + len(covariates))
        if not any_error(found):
            return trait
    return every[0] if every else dataset.traits.columns[0]


def _roles(opened: Opened, named: "Sequence[tuple[Role, Path]]") -> "tuple[tuple[str, Role], ...]":
    """The roles that options give, by the group that a file belongs to."""
    groups = opened.sorted().groups if named else ()
    roles: dict[str, Role] = {}
    for role, path in named:
        name = opened.name_of(path)
        # An archive stands for the files in it, which have roles of their own.
        for group in (group for group in groups if name in group.files):
            if roles.setdefault(group.name, role) != role:
                raise UsageError(
                    "files that belong together must have one role",
                    f"{group.name} is given as {roles[group.name]} and as {role}",
                    "give it one",
                )
    return tuple(roles.items())


def _given(options: Namespace, option: str) -> Sequence[Path]:
    return getattr(options, option) or ()

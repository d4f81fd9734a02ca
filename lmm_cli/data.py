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
from lmm_core.errors import DataError, some

if TYPE_CHECKING:
    from lmm_data.dataset import Dataset
    from lmm_data.preparation.preparing import Prepared, Role
    from lmm_data.readers.corrections import Correction
    from lmm_data.readers.recognition import Group
    from lmm_data.terms import Terms


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted.

    Attributes:
        trait: its name.
        others: traits that might be fitted instead.
        covariates: columns of X after the intercept.
        unused: covariates that are there and not in the model.
        weights: the column of weights; "" for none.
    """

    trait: str
    others: tuple[str, ...]
    covariates: tuple[str, ...]
    unused: tuple[str, ...]
    weights: str = ""


def load(options: Namespace, console: Console) -> "tuple[Opened, Prepared]":
    """The files that were named, and the dataset in them or why there is none.

    Raises:
        UsageError: no file, one that cannot be opened, or one that is named twice.
    """
    from lmm_data.preparation.preparing import assemble, prepare

    named = [
        (role, path) for role, option in ROLES.items() for path in getattr(options, option) or ()
    ]
    paths = [*options.files, *(path for _, path in named)]
    if not paths:
        raise UsageError(
            "a phenotype file and a kinship must be named",
            "no file is",
            "name them after the command, and “--help” shows how",
        )
    twice = [str(path) for path in dict.fromkeys(paths) if paths.count(path) > 1]
    if twice:
        raise UsageError(
            "each file must be named once", f"{some(twice)} more than once", "name it once"
        )
    opened = open_files(paths)
    everyone = getattr(options, "predict", None) is not None
    choices = replace(choices_of(options), roles=_roles(opened, named), everyone=everyone)
    tell = console.stage("reading")
    prepared = prepare(opened.content, choices, name="data", progress=tell, found=opened.found)
    if options.set or options.corrected:
        from lmm_data.readers.sorting import sort_files

        choices = replace(choices, corrections=_corrections(prepared, options))
        found = sort_files(opened.content, choices.corrections)
        prepared = prepare(opened.content, choices, name="data", progress=tell, found=found)
    _require_factors(prepared, choices.factors)
    borrowed = _borrowed(prepared, options.use or ())
    if borrowed:
        choices = replace(choices, from_phenotypes=borrowed)
        prepared = assemble(prepared.outcomes, choices, name="data")
    return opened, prepared


def _corrections(prepared: "Prepared", options: Namespace) -> "tuple[Correction, ...]":
    """What --corrections and --set ask for, the latter where both name an entry.

    Raises:
        UsageError: no such file, no such entry, or several.
    """
    from lmm_cli.files import read_file
    from lmm_data.preparation.correcting import correction_named, corrections_of
    from lmm_data.readers.corrections import with_correction

    made: tuple[Correction, ...] = ()
    try:
        for path in options.corrected or ():
            for one in corrections_of(path.name, read_file(path), prepared.outcomes):
                made = with_correction(made, one)
        for entry, now in options.set or ():
            made = with_correction(made, correction_named(prepared.outcomes, entry, now))
    except DataError as error:
        raise UsageError(error.rule, error.found, error.remedy, where=error.where) from None
    return made


def with_rounding(prepared: "Prepared") -> "Prepared":
    """What was prepared, with a note on negative eigenvalues that a fit will set to zero."""
    from lmm_core.kinship import negative_note

    if prepared.dataset is None:
        return prepared
    note = negative_note(prepared.dataset.kinship)
    if not note:
        return prepared
    where = prepared.kinship.name if prepared.kinship else "kinship"
    return replace(prepared, notes=(*prepared.notes, f"{where}: {note}."))


def choose_model(dataset: "Dataset", options: Namespace) -> Model:
    """The trait and the covariates that were asked for, or those that offer themselves.

    Raises:
        UsageError: a name that is not there, or a trait that is a covariate as well.
        LMMError: a column that cannot be used, with the entry that is in the way.
    """
    from lmm_data.weights import column_of

    covariates = choose_covariates(dataset, options)
    traits, refused = dataset.traits.columns, _terms(dataset).refused_traits
    if options.trait is not None:
        _require_known("trait", options.trait, [*traits, *refused])
    weights: str = getattr(options, "weights", None) or ""
    weighing = column_of(weights, (*traits, *dataset.covariates.columns))
    trait = options.trait or _first_usable(dataset, covariates, weighing, options.transforms or ())
    if trait in refused:
        raise refused[trait].anew()
    if dataset.explains_itself(trait, covariates):
        others = " ".join(["--use", *(name for name in covariates if name != trait)])
        raise UsageError(
            "a trait cannot explain itself",
            f"“{trait}” is the trait and a covariate",
            f"leave it out of the model with “{others}”, or choose another --trait",
        )
    if weighing == trait:
        raise UsageError(
            "a trait cannot be its own weight",
            f"“{trait}” is the trait and the column of weights",
            "choose another --trait or other --weights",
        )
    taken = {*covariates, trait, weighing}
    return Model(
        trait,
        tuple(other for other in traits if other not in (trait, weighing)),
        covariates,
        tuple(column for column in dataset.covariates.columns if column not in taken),
        weights,
    )


def choose_covariates(dataset: "Dataset", options: Namespace) -> tuple[str, ...]:
    """The columns of X after the intercept: those asked for, or all that were given.

    Raises:
        UsageError: a name that is not there.
        LMMError: a column that cannot be used, with the way on without it.
    """
    from lmm_data.preparation.design import columns_of, default_model
    from lmm_data.weights import column_of

    terms, usual = _terms(dataset), default_model(dataset)
    there = [*dataset.covariates.columns, *terms.spread, *terms.refused_covariates]
    # A column of weights is a covariate only if it is asked for.
    weighing = column_of(getattr(options, "weights", None) or "", there)
    names = tuple(name for name in usual if name != weighing)
    if options.use is not None:
        names = tuple(dict.fromkeys([*options.use, *(options.factors or ())]))
        for name in names:
            _require_known("covariate", name, there)
    for name in names:
        if name in terms.refused_covariates:
            error = terms.refused_covariates[name]
            others = " ".join(other for other in usual if other not in terms.refused_covariates)
            use = f"--use {others}".strip()
            raise error.anew(f"{error.remedy}: “{use}” does that")
    return columns_of(dataset, names)


def _terms(dataset: "Dataset") -> "Terms":
    from lmm_data.terms import Terms

    return dataset.terms or Terms()


def _require_known(what: str, name: str, there: Sequence[str]) -> None:
    if name not in there:
        rule = f"there is no {what} “{name}”"
        if not there:
            raise UsageError(rule, "there are none")
        raise UsageError(rule, remedy=f"choose from {some(there, 40)}")


def _require_factors(prepared: "Prepared", factors: Sequence[str]) -> None:
    """A UsageError if a column of categories is in neither table."""
    if prepared.phenotypes is None:
        return
    made = {} if prepared.dataset is None else _terms(prepared.dataset).spread
    given = prepared.covariates.columns if prepared.covariates else ()
    for name in factors:
        if name not in made:
            _require_known("column", name, [*given, *prepared.phenotypes.columns])


def _borrowed(prepared: "Prepared", names: Sequence[str]) -> tuple[str, ...]:
    """Those of the covariates asked for that are columns of the phenotypes alone."""
    phenotypes, covariates = prepared.phenotypes, prepared.covariates
    if phenotypes is None:
        return ()
    own: set[str] = set()
    if prepared.dataset is not None and covariates is not None:
        if covariates.name != phenotypes.name:
            own = {*covariates.columns, *_terms(prepared.dataset).spread}
    return tuple(name for name in names if name in phenotypes.columns and name not in own)


def _first_usable(
    dataset: "Dataset",
    covariates: Sequence[str],
    weights: str,
    transforms: Sequence[tuple[str, str]],
) -> str:
    """The first trait that is no covariate and can be fitted; one that was made before others.

    One with an entry that is no number is not passed over: it is what was meant.
    """
    from lmm_data.checks import check_phenotype
    from lmm_data.checks.finding import any_error
    from lmm_data.preparation.design import trait_order

    terms = _terms(dataset)
    made = [f"{how}({trait})" for trait, how in transforms]
    meant = [t for t in terms.traits or dataset.traits.columns if t not in (*made, weights)]
    every = [t for t in [*made, *meant] if t not in covariates]
    every += [t for t in meant if t in covariates and not dataset.explains_itself(t, covariates)]
    every = list(trait_order(every, dataset))
    for trait in every:
        if trait in terms.refused_traits:
            return trait
        values = dataset.traits.column(trait)
        found = check_phenotype(trait, values, dataset.ids, columns=1 + len(covariates))
        if not any_error(found):
            return trait
    return every[0] if every else dataset.traits.columns[0]


def _roles(opened: Opened, named: "Sequence[tuple[Role, Path]]") -> "tuple[tuple[str, Role], ...]":
    """The roles that options give, by the group that a file belongs to."""
    groups = opened.found.groups if named else ()
    roles: dict[str, Role] = {}
    aside: list[str] = []
    for role, path in named:
        name = opened.name_of(path)
        # An archive stands for the files in it, which have roles of their own.
        named_as = _object_of(groups, _sheet_of(opened, name, role), role)
        if name in opened.content and named_as != name:
            # What is named for its kinship is not also asked for covariates.
            aside += [one.name for one in groups if one.name.startswith(f"{name}/")]
        for group in (group for group in groups if named_as in group.files):
            if roles.setdefault(group.name, role) != role:
                raise UsageError(
                    "files that belong together must have one role",
                    f"{group.name} is given as {roles[group.name]} and as {role}",
                    "give it one",
                )
    for name in aside:
        roles.setdefault(name, "ignored")
    return tuple(roles.items())


def _object_of(groups: "Sequence[Group]", name: str, role: "Role") -> str:
    """The one object for a role in a file of several that was named as a whole, or the name.

    Raises:
        UsageError: there are several.
    """
    kind = "table" if role in ("phenotypes", "covariates") else role
    inside = [one for one in groups if one.name.startswith(f"{name}/")]
    able = [one.name for one in inside if one.kind == kind]
    if len(able) > 1 and not any(name in one.files for one in groups):
        raise UsageError(
            f"it must be certain which object of {name} holds the {role}",
            f"there are {some([one.removeprefix(f'{name}/') for one in able], 12)}",
            f"name it behind the file and a slash, as in “{able[0]}”",
        )
    return able[0] if len(able) == 1 else name


def _sheet_of(opened: Opened, name: str, role: "Role") -> str:
    """The one sheet with a table of a workbook that was named as a whole, or the name itself.

    Raises:
        UsageError: there are several.
    """
    if name in opened.content:
        return name
    sheets = [label for label, data in opened.content.items() if label.startswith(f"{name}/")]
    tables = [label for label in sheets if not getattr(opened.content[label], "aside", True)]
    if len(tables) > 1:
        raise UsageError(
            f"it must be certain which sheet of {name} holds the {role}",
            f"there are {some([label.removeprefix(f'{name}/') for label in tables], 12)}",
            f"name it behind the file and a slash, as in “{tables[0]}”",
        )
    return tables[0] if tables else name

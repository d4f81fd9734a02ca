"""What fit and check take: the files, how to read and to join them, and what is to be fitted."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmm_data.preparation.preparing import Choices, Role

RELATIONSHIPS = ("centered", "standardized")
# The option for a file of each role.
ROLES: "Mapping[Role, str]" = {
    "phenotypes": "pheno",
    "kinship": "kinship",
    "covariates": "covar",
    "genotypes": "geno",
}


def add_data_options(parser: ArgumentParser) -> None:
    """The options that fit and check share."""
    from lmm_data.joining import AS_WRITTEN, SPELLINGS

    files = parser.add_argument_group("the files, in any order; name none twice")
    files.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="what each of them is is found out; give the ones that are mistaken by an option",
    )
    for option, words in (
        ("pheno", "traits: a table with ids, or PLINK’s .fam or .pheno"),
        ("kinship", "a square, a triangle, pairs, a pedigree, or GCTA’s, PLINK’s or NumPy’s files"),
        ("covar", "covariates: a table with ids"),
        (
            "geno",
            "genotypes, such as PLINK’s .bed: kinship is made of them if there is none; a .map or "
            ".bim beside a .raw or a table says where the markers lie",
        ),
    ):
        files.add_argument(
            f"--{option}", nargs="+", action="extend", type=Path, metavar="FILE", help=words
        )
    model = parser.add_argument_group("the model")
    model.add_argument(
        "--trait", metavar="NAME", help="the first that can be fitted, unless it is named"
    )
    model.add_argument(
        "--use",
        nargs="*",
        action="extend",
        metavar="COLUMN",
        help="covariates of the model, none if none is named; by default all in the files of "
        "covariates; a column of the phenotypes, or the sex of a .fam, is one if it is named",
    )
    model.add_argument("--ml", action="store_true", help="by ML instead of REML")
    model.add_argument(
        "--factor",
        "--one-hot",
        nargs="+",
        action="extend",
        metavar="COLUMN",
        dest="factors",
        help="covariates of numbers that are categories, as words always are: each but the first "
        "becomes a column of 0 and 1",
    )
    model.add_argument(
        "--transform",
        nargs="+",
        action="extend",
        type=_transform,
        metavar="TRAIT=HOW",
        dest="transforms",
        help="traits made of others: HOW is log, or rank for the normal scores of the ranks",
    )
    model.add_argument(
        "--set",
        nargs="+",
        action="extend",
        type=_set,
        metavar="ID:COLUMN=VALUE",
        help="entries to correct, such as m07:weight=21.3, nothing after = where the value is "
        "missing; the files stay as they are, and each correction is in the answer",
    )
    model.add_argument(
        "--corrections",
        nargs="+",
        action="extend",
        type=Path,
        metavar="FILE",
        dest="corrected",
        help="entries to correct, many at once: a table with the columns id, column and value, as "
        "the page Data writes it, with file, line and was",
    )
    model.add_argument(
        "--without", nargs="+", action="extend", metavar="ID", help="individuals to leave out"
    )
    join = parser.add_argument_group("how files are read and joined")
    join.add_argument(
        "--id",
        nargs="+",
        action="extend",
        type=_id_column,
        metavar="[FILE=]COLUMN",
        dest="ids",
        help="the column that names the individuals, of every table that has it or of one file; "
        "unless it is named, the one by which the most individuals of all files meet",
    )
    join.add_argument(
        "--same-order",
        action="store_true",
        help="rows without ids are the individuals of the phenotypes in their order; files are "
        "never joined by position unless you say so",
    )
    join.add_argument(
        "--missing",
        nargs="+",
        action="extend",
        metavar="CODE",
        help="further codes of missing values, such as -999; NA, NaN, “.”, “-”, NULL, None, #N/A "
        "and nothing are known, and -9 in PLINK’s and GCTA’s files",
    )
    join.add_argument(
        "--not-missing",
        nargs="+",
        action="extend",
        metavar="NUMBER",
        help="numbers that are values, though they stand as far from all others as codes of "
        "missing values do, such as 999: before it is said, such a column is not fitted",
    )
    join.add_argument(
        "--decimal",
        choices=(".", ","),
        default="",
        help="the decimal mark of all text; it is found out unless 1.002 may be a thousand and two",
    )
    join.add_argument(
        "--spelling",
        choices=[*sorted(SPELLINGS), AS_WRITTEN],
        metavar="CODE",
        help=f"ids that are the same when respelled, or {AS_WRITTEN} if they are not: "
        + "; ".join(f"{code}: {words}" for code, (words, _) in SPELLINGS.items()).replace(
            "%", "%%"
        ),
    )
    join.add_argument(
        "--double-kinship",
        action="store_true",
        help="the kinship holds coefficients of kinship, half of relationships",
    )
    join.add_argument(
        "--invert-kinship",
        action="store_true",
        help="the kinship is the inverse of a relationship, as .giv files of ASReml are",
    )
    join.add_argument(
        "--clip",
        action="store_true",
        help="set negative eigenvalues of the kinship to zero, beyond what rounding explains",
    )
    join.add_argument(
        "--relationship",
        choices=RELATIONSHIPS,
        default=RELATIONSHIPS[0],
        help="how kinship is made of genotypes (default: %(default)s)",
    )
    large = parser.add_argument_group("large kinships, of 2,000 individuals and more")
    large.add_argument(
        "--cache",
        metavar="FOLDER|off",
        help="where their decompositions are kept, and found again whatever the file; by default "
        "the folder that LMM_CACHE names, or lmm in the user’s folder of caches",
    )
    answer = parser.add_argument_group("the answer")
    answer.add_argument(
        "--level",
        type=_level,
        default=0.95,
        help="of the intervals, between 0 and 1 (default: %(default)s)",
    )
    answer.add_argument("--json", action="store_true", help="strict JSON, for other programs")
    answer.add_argument(
        "--out",
        dest="answer_file",
        type=Path,
        metavar="FILE",
        help="write the answer there instead of on the screen",
    )


def choices_of(options: Namespace) -> "Choices":
    """What the options say about the files, but for their roles."""
    from lmm_data.preparation.preparing import Choices

    made: dict[str, Any] = {}
    for one in fields(Choices):
        value = getattr(options, one.name, None)
        if value is not None:
            made[one.name] = tuple(value) if isinstance(value, list) else value
    return Choices(**made)


def arguments_of(before: "Choices", after: "Choices") -> tuple[str, ...]:
    """The options that make one lot of choices of another; readers are left out."""
    arguments: list[str] = []
    for role, option in ROLES.items():
        files = [name for name, now in set(after.roles) - set(before.roles) if now == role]
        arguments += [f"--{option}", *sorted(files)] if files else []
    for name in (
        *("same_order", "double_kinship", "invert_kinship", "clip"),
        *("decimal", "spelling", "relationship"),
    ):
        now, then = getattr(after, name), getattr(before, name)
        if now != then and now is not False:
            arguments += [f"--{name.replace('_', '-')}", *[now] * isinstance(now, str)]
    transforms = [f"{trait}={how}" for trait, how in after.transforms]
    for option, now, then in (
        ("--missing", after.missing, before.missing),
        ("--not-missing", after.not_missing, before.not_missing),
        ("--factor", after.factors, before.factors),
        ("--without", after.without, before.without),
        ("--id", _id_texts(after), _id_texts(before)),
        ("--transform", transforms, [f"{trait}={how}" for trait, how in before.transforms]),
    ):
        more = [item for item in now if item not in then]
        # What looks like an option must be tied to the one it belongs to.
        tied = [item for item in more if item.startswith("-") and not _is_number(item)]
        more = [item for item in more if item not in tied]
        arguments += [option, *more] if more else []
        arguments += [f"{option}={item}" for item in tied]
    return tuple(arguments)


def number_or_nan(text: str) -> float:
    """The number that an argument is, NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _id_texts(choices: "Choices") -> list[str]:
    return [f"{group}={column}" if group else column for group, column in choices.ids]


def _id_column(text: str) -> tuple[str, str]:
    group, _, column = text.rpartition("=")
    if not column:
        raise ArgumentTypeError(
            f"it must be a column, or a file, = and a column of it: it is “{text}”; write "
            "pheno.csv=mouse, for example"
        )
    return Path(group).name if group else "", column


def _is_number(text: str) -> bool:
    """Whether an argument is taken for a negative number and not for an option."""
    return re.fullmatch(r"-\d+|-\d*\.\d+", text) is not None


def _level(text: str) -> float:
    value = number_or_nan(text)
    if not 0.0 < value < 1.0:
        raise ArgumentTypeError(f"it must lie between 0 and 1: it is {text}; 0.95 is usual")
    return value


def _set(text: str) -> tuple[str, str]:
    entry, sign, now = text.rpartition("=")
    if not sign or ":" not in entry.strip(":"):
        raise ArgumentTypeError(
            f"it must be an id, : and a column, = and a value: it is “{text}”; write "
            "m07:weight=21.3, for example"
        )
    return entry, now


def _transform(text: str) -> tuple[str, str]:
    from lmm_data.preparation.reshaping import TRANSFORMS

    trait, _, how = text.rpartition("=")
    if not trait or how not in TRANSFORMS:
        raise ArgumentTypeError(
            f"it must be a trait, = and one of {', '.join(TRANSFORMS)}: it is “{text}”; write "
            "weight=log, for example"
        )
    return trait, how

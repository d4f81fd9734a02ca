"""Remedies that take one click: the choices with one more decision in them.

None exchanges two labels: the likelihood can say that a pair looks swapped, not that it is, and
data that were changed on its word alone confirm themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lmm_core.errors import signed, some
from lmm_data.checks import Finding, Report
from lmm_data.checks.inverse import InverseKinshipError
from lmm_data.joining import AS_WRITTEN, SPELLINGS
from lmm_data.preparation.choices import Choices, with_ids
from lmm_data.preparation.missing_numbers import asked_of
from lmm_data.preparation.preparing import Prepared
from lmm_data.preparation.reshaping import TRANSFORMS
from lmm_data.preparation.roles import Role, UnusedTableError, is_table
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import suspected
from lmm_data.readers.text.marks import DecimalMarkError
from lmm_data.transforms import log_transform

# Of more individuals than these it is not a matter of leaving out a few.
FEW = 20


@dataclass(frozen=True, slots=True)
class Repair:
    """A remedy.

    Attributes:
        code: what it does: "decimal", "invert_kinship", "clip", "role", "respell", "ids",
            "same_order", "missing", "not_missing", "factor", "double_kinship",
            "transform" or "without".
        label: what a button says.
        meaning: what it does and what it costs, in words.
        choices: those that were made, and this one.
    """

    code: str
    label: str
    meaning: str
    choices: Choices


def repairs_for(prepared: Prepared, report: Report | None = None) -> tuple[Repair, ...]:
    """Remedies for what is wrong or odd, the join first.

    Args:
        prepared: files and what became of them.
        report: of the checks of what was prepared, if they were made.
    """
    repairs = [*_questions(prepared), *_roles(prepared), *_joining(prepared), *_missing(prepared)]
    if report is not None:
        for finding in report.findings:
            repairs += _of_finding(prepared, finding)
    return tuple({repair.choices: repair for repair in reversed(repairs)}.values())[::-1]


def _questions(prepared: Prepared) -> Iterator[Repair]:
    """Answers to what a file leaves open, both readings of it."""
    choices = prepared.choices
    refused = (outcome.refusal for outcome in prepared.outcomes)
    if any(isinstance(refusal, DecimalMarkError) for refusal in refused):
        for mark, word, other in ((".", "point", "comma"), (",", "comma", "point")):
            yield Repair(
                "decimal",
                f"The {word} is decimal",
                f"In every file a {word} is then a decimal mark, and a {other} sets thousands "
                "apart.",
                replace(choices, decimal=mark),
            )
    if isinstance(prepared.refusal, InverseKinshipError):
        yield Repair(
            "invert_kinship",
            "Invert the kinship",
            f"{prepared.refusal.statement}. It is inverted, and the result is the relationship.",
            replace(choices, invert_kinship=True),
        )


def _roles(prepared: Prepared) -> Iterator[Repair]:
    """What tables that nobody explained may be: further traits, or covariates."""
    if not isinstance(prepared.refusal, UnusedTableError):
        return
    chosen: dict[str, Role] = dict(prepared.choices.roles)
    traits = [name for name, role in prepared.roles.items() if role == "phenotypes"]
    idle = [
        outcome.name
        for outcome in prepared.outcomes
        if is_table(outcome) and outcome.ids and outcome.name not in chosen
        if prepared.roles[outcome.name] == "ignored" and not outcome.unpacked
    ]
    if not traits or not idle:
        return
    ways: tuple[tuple[Role, str, str], ...] = (
        (
            "phenotypes",
            f"Join the traits of {' and '.join([*traits, *idle])}",
            "They are joined by id, and each trait can be fitted. Whom a file lacks has no value "
            "of its traits.",
        ),
        (
            "covariates",
            f"{' and '.join(idle)} {'holds' if len(idle) == 1 else 'hold'} covariates",
            "They are in the model of every trait, and whom they lack leaves the fit.",
        ),
    )
    for role, label, meaning in ways:
        roles: dict[str, Role] = {
            **chosen,
            **dict.fromkeys(traits, "phenotypes"),
            **dict.fromkeys(idle, role),
        }
        yield Repair("role", label, meaning, replace(prepared.choices, roles=tuple(roles.items())))


def _joining(prepared: Prepared) -> Iterator[Repair]:
    choices, join = prepared.choices, prepared.join
    if join is not None and join.spelling and not choices.spelling:
        words = SPELLINGS[join.spelling][0]
        pairs = [miss for miss in join.near_misses if miss.rule == join.spelling]
        shown = "".join(f", such as “{miss.id}” with “{miss.other}”" for miss in pairs[:1])
        yield Repair(
            "respell",
            f"Match {join.gained:,} more",
            f"{join.matched + join.gained:,} individuals instead of {join.matched:,} match if "
            f"{words}{shown}. It is a guess from the spelling: look at the pairs before.",
            replace(choices, spelling=join.spelling),
        )
        if join.matched:
            yield Repair(
                "respell",
                f"Leave {join.gained:,} apart",
                f"The ids stay as they are written, and {join.matched:,} individuals are fitted.",
                replace(choices, spelling=AS_WRITTEN),
            )
    for group, column in prepared.ids_offered:
        yield Repair(
            "ids",
            f"Ids of {group}: {column}",
            f"The rows of {group} are then joined by “{column}”. Only you can know whether these "
            "are the individuals of the other files: if they are not, everything that follows is "
            "wrong, and may look right.",
            with_ids(choices, group, column),
        )
    if prepared.order_offered and not choices.same_order:
        yield Repair(
            "same_order",
            "The rows are in the same order",
            "Row 1 of one file is then the individual of row 1 of the other. Nothing in the files "
            "can confirm this, and if it is not so, the fit is wrong and may look right.",
            replace(choices, same_order=True),
        )


def _missing(prepared: Prepared) -> Iterator[Repair]:
    choices = prepared.choices
    kept = {as_number(text) for text in choices.not_missing}
    for table in filter(None, (prepared.phenotypes, prepared.covariates)):
        asked: dict[str, list[str]] = {}
        for column, code in asked_of(table, choices.not_missing):
            asked.setdefault(code, []).append(column)
        found = {
            code: (places[0].statement, [place.column for place in places])
            for code, places in suspected(table).items()
            if code != "=" and as_number(code) not in kept
        }
        for code in (code for code in asked if code not in found):
            said = f"{signed(code)} stands in {some(asked[code])}, far from all else"
            found[code] = said, asked[code]
        for code, (statement, columns) in found.items():
            yield Repair(
                "missing",
                f"Take {signed(code[:20])} for missing",
                f"{statement}. It would be missing in "
                f"every table, in {table.name} in {some(columns)}, and individuals without a value "
                "leave the fit.",
                replace(choices, missing=(*choices.missing, code)),
            )
            if code in asked:
                yield Repair(
                    "not_missing",
                    f"{signed(code)} is a value",
                    f"It is fitted as the number that it is, in {some(asked[code])} of "
                    f"{table.name} and elsewhere, and weighs as much as its distance from all "
                    "others makes it.",
                    replace(choices, not_missing=(*choices.not_missing, code)),
                )


def _of_finding(prepared: Prepared, finding: Finding) -> Iterator[Repair]:
    choices = prepared.choices
    if finding.code == "kinship_half_scale" and not choices.double_kinship:
        yield Repair(
            "double_kinship",
            "Double the kinship",
            f"{finding.found} {finding.meaning} The likelihood and everybody’s genetic variance "
            "stay what they are.",
            replace(choices, double_kinship=True),
        )
    if finding.code == "kinship_inverse" and not choices.invert_kinship:
        yield Repair(
            "invert_kinship",
            "Invert the kinship",
            f"{finding.found} It is inverted, and the result is the relationship.",
            replace(choices, invert_kinship=True),
        )
    if finding.code == "covariate_levels" and finding.column not in choices.factors:
        yield Repair(
            "factor",
            f"Use {finding.column} as categories",
            f"{finding.found} Each but the first becomes a column of 0 and 1, instead of one "
            "slope for all.",
            replace(choices, factors=(*choices.factors, finding.column)),
        )
    # Distances add up to zero along the diagonal: no covariance is near them.
    diagonal = 0.0 if prepared.kinship is None else float(np.trace(prepared.kinship.values))
    if finding.code == "kinship_indefinite" and diagonal > 0.0 and not choices.clip:
        yield Repair(
            "clip",
            "Set negative eigenvalues to zero",
            f"{finding.found} The nearest matrix that is a covariance takes its place. If an entry "
            "is wrong it hides that, and h is of another kinship than was meant.",
            replace(choices, clip=True),
        )
    if finding.code in _SHAPES:
        yield from _transforms(prepared, finding)
    words = _LEAVING.get(finding.code)
    out = tuple(label for label in finding.ids if label not in choices.without)
    if words and out and len(out) <= FEW:
        yield Repair(
            "without",
            f"Leave out {some(out, 2)}",
            f"{len(out)} individual{'s' * (len(out) > 1)} fewer. {words}",
            replace(choices, without=(*choices.without, *out)),
        )


_SHAPES: Mapping[str, tuple[str, ...]] = {
    "phenotype_skewed": ("log", "rank"),
    "phenotype_heavy_tails": ("rank",),
}
_COSTS = {
    "log": "Effects then multiply instead of add, and h is that of the logarithms.",
    "rank": "Only the order is kept; units and distances are lost, and h is that of the scores.",
}
_LEAVING = {
    "kinship_missing": "Their kinship is not known, so that they cannot be fitted.",
    "kinship_clones": "It is right if one sample was typed twice, because it is not known whose "
    "it is; true twins should stay.",
    "labels_clones_differ": "It is not known which of the two has the other’s genotypes.",
    "labels_swap": "Neither label can be trusted until the record is looked up. They are not "
    "exchanged: that would be to fit the data to the model.",
    "phenotype_outliers": "Do this only if the record shows a mistake: leaving out what fits badly "
    "makes every interval too narrow. All traits are then without them.",
}


def _transforms(prepared: Prepared, finding: Finding) -> Iterator[Repair]:
    choices, table = prepared.choices, prepared.phenotypes
    column = finding.column
    if table is None or column not in table.columns:
        return
    values = table.parsed(column)
    for code in _SHAPES[finding.code]:
        made = (column, code)
        positive = values is not None and bool((values[~np.isnan(values)] > 0).all())
        if made in choices.transforms or (TRANSFORMS[code][1] is log_transform and not positive):
            continue
        words = TRANSFORMS[code][0]
        yield Repair(
            "transform",
            f"Add {code}({column})",
            f"A trait more, {words} of {column}. {_COSTS[code]}",
            replace(choices, transforms=(*choices.transforms, made)),
        )

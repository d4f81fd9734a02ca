"""How individuals were bred: their sex, the direction of their cross, its order or generations."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lmm_core.arrays import Brief
from lmm_core.errors import some
from lmm_data.readers.reading import TextTable
from lmm_data.readers.rqtl2.control import Control
from lmm_data.readers.rqtl2.crosstypes import X_NEEDS_DIRECTION, X_NEEDS_SEX
from lmm_data.readers.rqtl2.founders import founders_in, used_of, what_is_needed, x_needs_sex
from lmm_data.readers.rqtl2.tables import Folder, read_file

Known = Mapping[str, bool]
_SEXES = {"0": True, "1": False}
_DIRECTIONS = {"0": False, "1": True}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Breeding(Brief):
    """How the individuals were bred.

    Attributes:
        cross_type: R/qtl2's name of the cross.
        x: the chromosomes that are X.
        female, reverse: by individual; those of whom it is not known are left out.
        info: the whole numbers of `cross_info` in a cross of many founders, likewise.
    """

    cross_type: str
    x: Collection[str]
    female: Known
    reverse: Known
    info: Mapping[str, tuple[int, ...]]

    def unknown(self, ids: tuple[str, ...]) -> str:
        """Whose sex or direction the X chromosome lacks, in words; empty if it lacks none."""
        if self.cross_type in X_NEEDS_SEX or x_needs_sex(self.cross_type):
            without = [label for label in ids if label not in self.female]
            if without:
                return f"the sex of {some(without)} is not known"
        if self.cross_type in X_NEEDS_DIRECTION:
            # The sons of an intercross have their X from their mother, whatever the direction.
            sons = self.female if self.cross_type == "f2" else {}
            without = [i for i in ids if i not in self.reverse and sons.get(i, True)]
            if without:
                return f"the direction of the cross that {some(without)} came from is not known"
        return ""

    def lacking(self, ids: tuple[str, ...]) -> str:
        """What a cross of many founders lacks on any chromosome, in words; empty if nothing."""
        without = [
            label
            for label in ids
            if used_of(self.cross_type, self.info.get(label, ()), is_x=False) is None
        ]
        needed = what_is_needed(self.cross_type)
        return (
            f"they need {needed}, in “cross_info”, and there it is not for {some(without)}"
            if without
            else ""
        )


def read_breeding(
    folder: Folder, cross_type: str, x: Collection[str], covariates: TextTable | None
) -> Breeding:
    """Sexes and crosses from the columns or files that the control file names."""
    sexes = _sexes(folder, covariates)
    if founders_in(cross_type):
        return Breeding(cross_type, x, sexes, {}, _info(folder, covariates))
    return Breeding(cross_type, x, sexes, _directions(folder, covariates), {})


def _sexes(folder: Folder, covariates: TextTable | None) -> Known:
    """Whether each individual is female.

    A code is explained by a word of the control file that begins with f or m; without codes 0 is
    female and 1 male.
    """
    codes = _codes(folder.control, "sex")
    words = {
        code: word[0] in "fF" for code, word in codes.items() if word[:1] in ("f", "F", "m", "M")
    }
    return _known(folder, "sex", covariates, words or _SEXES)


def _directions(folder: Folder, covariates: TextTable | None) -> Known:
    """Whether each individual comes from the reverse direction of the cross, R/qtl2's 1."""
    codes = _codes(folder.control, "cross_info")
    numbers = {code: _DIRECTIONS[number] for code, number in codes.items() if number in _DIRECTIONS}
    return _known(folder, "cross_info", covariates, numbers or _DIRECTIONS)


def _info(folder: Folder, covariates: TextTable | None) -> dict[str, tuple[int, ...]]:
    """The whole numbers of each individual's “cross_info”, those without a gap."""
    control = folder.control
    where = control.fields.get("cross_info")
    pairs = where if isinstance(where, dict) else {}
    columns = pairs.get("covar", [])
    named = [c for c in (columns if isinstance(columns, list) else [columns]) if isinstance(c, str)]
    file = pairs.get("file") if pairs else where
    table = covariates
    if isinstance(file, str):
        table = read_file(folder, folder.path(file, "cross_info"))
        named = list(table.columns)
    if table is None or table.ids is None or not named:
        return {}
    numbers = {code: word for code, word in pairs.items() if code not in ("covar", "file")}
    rows = zip(*(table.column(name) for name in named), strict=True)
    found = {}
    for label, row in zip(table.ids, rows, strict=True):
        entries = [str(numbers.get(entry, entry)) for entry in row]
        if all(re.fullmatch(r"-?\d{1,9}(\.0+)?", entry) for entry in entries):
            found[label] = tuple(int(float(entry)) for entry in entries)
    return found


def _codes(control: Control, key: str) -> dict[str, str]:
    pairs = control.codes(key)
    return {code.strip(): word for code, word in pairs.items() if code not in ("covar", "file")}


def _known(
    folder: Folder, key: str, covariates: TextTable | None, meaning: Mapping[str, bool]
) -> dict[str, bool]:
    where = folder.control.codes(key)
    file = where.get("file") or (folder.control.text(key) if not where else "")
    table = read_file(folder, folder.path(file, key)) if file else covariates
    if table is None or table.ids is None or not (file or where.get("covar")):
        return {}
    entries = table.entries[0] if file else table.column(where["covar"])
    return {
        label: meaning[entry]
        for label, entry in zip(table.ids, entries, strict=True)
        if entry in meaning
    }

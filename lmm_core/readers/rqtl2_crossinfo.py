"""What the X chromosome depends on: an individual's sex, and the direction of its cross."""

from collections.abc import Mapping

from lmm_core.readers.reading import TextTable
from lmm_core.readers.rqtl2_control import Control
from lmm_core.readers.rqtl2_tables import Folder, read_file

Known = Mapping[str, bool]
"""By individual; those of whom it is not known are left out."""

_SEXES = {"0": True, "1": False}
_DIRECTIONS = {"0": False, "1": True}


def read_sexes(folder: Folder, covariates: TextTable | None) -> Known:
    """Whether each individual is female.

    A code is explained by a word of the control file that begins with f or m; without codes 0 is
    female and 1 male.
    """
    codes = _codes(folder.control, "sex")
    words = {
        code: word[0] in "fF" for code, word in codes.items() if word[:1] in ("f", "F", "m", "M")
    }
    return _known(folder, "sex", covariates, words or _SEXES)


def read_directions(folder: Folder, covariates: TextTable | None) -> Known:
    """Whether each individual comes from the reverse direction of the cross, R/qtl2's 1."""
    codes = _codes(folder.control, "cross_info")
    numbers = {code: _DIRECTIONS[number] for code, number in codes.items() if number in _DIRECTIONS}
    return _known(folder, "cross_info", covariates, numbers or _DIRECTIONS)


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

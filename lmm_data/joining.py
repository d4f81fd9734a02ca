"""Ids of several files beside each other: which match, which do not, and which nearly do."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from lmm_core.errors import DataError, some

# So many individuals of each kind are named in a report.
EXAMPLES = 4

_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_DECIMALS = re.compile(r"\.0+$")
_POWER = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d{1,2}")
_MOST = 2.0**53  # beyond, not every whole number can be told from the next
_SIGNS = re.compile(r"[\W_]+")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_LONG = "january february march april may june july august september october november december"
_MONTH = {
    **dict(zip(_LONG.split(), _MONTHS, strict=True)),
    **dict(zip(_MONTHS, _MONTHS, strict=True)),
    "sept": "sep",
}
_NAMED = re.compile(r"([a-z]{3,9})[-_. ]?(\d{1,2})")
_DATED = re.compile(r"(\d{1,2})[-. /]([a-z]{3,9})")
_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)")
_FAMILY = re.compile(r"[:\s]")
# Capitals of Cyrillic and of Greek that look like those of Latin, and small letters of Cyrillic.
_LOOK_LIKE = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456",
    "ABEKMHOPCTXI" + "ABEZHIKMNOPTYX" + "aeopcyxi",
)
_LIKE_DIGITS = str.maketrans("OolI", "0011")
_BESIDE_DIGITS = re.compile(r"[OolI]+(?=\d)|(?<=\d)[OolI]+")


def _without_zeros(label: str) -> str:
    return _ZEROS.sub("", label) if "0" in label else label


def _without_decimals(label: str) -> str:
    return _DECIMALS.sub("", label) or label if label[-1:] == "0" else label


def _written_out(label: str) -> str:
    if not _POWER.fullmatch(label) or float(label) > _MOST:
        return label
    return f"{float(label):.0f}"


def _without_x(label: str) -> str:
    return label[1:] if label[:1] == "X" and len(label) > 1 else label


def _without_signs(label: str) -> str:
    return _SIGNS.sub("", label) or label


def _in_one_form(label: str) -> str:
    if label.isascii():
        return label
    return unicodedata.normalize("NFKC", label).translate(_LOOK_LIKE)


def _in_digits(label: str) -> str:
    return _BESIDE_DIGITS.sub(lambda found: found[0].translate(_LIKE_DIGITS), label)


def _as_a_date(label: str) -> str:
    plain = label.casefold()
    if named := _NAMED.fullmatch(plain):
        month, day = _MONTH.get(named[1]), named[2]
    elif dated := _DATED.fullmatch(plain):
        month, day = _MONTH.get(dated[2]), dated[1]
    elif date := _DATE.fullmatch(plain):
        month, day = dict(enumerate(_MONTHS, 1)).get(int(date[1])), date[2]
    else:
        return label
    return f"{int(day)}-{month}" if month else label


def _without_family(label: str) -> str:
    half, odd = divmod(len(label), 2)
    # An id that is its own family may hold the sign between the two as well.
    if odd and label[half] in "_: " and label[:half] == label[half + 1 :]:
        return label[:half] or label
    if label[:2] == "0_":
        return label[2:] or label
    return _FAMILY.split(label, maxsplit=1)[-1] or label


def _loose(label: str) -> str:
    plain = _without_decimals(unicodedata.normalize("NFKC", label).strip())
    return _without_zeros(_without_signs(_without_x(plain)).casefold())


SPELLINGS: Mapping[str, tuple[str, Callable[[str], str]]] = MappingProxyType(
    {
        "case": ("upper and lower case were the same", str.casefold),
        "zeros": ("leading zeros were left out", _without_zeros),
        "decimals": ("a final .0 were left out (ids saved as numbers)", _without_decimals),
        "powers": ("numbers such as 1e+05 were written out (R shortens them)", _written_out),
        "x": ("an X in front were left out (R adds it to names)", _without_x),
        "spaces": ("spaces were left out", lambda label: "".join(label.split())),
        "signs": ("all but letters and digits were left out, as dashes and dots", _without_signs),
        "forms": (
            "accents, letters in full width, and those that look alike, were written alike",
            _in_one_form,
        ),
        "digits": ("O beside a digit were 0, and l and I were 1", _in_digits),
        "dates": ("a spreadsheet had made dates of them, as 1-Sep of SEPT1", _as_a_date),
        "family": ("a family in front were left out, as in 0_m1 or m1_m1", _without_family),
        "front": (
            "all before the first underscore were left out, as in FID_IID",
            lambda label: label.partition("_")[2] or label,
        ),
        "loose": (
            "case, signs, spaces, leading zeros, a final .0 and an X in front did not count",
            _loose,
        ),
    }
)
"""Changes of spelling by code: words that end "they would match if …", and the new spelling."""


AS_WRITTEN = "none"
"""The code for ids that stay as they are, though some nearly match."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An id of one file that is an id of another but for its spelling.

    Attributes:
        id, file: the id and the file that has it.
        other, other_file: the id in the other file.
        rule: a code of `SPELLINGS`: both are the same under it.
    """

    id: str
    file: str
    other: str
    other_file: str
    rule: str


@dataclass(frozen=True, slots=True)
class JoinRow:
    """How many individuals are in the same files.

    Attributes:
        where: the files, in words.
        count: of individuals.
        examples: the first few of their ids.
    """

    where: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinReport:
    """How the ids of several files match.

    Attributes:
        rows: who is in every file, always there, and then who is in some of them, if anybody is.
        near_misses: ids that match but for their spelling; each id is there once for each
            other file, with the first change of `SPELLINGS` that joins it.
        spelling: code of the one change of spelling that joins most, "" if none joins more.
        gained: how many more individuals are in every file under it.
    """

    rows: tuple[JoinRow, ...]
    near_misses: tuple[NearMiss, ...]
    spelling: str
    gained: int

    @property
    def matched(self) -> int:
        """How many individuals are in every file."""
        return self.rows[0].count


def where_each_is(ids: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The files that each individual is in, in the order in which the individuals come.

    >>> where_each_is({"pheno.csv": ("m1", "m2"), "kinship.csv": ("m2", "m3")})
    {'m1': ('pheno.csv',), 'm2': ('pheno.csv', 'kinship.csv'), 'm3': ('kinship.csv',)}
    """
    members = {file: frozenset(labels) for file, labels in ids.items()}
    everyone = dict.fromkeys(label for labels in ids.values() for label in labels)
    return {
        label: tuple(file for file, labels in members.items() if label in labels)
        for label in everyone
    }


def join_report(ids: Mapping[str, Sequence[str]]) -> JoinReport:
    """How the ids of several files match.

    Args:
        ids: of each file, by the file's name.

    >>> report = join_report({"pheno.csv": ("M1", "M2", "m3"), "kinship.csv": ("m1", "m2", "m3")})
    >>> report.matched, report.spelling, report.gained
    (1, 'case', 2)
    >>> report.near_misses[0]
    NearMiss(id='M1', file='pheno.csv', other='m1', other_file='kinship.csv', rule='case')
    """
    members = {file: dict.fromkeys(labels) for file, labels in ids.items()}
    inside: dict[tuple[str, ...], list[str]] = {}
    everyone = where_each_is(ids)
    for label, files in everyone.items():
        inside.setdefault(files, []).append(label)
    whole = tuple(members)
    matched = inside.pop(whole, [])
    every = "in every file" if len(whole) > 1 else f"in {whole[0]}" if whole else "in no file"
    rows = [_row(every, matched)]
    for files in sorted(inside, key=lambda found: (len(found), [whole.index(f) for f in found])):
        absent = [file for file in whole if file not in files]
        words = f"only in {files[0]}"
        if len(files) > 1:
            words = f"in {' and '.join(files)}, not in {' or '.join(absent)}"
        rows.append(_row(words, inside[files]))
    if not inside:
        return JoinReport(tuple(rows), (), "", 0)
    spelled = {
        code: {label: spelling(label) for label in everyone}
        for code, (_, spelling) in SPELLINGS.items()
    }
    near = tuple(
        miss
        for one, other in combinations(whole, 2)
        for miss in _near_misses(one, members[one], other, members[other], spelled)
    )
    code, most = "", len(matched)
    if near:
        for rule, changed in spelled.items():
            joined = _joined(members.values(), changed)
            if joined > most:
                code, most = rule, joined
    return JoinReport(tuple(rows), near, code, most - len(matched))


def respell(ids: Sequence[str], code: str) -> tuple[str, ...]:
    """The ids under a change of spelling.

    Args:
        ids: of one file.
        code: of `SPELLINGS`.

    Raises:
        DataError: no such code, or two ids would become one.

    >>> respell(["0_101", "102_102"], "family")
    ('101', '102')
    """
    if code not in SPELLINGS:
        raise DataError(
            f"there is no change of spelling “{code}”", remedy=f"choose from {some(SPELLINGS)}"
        )
    words, spelling = SPELLINGS[code]
    changed = tuple(spelling(label) for label in ids)
    if len(set(changed)) < len(set(ids)):
        became: dict[str, list[str]] = {}
        for label, new in dict(zip(ids, changed, strict=True)).items():
            became.setdefault(new, []).append(label)
        new, labels = next((new, labels) for new, labels in became.items() if len(labels) > 1)
        raise DataError(
            "each individual must keep an id of its own",
            f"if {words}, {some(labels)} would all be “{new}”",
            "write the ids alike in the files themselves",
        )
    return changed


def _row(words: str, labels: Sequence[str]) -> JoinRow:
    return JoinRow(words, len(labels), tuple(labels[:EXAMPLES]))


def _near_misses(
    file: str,
    ids: Mapping[str, None],
    other_file: str,
    others: Mapping[str, None],
    spelled: Mapping[str, Mapping[str, str]],
) -> list[NearMiss]:
    """The ids of a pair of files that match under some rule, and not as they are."""
    left = [label for label in ids if label not in others]
    right = [label for label in others if label not in ids]
    found = {}
    for rule, changed in spelled.items():
        times = Counter(changed[label] for label in left)
        indices: dict[str, str | None] = {}
        for label in right:
            # Two that become one match nobody: which of them is meant is not known.
            indices[changed[label]] = None if changed[label] in indices else label
        for label in left:
            other = indices.get(changed[label])
            if other is not None and times[changed[label]] == 1:
                found[label] = NearMiss(label, file, other, other_file, rule)
        left = [label for label in left if label not in found]
        taken = {miss.other for miss in found.values()}
        right = [label for label in right if label not in taken]
    return [found[label] for label in ids if label in found]


def _joined(files: Iterable[Mapping[str, None]], changed: Mapping[str, str]) -> int:
    """How many are in every file under a change, 0 if two ids of a file become one."""
    sets = []
    for ids in files:
        new = {changed[label] for label in ids}
        if len(new) < len(ids):
            return 0
        sets.append(new)
    return len(set.intersection(*sets))

"""The command line on a dialect: right, stopped with a sentence, or wrong.

The one file of this package that knows the project's modules, but for the probabilities of
`crosses`.
"""

import contextlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from lmm_cli.entry import main
from lmm_core.dense import dense_fit
from lmm_core.fit import fit_lmm
from tests.dialects.case import Case
from tests.dialects.draft import Arrays
from tests.dialects.plan import case

Verdict: TypeAlias = Literal["right", "stopped", "wrong"]

# h by REML agrees with another program's to this; the variance has no scale of its own.
H_TOLERANCE = 1e-6
VARIANCE_TOLERANCE = 1e-5

# A sentence says more than "invalid input".
_SENTENCE = 25
_DONE, _REFUSED, _USAGE = 0, 1, 2


@dataclass(frozen=True)
class Truth:
    """h, the variance and the number of records of a fit."""

    h2: float
    sigma2: float
    n: int


@dataclass(frozen=True)
class Judged:
    """What the command line made of a case.

    Attributes:
        verdict: "right" if the number is, "stopped" if there is none and a sentence says why,
            "wrong" for any other number, an answer where nobody could know one, or no sentence.
        said: the numbers, or the sentence.
        needless: whether it stopped where a person could have read the files.
    """

    case: Case
    verdict: Verdict
    said: str

    @property
    def needless(self) -> bool:
        return self.verdict == "stopped" and self.case.expect == "fit"


def truth_of(arrays: Arrays) -> Truth:
    fit = fit_lmm(*arrays)
    return Truth(fit.h2, fit.sigma2, fit.n)


def dense_h_of(arrays: Arrays) -> float:
    """h by the oracle, straight from V, without columns that others give already."""
    y, X, K = arrays
    ranks = [np.linalg.matrix_rank(X[:, :k]) for k in range(X.shape[1] + 1)]
    return dense_fit(y, X[:, np.diff(ranks) > 0], K).h2


def made(number: int) -> Case:
    """A case by its number."""
    return case(number, lambda arrays: fit_lmm(*arrays).h2)


def judge_all(numbers: Iterable[int]) -> Iterator[Judged]:
    """Each case by its number, judged, in a folder that is gone afterwards."""
    for number in numbers:
        one = made(number)
        with tempfile.TemporaryDirectory() as folder:
            yield judge(one, Path(folder))


def judge(one: Case, folder: Path) -> Judged:
    """One case, its files written to an empty folder."""
    code, out, err = _run(["fit", *one.write(folder), "--json"])
    said = " ".join(err.split()).replace(f"{folder}/", "")
    answer = json.loads(out) if out.strip() else {}
    if code == _DONE:
        if answer["fit"]["h2"] is None:
            return Judged(one, "wrong", f"no number, and no reason: {answer['fit']['message']}")
        found = Truth(*(answer["fit"][key] for key in ("h2", "sigma2", "n")))
        words = f"h {found.h2:.6f}, v {found.sigma2:.6g}, n {found.n}"
        if one.arrays is None:
            return Judged(one, "wrong", f"{words} where it had to stop")
        right = truth_of(one.arrays)
        if _agree(found, right):
            return Judged(one, "right", words)
        return Judged(
            one, "wrong", f"{words} for h {right.h2:.6f}, v {right.sigma2:.6g}, n {right.n}"
        )
    if code == _REFUSED and answer:
        said = _reason(answer)
    spoken = len(said) >= _SENTENCE and " " in said
    if code not in (_REFUSED, _USAGE) or not spoken:
        return Judged(one, "wrong", f"exit code {code}: {said}")
    return Judged(one, "stopped", said)


def _agree(found: Truth, right: Truth) -> bool:
    return (
        found.n == right.n
        and abs(found.h2 - right.h2) <= H_TOLERANCE
        and abs(found.sigma2 - right.sigma2) <= VARIANCE_TOLERANCE * right.sigma2
    )


def _reason(answer: dict) -> str:
    """Why there is no fit: the error, and the findings that are errors."""
    findings = (answer.get("report") or {}).get("findings", ())
    errors = [
        f"{finding['title']}. {finding['found']}"
        for finding in findings
        if finding["severity"] == "error"
    ]
    return " ".join([str(answer.get("error") or ""), *errors])


def _run(arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()

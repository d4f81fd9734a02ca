"""What a class handed in as codes: who, the guess, ĥ, and which intervals miss the true h."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_app.fit.text import number
from lmm_app.lecturer.answers import Answer, interval_words
from lmm_app.session.codes import Result, read_code
from lmm_app.session.sealed import Sealed
from lmm_core.errors import some


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The codes of a class, read.

    Attributes:
        results: one of each student, the last that was given, in the order of their numbers.
        again: how many codes came from students who had given one before.
        refused: lines that are no code of this class.
    """

    results: tuple[Result, ...]
    again: int
    refused: tuple[str, ...]


def read_codes(secret: bytes, of: Sealed, text: str, students: int) -> HandedIn:
    """Read codes, one a line.

    Args:
        secret: of the server.
        of: the data of the class.
        text: as it was pasted; empty lines do not matter.
        students: how many there are: the number of another is refused.
    """
    results: dict[int, Result] = {}
    refused, count = [], 0
    for line in filter(None, map(str.strip, text.splitlines())):
        found = read_code(secret, of, line)
        if found is None or not 1 <= found.student <= students:
            refused.append(line)
            continue
        count += 1
        results[found.student] = found
    ordered = tuple(results[student] for student in sorted(results))
    return HandedIn(ordered, count - len(results), tuple(refused))


def said(found: HandedIn) -> str:
    """How many there are, and what was left out."""
    count = len(found.results)
    words = [f"{count} {'student has' if count == 1 else 'students have'} handed in."]
    if found.again:
        words.append(
            "One code is of a student who gave another before; the last one counts."
            if found.again == 1
            else f"{found.again} codes are of students who gave others before; the last one counts."
        )
    if found.refused:
        one = len(found.refused) == 1
        start = "One line is no code" if one else f"{len(found.refused)} lines are no codes"
        words.append(f"{start} of this class: {some(found.refused)}.")
    return " ".join(words)


def rows(results: Sequence[Result], answers: Mapping[int, Answer]) -> list[dict[str, object]]:
    """The results as a table, beside the interval and the true h where they are computed."""
    table = []
    for one in results:
        row: dict[str, object] = {
            "student": one.student,
            "guess": "–" if one.guess is None else f"{one.guess:.2f}",
            "ĥ": "–" if one.h2 is None else f"{one.h2:.3f}",
        }
        if answer := answers.get(one.student):
            row["95% REML"] = interval_words(answer.reml)
            row["true h"] = number(answer.true_h2, 3)
            row["contains it"] = _contains(answer)
        table.append(row)
    return table


def _contains(answer: Answer) -> str:
    reml = answer.reml
    if np.isnan(reml.lower) or np.isnan(answer.true_h2):
        return "–"
    return "yes" if reml.lower <= answer.true_h2 <= reml.upper else "no"

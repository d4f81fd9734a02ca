"""What counts as a number in a sentence: digits and words for numbers, but no part of a name."""

import re
from fractions import Fraction

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
WORDS: dict[str, float] = {word: value for value, word in enumerate(UNITS)}
WORDS |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
WORDS |= {"ninety": 90, "hundred": 100, "hundreds": 100, "thousand": 1e3, "thousands": 1e3}
WORDS |= {"million": 1e6, "twice": 2, "half": 0.5, "third": 1 / 3, "quarter": 0.25}
WORDS |= {"fifth": 0.2, "tenth": 0.1, "tenths": 0.1, "twentieth": 0.05}
# "one" and "zero" are pronouns and names more often than numbers.
SPOKEN = "|".join(sorted(WORDS.keys() - {"one", "zero"}, key=len, reverse=True))
# The digits of `h2`, lme4, R/qtl2, SHA-256 and cXX.1 are parts of names.
NUMBER = re.compile(
    r"(?<![\w.])(?<![A-Za-z]-)\d+(?:,\d{3})*(?:\.\d+)*|[½¼¾⅓]" + rf"|\b(?:{SPOKEN})\b",
    re.IGNORECASE,
)


def numbers(text: str) -> list[re.Match[str]]:
    """The numbers of a text, where they stand."""
    return list(NUMBER.finditer(text))


def value(written: str) -> float:
    """What a number that is written in digits or as a word is.

    >>> value("1,410"), value("Fifteen"), value("½")
    (1410.0, 15.0, 0.5)
    """
    if written.lower() in WORDS:
        return float(WORDS[written.lower()])
    if written in "½¼¾⅓":
        return float({"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": 0.75, "⅓": 1 / 3}[written])
    return float(written.replace(",", ""))


def is_said(written: str, found: float) -> bool:
    """Whether a value is the number as written, rounded to as many digits as that has."""
    _, _, decimals = written.partition(".")
    digits = len(decimals) if written[0].isdecimal() or value(written) >= 1 else 6
    return round(float(found), digits) == round(value(written), 6)

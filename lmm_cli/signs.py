"""Signs for a terminal that lacks those of typography: quotation marks, minus, powers of ten."""

import codecs

NAME = "lmm.plain"
_PLAIN = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "′": "'",
    "−": "-",
    "–": "-",
    "…": "...",
    "·": "*",
    "×": "x",
    "±": "+/-",
    "½": "1/2",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "ĥ": "h",
    "β": "beta",
    "λ": "lambda",
    "κ": "kappa",
    "σ": "sigma",
    "\u0302": "",
}
_RAISED = {sign: digit for digit, sign in zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)}


def plainly(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of signs that an encoding lacks, and where to go on.

    Raises:
        UnicodeError: the one that is given, if it is not about writing.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    written, raised = "", False
    for sign in error.object[error.start : error.end]:
        if sign in _RAISED:
            written += f"{'' if raised else '^'}{_RAISED[sign]}"
        else:
            written += _PLAIN.get(sign, "?")
        raised = sign in _RAISED
    return written, error.end


codecs.register_error(NAME, plainly)

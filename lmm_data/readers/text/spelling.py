"""Signs that programs write around and into entries, as everybody else writes them; and said."""

import re

# What stands before an entry, and behind it.
_BEFORE, _BEHIND = r"(?<![^\t,;| \n\r])", r"(?![^\t,;| \n\r])"
# ="007" in a spreadsheet keeps the zeros, and in CSV its quotes may be doubled.
_AS_TEXT = re.compile(rf'{_BEFORE}(?:"=""([^"\n]*)"""|="([^"\n]*)"){_BEHIND}')
_SINGLE = re.compile(rf"{_BEFORE}'([^'\n]*)'{_BEHIND}")
_LEADING = re.compile(rf"{_BEFORE}'(?=[^'\n])")
_FORTRAN = re.compile(r'(?<![^\t,;| \n\r"])([+-]?\d*\.\d+)D([+-]\d\d+)(?![^\t,;| \n\r"])')


def respelled(text: str) -> tuple[str, list[str]]:
    """A text with ="m1" and 'm1' as "m1", and 1.5D-03 as 1.5E-03, and notes on that.

    Single quotes are taken for such only if each of the text is one: those of O'Brien and of
    5' are not.

    >>> respelled("id w\\n'm1' 1.5D-03\\n'm2' .25D+01\\n")[0]
    'id w\\n"m1" 1.5E-03\\n"m2" .25E+01\\n'
    """
    notes = []
    # A single sign is looked for faster than two are, and few texts hold one of these.
    if "=" in text and '="' in text:
        text, times = _AS_TEXT.subn(lambda found: f'"{found[1] or found[2] or ""}"', text)
        if times:
            notes.append(
                "entries such as =“…”, texts of a spreadsheet, are read without their signs"
            )
    single = text.count("'") if '"' not in text else 0
    if single:
        quoted, pairs = _SINGLE.subn(r'"\1"', text)
        marked, marks = _LEADING.subn("", text)
        if 2 * pairs == single and pairs > 1:
            text = quoted
            notes.append("entries stand between single quotes, which are left out")
        elif marks == single > 1:
            text = marked
            notes.append(
                "entries begin with a single quote, a spreadsheet’s mark of a text: left out"
            )
    if "D" in text and ("D-" in text or "D+" in text):
        text, times = _FORTRAN.subn(r"\1E\2", text)
        if times:
            notes.append("exponents such as D-03, as Fortran writes them, are read as E-03")
    return text, notes


def unmarked_utf16(content: bytes) -> str:
    """The encoding of UTF-16 without its mark, "" if the bytes are none.

    >>> unmarked_utf16("id,w".encode("utf-16-be")), unmarked_utf16(b"id,w")
    ('utf-16-be', '')
    """
    half = len(content) // 2
    # The first megabyte of a file may end within a sign.
    even, odd = content[::2].count(0), content[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if half and zeros > 0.5 * half and not others:
            return encoding
    return ""
